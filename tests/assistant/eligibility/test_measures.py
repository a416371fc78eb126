"""The measures' rules rest on the documents word by word."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from bot.assistant.eligibility.belonging import Belonging, SectorLanguage
from bot.assistant.eligibility.profile import DERIVED, Tongue
from bot.assistant.eligibility.recognition import shipped_recognition
from bot.assistant.grounding import Grounds
from knowledge.support_measures import (
    Condition,
    Measure,
    MeasureCatalogue,
    MeasureError,
    Requirement,
    shipped_measures,
)
from knowledge.types import Library
from stats_tools.registry import Registry

MEASURES = shipped_measures().measures
CONDITIONS = [(measure, condition) for measure in MEASURES for condition in measure.conditions]


def _comparisons(test: Requirement) -> list[tuple[str, str]]:
    found = [(test.compare.fact, test.compare.bound)] if test.compare else []
    if test.bands:
        ends = [end for step in test.bands.steps for end in (step.least, step.below) if end]
        found += [(test.bands.by, end) for end in ends]
        found += [pair for step in test.bands.steps for pair in _comparisons(step.test)]
    return found + [pair for part in (*test.any, *test.all) for pair in _comparisons(part)]


def _choices(test: Requirement) -> list[tuple[str, tuple[str, ...]]]:
    found = [(test.choice.fact, test.choice.among)] if test.choice else []
    parts = [*test.any, *test.all, *(step.test for step in test.bands.steps)] if test.bands else [*test.any, *test.all]
    return found + [pair for part in parts for pair in _choices(part)]


@pytest.mark.parametrize("measure", MEASURES, ids=[measure.id for measure in MEASURES])
def test_every_quote_stands_in_its_document(measure: Measure, library: Library) -> None:
    for source in measure.sources:
        document = library.document(source.document)
        assert document is not None
        assert source.words in document.text


@pytest.mark.parametrize("measure", MEASURES, ids=[measure.id for measure in MEASURES])
def test_what_a_measure_is_said_to_give_is_in_its_sources(measure: Measure) -> None:
    said = f"{measure.gives}；{measure.whom}；{measure.where}"
    assert Grounds([source.words for source in measure.sources], []).lacks(said) == []


@pytest.mark.parametrize(("measure", "condition"), CONDITIONS, ids=[f"{m.id}-{c.id}" for m, c in CONDITIONS])
def test_a_requirement_says_nothing_its_source_does_not(measure: Measure, condition: Condition) -> None:
    assert Grounds([condition.source.words], []).lacks(condition.says) == []


@pytest.mark.parametrize(("measure", "condition"), CONDITIONS, ids=[f"{m.id}-{c.id}" for m, c in CONDITIONS])
def test_a_test_looks_at_known_facts_in_their_own_units(measure: Measure, condition: Condition, tongue: Tongue) -> None:
    if condition.test is None:
        return
    for code, bound in _comparisons(condition.test):
        quantity = tongue.quantities.read(bound)
        assert quantity is not None
        assert quantity.dimension == tongue.facts.fact(code).dimension
        # 足够支付一年的利息 says once without a figure.
        assert quantity.interval.value in Grounds([condition.source.words], []).values | {Decimal(1)}
    for code, among in _choices(condition.test):
        known = {"cluster": {"国家级", "省级"}, "province": {"山东"}, "sector": set(tongue.belonging.sectors)}
        values = known[code] if code in DERIVED or code == "sector" else set(tongue.facts.fact(code).values)
        assert set(among) <= values


def test_every_cluster_belongs_to_a_sector() -> None:
    registry = Registry.load()
    precise = [sector for sector in SectorLanguage.load().sectors if not sector.broad]
    homeless = [
        cluster.short_name
        for cluster in registry.clusters
        if not any(theme in cluster.short_name for sector in precise for theme in sector.themes)
    ]
    assert homeless == []


def test_every_need_is_served_by_a_known_word() -> None:
    needs = set(shipped_recognition().needs)
    assert {need for measure in MEASURES for need in measure.needs} <= needs


def test_membership_goes_by_city_and_sector() -> None:
    belonging = Belonging(Registry.load())
    assert [cluster.code for cluster in belonging.membership("烟台", "生物医药").clusters] == ["yantai-biomedicine"]
    assert belonging.membership("威海", "碳纤维和复合材料").is_in is True
    assert belonging.membership("烟台", "高端装备").is_in is None
    assert belonging.membership("泰安", "生物医药").is_in is None
    assert belonging.membership("青岛", "消费品制造").is_in is False


SOURCE = {"document": "d", "quote": "q"}
CONDITION = {"id": "c", "name": "c", "says": "c", "unset": "u", "source": SOURCE}
MEASURE = {"id": "x", "name": "x", "kind": "support", "gives": "g", "source": SOURCE, "conditions": [CONDITION]}


@pytest.mark.parametrize(
    "flaw",
    [
        {**MEASURE, "conditions": []},
        {**MEASURE, "source": {"document": "d"}},
        {**MEASURE, "where": "w"},
        {**MEASURE, "conditions": [CONDITION, CONDITION]},
        {**MEASURE, "conditions": [{**CONDITION, "unset": ""}]},
        {**MEASURE, "conditions": [{**CONDITION, "unset": "", "test": {}}]},
        {**MEASURE, "something": 1},
    ],
    ids=["no condition", "no quote", "where without source", "same id", "neither test nor silence", "empty", "unknown"],
)
def test_a_malformed_measure_is_refused(tmp_path: Path, flaw: dict[str, object]) -> None:
    tiers = {"tiers_source": SOURCE}
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump({**tiers, "measures": [MEASURE]}, allow_unicode=True), encoding="utf-8")
    assert MeasureCatalogue.load(tmp_path).measure("x") is not None
    path.write_text(yaml.safe_dump({**tiers, "measures": [flaw]}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(MeasureError):
        MeasureCatalogue.load(tmp_path)
