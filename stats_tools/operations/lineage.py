"""Where a figure comes from, and whether it was ever corrected."""

from __future__ import annotations

from stats_tools.amounts import Amount
from stats_tools.metric_query import Measure
from stats_tools.office_time import office_day
from stats_tools.operations.inquiry import Inquiry, Row
from stats_tools.operations.observations import Observation
from stats_tools.operations.registration import operation
from stats_tools.operations.results import Fact, Finding, Grid, MetricResult
from stats_tools.operations.telling import absent, figures_of, found

_MOST_ROWS = 20


@operation("lineage")
def lineage(inquiry: Inquiry) -> MetricResult:
    """File, cell and import of each figure, with its revisions; of a derived one, of its inputs."""
    level = inquiry.varied(measure=Measure.LEVEL)
    level.fetch(level.subjects, level.periods)
    rows = tuple(
        level.row(subject, period, indicator)
        for indicator in level.query.indicators
        for period in level.periods
        for subject in level.subjects
    )
    held = [row for row in rows if row.cell.value is not None]
    if not held:
        return absent(level, rows)
    inputs = tuple(dict.fromkeys(each for row in held for each in row.cell.inputs))
    figures = figures_of(level, held)
    if len(held) == 1 and len(inputs) == 1:
        return _stored(level, held[0], inputs[0])
    findings = [Finding("lineage_derived", _facts(level, row)) for row in held[:1]] if len(held) == 1 else []
    findings = findings or [Finding("lineage_many", {"count": len(inputs)})]
    return found(level, findings, rows, figures=figures, grid=_inputs_grid(level, inputs[:_MOST_ROWS]))


def _facts(inquiry: Inquiry, row: Row) -> dict[str, Fact]:
    return {
        "subject": row.subject.label,
        "period": inquiry.full_label(row.period, row.indicator),
        "indicator": inquiry.name(row.indicator),
        "amount": inquiry.amount(row),
    }


def _stored(inquiry: Inquiry, row: Row, observation: Observation) -> MetricResult:
    versions = inquiry.sources.observations.history(observation.key)
    # A first report in the place of the sample corrects nothing.
    history = tuple(each for each in versions if observation.is_sample or not each.is_sample)
    provenance, facts = observation.provenance, _facts(inquiry, row)
    where = "!".join(part for part in (provenance.sheet, provenance.cell) if part)
    origin = Finding(
        "lineage",
        {
            **facts,
            "file": provenance.file_name,
            "place": Finding("place", {"place": where}) if where else "",
            "number": provenance.import_id,
            "date": office_day(provenance.recorded_at).isoformat(),
            "person": _submitter(observation),
            "status": Finding(f"status_{provenance.status}"),
            "revision": provenance.revision,
        },
    )
    if len(history) > 1:
        findings = [origin, Finding("revised", {**facts, "count": len(history) - 1})]
        return found(inquiry, findings, [row], figures=figures_of(inquiry, [row]), grid=_history_grid(inquiry, history))
    return found(inquiry, [origin, Finding("never_revised", facts)], [row], figures=figures_of(inquiry, [row]))


def _submitter(observation: Observation) -> Fact:
    """Who handed a file in; the number of somebody's account in a channel is nobody else's business."""
    person = observation.provenance.uploaded_by
    if not person or observation.is_sample:
        return Finding("anonymous")
    return Finding("filed_in_chat") if ":" in person else person


def _history_grid(inquiry: Inquiry, history: tuple[Observation, ...]) -> Grid:
    headers = ("column_revision", "column_value", "column_time", "column_source", "column_status")
    return Grid(
        tuple(Finding(header) for header in headers),
        tuple(
            (
                Finding("revision", {"revision": each.provenance.revision}),
                _amount(inquiry, each),
                office_day(each.provenance.recorded_at).isoformat(),
                _origin(each),
                Finding(f"status_{each.provenance.status}"),
            )
            for each in history
        ),
    )


def _inputs_grid(inquiry: Inquiry, inputs: tuple[Observation, ...]) -> Grid:
    columns = ("subject", "indicator", "period", "value", "source", "revision")
    cluster = inquiry.sources.registry.cluster
    return Grid(
        tuple(Finding(f"column_{name}") for name in columns),
        tuple(
            (
                cluster(each.key.cluster).short_name,
                inquiry.name(each.key.indicator),
                inquiry.full_label(each.key.period, each.key.indicator),
                str(_amount(inquiry, each)),
                _origin(each),
                Finding("revision", {"revision": each.provenance.revision}),
            )
            for each in inputs
        ),
    )


def _amount(inquiry: Inquiry, observation: Observation) -> Amount:
    definition = inquiry.definition(observation.key.indicator)
    return Amount(observation.value, definition.unit, definition.decimals)


def _origin(observation: Observation) -> Finding:
    provenance = observation.provenance
    where = "!".join(part for part in (provenance.sheet, provenance.cell) if part)
    place = Finding("place", {"place": where}) if where else ""
    return Finding("origin", {"file": provenance.file_name, "place": place, "number": provenance.import_id})
