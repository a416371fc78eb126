"""For how many periods in a row a figure has been growing or falling."""

from __future__ import annotations

from collections.abc import Sequence

from stats_tools.metric_query import Measure
from stats_tools.operations.courses import over
from stats_tools.operations.inquiry import Inquiry, Row
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, Grid, MetricResult
from stats_tools.operations.telling import absent, figures_of, found, growth_word, shown
from stats_tools.periods import Basis, Period

_QUARTERS = 4
_MOST_NAMED = 3


@operation("streak")
def streak(inquiry: Inquiry) -> MetricResult:
    """The run of growth (ascending: of falls) up to the newest period; with ``k`` the clusters it has lasted for."""
    told = _by_period(inquiry)
    rows = told.lines(told.subjects)
    held = [line for line in rows if line[-1].cell.value is not None]
    everything = [row for line in rows for row in line if row is line[-1] or row.cell.value is not None]
    if not held:
        return absent(told, [line[-1] for line in rows])
    lengths = [(line, _length(line, rises=inquiry.query.order == "desc")) for line in held]
    findings = _named(told, lengths) if inquiry.query.k is None else [_lasting(told, lengths, inquiry.query.k)]
    least = inquiry.query.k or 1
    shown_lines = held if len(held) <= _MOST_NAMED else [line for line, length in lengths if length >= least]
    figures = figures_of(told, [row for line in shown_lines for row in line])
    return found(told, findings, everything, figures=figures, grid=_grid(told, shown_lines))


def _by_period(inquiry: Inquiry) -> Inquiry:
    """The question of growth in every quarter (single quarters of flows) or year up to the newest one asked for."""
    yearly = inquiry.query.every == "year"
    measure = inquiry.query.measure if inquiry.query.measure.is_rate else Measure.YOY
    told = inquiry.varied(measure=measure, basis=None if yearly else Basis.QUARTER)
    extent = told.extent
    if extent is None:
        return told
    last = min(inquiry.query.quarters[-1] if inquiry.query.periods else extent[1], extent[1])
    every = [Period.from_index(index) for index in range(extent[0].index, last.index + 1)]
    based = [each for each in every if told.base_of(each) >= extent[0] and (not yearly or each.quarter == _QUARTERS)]
    return over(told, tuple(based) or (last,))


def _length(line: Sequence[Row], *, rises: bool) -> int:
    """How many periods, counted back from the last, have a figure of the sign asked for."""
    count = 0
    for row in reversed(line):
        value = row.cell.value
        if value is None or not (value > 0 if rises else value < 0):
            break
        count += 1
    return count


def _named(told: Inquiry, lengths: Sequence[tuple[Sequence[Row], int]]) -> list[Finding]:
    return [_run(told, line, length) for line, length in sorted(lengths, key=lambda pair: -pair[1])]


def _run(told: Inquiry, line: Sequence[Row], length: int) -> Finding:
    way = "up" if told.query.order == "desc" else "down"
    facts: dict[str, Fact] = {
        **_facts(told),
        "subject": line[-1].subject.label,
        "amount": told.amount(line[-1]),
        "count": length,
    }
    if not length:
        return Finding(f"streak_{way}_none", {name: facts[name] for name in facts if name != "count"})
    since = told.label(line[-length].period, told.indicator)
    return Finding(f"streak_{way}", {**facts, "since": since})


def _lasting(told: Inquiry, lengths: Sequence[tuple[Sequence[Row], int]], k: int) -> Finding:
    way = "up" if told.query.order == "desc" else "down"
    names = tuple(line[-1].subject.label for line, length in lengths if length >= k)
    facts: dict[str, Fact] = {**_facts(told), "group": told.together().label, "k": k, "total": len(lengths)}
    if not names:
        return Finding(f"streaks_{way}_none", facts)
    return Finding(f"streaks_{way}", {**facts, "count": len(names), "names": names})


def _facts(told: Inquiry) -> dict[str, Fact]:
    return {
        "indicator": told.name(told.indicator),
        "last": told.label(told.period, told.indicator),
        "basis": told.basis_name(told.indicator, told.period),
        "word": growth_word(told),
        "unit": Finding("streak_years" if told.query.every == "year" else "streak_quarters"),
    }


def _grid(told: Inquiry, lines: Sequence[Sequence[Row]]) -> Grid | None:
    """Periods down, clusters across."""
    if not lines:
        return None
    unit = told.unit(told.indicator)
    headers = [Finding("column", {"name": line[-1].subject.label, "unit": unit}) for line in lines]
    body = tuple(
        (told.label(period, told.indicator), *(shown(told, line[index]) for line in lines))
        for index, period in enumerate(told.periods)
    )
    return Grid((Finding("column_period"), *headers), body)
