"""What is added about other places does not change what the papers of home answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.catalogue import FolderLibrary
from knowledge.readers import read
from knowledge.sniffing import sniff
from tests.assistant.policy.exchanges import Asked, Desk

EVAL = Path(__file__).parents[3] / "eval"
PLAN = "plan-2020-194"
HELD_OUT = [json.loads(line)["q"] for line in (EVAL / "policy_held_out.jsonl").read_text(encoding="utf-8").splitlines()]
UNRELATED = {
    "award": """滨河市科学技术奖励办法
第一条 市科学技术局负责科学技术奖的评审，市财政局负责奖金的安排。
第二条 市科学技术奖设最高奖和进步奖，最高奖每次不超过2名，奖金每名100万元。
第三条 龙头企业牵头完成的项目，同等条件下优先授奖。
第四条 本办法自2023年5月1日起施行，有效期至2028年4月30日。
""",
    "green": """临湖市节能环保产业发展行动计划（2023—2025年）
一、重点任务
（一）壮大龙头企业。建立骨干企业培育库，入库企业30家，实行一企一策，帮助解决融资、用地难题。
（二）推进集群发展。支持园区完善产业链条，引导中小企业加入产业联盟，新建省级重点实验室4个。
二、保障措施
市发展改革局每季度调度一次，按年度评估实施成效。设立节能环保产业基金，规模20亿元。
""",
    "park": """产业园区管理规定
第一条 入园企业应当从事新一代信息技术、新材料、生物医药或者高端装备的研发生产。
第二条 支持企业发行企业债、公司债、中期票据，发行费用给予30%补贴，最高50万元。
第三条 连续两年评估不合格的企业退出园区。
""",
}
"""Two papers of other cities and one of nobody knows where, in the words of the plan."""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(FolderLibrary(), tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    library = FolderLibrary(added=tmp_path_factory.mktemp("elsewhere"))
    for path in sorted((EVAL / "papers").glob("*.[th][xt]*")):
        reading = read(path)
        library.add(path.name, reading.text, {"title": reading.title, **sniff(reading.text).found})
    for name, text in UNRELATED.items():
        library.add(f"{name}.txt", text, {"title": text.partition("\n")[0], **sniff(text).found})
    return Desk(library, tmp_path_factory.mktemp("together"))


def cited(asked: Asked) -> set[str]:
    return {citation.doc_id for citation in asked.draft.citations}


def test_six_unrelated_papers_change_no_answer_of_the_plan(alone: Desk, together: Desk) -> None:
    asked = [(alone.ask(question), together.ask(question)) for question in HELD_OUT]
    assert sum(before.status == "answered" for before, _ in asked) > 0.9 * len(asked)
    changed = [q for q, (before, after) in zip(HELD_OUT, asked, strict=True) if before.text != after.text]
    assert changed == []


@pytest.mark.parametrize("question", ["这份文件过期了吗？", "这个文是哪里发的，文号多少？", "进了培育库有什么好处？"])
def test_a_question_that_names_no_place_is_about_home(together: Desk, question: str) -> None:
    assert cited(together.ask(question)) == {PLAN}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("科学技术奖最高奖奖金多少", "100万元"),
        ("临湖市的节能环保产业基金规模多大", "20亿元"),
        ("发行企业债的费用补贴多少", "30%"),
        ("滨河市科学技术奖励办法还有效吗", "2028年4月30日"),
    ],
)
def test_papers_of_elsewhere_still_answer_what_only_they_say(together: Desk, question: str, words: str) -> None:
    asked = together.ask(question)
    assert words in asked.text
    assert PLAN not in cited(asked)
