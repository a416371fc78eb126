"""Reports on request: written for the person who asks, from what that person may read, and handed over as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from bot.assistant.access import Role
from bot.assistant.composer import Phraser
from bot.assistant.marks import Marks
from bot.assistant.metric_tools import Opens, viewer_of
from bot.assistant.report_requests import EVALUATION_TOOL, HALFYEAR_TOOL
from bot.assistant.situation_words import SituationWords
from bot.assistant.toolbox import Circumstances, Tool
from bot.assistant.types import Attachment, Block, Draft, Evidence, Outcome, Paragraph, Question, Status, Table
from prompts import Wording
from stats_tools.amounts import Amount
from stats_tools.operations.observations import Viewer
from stats_tools.operations.sources import Definitions
from stats_tools.periods import Basis, Period
from stats_tools.reports.evaluation import Evaluation
from stats_tools.reports.halfyear import HalfYear, HalfYearFigures
from stats_tools.reports.reported import NoFiguresError
from stats_tools.reports.situation import figures_of
from stats_tools.types import Figure

_LEADING = 4
"""Indicators told in the message; the document has them all."""


class HalfYearWriter(Protocol):
    """Writes the half-yearly summary."""

    def write(self, half: HalfYear, viewer: Viewer, today: date, path: Path) -> HalfYearFigures:
        """Write it and return what it says; raises NoFiguresError where there is nothing to say."""
        ...


class EvaluationWriter(Protocol):
    """Writes the annual evaluation."""

    def write(self, year: int, viewer: Viewer, today: date, path: Path) -> Evaluation:
        """Write it and return what it says; raises NoFiguresError where there is nothing to evaluate."""
        ...


class HalfYearRequest(BaseModel):
    """Which half year; the newest with figures where none is named."""

    model_config = ConfigDict(extra="forbid")

    half: str | None = Field(None, pattern=r"^(199\d|20\d\d)H[12]$", description="half year, e.g. 2021H1")


class EvaluationRequest(BaseModel):
    """Which year; the newest complete one where none is named."""

    model_config = ConfigDict(extra="forbid")

    year: int | None = Field(None, ge=1991, le=2099, description="four digits")


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """A report that was written.

    Args:
        lines: what to say of it.
        table: figures shown in the message.
        figures: the same as data.
        path: of the file.
    """

    lines: tuple[str, ...]
    table: Table
    figures: tuple[Figure, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class ReportTools:
    """The tools that write reports.

    Args:
        definitions: the definition files.
        opens: the observations as somebody may read them.
        halfyear: writes the half-yearly summary.
        evaluation: writes the annual evaluation.
        folder: where files go, one folder for everybody who may read the same.
        wording: the messages.
    """

    definitions: Definitions
    opens: Opens
    halfyear: HalfYearWriter
    evaluation: EvaluationWriter
    folder: Path
    wording: Wording

    def write_halfyear(self, request: HalfYearRequest, circumstances: Circumstances) -> Outcome:
        """The half-yearly summary as a Word document."""
        viewer = viewer_of(circumstances.principal)
        try:
            half = HalfYear.parse(request.half) if request.half else self._newest_half(viewer)
            name = self.wording.say("report.halfyear_file", period=half.period.label(Basis.YTD))
            path = self._path(viewer, name)
            told = self.halfyear.write(half, viewer, circumstances.today, path)
        except NoFiguresError as error:
            return self._nothing(error, "half")
        return self._outcome(self._halfyear(told, path))

    def write_evaluation(self, request: EvaluationRequest, circumstances: Circumstances) -> Outcome:
        """The annual evaluation as a workbook."""
        viewer = viewer_of(circumstances.principal)
        try:
            year = request.year or self._newest_year(viewer)
            path = self._path(viewer, self.wording.say("report.evaluation_file", year=year))
            told = self.evaluation.write(year, viewer, circumstances.today, path)
        except NoFiguresError as error:
            return self._nothing(error, "year")
        return self._outcome(self._evaluation(told, path))

    def _extent(self, viewer: Viewer) -> tuple[Period, Period] | None:
        codes = [each.code for each in self.definitions.catalogue.indicators]
        return self.opens(viewer).extent(codes, ())

    def _newest_half(self, viewer: Viewer) -> HalfYear:
        extent = self._extent(viewer)
        if extent is None:
            raise NoFiguresError(Period(1990, 2), None)
        return HalfYear.ending(extent[1].shift(-(extent[1].quarter % 2)))

    def _newest_year(self, viewer: Viewer) -> int:
        extent = self._extent(viewer)
        if extent is None:
            raise NoFiguresError(Period(1990, 4), None)
        return extent[1].year if extent[1].quarter == 4 else extent[1].year - 1

    def _path(self, viewer: Viewer, name: str) -> Path:
        """Where a report for this viewer goes: what one may not read never lies where another fetches it."""
        own = hashlib.sha256(repr((viewer.internal, sorted(viewer.cities))).encode()).hexdigest()[:12]
        folder = self.folder / own
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    def _nothing(self, error: NoFiguresError, kind: str) -> Outcome:
        status = Status.DENIED if error.hidden else Status.NOT_FOUND
        return Outcome(status=status, message=nothing_to_report(error, kind, self.wording))

    def _outcome(self, report: WrittenReport) -> Outcome:
        rows = ["；".join((*report.table.headers, *row)) for row in report.table.rows]
        text = "\n".join((*report.lines, report.table.caption, *rows))
        return Outcome(value=report, evidence=(Evidence("figure", text),))

    def _halfyear(self, told: HalfYearFigures, path: Path) -> WrittenReport:
        words = SituationWords(self.wording, self.definitions.naming)
        names = {each.code: each.name for each in self.definitions.catalogue.indicators}
        period = told.period.label(Basis.YTD)
        shown = [each for each in told.totals if each.amount is not None][:_LEADING]
        rows = tuple(
            (each.name, words.figure(each), words.basis(each.basis), words.change(each.yoy, each)) for each in shown
        )
        headers = tuple(words.say(f"column_{name}") for name in ("indicator", "value", "basis", "yoy"))
        lines = [words.say("written_halfyear", period=period)]
        lines += [words.say("sample_mark")] if told.sample else []
        lines += [*words.coverage(told.coverage, names), words.say("anomalies_count", count=len(told.anomalies))]
        group = words.say("clusters_together", count=max((len(each.clusters) for each in shown), default=0))
        naming = self.definitions.naming
        figures = tuple(figure for each in shown for figure in figures_of(each, group, "", naming))
        return WrittenReport(tuple(lines), Table(headers, rows, group), figures, path)

    def _evaluation(self, told: Evaluation, path: Path) -> WrittenReport:
        say = self.wording.say
        headers = tuple(say(f"evaluation.{name}") for name in ("rank", "cluster", "total", "rank_range"))
        rows = []
        for each in told.ranked:
            if each.ranks is None or each.total is None:
                continue
            best, worst = each.ranks.best, each.ranks.worst
            span = (
                say("evaluation.range_one", best=best)
                if best == worst
                else say("evaluation.range_two", best=best, worst=worst)
            )
            rows.append((str(each.rank), each.cluster.short_name, Amount(each.total, "").number, span))
        lines = [say("report.written_evaluation", year=told.year)]
        lines += [say("evaluation.sample_mark")] if told.sample else []
        unranked = [each.cluster.short_name for each in told.clusters if each.rank is None]
        if unranked:
            lines.append(say("report.unranked", names="、".join(unranked)))
        watched = sum(bool(each.signals) for each in told.clusters)
        candidates = sum(each.is_candidate for each in told.clusters)
        lines.append(say("report.evaluation_lists", watched=watched, candidates=candidates))
        return WrittenReport(tuple(lines), Table(headers, tuple(rows)), (), path)


def nothing_to_report(error: NoFiguresError, kind: str, wording: Wording) -> str:
    """Why there is no report, and which there could be.

    Args:
        error: what is missing.
        kind: ``half`` or ``year``.
        wording: the messages.
    """
    period = error.period.label(Basis.YTD)
    if error.hidden:
        return wording.say("report.hidden_figures", period=period)
    if error.extent is None:
        return wording.say("report.no_figures_at_all")
    first, last = error.extent
    facts: Mapping[str, object] = {"period": period, "first": first.label(Basis.YTD), "last": last.label(Basis.YTD)}
    step = 2 if kind == "half" else 4
    ends = [Period.from_index(index) for index in range(first.index, last.index + 1)]
    known = [each.label(Basis.YTD) for each in ends if each.quarter % step == 0]
    if not known:
        return wording.say(f"report.no_figures_none_{kind}", **facts)
    return wording.say("report.no_figures", **facts, known="、".join(known[-6:]))


def report_tools(tools: ReportTools) -> list[Tool[Any]]:
    """The tools, for officials and above."""
    say = tools.wording.say
    return [
        Tool(HALFYEAR_TOOL, say("report.tool_halfyear"), HalfYearRequest, tools.write_halfyear, Role.OFFICIAL),
        Tool(EVALUATION_TOOL, say("report.tool_evaluation"), EvaluationRequest, tools.write_evaluation, Role.OFFICIAL),
    ]


def _phrase(value: WrittenReport, _question: Question, _marks: Marks) -> Draft:
    blocks: tuple[Block, ...] = (Paragraph("\n".join(value.lines)),)
    if value.table.rows:
        blocks = (*blocks, value.table)
    attached = (Attachment("document", value.path),)
    return Draft(status=Status.ANSWERED, blocks=blocks, figures=value.figures, attachments=attached)


def report_phrasers() -> dict[type, Phraser]:
    """What writes the message that comes with a report."""
    return {WrittenReport: _phrase}
