"""Which questions are the registers' own, and what they come to; every other question is left to whom it belongs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats_tools.periods import Period
from stats_tools.registers.query import RegisterQuery
from stats_tools.registers.reference import RegisterReference
from stats_tools.registers.understanding import Readers, RegisterQuestionReader
from stats_tools.targets import NotMeasuredHere, Targets
from stats_tools.understanding.entities import EntityReader
from tests.stats_tools.questions.generator import generated

KNOWN = RegisterReference.load()
READER = RegisterQuestionReader(KNOWN.registers, EntityReader(KNOWN.registry))
MEASURED = frozenset(each.code for each in Targets.load() if not isinstance(each.measure, NotMeasuredHere))
EVAL = Path(__file__).parents[3] / "eval"


def asker(*, sees_rows: bool = False, sample: bool = True) -> Readers:
    return Readers(sees_rows, lambda _code: (Period(2021, 4), sample), MEASURED)


OFFICIAL, PUBLIC, FILED = asker(sees_rows=True), asker(), asker(sees_rows=True, sample=False)


def read(text: str, who: Readers = OFFICIAL, previous: RegisterQuery | None = None) -> dict[str, object] | None:
    query = READER.read(text, who, previous)
    return None if query is None else query.model_dump(by_alias=True, exclude_defaults=True)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "烟台生物医药集群有哪些储备项目",
            {"register": "projects", "operation": "list", "groups": {"stage": ("储备",)}},
        ),
        ("烟台先进结构材料在建的重点项目有几个", {"register": "projects", "groups": {"stage": ("开工",)}}),
        ("哪些项目卡在土地上", {"register": "projects", "operation": "list", "groups": {"obstacles": ("土地",)}}),
        ("因能耗指标受限的项目有哪些", {"register": "projects", "operation": "list"}),
        ("海正药业入库了吗", {"register": "enterprises", "operation": "find", "name": "海正药业"}),
        ("请问海正药业现在在库吗？", {"register": "enterprises", "operation": "find", "name": "海正药业"}),
        ("入库企业里有没有海正药业", {"register": "enterprises", "operation": "find", "name": "海正药业"}),
        ("海正药业进白名单了没有", {"register": "white_list", "operation": "find", "name": "海正药业"}),
        ("一企一策里融资需求还有几条没办结", {"register": "needs", "groups": {"kind": ("融资",)}, "states": ("open",)}),
        ("逾期的诉求有哪些", {"register": "needs", "operation": "list", "states": ("overdue",)}),
        ("哪些企业有融资诉求", {"register": "needs", "operation": "list", "groups": {"kind": ("融资",)}}),
        ("入库企业有多少家，离50家还差多少", {"operation": "target", "targets": ("enterprise-library",)}),
        ("每个集群20个左右重点项目达到了吗", {"operation": "target", "targets": ("projects-per-cluster",)}),
        ("过千亿的企业有几家", {"operation": "target", "targets": ("enterprises-over-1000",)}),
        ("500亿到1000亿的企业有几家", {"operation": "target", "targets": ("enterprises-500-to-1000",)}),
        ("新增国家级平台还差多少", {"operation": "target", "targets": ("platforms-national-added",)}),
        ("平台名册里省级平台有多少家", {"register": "platforms", "groups": {"level": ("省级",)}}),
        ("项目储备库各集群各阶段情况", {"operation": "breakdown", "by": ("cluster", "stage")}),
        ("项目储备库情况怎么样", {"operation": "breakdown", "by": ("cluster", "stage")}),
        ("各市有多少入库企业", {"register": "enterprises", "operation": "breakdown", "by": ("city",)}),
        ("重点项目比上季度有什么变化", {"register": "projects", "operation": "progress"}),
        ("雁阵形集群库里有哪些", {"register": "lists", "operation": "list", "groups": {"list": ("雁阵形集群库",)}}),
        ("青岛轨道交通有几家龙头企业", {"register": "enterprises", "groups": {"role": ("龙头企业",)}}),
        ("烟台的龙头企业有哪些", {"operation": "list", "cities": ("烟台",), "groups": {"role": ("龙头企业",)}}),
        ("青岛轨道交通的短板有哪些", {"register": "shortcomings", "clusters": ("qingdao-rail-transit",)}),
        ("煙台有哪些雙創示範基地", {"register": "parks", "operation": "list", "cities": ("烟台",)}),
        ("2021年四季度新开工项目有几个", {"operation": "progress", "groups": {"stage": ("开工",)}}),
        ("各梯队企业有几家", {"register": "enterprises", "operation": "breakdown", "by": ("tier",)}),
        ("入库企业梯队分布", {"register": "enterprises", "operation": "breakdown", "by": ("tier",)}),
        ("烟台和临沂的重点项目分别有多少", {"operation": "breakdown", "by": ("city",), "cities": ("烟台", "临沂")}),
        ("全省入库企业有多少", {"operation": "target", "targets": ("enterprise-library",)}),
        ("2021年三季度重点项目有多少个", {"register": "projects", "period": "2021Q3"}),
        ("How many enterprises are in the key enterprise library?", {"targets": ("enterprise-library",)}),
        ("How many enterprises in Qingdao are in the key enterprise library?", {"cities": ("青岛",)}),
        ("Which projects are in the reserve pool?", {"register": "projects", "operation": "list"}),
        ("How many projects by cluster are in the reserve pool?", {"operation": "breakdown", "by": ("cluster",)}),
        ("List the companies on the white list", {"register": "white_list", "operation": "list"}),
    ],
)
def test_a_question_comes_to_a_query(text: str, wanted: dict[str, object]) -> None:
    found = read(text)
    assert found is not None
    assert wanted.items() <= found.items()


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("项目储备各集群各阶段有多少个项目", ("cluster", "stage")),
        ("项目储备各阶段数量", ("stage",)),
        ("项目储备情况", ("cluster", "stage")),
    ],
)
def test_the_name_of_the_register_is_no_stage_of_its_projects(text: str, by: tuple[str, ...]) -> None:
    assert read(text) == {"register": "projects", "operation": "breakdown", "by": by}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("那临沂呢", {"cities": ("临沂",)}),
        ("其中开工的呢", {"groups": {"stage": ("开工",)}, "clusters": ("yantai-biomedicine",)}),
        ("有哪些", {"operation": "list", "clusters": ("yantai-biomedicine",)}),
        ("按阶段分", {"operation": "breakdown", "by": ("stage",)}),
        ("那2021年三季度呢", {"period": "2021Q3"}),
    ],
)
def test_a_bare_reply_goes_on_with_the_query_before(text: str, wanted: dict[str, object]) -> None:
    previous = READER.read("烟台生物医药集群有多少个重点项目", OFFICIAL)
    found = read(text, previous=previous)
    assert found is not None
    assert found["register"] == "projects"
    assert wanted.items() <= found.items()
    assert read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "重点企业入库要什么条件",
        "我们公司入库了吗",
        "个体户能入库吗",
        "哪些主体会被列进金融白名单",
        "一企一策是什么意思",
        "每个集群要调度推进多少个重点项目？",
        "入库企业每年奖励几十万",
        "要梳理的突出短板有哪几类？",
        "能耗指标受限的重点项目怎么解决",
        "四川的重点项目有多少个",
        "烟台生物医药省级科技平台数量是多少",
        "2021年各集群省级平台增加了多少",
        "营收过1000亿元的集群有几个",
        "青岛重点企业库里营收超过50亿的企业有哪些",
        "重点企业库里营收超过五十亿的企业有几家",
        "青岛总投资超过10亿的项目有哪些",
        "Which enterprises in Qingdao in the key enterprise library have revenue over 5 billion yuan?",
        "How can my company get into the key enterprise library?",
        "What are the conditions for the reserve pool?",
        "今天天气怎么样",
        "",
        "项目" * 150,
    ],
)
def test_a_question_of_the_documents_or_the_report_is_left_alone(text: str) -> None:
    assert read(text, FILED) is None


def test_where_there_is_only_the_sample_a_plain_count_of_anybody_is_left_to_the_documents() -> None:
    plain = "重大项目储备库里现在有多少个项目"
    assert read(plain, PUBLIC) is None
    assert read(plain, OFFICIAL) is not None
    assert read(plain, asker(sample=False)) is not None
    english = "Which projects are in the reserve pool?"
    assert (read(english, PUBLIC), read(english) is not None) == (None, True)


def test_the_questions_that_documents_answer_or_refuse_are_all_left_to_them() -> None:
    lines = [json.loads(line) for path in sorted(EVAL.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    claimed = {line["q"] for line in lines if read(line["q"], PUBLIC) is not None}
    assert len(lines) > 1000
    assert claimed <= {line["q"] for line in lines if "平台" in line["q"] and "目标完成" in line["q"]}


def test_questions_about_the_report_are_left_to_it_but_for_targets_with_two_bases() -> None:
    questions = [line["q"] for line in generated(12)]
    claimed = {text for text in questions if read(text, FILED) is not None}
    assert all("平台" in text and "目标" in text for text in claimed)
    assert len(questions) > 400


@given(st.text(max_size=60), st.booleans())
def test_no_text_makes_the_reader_raise(text: str, sees_rows: bool) -> None:
    READER.read(f"{text}重点项目{text}有哪些", asker(sees_rows=sees_rows, sample=False))
