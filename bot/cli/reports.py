"""``report``: the half-yearly summary and the annual evaluation as files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument

from bot.cli.failures import CommandError, ExitCode
from bot.cli.ready import ready
from bot.cli.surroundings import out, settings, today
from bot.cli.words import say, wording

if TYPE_CHECKING:
    from bot.reports.files import ReportFiles
    from stats_tools.reports.halfyear import HalfYear

_YEAR = re.compile(r"(\d{4})\s*(?:年|年度)?", re.ASCII)
_YEARS = range(1991, 2100)
"""Years that have a year before and after them among the periods there are."""


def halfyear(
    half: Annotated[str, Argument(metavar=say("metavar_half"), help=say("help_report_half"))],
    path: Annotated[Path, Argument(metavar="OUT.docx", help=say("help_report_halfyear_out"))],
) -> int:
    """Write the half-yearly summary."""
    from stats_tools.operations.observations import Viewer

    chosen = _half(half)
    _check_output(path, ".docx")
    with _files("half") as files:
        told = files.halfyear.write(chosen, Viewer(internal=True), today(), path)
    facts = {"reported": told.coverage.reported, "expected": len(told.coverage.expected)}
    sample = say("report_sample") if told.sample else ""
    out(say("report_halfyear_written", path=path, anomalies=len(told.anomalies), **facts) + sample)
    return ExitCode.ANSWERED


def evaluation(
    year: Annotated[str, Argument(metavar=say("metavar_year"), help=say("help_report_year"))],
    path: Annotated[Path, Argument(metavar="OUT.xlsx", help=say("help_report_evaluation_out"))],
) -> int:
    """Write the annual evaluation."""
    from stats_tools.operations.observations import Viewer

    found = _YEAR.fullmatch(year.strip())
    if found is None or int(found[1]) not in _YEARS:
        raise CommandError(say("no_such_year", year=year), ExitCode.USAGE)
    _check_output(path, ".xlsx")
    with _files("year") as files:
        told = files.evaluation.write(int(found[1]), Viewer(internal=True), today(), path)
    unranked = len(told.clusters) - len(told.ranked)
    sample = say("report_sample") if told.sample else ""
    out(say("report_evaluation_written", path=path, ranked=len(told.ranked), unranked=unranked) + sample)
    return ExitCode.ANSWERED


@contextmanager
def _files(kind: str) -> Iterator[ReportFiles]:
    """What writes reports, once there is state; where there are no figures, that is what the person reads."""
    from bot.assistant.report_tools import nothing_to_report
    from bot.bootstrap import open_reports
    from bot.state import open_database_of
    from stats_tools.reports.reported import NoFiguresError

    loaded = ready(settings())
    database = open_database_of(loaded)
    try:
        yield open_reports(loaded, database)
    except NoFiguresError as error:
        raise CommandError(nothing_to_report(error, kind, wording()), ExitCode.NOT_FOUND) from error
    finally:
        database.close()


def _half(text: str) -> HalfYear:
    """The half year named by its code, or in any form in which a report names a second or fourth quarter."""
    from stats_tools.importing.layout import ReportLayout
    from stats_tools.importing.report_period import read_period
    from stats_tools.reports.halfyear import HalfYear

    try:
        return HalfYear.parse(text)
    except ValueError:
        period = read_period(text, ReportLayout.load()).period
    if period is None or period.quarter % 2:
        raise CommandError(say("no_such_half", half=text), ExitCode.USAGE)
    return HalfYear.ending(period)


def _check_output(path: Path, ending: str) -> None:
    if path.suffix.lower() != ending:
        raise CommandError(say("no_such_format", path=path, formats=ending), ExitCode.USAGE)
    if path.is_dir() or not path.parent.is_dir():
        raise CommandError(say("not_writable", path=path), ExitCode.USAGE)
