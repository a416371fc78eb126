"""What a document says about itself is taken where it leaves no doubt, and only there."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.catalogue import SHIPPED, FolderLibrary
from knowledge.sniffing import day, sniff
from tests.knowledge.samples import PARAGRAPHS, SIGNATURE, TITLE

BODY = "\n".join([*PARAGRAPHS, *SIGNATURE])


def test_a_measure_states_all_there_is_to_know() -> None:
    assert sniff(BODY).found == {
        "title": TITLE,
        "number": "鲁测试〔2023〕7号",
        "issuer": "山海省测试厅",
        "region": "山海省",
        "issued": date(2023, 2, 6),
        "effective": date(2023, 3, 1),
        "expires": date(2026, 2, 28),
    }


def test_the_shipped_plan_states_its_title_with_its_region_and_nothing_it_only_cites() -> None:
    plan = FolderLibrary(SHIPPED).document("plan-2020-194")
    assert plan is not None
    assert sniff(plan.text).found == {"title": plan.title, "region": "山东省"}


def test_a_title_over_several_lines_is_one_and_the_head_of_the_paper_is_no_part_of_it() -> None:
    head = "山海省测试厅文件\n山测〔2024〕3号\n山海省测试厅\n"
    text = f"{head}关于印发《蓝湾集群\n管理办法（试行）》的通知\n各市测试局：\n现印发给你们。"
    found = sniff(text).found
    assert found["title"] == "山海省测试厅关于印发《蓝湾集群管理办法（试行）》的通知"
    assert found["issuer"] == "山海省测试厅"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("鲁发改工业〔2022〕15号", "鲁发改工业〔2022〕15号"),
        ("（鲁发改工业[2022] 15 号）", "鲁发改工业〔2022〕15号"),
        ("文号：鲁政办发〔2021〕1号", "鲁政办发〔2021〕1号"),
        ("| 索引号 | 123 | 发文字号 | 鲁政发（2020）9号 |", "鲁政发〔2020〕9号"),
        ("根据鲁发改工业〔2022〕15号的要求，现通知如下。", None),
    ],
)
def test_a_number_counts_where_it_stands_by_itself_or_behind_its_label(line: str, number: str | None) -> None:
    assert sniff(f"关于奖补的通知\n{line}\n正文。").found.get("number") == number


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2023年2月6日", date(2023, 2, 6)),
        ("2023-02-06", date(2023, 2, 6)),
        ("二〇二三年十一月三十日", date(2023, 11, 30)),
        ("二○二一年元月二十一日", date(2021, 1, 21)),
        ("一九九八年十月十日", date(1998, 10, 10)),
        ("2023年2月30日", None),
    ],
)
def test_days_are_read_in_digits_and_in_chinese_numerals(text: str, meant: date | None) -> None:
    assert day(text) == meant


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_back_as_it_was_written(written: date) -> None:
    text = f"本办法自{written.year}年{written.month}月{written.day}日起施行。"
    assert sniff(text).found["effective"] == written


@pytest.mark.parametrize(
    ("sentence", "effective", "expires"),
    [
        ("本办法自2023年3月1日起施行，有效期至2026年2月28日。", date(2023, 3, 1), date(2026, 2, 28)),
        ("本办法自2023年3月1日起施行，有效期5年。", date(2023, 3, 1), date(2028, 2, 29)),
        ("本通知自2024年2月29日起实施，有效期两年。", date(2024, 2, 29), date(2026, 2, 28)),
        ("第三条 本办法自2023年3月1日起施行。", date(2023, 3, 1), None),
        ("（三）自2023年3月1日起执行。", date(2023, 3, 1), None),
        ("本方案自印发之日起施行，有效期两年。", None, None),
        ("《旧办法》自2019年1月1日起施行。", None, None),
        ("证书有效期3年，自发证之日起计算。", None, None),
        ("本办法自2026年3月1日起施行，有效期至2023年2月28日。", None, None),
    ],
)
def test_the_term_is_read_from_the_sentence_that_sets_it(
    sentence: str, effective: date | None, expires: date | None
) -> None:
    found = sniff(f"关于奖补的通知\n{sentence}").found
    assert (found.get("effective"), found.get("expires")) == (effective, expires)


def test_a_term_that_counts_from_the_day_of_issue_uses_the_day_that_was_given() -> None:
    found = sniff("关于奖补的通知\n本通知自印发之日起施行，有效期3年。", date(2024, 5, 6)).found
    assert (found["effective"], found["expires"]) == (date(2024, 5, 6), date(2027, 5, 5))


def test_of_several_values_none_is_taken_and_all_are_named() -> None:
    signed = "山海省测试厅\n2023年2月6日"
    text = f"关于奖补的通知\n鲁测试〔2023〕7号\n鲁测试〔2023〕8号\n{signed}\n附件\n蓝湾市测试局\n2023年5月1日"
    sniffed = sniff(text)
    assert set(sniffed.found) == {"title"}
    assert sniffed.doubtful == {
        "number": ("鲁测试〔2023〕7号", "鲁测试〔2023〕8号"),
        "issuer": ("山海省测试厅", "蓝湾市测试局"),
        "issued": ("2023-02-06", "2023-05-01"),
    }


def test_two_authorities_that_sign_together_are_both_named() -> None:
    assert (
        sniff("关于奖补的通知\n山海省测试厅  山海省财政厅\n2023年2月6日").found["issuer"]
        == "山海省测试厅、山海省财政厅"
    )


def test_a_publisher_s_labels_outrank_the_signature() -> None:
    text = "发文机关：山海省人民政府办公厅\n成文日期：2023-02-01\n发布日期：2023-02-09\n关于奖补的通知\n正文。"
    found = sniff(text).found
    assert (found["issuer"], found["issued"]) == ("山海省人民政府办公厅", date(2023, 2, 1))


@given(st.text(alphabet="关于的通知自年月日起施行有效期至〔〕号2023一二〇\n：，。 |"))
def test_any_text_is_sniffed_without_failing(text: str) -> None:
    sniffed = sniff(text)
    assert not set(sniffed.found) & set(sniffed.doubtful)


@pytest.mark.parametrize(
    ("title", "facts"),
    [
        ("青屿省科学技术厅关于组织开展项目申报工作的通知", {"issuer": "青屿省科学技术厅", "region": "青屿省"}),
        ("石桥市中小企业贷款贴息办法", {"region": "石桥市"}),
        ("企业上市奖励办法", {}),
        ("关于支持上市公司的意见", {}),
    ],
)
def test_a_title_opens_with_where_it_applies_and_who_speaks(title: str, facts: dict[str, str]) -> None:
    assert sniff(f"{title}\n第一条 内容。\n").found == {"title": title, **facts}
