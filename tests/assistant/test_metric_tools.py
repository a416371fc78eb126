"""The tool for figures, as an engine calls it: typed arguments, reasons for refusals, evidence to speak from."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from bot.assistant.access import Principal
from bot.assistant.metric_tools import metric_tools
from bot.assistant.toolbox import Circumstances, Toolbox
from bot.assistant.types import Outcome, Status, ToolCall
from prompts import Wording
from stats_tools.metric_query import MetricQuery, Threshold
from stats_tools.operations.registration import OPERATIONS
from stats_tools.operations.sources import Definitions
from stats_tools.queries import ObservationReader
from tests.stats_tools.questions.asking import filed, opened

WORDING, DEFINITIONS = Wording.load(), Definitions.load()


@pytest.fixture(scope="module")
def toolbox() -> Toolbox:
    database = opened()
    filed(database, {("jinan-it-services", "revenue", 2021, 4): Fraction(2000)})
    return Toolbox(metric_tools(DEFINITIONS, lambda viewer: ObservationReader(database, viewer), WORDING), WORDING)


def run(toolbox: Toolbox, **arguments: object) -> Outcome:
    circumstances = Circumstances(Principal(), date(2022, 3, 1))
    return toolbox.run(ToolCall("query_metric", arguments), circumstances).outcome


def test_a_query_is_its_own_json() -> None:
    query = MetricQuery(
        operation="filter",
        indicators=("revenue",),
        periods=("2021Q4",),
        threshold=Threshold(comparison="gt", value=Decimal("1000.5"), unit="亿元"),
    )
    assert MetricQuery.model_validate(json.loads(query.model_dump_json(exclude_defaults=True))) == query


def test_the_figure_comes_with_the_evidence_to_say_it(toolbox: Toolbox) -> None:
    outcome = run(toolbox, indicators=["revenue"], clusters=["jinan-it-services"], periods=["2021Q4"])
    assert outcome.status is Status.ANSWERED
    assert "济南信息技术服务2021年全年主营业务收入为2000亿元" in outcome.evidence[0].text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"indicators": ["gdp"]}, "没有名为“gdp”的指标"),
        ({"indicators": ["revenue"], "clusters": ["suzhou-biomedicine"]}, "没有名为“suzhou-biomedicine”的集群"),
        ({"indicators": ["revenue"], "operation": "guess"}, "没有名为“guess”的查询方式"),
        ({"operation": "target_progress", "targets": ["rule-the-world"]}, "没有名为“rule-the-world”的目标"),
        ({"indicators": ["revenue"], "periods": ["2021年五季度"]}, "参数有误"),
        ({"indicators": ["revenue"], "operation": "filter"}, "参数有误"),
        ({"indicators": ["revenue"], "operation": "ratio"}, "参数有误"),
        ({}, "没有名为“”的指标"),
        ({"indicators": ["revenue"], "operation": "filter", "threshold": {"value": 5, "unit": "人"}}, "单位"),
    ],
)
def test_arguments_that_make_no_sense_are_told_and_nothing_is_computed(
    arguments: dict[str, object], told: str, toolbox: Toolbox
) -> None:
    outcome = run(toolbox, **arguments)
    assert outcome.status is Status.ERROR
    assert told in outcome.message
    assert outcome.value is None


def test_a_bound_in_another_unit_of_the_same_kind_is_converted(toolbox: Toolbox) -> None:
    bound = {"comparison": "gt", "value": "15000000", "unit": "万元"}
    outcome = run(toolbox, indicators=["revenue"], operation="filter", level="national", threshold=bound)
    assert "超过1500亿元" in outcome.evidence[0].text


def test_every_operation_is_described_to_a_language_model(toolbox: Toolbox) -> None:
    description = toolbox.available(Principal())[0].description
    assert [name for name in OPERATIONS if name not in description] == []
    assert "rd_intensity=研发投入强度（%）" in description
