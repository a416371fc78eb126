"""Conversations about figures: what a short question takes from the one before it."""

from __future__ import annotations

import pytest

from stats_tools.understanding.problems import ProblemKind
from tests.stats_tools.questions.asking import Desk
from tests.stats_tools.questions.figures import Province, two_decimals

J = "jinan-it-services"


def test_a_conversation_keeps_cluster_indicator_and_period(desk: Desk, province: Province) -> None:
    first = desk.ask("济南信息技术服务2020年上半年营收是多少？")
    assert two_decimals(province.level(J, "revenue", "2020Q2")) in first.text
    dialogue = [
        ("利润呢？", province.level(J, "profit", "2020Q2")),
        ("前一年呢？", province.level(J, "profit", "2019Q2")),
        ("那全年呢", province.level(J, "profit", "2019Q4")),
        ("那临沂呢？", province.level("linyi-biomedicine", "profit", "2019Q4")),
        ("研发投入强度呢", province.level("linyi-biomedicine", "rd_intensity", "2019Q4")),
        ("2021年呢", province.level("linyi-biomedicine", "rd_intensity", "2021Q4")),
    ]
    for question, value in dialogue:
        reply = desk.ask(question, follow=True)
        assert two_decimals(value) in reply.text, question


def test_the_single_quarter_and_its_growth_can_be_asked_after(desk: Desk, province: Province) -> None:
    desk.ask("青岛轨道交通2021年三季度营收")
    assert "（单季）" in desk.ask("单季呢？", follow=True).text
    desk.ask("青岛轨道交通2021年前三季度营收")
    growth = province.growth("qingdao-rail-transit", "revenue", "2021Q3", "2020Q3")
    assert two_decimals(growth) in desk.ask("同比呢？", follow=True).text


def test_a_ranking_goes_on_with_another_indicator(desk: Desk) -> None:
    desk.ask("2021年各集群营收排名")
    reply = desk.ask("利润呢", follow=True)
    assert reply.reading.queries[0].operation == "rank"
    assert len(reply.figures) == 7


@pytest.mark.parametrize("text", ["换成利润", "改成利润", "再换成利润吧"])
def test_another_indicator_is_asked_for_by_saying_what_to_change(desk: Desk, text: str) -> None:
    desk.ask("济南信息技术服务2021年营收")
    query = desk.ask(text, follow=True).reading.queries[0]
    assert (query.indicators, query.clusters) == (("profit",), ("jinan-it-services",))


def test_a_lone_city_means_its_cluster_of_the_field_talked_about(desk: Desk) -> None:
    desk.ask("临沂生物医药2021年营收")
    assert desk.ask("那烟台呢", follow=True).reading.queries[0].clusters == ("yantai-biomedicine",)


def test_a_city_without_that_field_means_all_its_clusters(desk: Desk) -> None:
    desk.ask("临沂生物医药2021年营收")
    assert len(desk.ask("那青岛呢", follow=True).figures) == 2


def test_where_the_last_figure_comes_from_can_be_asked(desk: Desk) -> None:
    desk.ask("临沂生物医药2020年营收")
    assert "province.xlsx" in desk.ask("这个数从哪来的？", follow=True).text


@pytest.mark.parametrize("text", ["那2020年呢？", "那青岛呢"])
def test_without_a_question_before_nothing_is_guessed(text: str, desk: Desk) -> None:
    assert not desk.ask(text).figures


def test_a_complete_question_takes_nothing_from_the_one_before(desk: Desk) -> None:
    desk.ask("临沂生物医药2020年利润")
    query = desk.ask("2021年各集群营收排名", follow=True).reading.queries[0]
    assert (query.clusters, query.indicators, query.periods) == ((), ("revenue",), ("2021Q4",))


@pytest.mark.parametrize("text", ["什么情况下集群会被淘汰？", "那申报条件是什么？", "有补助吗"])
def test_a_question_for_the_documents_is_not_drawn_into_the_figures(text: str, desk: Desk) -> None:
    desk.ask("临沂生物医药2020年利润")
    assert desk.ask(text, follow=True).reading.strength < 0.5


