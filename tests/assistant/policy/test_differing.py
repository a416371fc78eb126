"""Documents that give different numbers for one thing stand side by side, each with its own facts, never merged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.assistant.policy.findings import PolicyFinding
from knowledge.catalogue import FolderLibrary
from knowledge.relations import Relation, Verb
from knowledge.sniffing import sniff
from tests.assistant.policy.exchanges import Asked, Desk

CITY = """海州市新材料产业扶持办法
海政发〔2022〕11号
海州市人民政府
2022年3月10日

第一条 为支持新材料产业发展，制定本办法。
第二条 对新建新材料项目给予补助，补助标准为项目投资的10%，单个项目最高补助500万元。
第三条 补助申请的截止日期为每年6月30日。
第四条 中试平台的补助标准为设备投资的20%。
第五条 本办法自2022年4月1日起施行，有效期至2030年3月31日。
"""
DEPARTMENT = """海州市新材料项目补助实施细则
海发改发〔2023〕5号
海州市发展和改革委员会
2023年5月8日

第一条 为规范新材料项目补助工作，制定本细则。
第二条 新材料项目补助标准为项目投资的15%，单个项目补助最高不超过300万元。
第三条 补助申请截止日期为每年9月30日。
第四条 中试平台的补助标准为设备投资的20%。
第五条 本细则自2023年6月1日起施行，有效期至2028年5月31日。
"""
EXPIRED = """海州市新材料项目补助办法（试行）
海发改发〔2019〕8号
海州市发展和改革委员会
2019年1月8日

第一条 新材料项目补助标准为项目投资的8%，单个项目最高补助200万元。
第二条 本办法自2019年2月1日起施行，有效期至2021年1月31日。
"""
HEAD = "几份文件对此的规定不同，逐份列出，没有合并"


@pytest.fixture(scope="module")
def differ(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The plan, two documents in force and one that has expired."""
    return _desk(tmp_path_factory.mktemp("differ"), {"city": CITY, "department": DEPARTMENT, "trial": EXPIRED})


def _desk(folder: Path, papers: dict[str, str]) -> Desk:
    library = FolderLibrary(added=folder / "added")
    for name, text in papers.items():
        library.add(f"{name}.txt", text, dict(sniff(text).found))
    return Desk(library, folder / "index")


def _cited(asked: Asked) -> list[str]:
    return [citation.doc_id for citation in asked.draft.citations]


@pytest.mark.parametrize(
    "question",
    [
        "海州新材料项目的补助标准是多少？",
        "新材料补助标准",
        "新材料项目补助比例是多少？",
        "新材料项目按投资的百分之几补助？",
        "新材料项目单个项目最高补助多少？",
    ],
)
def test_each_document_says_its_own_number_with_its_facts_and_the_expired_one_comes_last(
    differ: Desk, question: str
) -> None:
    asked = differ.ask(question)
    assert asked.status == "answered"
    lines = asked.text.splitlines()
    assert lines[0].startswith(HEAD)
    city = next(line for line in lines if line.startswith("《海州市新材料产业扶持办法》"))
    department = next(line for line in lines if line.startswith("《海州市新材料项目补助实施细则》"))
    assert "海政发〔2022〕11号，2022年3月10日印发，有效期至2030年3月31日" in city
    assert "10%" in city
    assert "500万元" in city
    assert "15%" not in city
    assert "海发改发〔2023〕5号，2023年5月8日印发，有效期至2028年5月31日" in department
    assert "15%" in department
    assert "300万元" in department
    assert lines[3].startswith("《海州市新材料项目补助办法（试行）》")
    assert "已于2021年1月31日到期" in lines[3]
    quotes = {citation.doc_id: citation.quote for citation in asked.draft.citations}
    assert quotes["department"] == "新材料项目补助标准为项目投资的15%，单个项目补助最高不超过300万元。"
    assert set(quotes) == {"city", "department", "trial"}


def test_newer_and_higher_are_told_as_facts_alone(differ: Desk) -> None:
    asked = differ.ask("海州新材料项目的补助标准是多少？")
    assert "印发日期最晚的是《海州市新材料项目补助实施细则》（海发改发〔2023〕5号）" in asked.text
    assert "发文机关层级最高的是《海州市新材料产业扶持办法》（海政发〔2022〕11号），由海州市人民政府印发" in asked.text
    assert "不表示以它为准" in asked.text
    assert "请向海州市" in asked.text.splitlines()[-1]


