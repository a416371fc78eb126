"""How clusters stand in a quarter: bases, growth over those that can be compared, and what is conspicuous."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.definition_files import DefinitionError
from stats_tools.operations.reporting import expected_to_report
from stats_tools.periods import Basis, Period
from stats_tools.reports.anomalies import Anomaly, AnomalyRules, anomalies
from stats_tools.reports.situation import Situation
from tests.reports.conftest import Office, OfficeOf
from tests.stats_tools.questions.figures import NATIONAL, UNREPORTED, Rows

Q2 = Period(2021, 2)
REPORTING = tuple(code for code in NATIONAL if code != UNREPORTED[0])


def situation(office: Office, period: Period = Q2) -> Situation:
    return Situation(office.sources(), expected_to_report(office.sources()), period)


def found(office: Office, period: Period = Q2) -> tuple[Anomaly, ...]:
    return anomalies(situation(office, period), AnomalyRules.load(office.definitions.catalogue))


def exact(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def total(held: Rows, indicator: str, year: int, quarter: int) -> Fraction:
    return sum((held[code, indicator, year, quarter] for code in REPORTING), Fraction(0))


def near(value: Decimal | None, expected: Fraction) -> bool:
    return value is not None and abs(value - exact(expected)) < Decimal("1e-9")


def test_a_total_names_who_is_in_it_and_grows_over_those_with_both_figures(office_of: OfficeOf, held: Rows) -> None:
    standing = situation(office_of(held)).standing("revenue")
    now, before = total(held, "revenue", 2021, 2), total(held, "revenue", 2020, 2)
    assert standing.basis is Basis.YTD
    assert standing.clusters == REPORTING
    assert near(standing.cell.value, now)
    assert near(standing.yoy.cell.value, (now - before) * 100 / before)
    assert standing.yoy.clusters == REPORTING


def test_a_flow_changes_over_the_quarter_by_single_quarters_and_a_stock_by_its_levels(
    office_of: OfficeOf, held: Rows
) -> None:
    now = situation(office_of(held))
    first = total(held, "revenue", 2021, 1)
    second = total(held, "revenue", 2021, 2) - first
    assert near(now.standing("revenue").qoq.cell.value, (second - first) * 100 / first)
    assert now.standing("revenue").qoq.basis is Basis.QUARTER
    staff, earlier = total(held, "employment", 2021, 2), total(held, "employment", 2021, 1)
    assert near(now.standing("employment").qoq.cell.value, (staff - earlier) * 100 / earlier)


def test_a_first_quarter_is_compared_with_the_single_fourth_quarter(office_of: OfficeOf, held: Rows) -> None:
    standing = situation(office_of(held), Period(2021, 1)).standing("rd_spending")
    first = sum((held[code, "rd_spending", 2021, 1] for code in NATIONAL), Fraction(0))
    fourth = sum(
        (held[code, "rd_spending", 2020, 4] - held[code, "rd_spending", 2020, 3] for code in NATIONAL), Fraction(0)
    )
    assert near(standing.qoq.cell.value, (first - fourth) * 100 / fourth)


def test_a_ratio_changes_in_percentage_points(office_of: OfficeOf, held: Rows) -> None:
    standing = situation(office_of(held)).standing("profit_margin")
    assert standing.yoy.amount is not None
    assert standing.yoy.amount.unit == "个百分点"


def test_coverage_names_who_is_missing_and_what_is(office_of: OfficeOf, held: Rows) -> None:
    del held["zibo-functional-materials", "profit", 2021, 2]
    coverage = situation(office_of(held)).coverage
    assert (coverage.reported, len(coverage.expected)) == (6, 7)
    assert [cluster.code for cluster in coverage.missing] == ["linyi-biomedicine"]
    assert [(cluster.code, codes) for cluster, codes in coverage.partial] == [
        ("zibo-functional-materials", ("profit",))
    ]


def test_a_sudden_fall_is_noted_with_both_figures_and_where_they_are_from(office_of: OfficeOf, held: Rows) -> None:
    before = held["jinan-it-services", "employment", 2021, 1]
    held["jinan-it-services", "employment", 2021, 2] = before / 2
    fall = next(each for each in found(office_of(held)) if each.rule == "employment-qoq")
    assert fall.cluster.code == "jinan-it-services"
    assert fall.amount.value == -50
    assert near(fall.now.value, before / 2)
    assert fall.base is not None
    assert near(fall.base.value, before)
    assert {each.provenance.cell for each in fall.inputs} == {"C3"}
    assert not fall.sample


def test_a_small_fall_and_a_fall_from_a_small_base_are_not_noted(office_of: OfficeOf, held: Rows) -> None:
    held["jinan-it-services", "employment", 2021, 2] = held["jinan-it-services", "employment", 2021, 1] * 93 / 100
    for quarter, value in ((1, 900), (2, 100)):
        held["yantai-biomedicine", "employment", 2021, quarter] = Fraction(value)
    assert not [each for each in found(office_of(held)) if each.rule == "employment-qoq"]


def test_a_cumulative_that_shrinks_is_noted_even_where_everything_else_is_well(office_of: OfficeOf, held: Rows) -> None:
    first = held["jinan-it-services", "rd_spending", 2021, 1]
    held["jinan-it-services", "rd_spending", 2021, 2] = first - 1
    fall = next(each for each in found(office_of(held)) if each.rule == "rd-cumulative")
    assert (fall.amount.value, fall.bound) == (-1, None)
    assert near(fall.now.value, first - 1)


def test_a_loss_of_a_single_quarter_hidden_by_the_cumulative_is_noted(office_of: OfficeOf, held: Rows) -> None:
    first = held["jinan-it-services", "profit", 2021, 1]
    held["jinan-it-services", "profit", 2021, 2] = first - 2
    loss = next(each for each in found(office_of(held)) if each.rule == "profit-quarter-loss")
    assert (loss.now.value, loss.base) == (-2, None)


def test_rules_that_cannot_be_applied_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "anomalies.yaml"
    path.write_text("rules: [{code: jobs, kind: cumulative_fall, indicator: employment}]", encoding="utf-8")
    with pytest.raises(DefinitionError, match="employment"):
        AnomalyRules.load(IndicatorCatalogue.load(), path)