def test_every_suggestion_can_be_answered(desk: Desk) -> None:
    for text in ("济南信息技术服务2021年上半年营收", "2020年各集群利润排名", "青岛节能环保历年研发投入强度"):
        for suggestion in desk.ask(text).draft.suggestions:
            assert desk.ask(suggestion).figures, suggestion


@pytest.mark.parametrize(
    "text",
    [
        "创新平台要新增多少",
        "为什么要搞战略性新兴产业集群？",
        "过两千亿的集群要几个？",
        "广东的战略性新兴产业集群有几个",
    ],
)
def test_a_question_about_the_plan_leans_on_no_figure(text: str, desk: Desk) -> None:
    desk.ask("烟台生物医药2021年上半年营收")
    assert desk.ask(text, follow=True).reading.strength < 0.5


DIALOGUES = [
    (["2021年三季度谁没报", "二季度呢"], ("2021年二季度的统计季报", "临沂生物医药")),
    (["省级平台新增目标完成多少了", "国家级的呢"], ("目标：新增国家级科技创新平台",)),
    (["省级平台新增目标完成多少了", "那过千亿的呢"], ("目标：主营业务收入过1000亿元的国家级集群",)),
    (["2021年营收超过1000亿且利润超过100亿的集群", "2020年呢"], ("2020年全年同时满足",)),
    (["2021年全省营收", "同比呢", "各集群分别是多少"], ("7个国家级集群2021年全年主营业务收入如下",)),
    (["营收", "济南信息技术服务2020年的", "上半年呢"], ("济南信息技术服务2020年上半年主营业务收入",)),
    (["临沂生物医药2021年利润", "上一年", "同比增长多少"], ("临沂生物医药2020年全年利润",)),
    (["济南信息技术服务2020年利润是多少万元", "青岛轨道交通呢"], ("青岛轨道交通装备2020年全年利润", "万元，即")),
    (["2020年营收高于平均的集群", "低于平均的呢", "利润呢"], ("利润平均为", "低于平均的有")),
    (["烟台2021年上半年情况怎么样", "青岛呢"], ("青岛轨道交通装备、青岛节能环保2021年上半年主要指标",)),
]


@pytest.mark.parametrize(("questions", "told"), DIALOGUES, ids=[" / ".join(questions) for questions, _ in DIALOGUES])
def test_short_questions_go_on_from_the_ones_before(questions: list[str], told: tuple[str, ...], desk: Desk) -> None:
    replies = [desk.ask(question, follow=index > 0) for index, question in enumerate(questions)]
    assert [words for words in told if words not in replies[-1].text] == []
    assert all(reply.text for reply in replies)


@pytest.mark.parametrize("text", ["跟上年比", "和去年比呢", "比上年涨了多少", "比上年多了多少"])
def test_the_year_before_is_that_of_the_period_talked_about(desk: Desk, province: Province, text: str) -> None:
    desk.ask("济南信息技术服务2021年上半年利润")
    reply = desk.ask(text, follow=True)
    assert reply.reading.queries[0].periods == ("2021Q2",)
    assert two_decimals(province.level(J, "profit", "2020Q2")) in reply.text


def test_its_place_among_the_named_ones_is_that_of_the_cluster_talked_about(desk: Desk) -> None:
    desk.ask("临沂生物医药2021年上半年利润")
    query = desk.ask("七个集群里排第几", follow=True).reading.queries[0]
    assert (query.operation, query.clusters) == ("position", ("linyi-biomedicine",))


@pytest.mark.parametrize(
    "text", ["烟台生物21年一季度环比", "烟台生物医药同比增长多少", "这个数从哪来的", "这些数据的来源是什么"]
)
def test_figures_asked_for_without_an_indicator_are_asked_back(text: str, desk: Desk) -> None:
    reply = desk.ask(text)
    assert not reply.figures
    assert reply.reading.strength > 0.5
    assert reply.reading.problem is not None
    assert reply.reading.problem.kind is ProblemKind.NO_INDICATOR
