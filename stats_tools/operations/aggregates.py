"""Several figures into one: sums, means, medians, shares and ratios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from statistics import median as middle

from stats_tools.amounts import PERCENT, Amount
from stats_tools.catalogue import Nature, Ratio, Sum
from stats_tools.metric_query import Measure
from stats_tools.operations.inquiry import Inquiry, Row, Subject
from stats_tools.operations.naming import Aggregate
from stats_tools.operations.observations import Observation
from stats_tools.operations.panel import Cell, divided
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, Grid, MetricResult
from stats_tools.operations.telling import absent, column, figures_of, found, refused, sentence, shown
from stats_tools.operations.values import value
from stats_tools.periods import Basis
from stats_tools.types import Figure

_HUNDRED = Decimal(100)
_MEAN_DECIMALS = 2
"""Means and medians of whole numbers are no whole numbers."""


@operation("sum")
def total(inquiry: Inquiry) -> MetricResult:
    """The sum over the clusters in scope, or over several periods of a flow; of a growth, that of the sum."""
    if inquiry.query.by != "cluster":
        return value(inquiry)
    if len(inquiry.periods) > 1:
        return _over_periods(inquiry)
    return _whole(inquiry, inquiry.rows(inquiry.subjects, inquiry.period))


def _whole(inquiry: Inquiry, rows: tuple[Row, ...]) -> MetricResult:
    # A growth is that of the clusters with both figures, so that like is compared with like.
    held = [row for row in rows if not row.cell.gaps]
    if not held:
        return absent(inquiry, rows)
    subject = inquiry.of(held)
    row = _named(inquiry, inquiry.row(subject, inquiry.period), "sum")
    parts = _parts(inquiry, rows) if inquiry.query.measure is Measure.LEVEL else None
    lead = sentence(inquiry, row)
    if lead.key == "value":
        formula = getattr(inquiry.definition(inquiry.indicator), "formula", None)
        additive = formula is None or isinstance(formula, Sum)
        whole = inquiry.name(inquiry.indicator).endswith(inquiry.sources.naming.aggregates["sum"])
        lead = Finding(
            "sum_total" if whole else "sum" if additive else "sum_ratio",
            {**_facts(inquiry, subject), "amount": inquiry.amount(row), "count": len(held)},
        )
    return found(inquiry, [lead], rows, figures=figures_of(inquiry, [row]), grid=parts)


@operation("overall")
def overall(inquiry: Inquiry) -> MetricResult:
    """The sum of the clusters in scope first, then each of them; ratios and growth of the whole, then of each."""
    if inquiry.query.by != "cluster" or len(inquiry.subjects) == 1 or len(inquiry.periods) != 1:
        return value(inquiry)
    rows = inquiry.rows(inquiry.subjects, inquiry.period)
    whole = _whole(inquiry, rows)
    if not whole.found:
        return value(inquiry)
    grid = whole.grid or _parts(inquiry, rows)
    return replace(whole, figures=whole.figures + figures_of(inquiry, rows), grid=grid)


def _over_periods(inquiry: Inquiry) -> MetricResult:
    """A flow added up over periods; stocks and ratios do not add up over time."""
    definition, group = inquiry.definition(inquiry.indicator), inquiry.together()
    label = inquiry.full_label(inquiry.period, inquiry.indicator)
    periods = tuple(inquiry.label(period, inquiry.indicator) for period in inquiry.periods)
    nature = inquiry.sources.catalogue.nature(inquiry.indicator)
    if nature is Nature.STOCK or getattr(definition, "formula", None) is not None:
        finding = Finding("not_additive", {"indicator": definition.name, "period": label})
        return MetricResult(inquiry.query, found=False, findings=(finding,))
    if len({period.quarter for period in inquiry.periods}) > 1 and inquiry.query.basis is None:
        # Cumulatives of different quarters contain one another; only single quarters add up.
        return _over_periods(inquiry.varied(basis=Basis.QUARTER))
    inquiry.fetch([group], inquiry.periods)
    rows = [inquiry.row(group, period) for period in inquiry.periods]
    if any(row.cell.value is None for row in rows):
        if all(row.cell.value is None for row in rows):
            return absent(inquiry, rows)
        facts: dict[str, Fact] = {"group": group.label, "periods": periods, "indicator": definition.name}
        return refused(found(inquiry, [Finding("sum_incomplete", facts)], rows))
    cell = Cell(sum((row.cell.value or Decimal(0) for row in rows), Decimal(0)), inputs=_inputs(rows))
    whole = _named(inquiry, Row(group, inquiry.indicator, inquiry.period, cell), "sum")
    facts = {
        "group": group.label,
        "periods": periods,
        "indicator": definition.name,
        "amount": inquiry.amount(whole),
        "basis": inquiry.basis_name(inquiry.indicator, inquiry.period),
    }
    lines = tuple((period, shown(inquiry, row)) for period, row in zip(periods, rows, strict=True))
    grid = Grid((Finding("column_period"), column(inquiry, inquiry.indicator)), lines)
    return found(inquiry, [Finding("sum_periods", facts)], rows, figures=figures_of(inquiry, [whole]), grid=grid)


@operation("mean")
def mean(inquiry: Inquiry) -> MetricResult:
    """The simple mean over the clusters in scope, or over the periods of one."""
    return _summary(inquiry, "mean", lambda values: sum(values, Decimal(0)) / len(values))


@operation("median")
def median(inquiry: Inquiry) -> MetricResult:
    """The median over the clusters in scope, or over the periods of one."""
    return _summary(inquiry, "median", lambda values: Decimal(middle(values)))


def _summary(inquiry: Inquiry, name: Aggregate, compute: Callable[[Sequence[Decimal]], Decimal]) -> MetricResult:
    if len({period.quarter for period in inquiry.periods}) > 1 and inquiry.query.basis is None:
        # Cumulatives of different quarters contain one another; what has a mean is the single quarter.
        inquiry = inquiry.varied(basis=Basis.QUARTER)
    inquiry.fetch(inquiry.subjects, inquiry.periods)
    rows = [row for period in inquiry.periods for row in inquiry.rows(inquiry.subjects, period)]
    held = [row for row in rows if row.cell.value is not None]
    if not held:
        return absent(inquiry, rows)
    subject = inquiry.of(held)
    cell = Cell(compute([row.cell.value for row in held if row.cell.value is not None]), inputs=_inputs(held))
    row = _named(inquiry, Row(subject, inquiry.indicator, inquiry.period, cell), name)
    figure = replace(inquiry.figure(row), decimals=_MEAN_DECIMALS)
    amount = Amount(figure.value, figure.unit, _MEAN_DECIMALS)
    facts = {**_facts(inquiry, subject), "amount": amount, "count": len(held)}
    return found(inquiry, [Finding(name, facts)], rows, figures=[figure], grid=_parts(inquiry, rows))


@operation("share")
def share(inquiry: Inquiry) -> MetricResult:
    """What part of their group's sum the clusters named make up; without any named, every one's part."""
    named = bool(inquiry.query.clusters or inquiry.query.cities)
    level = inquiry.query.level or (inquiry.clusters[0].level if named else None)
    whole = inquiry.query.among
    level = None if whole else level
    among = inquiry.varied(clusters=(), cities=whole, sectors=(), level=level) if named else inquiry
    group = among.together()
    among.fetch([group], [inquiry.period])
    denominator = among.row(group, inquiry.period, measure=Measure.LEVEL)
    facts: dict[str, Fact] = {
        "group": group.label,
        "period": inquiry.label(inquiry.period, inquiry.indicator),
        "indicator": inquiry.name(inquiry.indicator),
    }
    if denominator.cell.gaps or isinstance(getattr(inquiry.definition(inquiry.indicator), "formula", None), Ratio):
        # What adds up is there for everybody where it is for all together.
        rows = among.rows(among.subjects, inquiry.period, Measure.LEVEL)
        missing = tuple(row.subject.label for row in rows if row.cell.value is None)
        if len(missing) == len(rows):
            return absent(among, rows)
        if missing:
            return refused(found(inquiry, [Finding("share_incomplete", {**facts, "names": missing})], rows))
    subjects = [inquiry.together()] if named else list(among.subjects)
    return _shares(inquiry, subjects, denominator, facts)


def _shares(inquiry: Inquiry, subjects: list[Subject], denominator: Row, facts: dict[str, Fact]) -> MetricResult:
    rows = inquiry.rows(subjects, inquiry.period, Measure.LEVEL)
    shares = [row._replace(cell=divided(row.cell, denominator.cell, _HUNDRED)) for row in rows]
    figures: list[Figure] = []
    findings: list[Finding] = []
    lines: list[tuple[Fact, ...]] = []
    whole = inquiry.amount(denominator, Measure.LEVEL)
    for row, part in zip(rows, shares, strict=True):
        amount = inquiry.amount(row, Measure.LEVEL)
        if part.cell.value is None:
            undefined = {**facts, "subject": row.subject.label, "amount": amount, "total": whole}
            return found(inquiry, [Finding("share_undefined", undefined)], [row, denominator])
        rate = Amount(part.cell.value, PERCENT)
        code, name = f"{row.indicator}_share", inquiry.name(row.indicator)
        figure = replace(inquiry.figure(row, Measure.LEVEL), indicator=code, indicator_name=name, value=rate.value)
        figures.append(replace(figure, unit=PERCENT, decimals=2))
        said = {**facts, "subject": row.subject.label, "amount": amount, "total": whole, "share": rate}
        findings.append(Finding("share", {**said, "basis": inquiry.basis_name(row.indicator, row.period)}))
        lines.append((row.subject.label, amount, rate))
    grid = None
    if len(lines) > 1:
        headers = (Finding("column_subject"), column(inquiry, inquiry.indicator), Finding("column_share"))
        grid = Grid(headers, tuple(lines))
        findings = [Finding("shares", {**facts, "total": whole})]
    return found(inquiry, findings, [*rows, denominator], figures=figures, grid=grid)


@operation("ratio")
def ratio(inquiry: Inquiry) -> MetricResult:
    """The first indicator over the second, of each cluster in scope."""
    upper, lower = inquiry.query.indicators
    inquiry.fetch(inquiry.subjects, [inquiry.period])
    units = inquiry.definition(upper).unit, inquiry.definition(lower).unit
    same = units[0] == units[1]
    findings: list[Finding] = []
    figures: list[Figure] = []
    rows: list[Row] = []
    for subject in inquiry.subjects:
        over, under = (inquiry.row(subject, inquiry.period, each, Measure.LEVEL) for each in (upper, lower))
        rows += [over, under]
        cell = divided(over.cell, under.cell, Decimal(1))
        if over.cell.value is None or under.cell.value is None:
            continue
        facts: dict[str, Fact] = {
            "subject": subject.label,
            "period": inquiry.label(inquiry.period, upper),
            "numerator_name": inquiry.name(upper),
            "denominator_name": inquiry.name(lower),
            "numerator": inquiry.amount(over, Measure.LEVEL),
            "denominator": inquiry.amount(under, Measure.LEVEL),
            "basis": inquiry.basis_name(upper, inquiry.period),
        }
        if cell.value is None:
            findings.append(Finding("ratio_undefined", facts))
            continue
        percent = Amount(cell.value * _HUNDRED, PERCENT)
        plain = Amount(cell.value, "" if same else f"{units[0]}/{units[1]}", 4)
        findings.append(
            Finding(
                "ratio" if same else "ratio_mixed", {**facts, "ratio": plain} | ({"percent": percent} if same else {})
            )
        )
        figure = inquiry.figure(over, Measure.LEVEL)
        figures.append(
            replace(
                figure,
                indicator=f"{upper}_to_{lower}",
                indicator_name=f"{inquiry.name(upper)}/{inquiry.name(lower)}",
                value=percent.value if same else plain.value,
                unit=percent.unit if same else plain.unit,
                provenance=None,
            )
        )
    if not findings:
        return absent(inquiry, rows)
    return found(inquiry, findings, rows, figures=figures)


def _facts(inquiry: Inquiry, subject: Subject) -> dict[str, Fact]:
    return {
        "group": subject.label,
        "period": tuple(inquiry.label(period, inquiry.indicator) for period in inquiry.periods),
        "indicator": inquiry.name(inquiry.indicator) + inquiry.measure_name(),
        "basis": inquiry.basis_name(inquiry.indicator, inquiry.period),
    }


def _named(inquiry: Inquiry, row: Row, aggregate: Aggregate) -> Row:
    """The row under the name of an aggregate, so that its figure cannot pass for a cluster's own."""
    if len(row.subject.clusters) == 1 and aggregate == "sum":
        return row
    naming = inquiry.sources.naming
    label = naming.aggregate.format(group=row.subject.label, aggregate=naming.aggregates[aggregate])
    return row._replace(subject=row.subject._replace(label=label, code=""))


def _parts(inquiry: Inquiry, rows: Sequence[Row]) -> Grid | None:
    if len({row.subject.label for row in rows}) < 2 or len(inquiry.periods) > 1:
        return None
    lines = tuple((row.subject.label, shown(inquiry, row)) for row in rows)
    return Grid((Finding(f"column_by_{inquiry.query.by}"), column(inquiry, inquiry.indicator)), lines)


def _inputs(rows: Sequence[Row]) -> tuple[Observation, ...]:
    # One panel holds each stored value once, so that which it is tells it apart.
    return tuple({id(each): each for row in rows for each in row.cell.inputs}.values())
