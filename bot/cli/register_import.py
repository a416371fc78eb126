"""``stats register import``: a register file checked, shown, and written; changes only once confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from bot.cli.asking import JsonOption
from bot.cli.failures import CommandError, ExitCode, complain
from bot.cli.registers import PeriodOption, RegisterOption, chosen, opened, quarter, words
from bot.cli.report_import import confirmed, issues_record
from bot.cli.surroundings import out, today, write_json
from bot.cli.words import say, wording

if TYPE_CHECKING:
    from stats_tools.database import Database
    from stats_tools.recording import ImportReceipt
    from stats_tools.registers.applying import RegisterPreview
    from stats_tools.registers.reference import RegisterReference

UPLOADER = "policybot stats register import"
"""Who uploaded, in the audit trail: the channel, as the command line knows no names."""


def import_registers(
    path: Annotated[Path, Argument(metavar="FILE", help=say("help_register_file"))],
    register: RegisterOption = "",
    period: PeriodOption = "",
    dry_run: Annotated[bool, Option("--dry-run", help=say("help_dry_run"))] = False,
    yes: Annotated[bool, Option("--yes", "-y", help=say("help_yes"))] = False,
    as_json: JsonOption = False,
) -> int:
    """Check a register file, show what it would change, and write it all at once or not at all."""
    from stats_tools.registers.applying import preview_registers
    from stats_tools.registers.reading import read_registers

    if not path.is_file():
        raise CommandError(say("no_such_file", path=path), ExitCode.USAGE)
    with opened() as (database, reference):
        only = [each.code for each in chosen(register, reference)] if register else []
        reading = read_registers(path, reference, today(), only, quarter(period, reference))
        preview = preview_registers(database, reading)
        if not as_json:
            for line in _lines(preview, reference):
                out(line)
        stays = preview.blocked or dry_run or preview.nothing_to_do
        receipt = None if stays else _applied(database, preview, yes, as_json)
    if as_json:
        write_json(_record(preview, receipt))
    code, message = _ending(preview, receipt, dry_run)
    (complain if as_json or code else out)(message)
    return code


def _applied(database: Database, preview: RegisterPreview, yes: bool, as_json: bool) -> ImportReceipt | None:
    """The receipt of the import; None where nobody confirmed it."""
    from stats_tools.importing.applying import ImportRefusedError
    from stats_tools.registers.applying import apply_registers

    if not yes and preview.needs_confirmation and (as_json or not confirmed()):
        return None
    try:
        return apply_registers(database, preview, UPLOADER, datetime.now(UTC), confirmed=True)
    except ImportRefusedError as error:
        raise CommandError(say(f"import_refused_{error.reason}")) from error


def _lines(preview: RegisterPreview, reference: RegisterReference) -> Iterator[str]:
    from bot.import_wording import issue_lines
    from bot.register_wording import page_lines
    from stats_tools.importing.issues import Severity

    for severity in Severity:
        lines = issue_lines(preview.issues, severity, wording())
        if lines:
            yield "\n".join((wording().say(f"importing.{severity.value}"), *(f"  {line}" for line in lines)))
    if preview.blocked:
        return
    for heading, meaning in preview.reading.columns.items():
        yield wording().say("registers.column", heading=heading, meaning=meaning)
    yield from page_lines(preview, reference.registry, wording())


def _ending(preview: RegisterPreview, receipt: ImportReceipt | None, dry_run: bool) -> tuple[ExitCode, str]:
    if preview.blocked:
        return ExitCode.ERROR, say("import_refused_errors")
    if preview.nothing_to_do or (receipt is not None and receipt.import_id is None):
        return ExitCode.ANSWERED, words("nothing_to_do")
    if dry_run:
        return ExitCode.ANSWERED, words("dry_run")
    if receipt is None:
        return ExitCode.CLARIFY, words("unconfirmed")
    counts = {"new": receipt.new, "changed": receipt.changed, "same": receipt.same}
    done = words("done", import_id=receipt.import_id, **counts)
    closed = words("sample_closed", count=receipt.sample_closed) if receipt.sample_closed else ""
    return ExitCode.ANSWERED, done + closed


def _record(preview: RegisterPreview, receipt: ImportReceipt | None) -> Mapping[str, Any]:
    pages = [
        {
            "register": each.page.definition.code,
            "period": str(each.page.period),
            "rows": len(each.page.entries),
            "new": len(each.new),
            "changed": len(each.changed),
            "same": len(each.same),
            "leaving": len(each.leaving),
            "unmentioned": len(each.unmentioned),
        }
        for each in preview.pages
    ]
    return {
        "applied": receipt is not None and receipt.import_id is not None,
        "import_id": receipt.import_id if receipt else None,
        "file": preview.reading.file_name,
        "columns": dict(preview.reading.columns),
        "pages": pages,
        "sample_closed": receipt.sample_closed if receipt else 0,
        **issues_record(preview.issues),
    }
