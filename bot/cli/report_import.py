"""``stats import``: a quarterly report checked, shown, and written; what is doubtful only once confirmed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from bot.cli.asking import JsonOption
from bot.cli.failures import CommandError, ExitCode, complain
from bot.cli.ready import ready
from bot.cli.surroundings import out, settings, today, write_json
from bot.cli.words import say, wording

if TYPE_CHECKING:
    from stats_tools.database import Database
    from stats_tools.importing.applying import ImportPreview
    from stats_tools.importing.issues import ImportIssue, Issues
    from stats_tools.importing.reference import Reference
    from stats_tools.recording import ImportReceipt

UPLOADER = "policybot stats import"
"""Who uploaded, in the audit trail: the channel, as the command line knows no names."""
LARGE = 20_000
"""Values from which on checking and writing take long enough to be reported."""
CHANGES_SHOWN = 20
"""So many changed values are listed; the others are counted."""


def import_report(
    path: Annotated[Path, Argument(metavar="FILE", help=say("help_stats_file"))],
    dry_run: Annotated[bool, Option("--dry-run", help=say("help_dry_run"))] = False,
    yes: Annotated[bool, Option("--yes", "-y", help=say("help_yes"))] = False,
    status: Annotated[str, Option("--status", metavar="STATUS", help=say("help_import_status"))] = "published",
    as_json: JsonOption = False,
) -> int:
    """Check a report, show what it would change, and write it all at once or not at all."""
    from bot.state import open_database_of
    from stats_tools.importing.applying import preview_import
    from stats_tools.importing.reading import read_report
    from stats_tools.importing.reference import Reference
    from stats_tools.recording import STATUSES

    if not path.is_file():
        raise CommandError(say("no_such_file", path=path), ExitCode.USAGE)
    if status not in STATUSES:
        raise CommandError(say("no_such_status", status=status, statuses="、".join(STATUSES)), ExitCode.USAGE)
    database, reference = open_database_of(ready(settings())), Reference.load()
    try:
        reading = read_report(path, reference, today(), _progress)
        if len(reading.observations) > LARGE:
            complain(say("import_checking"))
        preview = preview_import(database, reading, reference, status)
        if not as_json:
            _print(preview, reference)
        receipt = None if _stays_unwritten(preview, dry_run) else _applied(database, preview, yes, as_json)
    finally:
        database.close()
    if as_json:
        write_json(_record(preview, receipt))
    return _finish(preview, receipt, dry_run, as_json)


def _stays_unwritten(preview: ImportPreview, dry_run: bool) -> bool:
    return preview.blocked or dry_run or preview.difference.nothing_to_do


def _applied(database: Database, preview: ImportPreview, yes: bool, as_json: bool) -> ImportReceipt | None:
    """The receipt of the import; None where nobody confirmed it."""
    from stats_tools.importing.applying import ImportRefusedError, apply_import

    if not yes and _needs_a_look(preview) and (as_json or not confirmed()):
        return None
    try:
        return apply_import(database, preview, UPLOADER, datetime.now(UTC), confirmed=True, progress=_written)
    except ImportRefusedError as error:
        raise CommandError(say(f"import_refused_{error.reason}")) from error


def _needs_a_look(preview: ImportPreview) -> bool:
    """Whether reported values would change or something is odd; a first report without a remark is written at once."""
    return preview.needs_confirmation or bool(preview.difference.changed)


def confirmed() -> bool:
    """Whether a person at the terminal says yes; without a terminal nobody does."""
    if not sys.stdin.isatty():
        return False
    return input(say("import_confirm")).strip().casefold() in ("y", "yes", "是", "确认")


def _finish(preview: ImportPreview, receipt: ImportReceipt | None, dry_run: bool, as_json: bool) -> int:
    code, message = _ending(preview, receipt, dry_run)
    (complain if as_json or code else out)(message)
    return code


def _ending(preview: ImportPreview, receipt: ImportReceipt | None, dry_run: bool) -> tuple[ExitCode, str]:
    if preview.blocked:
        return ExitCode.ERROR, say("import_refused_errors")
    if preview.difference.nothing_to_do or (receipt is not None and receipt.import_id is None):
        return ExitCode.ANSWERED, say("import_nothing_to_do")
    if dry_run:
        return ExitCode.ANSWERED, say("import_dry_run")
    if receipt is None:
        return ExitCode.CLARIFY, say("import_unconfirmed")
    done = say("import_done", import_id=receipt.import_id, new=receipt.new, changed=receipt.changed, same=receipt.same)
    closed = say("import_sample_closed", count=receipt.sample_closed) if receipt.sample_closed else ""
    return ExitCode.ANSWERED, done + closed


def _print(preview: ImportPreview, reference: Reference) -> None:
    from bot.import_wording import issue_lines
    from stats_tools.importing.issues import Severity

    for severity in Severity:
        lines = issue_lines(preview.issues, severity, wording())
        if lines:
            out("\n".join((wording().say(f"importing.{severity.value}"), *(f"  {line}" for line in lines))))
    if preview.blocked:
        return
    reading, found = preview.reading, preview.difference
    for heading, meaning in reading.columns.items():
        if heading != meaning:
            out(say("import_column", heading=heading, meaning=meaning))
    out(say("import_preview", rows=reading.rows, new=len(found.new), changed=len(found.changed), same=len(found.same)))
    for line in _changes(preview, reference):
        out(line)
    if preview.sample_replaced:
        out(say("import_sample_replaced", count=preview.sample_replaced))


def _changes(preview: ImportPreview, reference: Reference) -> Iterator[str]:
    from stats_tools.amounts import plain

    changed = preview.difference.changed
    for change in changed[:CHANGES_SHOWN]:
        indicator = reference.catalogue.reported(change.observation.indicator)
        yield say(
            "import_change",
            cluster=reference.registry.cluster(change.observation.cluster).name,
            indicator=indicator.name,
            period=change.observation.period,
            before=plain(change.before.value, 8),
            after=plain(change.observation.value, 8),
            unit=indicator.unit,
        )
    if len(changed) > CHANGES_SHOWN:
        yield say("import_more_changes", count=len(changed) - CHANGES_SHOWN)


def _record(preview: ImportPreview, receipt: ImportReceipt | None) -> Mapping[str, Any]:
    found, reading = preview.difference, preview.reading
    return {
        "applied": receipt is not None and receipt.import_id is not None,
        "import_id": receipt.import_id if receipt else None,
        "file": reading.file_name,
        "sheet": reading.sheet,
        "rows": reading.rows,
        "columns": dict(reading.columns),
        "new": len(found.new),
        "changed": len(found.changed),
        "same": len(found.same),
        "sample_closed": receipt.sample_closed if receipt else 0,
        **issues_record(preview.issues),
    }


def issues_record(issues: Issues) -> dict[str, Any]:
    """The findings by severity, for a script: how many there were, and those kept."""
    from stats_tools.importing.issues import Severity

    return {
        f"{severity.value}s": {
            "count": issues.count(severity),
            "listed": [_issue(issue) for issue in issues.of(severity)],
        }
        for severity in Severity
    }


def _issue(issue: ImportIssue) -> dict[str, Any]:
    from bot.import_wording import issue_line

    place = issue.place
    return {
        "code": issue.code.value,
        "sheet": place.sheet,
        "row": place.row or None,
        "column": place.column,
        "cell": place.cell,
        "value": issue.value,
        "message": issue_line(issue, wording()),
    }


def _written(done: int, total: int) -> None:
    if total > LARGE:
        complain(say("import_writing", done=done, total=total))


def _progress(done: int, total: int) -> None:
    complain(say("import_progress", done=done, total=total))
