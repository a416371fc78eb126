"""When an answer about figures comes with a chart, and what stands in it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.assistant.figure_charts import FigureCharts
from bot.assistant.metric_phrasing import MetricWords
from prompts import Wording
from stats_tools.amounts import Amount
from stats_tools.metric_query import MetricQuery
from stats_tools.operations.results import Fact, Finding, Grid, MetricResult, Series

WORDING = Wording.load()
PLACES = ("济南信息技术服务", "青岛轨道交通装备", "烟台生物医药")


def _amount(value: int) -> Amount:
    return Amount(Decimal(value), "亿元")


def ranking(count: int = 3) -> MetricResult:
    facts: dict[str, Fact] = {"period": "2021年上半年", "indicator": "主营业务收入", "basis": "累计"}
    headers = (
        Finding("column_place"),
        Finding("column_by_cluster"),
        Finding("column", {"name": "收入", "unit": "亿元"}),
    )
    rows = tuple((n + 1, PLACES[n], _amount(100 - n)) for n in range(count))
    lead = Finding("ranking_desc", facts)
    return MetricResult(MetricQuery(operation="rank"), found=True, findings=(lead,), grid=Grid(headers, rows))


TREND = replace(
    ranking(), series=Series(Finding("column_period"), "亿元", ("2020", "2021"), (("烟台", (_amount(1), _amount(2))),))
)
TARGET = replace(
    ranking(),
    findings=(
        Finding("target_count", {"name": "过千亿元的集群", "period": "2021年全年", "count": 4, "reached": 3}),
        Finding("target_increase", {"name": "新增平台", "period": "2021年末", "count": 70, "increase": _amount(49)}),
    ),
)


@pytest.fixture
def charts(tmp_path: Path) -> FigureCharts:
    return FigureCharts(WORDING, MetricWords(WORDING), tmp_path)


@pytest.mark.parametrize(
    "question",
    [
        "各集群营收排名，画个图",
        "来张柱状图看各集群营收",
        "營收排名畫個圖",
        "营收排名生成图表",
        "rank revenue as a Chart",
    ],
)
def test_a_ranking_has_a_chart_where_the_question_asks_for_one(charts: FigureCharts, question: str) -> None:
    (attachment,) = charts.attachments(ranking(), question)
    assert attachment.kind == "chart"
    assert attachment.path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "question", ["各集群营收排名", "山东省图书馆在哪", "企图重复填报会怎样", "each paragraph of the plan"]
)
def test_a_ranking_has_no_chart_where_nobody_asks_for_one(charts: FigureCharts, question: str) -> None:
    assert charts.attachments(ranking(), question) == ()


def test_two_rows_are_read_faster_than_a_picture_of_them(charts: FigureCharts) -> None:
    assert charts.attachments(ranking(2), "对比一下，画个图") == ()


def test_a_trend_has_a_chart_unasked_and_targets_where_asked(charts: FigureCharts) -> None:
    assert len(charts.attachments(TREND, "烟台营收走势")) == 1
    assert len(charts.attachments(TARGET, "目标完成情况画图")) == 1
    assert charts.attachments(TARGET, "目标完成情况") == ()


def test_a_dark_chart_is_another_picture(charts: FigureCharts) -> None:
    light, dark = (charts.attachments(ranking(), f"营收排名画个{shade}图表") for shade in ("", "深色"))
    assert light[0].path != dark[0].path


def test_nothing_is_drawn_without_a_folder_or_without_an_answer(charts: FigureCharts) -> None:
    assert FigureCharts(WORDING, MetricWords(WORDING), None).attachments(TREND, "走势图") == ()
    assert charts.attachments(replace(TREND, found=False), "走势图") == ()
