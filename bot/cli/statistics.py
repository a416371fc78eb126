"""``stats``: who has reported, what was imported, the template, the export, and undoing an import."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from bot.cli.asking import JsonOption
from bot.cli.failures import CommandError, ExitCode, complain
from bot.cli.ready import ready
from bot.cli.report_import import UPLOADER, confirmed
from bot.cli.surroundings import out, settings, write_json
from bot.cli.tables import table
from bot.cli.words import say
from stats_tools.office_time import office_clock

if TYPE_CHECKING:
    from stats_tools.catalogue import IndicatorCatalogue
    from stats_tools.database import Database
    from stats_tools.importing.reference import Reference
    from stats_tools.periods import Period
    from stats_tools.records import ClusterReport, ImportRecord, ReportingStatus

EXPORT_FORMATS = (".xlsx", ".csv")


def status(
    period: Annotated[str, Argument(metavar=say("metavar_period"), help=say("help_stats_period"))],
    as_json: JsonOption = False,
) -> int:
    """Show who has reported a period."""
    from stats_tools.records import reporting_status

    with _statistics() as (database, reference):
        quarter = _quarter(period, reference)
        found = reporting_status(database, reference.registry, reference.catalogue, quarter)
    if as_json:
        write_json(_status_record(found))
        return ExitCode.ANSWERED
    headers = [say(f"status_{name}") for name in ("cluster", "state", "missing")]
    table(headers, [_status_row(report, reference.catalogue) for report in found.clusters], sys.stdout)
    counts = {name: len(getattr(found, name)) for name in ("complete", "partial", "absent")}
    out(say("status_summary", period=quarter, **counts) + (say("status_sample") if found.sample else ""))
    return ExitCode.ANSWERED


def history(as_json: JsonOption = False) -> int:
    """List the imports, latest first."""
    from stats_tools.records import list_imports

    with _statistics() as (database, _):
        imports = list_imports(database)
    if as_json:
        write_json({"imports": [_import_record(each) for each in imports]})
        return ExitCode.ANSWERED
    if not imports:
        out(say("history_empty"))
        return ExitCode.ANSWERED
    headers = [say(f"history_{name}") for name in ("id", "at", "file", "status", "new", "changed", "same")]
    table(headers, [_import_row(each) for each in imports], sys.stdout)
    return ExitCode.ANSWERED


@contextmanager
def _statistics() -> Iterator[tuple[Database, Reference]]:
    """The database, once there is one, and what it is read against."""
    from bot.state import open_database_of
    from stats_tools.importing.reference import Reference

    database = open_database_of(ready(settings()))
    try:
        yield database, Reference.load()
    finally:
        database.close()


def _quarter(text: str, reference: Reference) -> Period:
    from stats_tools.importing.report_period import read_period

    reading = read_period(text, reference.layout)
    if reading.period is None:
        raise CommandError(say("no_such_period", period=text), ExitCode.USAGE)
    return reading.period


def _status_row(report: ClusterReport, catalogue: IndicatorCatalogue) -> tuple[str, str, str]:
    missing = "、".join(catalogue.reported(code).name for code in report.missing) if report.reported else ""
    return report.cluster.name, say(f"status_{_state(report)}"), missing


def _state(report: ClusterReport) -> str:
    if not report.reported:
        return "absent"
    return "partial" if report.missing else "complete"


def _status_record(found: ReportingStatus) -> dict[str, Any]:
    return {
        "period": str(found.period),
        "sample": found.sample,
        "clusters": [
            {
                "cluster": report.cluster.name,
                "state": _state(report),
                "reported": list(report.reported),
                "missing": list(report.missing),
            }
            for report in found.clusters
        ],
    }


def _import_row(each: ImportRecord) -> tuple[str, ...]:
    at = office_clock(each.uploaded_at)[:-3]
    counts = (each.new, each.changed, each.same)
    return (f"#{each.import_id}", at, each.file_name, say(f"history_{each.status}"), *map(str, counts))


def _import_record(each: ImportRecord) -> dict[str, Any]:
    return {
        "import_id": each.import_id,
        "file": each.file_name,
        "sha256": each.file_sha256,
        "sheet": each.sheet,
        "uploaded_by": each.uploaded_by,
        "uploaded_at": each.uploaded_at.isoformat(),
        "status": each.status,
        "observation_status": each.observation_status,
        "new": each.new,
        "changed": each.changed,
        "same": each.same,
        "reverted_at": each.reverted_at.isoformat() if each.reverted_at else None,
        "reverted_by": each.reverted_by,
    }


def template(
    path: Annotated[Path, Argument(metavar="OUT.xlsx", help=say("help_stats_template_out"))],
    period: Annotated[str, Option("--period", metavar=say("metavar_period"), help=say("help_template_period"))] = "",
) -> int:
    """Write a workbook to fill in; with a period, the rows of the national clusters are begun."""
    from stats_tools.template import write_template

    _check_output(path)
    with _statistics() as (_, reference):
        quarter = _quarter(period, reference) if period else None
        clusters = reference.registry.at_level("national") if quarter else ()
        write_template(path, reference.registry, reference.catalogue, quarter, clusters)
    out(say("template_written", path=path))
    return ExitCode.ANSWERED


def export(
    path: Annotated[Path, Argument(metavar="OUT.xlsx", help=say("help_stats_export_out"))],
    period: Annotated[str, Option("--period", metavar=say("metavar_period"), help=say("help_export_period"))] = "",
) -> int:
    """Write the recorded figures to a workbook or, by the name's ending, a CSV file."""
    from stats_tools.export import ExportFilter, export_observations

    _check_output(path)
    if path.suffix.lower() not in EXPORT_FORMATS:
        raise CommandError(say("no_such_format", path=path, formats="、".join(EXPORT_FORMATS)), ExitCode.USAGE)
    with _statistics() as (database, reference):
        chosen = ExportFilter(periods=[_quarter(period, reference)] if period else None)
        written = export_observations(database, reference.registry, reference.catalogue, path, chosen)
    out(say("export_written", count=written, path=path))
    return ExitCode.ANSWERED


def revert(
    import_id: Annotated[int, Argument(metavar="IMPORT_ID", help=say("help_stats_import_id"))],
    yes: Annotated[bool, Option("--yes", "-y", help=say("help_yes"))] = False,
    as_json: JsonOption = False,
) -> int:
    """Undo an import; nothing is forgotten."""
    from stats_tools.importing.reverting import RevertRefusedError, revert_import

    if not yes and (as_json or not confirmed()):
        complain(say("revert_unconfirmed", import_id=import_id))
        return ExitCode.CLARIFY
    try:
        with _statistics() as (database, _):
            receipt = revert_import(database, import_id, UPLOADER, datetime.now(UTC))
    except RevertRefusedError as error:
        later = "、".join(f"#{number}" for number in error.later) or f"#{import_id}"
        raise CommandError(say(f"revert_{error.reason}", later=later)) from error
    counts = {"withdrawn": receipt.withdrawn, "restored": receipt.restored, "sample": receipt.sample_restored}
    if as_json:
        write_json({"import_id": import_id, **counts})
    else:
        out(say("reverted", import_id=import_id, **counts))
    return ExitCode.ANSWERED


def _check_output(path: Path) -> None:
    if path.is_dir() or not path.parent.is_dir():
        raise CommandError(say("not_writable", path=path), ExitCode.USAGE)
