"""Questions about a paper itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from knowledge.catalogue import FolderLibrary
from knowledge.sniffing import sniff
from tests.assistant.policy.exchanges import Asked, Desk

Ask = Callable[..., Asked]


@pytest.mark.parametrize("question", ["方案还管用吗", "文件到期了没有", "Is the plan still valid?", "方案失效了吗"])
def test_an_expired_paper_is_called_expired_with_its_last_day_in_the_first_line(ask: Ask, question: str) -> None:
    asked = ask(question)
    assert asked.status == "answered"
    assert asked.text.startswith("已经过期：")
    assert "2021年12月31日" in asked.first_lines
    assert "没有登记接续它的文件" in asked.first_lines


@pytest.mark.parametrize(
    ("question", "starts"),
    [
        ("这份文件谁印发的？", "发文机关：山东省发展和改革委员会[1]"),
        ("文号是多少", "文号：鲁发改高技〔2020〕194号[1]"),
        ("方案从什么时候开始执行？", "执行期自2020年1月1日起[1]"),
        ("适用于哪个地区？", "适用地区：山东省[1]"),
        ("方案什么时候印发的", "印发日期：文件没有写明。"),
    ],
)
def test_the_fact_asked_for_comes_first(ask: Ask, question: str, starts: str) -> None:
    assert ask(question).text.startswith(starts)


def test_validity_can_be_asked_as_of_another_day(ask: Ask) -> None:
    assert ask("2021年6月的时候这个方案有效吗？").text.startswith("仍在有效期内：")
    assert ask("2019年这个方案生效了吗？").text.startswith("执行期自2020年1月1日起[1]")


def test_the_validity_of_something_else_is_not_that_of_the_paper(ask: Ask) -> None:
    assert ask("科技型企业证书的有效期是几年？").status == "not_found"


def test_the_tool_tells_the_standing_of_a_named_document(desk: Desk) -> None:
    plan = desk.library.documents()[0]
    asked = desk.ask("还有效吗", tool="document_status", doc_id=plan.doc_id, as_of=date(2021, 1, 1))
    assert asked.text.startswith("仍在有效期内：")


def test_an_unknown_document_is_refused_with_the_command_that_lists_them(desk: Desk) -> None:
    asked = desk.ask("还有效吗", tool="document_status", doc_id="nowhere")
    assert asked.status == "not_found"
    assert "policybot knowledge list" in asked.text


def test_the_paper_is_the_one_whose_title_has_the_word(two_papers: Desk) -> None:
    assert two_papers.ask("这份方案过期了吗？").text.startswith("已经过期：《山东省")
    assert two_papers.ask("这个办法还有效吗？").text.startswith("仍在有效期内：《海州市")


@pytest.mark.parametrize(
    "question",
    [
        "鲁发改高技〔2020〕194号还有效吗？",
        "鲁发改高技（2020）194号还管用吗",
        "〔2020〕194号过期了吗",
        "194号文还有效吗",
        "山东省战略性新兴产业集群发展工程实施方案（2020—2021年）还有效吗？",
        "2020-2021年的方案还有效吗",
    ],
)
def test_a_year_that_is_part_of_a_name_or_a_number_is_no_day_to_judge_by(ask: Ask, question: str) -> None:
    asked = ask(question)
    assert asked.text.startswith("已经过期：《山东省")
    assert "以上按2026年11月23日判断。" in asked.text


def test_a_day_beside_the_number_is_the_day_to_judge_by(ask: Ask) -> None:
    assert ask("2021年6月鲁发改高技〔2020〕194号有效吗？").text.startswith("仍在有效期内：")


@pytest.mark.parametrize("question", ["请问鲁政发〔2019〕99号还有效吗", "鲁政发(2019)99号规定的补助标准是多少？"])
def test_no_document_stands_in_for_one_whose_number_is_unknown(ask: Ask, question: str) -> None:
    asked = ask(question)
    assert asked.status == "not_found"
    assert asked.text.startswith("库里没有文号为“鲁政发〔2019〕99号”的文件")


def test_the_document_whose_number_is_named_answers(ask: Ask) -> None:
    asked = ask("鲁发改高技〔2020〕194号里集群多久评估一次？")
    assert asked.status == "answered"
    assert "每年对集群建设情况开展一次评估" in asked.text


OLD = """海州市新材料产业扶持办法
海政发〔2018〕11号
海州市人民政府
2018年3月10日

第一条 新材料项目补助标准为项目投资的10%。
第二条 本办法自2018年4月1日起施行，有效期至2021年3月31日。
"""
NEW = """海州市新材料产业扶持办法
海政发〔2023〕5号
海州市人民政府
2023年5月8日

第一条 新材料项目补助标准为项目投资的15%。
第二条 本办法自2023年6月1日起施行，有效期至2028年5月31日。
"""
LONGER = """海州市新材料产业扶持办法实施细则
海发改发〔2024〕2号
海州市发展和改革委员会
2024年2月1日

第一条 本细则自2024年3月1日起施行，有效期至2029年2月28日。
"""


@pytest.fixture(scope="module")
def namesakes(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Two documents of one title, and one whose title only begins so."""
    folder = tmp_path_factory.mktemp("namesakes")
    library = FolderLibrary(added=folder / "added")
    for name, text in {"old": OLD, "new": NEW, "longer": LONGER}.items():
        library.add(f"{name}.txt", text, dict(sniff(text).found))
    return Desk(library, folder / "index")


def test_each_of_two_documents_with_one_title_is_told_with_its_days(namesakes: Desk) -> None:
    asked = namesakes.ask("海州市新材料产业扶持办法还有效吗？")
    _, new, old, *_ = asked.text.splitlines()
    assert new.startswith("《海州市新材料产业扶持办法》（海政发〔2023〕5号，2023年5月8日印发，自2023年6月1日起执行）")
    assert new.endswith("有效期至2028年5月31日[1]。")
    assert old.startswith("《海州市新材料产业扶持办法》（海政发〔2018〕11号，2018年3月10日印发，自2018年4月1日起执行）")
    assert old.endswith("已于2021年3月31日到期[2]。")
    assert [citation.doc_id for citation in asked.draft.citations] == ["new", "old"]


def test_on_an_earlier_day_the_one_in_force_then_comes_first_with_what_became_of_it(namesakes: Desk) -> None:
    asked = namesakes.ask("2021年1月海州市新材料产业扶持办法有效吗？")
    _, old, new, *_ = asked.text.splitlines()
    assert "海政发〔2018〕11号" in old
    assert "到今天，这份文件已于2021年3月31日到期" in old
    assert "尚未生效" in new


def test_the_number_tells_namesakes_apart(namesakes: Desk) -> None:
    asked = namesakes.ask("海政发〔2018〕11号《海州市新材料产业扶持办法》还有效吗？")
    assert asked.text.startswith("已经过期：")
    assert "海政发〔2023〕5号" not in asked.text


def test_the_longer_title_is_not_taken_for_the_one_it_begins_with(namesakes: Desk) -> None:
    asked = namesakes.ask("海州市新材料产业扶持办法实施细则还有效吗？")
    assert asked.text.startswith("仍在有效期内：《海州市新材料产业扶持办法实施细则》")
