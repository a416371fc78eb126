"""``stats register``: the registers of the plan as templates, imported, listed, shown and exported."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from bot.cli.asking import JsonOption
from bot.cli.failures import CommandError, ExitCode
from bot.cli.ready import ready
from bot.cli.surroundings import out, settings, today, write_json
from bot.cli.tables import table
from bot.cli.words import say, wording

if TYPE_CHECKING:
    from stats_tools.database import Database
    from stats_tools.periods import Period
    from stats_tools.registers.definitions import RegisterDefinition
    from stats_tools.registers.desk import RegisterDesk, View
    from stats_tools.registers.reference import RegisterReference

RegisterOption = Annotated[str, Option("--register", metavar="NAME", help=say("help_register_option"))]
PeriodOption = Annotated[str, Option("--period", metavar=say("metavar_period"), help=say("help_register_period"))]


def words(key: str, /, **variables: object) -> str:
    """The message ``cli_registers.<key>``."""
    return wording().say(f"cli_registers.{key}", **variables)


@contextmanager
def opened() -> Iterator[tuple[Database, RegisterReference]]:
    """The database, once there is one, and what registers are read against."""
    from bot.state import open_database_of
    from stats_tools.registers.reference import RegisterReference

    database = open_database_of(ready(settings()))
    try:
        yield database, RegisterReference.load()
    finally:
        database.close()


def chosen(name: str, reference: RegisterReference) -> Sequence[RegisterDefinition]:
    """The register of a name or code, all of them for an empty one; raises CommandError for no such register."""
    from stats_tools.spelling import spelling_key

    key = spelling_key(name)
    if not key:
        return tuple(reference.registers)
    for register in reference.registers:
        if key in map(spelling_key, (register.code, register.name, *register.titles, *register.nouns)):
            return (register,)
    known = "、".join(f"{each.name}（{each.code}）" for each in reference.registers)
    raise CommandError(words("no_such_register", name=name, known=known), ExitCode.USAGE)


def quarter(text: str, reference: RegisterReference) -> Period | None:
    """The quarter of a text, None for an empty one; raises CommandError for what is none."""
    from stats_tools.importing.report_period import read_period

    if not text:
        return None
    reading = read_period(text, reference.reports)
    if reading.period is None:
        raise CommandError(say("no_such_period", period=text), ExitCode.USAGE)
    return reading.period


def template(
    path: Annotated[Path, Argument(metavar="OUT.xlsx", help=say("help_register_template_out"))],
    register: RegisterOption = "",
    period: PeriodOption = "",
) -> int:
    """Write a workbook to fill in, a sheet a register."""
    from stats_tools.periods import Period
    from stats_tools.registers.reference import RegisterReference
    from stats_tools.registers.workbooks import write_register_template

    _check_output(path)
    reference = RegisterReference.load()
    registers = chosen(register, reference)
    ended = Period.of(today()).shift(-1)
    write_register_template(path, reference, registers, quarter(period, reference) or ended)
    out(words("template_written", path=path, registers="、".join(each.name for each in registers)))
    return ExitCode.ANSWERED


def export(
    path: Annotated[Path, Argument(metavar="OUT.xlsx", help=say("help_register_export_out"))],
    register: RegisterOption = "",
    period: PeriodOption = "",
) -> int:
    """Write the rows on record, and where they came from."""
    from stats_tools.registers.workbooks import write_register_rows

    _check_output(path)
    with opened() as (database, reference):
        desk = _desk(database, reference)
        views = [desk.view(each.code, quarter(period, reference)) for each in chosen(register, reference)]
        count = write_register_rows(path, views, reference)
    out(words("export_written", count=count, path=path))
    return ExitCode.ANSWERED


def list_registers(as_json: JsonOption = False) -> int:
    """List the registers with what is on record."""
    with opened() as (database, reference):
        desk = _desk(database, reference)
        views = [desk.view(each.code) for each in reference.registers]
    if as_json:
        write_json({"registers": [_listed(view) for view in views]})
        return ExitCode.ANSWERED
    rows = [
        (
            view.definition.code,
            view.definition.name,
            str(view.standing.period or ""),
            str(len(view.rows)),
            words(f"state_{_state(view)}"),
        )
        for view in views
    ]
    table([words(f"listed_{name}") for name in ("code", "name", "period", "rows", "state")], rows, sys.stdout)
    out(words("list_next"))
    return ExitCode.ANSWERED


def show(
    register: Annotated[str, Argument(metavar="NAME", help=say("help_register_name"))],
    period: PeriodOption = "",
    as_json: JsonOption = False,
) -> int:
    """Show the rows of a register as of a quarter."""
    from stats_tools.registers.showing import shown_cell

    with opened() as (database, reference):
        definition = chosen(register or " ", reference)[0]
        view = _desk(database, reference).view(definition.code, quarter(period, reference))
        columns = definition.columns
        rows = [[shown_cell(each, entry, view.reader, reference.registry) for each in columns] for entry in view.rows]
    if as_json:
        records = [
            {
                **{each.code: cell for each, cell in zip(columns, row, strict=True)},
                "period": str(entry.period),
                "cell": entry.cell,
            }
            for row, entry in zip(rows, view.rows, strict=True)
        ]
        write_json({**_listed(view), "entries": records})
        return ExitCode.ANSWERED
    if view.standing.period is None:
        out(words("empty", register=definition.name, code=definition.code))
        return ExitCode.NOT_FOUND
    table([each.heading for each in columns], rows, sys.stdout)
    for line in _below(view):
        out(line)
    return ExitCode.ANSWERED


def status(
    period: Annotated[str, Argument(metavar=say("metavar_period"), help=say("help_stats_period"))],
    as_json: JsonOption = False,
) -> int:
    """Show which registers were filed for a quarter."""
    from stats_tools.registers.definitions import CLUSTER

    with opened() as (database, reference):
        asked = quarter(period, reference)
        desk = _desk(database, reference)
        views = [desk.view(each.code, asked) for each in reference.registers]
    filed = [view for view in views if view.standing.period == asked]
    rows = []
    for view in views:
        have = {entry.text(CLUSTER) for entry in view.rows}
        missing = [each.short_name for each in reference.registry.at_level("national") if each.code not in have]
        rows.append((view, view in filed, missing if view in filed else []))
    if as_json:
        records = [{**_listed(view), "filed": done, "clusters_without_rows": missing} for view, done, missing in rows]
        write_json({"period": str(asked), "registers": records})
        return ExitCode.ANSWERED
    shown = [
        (view.definition.name, words("status_filed" if done else "status_not_filed"), "、".join(missing))
        for view, done, missing in rows
    ]
    table([words(f"status_{name}") for name in ("register", "state", "missing")], shown, sys.stdout)
    out(words("status_summary", period=asked, filed=len(filed), open=len(views) - len(filed)))
    return ExitCode.ANSWERED


def _desk(database: Database, reference: RegisterReference) -> RegisterDesk:
    """The registers as an operator reads them: everything."""
    from stats_tools.operations.observations import Viewer
    from stats_tools.registers.store import open_desk

    return open_desk(database, reference.registers, reference.registry, today(), Viewer(internal=True))


def _state(view: View) -> str:
    if view.standing.period is None:
        return "empty"
    return "sample" if view.standing.sample else "reported"


def _listed(view: View) -> dict[str, Any]:
    return {
        "register": view.definition.code,
        "name": view.definition.name,
        "period": str(view.standing.period) if view.standing.period else None,
        "rows": len(view.rows),
        "carried": view.standing.carried,
        "sample": view.standing.sample,
    }


def _below(view: View) -> Iterator[str]:
    definition, standing = view.definition, view.standing
    told = {"unit": definition.unit, "counted": definition.counted}
    line = words("shown", register=definition.name, period=standing.period, count=len(view.rows), **told)
    yield line + (words("shown_carried", count=standing.carried) if standing.carried else "")
    if standing.sample:
        yield words("shown_sample")


def _check_output(path: Path) -> None:
    if path.is_dir() or not path.parent.is_dir():
        raise CommandError(say("not_writable", path=path), ExitCode.USAGE)
    if path.suffix.lower() != ".xlsx":
        raise CommandError(say("no_such_format", path=path, formats=".xlsx"), ExitCode.USAGE)