def test_different_last_days_stand_side_by_side(differ: Desk) -> None:
    asked = differ.ask("新材料项目补助申请截止日期是哪天？")
    assert "每年6月30日" in asked.text
    assert "每年9月30日" in asked.text
    assert asked.text.startswith(HEAD)


def test_documents_that_say_the_same_do_not_differ(differ: Desk) -> None:
    asked = differ.ask("中试平台补助标准是多少？")
    assert asked.status == "answered"
    assert "20%" in asked.text
    assert HEAD not in asked.text


def test_the_day_asked_about_decides_which_one_stands_first(differ: Desk) -> None:
    asked = differ.ask("海州新材料项目的补助标准是多少？", today=date(2020, 6, 1))
    assert _cited(asked)[0] == "trial"
    assert "尚未生效" in asked.text


def test_what_was_not_issued_by_the_day_stands_beside_nothing(differ: Desk) -> None:
    asked = differ.ask("海州新材料项目的补助标准是多少？", today=date(2022, 6, 1))
    assert asked.text.startswith(HEAD)
    assert {"city", "trial"} == {*_cited(asked)}


def test_the_plan_answers_as_before_beside_them(differ: Desk, desk: Desk) -> None:
    for question in ("国家级集群的营收目标是多少？", "集群多久评估一次？", "骨干企业可以发行哪些债券？"):
        alone, beside = desk.ask(question), differ.ask(question)
        assert _cited(alone) == _cited(beside)
        assert [c.quote for c in alone.draft.citations] == [c.quote for c in beside.draft.citations]


def test_a_standard_that_is_a_share_alone_is_no_missing_amount(tmp_path: Path) -> None:
    asked = _desk(tmp_path, {"department": DEPARTMENT.replace("，单个项目补助最高不超过300万元", "")}).ask(
        "新材料项目补助标准是多少？"
    )
    assert asked.status == "answered"
    assert "15%" in asked.text
    finding = asked.result.outcome.value
    assert isinstance(finding, PolicyFinding)
    assert not finding.differs


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        (
            Verb.REPEALS,
            "登记的关系：《海州市新材料产业扶持办法》（海政发〔2022〕11号）自2023年6月1日起已被"
            "《海州市新材料项目补助实施细则》（海发改发〔2023〕5号）废止。",
        ),
        (
            Verb.REPLACES,
            "登记的关系：《海州市新材料产业扶持办法》（海政发〔2022〕11号）自2023年6月1日起已被"
            "《海州市新材料项目补助实施细则》（海发改发〔2023〕5号）替代。",
        ),
    ],
)
def test_a_recorded_ending_of_one_by_the_other_is_said_in_place_of_neutral_words(
    tmp_path: Path, verb: Verb, said: str
) -> None:
    desk = _desk(tmp_path, {"city": CITY, "department": DEPARTMENT})
    desk.library.relate(Relation(subject="department", verb=verb, object="city"))
    asked = desk.ask("海州新材料项目的补助标准是多少？")
    assert _cited(asked)[0] == "department"
    assert said in asked.text
    assert "不表示以它为准" not in asked.text
    assert "以哪一份为准" not in asked.text
    assert asked.text.splitlines()[-1] == "下一步：办理前请向海州市发展和改革委员会核实。"
    before = desk.ask("海州新材料项目的补助标准是多少？", today=date(2023, 5, 20))
    assert "登记的关系" not in before.text


def test_those_that_nothing_has_ended_are_still_told_apart_by_facts_alone(tmp_path: Path) -> None:
    desk = _desk(tmp_path, {"city": CITY, "department": DEPARTMENT, "trial": EXPIRED})
    desk.library.relate(Relation(subject="city", verb=Verb.REPEALS, object="trial"))
    asked = desk.ask("海州新材料项目的补助标准是多少？")
    assert (
        "（海发改发〔2019〕8号）自2022年4月1日起已被《海州市新材料产业扶持办法》（海政发〔2022〕11号）废止"
        in asked.text
    )
    assert "印发日期最晚的是《海州市新材料项目补助实施细则》" in asked.text
    assert "不表示以它为准" in asked.text
