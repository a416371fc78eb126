"""The half-yearly summary as a Word document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.assistant.figure_charts import FigureCharts
from bot.assistant.metric_phrasing import MetricWords
from bot.assistant.situation_words import SituationWords
from bot.assistant.types import Table
from bot.reports.halfyear_registers import RegisterPages
from knowledge.types import Library
from prompts import Wording
from stats_tools.metric_query import Measure
from stats_tools.operations.observations import Observations, Viewer
from stats_tools.operations.sources import Definitions, Sources
from stats_tools.periods import Basis
from stats_tools.registers.desk import RegisterDesk
from stats_tools.reports.anomalies import AnomalyRules
from stats_tools.reports.halfyear import ClusterSection, HalfYear, HalfYearFigures, halfyear_figures
from stats_tools.reports.lateness import DueOf
from stats_tools.reports.register_state import RegisterState, register_state
from stats_tools.reports.reported import MissingValues, SourceFile
from stats_tools.reports.situation import Standing

if TYPE_CHECKING:
    from bot.reports.word_official import OfficialDocument

_ORDINALS = "一二三四五六七八九十"
_LEADING = ("revenue", "profit", "rd_spending", "employment")
"""Indicators that the text of the overall situation names; the table has them all."""
_SHARES = (21, 9, 10, 10, 15, 15)
"""Widths of the columns of a table of indicators."""
_PLATFORMS = ("platforms_provincial", "platforms_national")


@dataclass(frozen=True, slots=True)
class HalfYearReport:
    """Writes the summary.

    Args:
        definitions: the definition files.
        opens: the observations as somebody may read them.
        library: where the words of the targets are read from.
        wording: the messages.
        registers: the registers as somebody may read them, on a day.
        charts: folder that charts are drawn to.
        due_of: when the reports for a quarter are due.
    """

    definitions: Definitions
    opens: Callable[[Viewer], Observations]
    library: Library
    wording: Wording
    registers: Callable[[Viewer, date], RegisterDesk]
    charts: Path
    due_of: DueOf

    def write(self, half: HalfYear, viewer: Viewer, today: date, path: Path) -> HalfYearFigures:
        """Write the document and return what it says.

        Args:
            half: the half year.
            viewer: for whom it is written.
            today: the day it is made on.
            path: of the file; replaced where it exists.

        Raises:
            NoFiguresError: there is nothing to report of the half year.
            OSError: the file cannot be written.
        """
        sources = Sources(self.definitions, self.opens(viewer))
        figures = halfyear_figures(sources, half, AnomalyRules.load(self.definitions.catalogue), today, self.due_of)
        state = register_state(self.registers(viewer, today), half.period, sample=figures.sample)
        _Pages(self, figures, state, today).compose().save(path)
        return figures


class _Pages:
    """One summary in the making."""

    def __init__(self, report: HalfYearReport, figures: HalfYearFigures, state: RegisterState, today: date) -> None:
        from bot.reports.word_official import OfficialDocument, OfficialStyle  # python-docx takes its time to import

        self._report = report
        self._figures = figures
        self._naming = report.definitions.naming
        self._words = SituationWords(report.wording, self._naming)
        self._metric = MetricWords(report.wording)
        self._period = figures.period.label(Basis.YTD)
        self._today = today
        self._document = OfficialDocument(OfficialStyle.load(), self._say("title", period=self._period))
        self._registers = RegisterPages(report.wording, self._naming, state, self._document)

    def _say(self, key: str, /, **facts: object) -> str:
        return self._words.say(key, **facts)

    def compose(self) -> OfficialDocument:
        """All parts in order."""
        known_on = self._naming.day(self._figures.known_on)
        self._document.subtitle(self._say("subtitle", known_on=known_on, day=self._naming.day(self._today)))
        if self._figures.sample:
            self._document.mark(self._say("sample_mark"))
        self._document.paragraph(self._say("plan_reference"))
        self._coverage()
        self._totals()
        self._clusters()
        self._targets()
        self._projects()
        self._resources()
        self._problems()
        self._sources()
        return self._document

    def _coverage(self) -> None:
        self._document.heading(self._say("heading_coverage"), 1)
        names = {each.code: each.name for each in self._report.definitions.catalogue.indicators}
        for line in self._words.coverage(self._figures.coverage, names):
            self._document.paragraph(line)

    def _totals(self) -> None:
        self._document.heading(self._say("heading_totals"), 1)
        self._document.paragraph("".join(self._totals_text()))
        self._document.note(self._say("basis_note"))
        held = max((len(each.clusters) for each in self._figures.totals), default=0)
        caption = self._say("totals_caption", period=self._period, count=held)
        self._document.table(caption, self._standings(self._figures.totals, several=True), (*_SHARES, 9))
        self._trend()

    def _totals_text(self) -> Iterator[str]:
        by_code = {each.indicator: each for each in self._figures.totals}
        led = False
        for standing in (by_code[code] for code in _LEADING if by_code[code].amount is not None):
            facts = {"indicator": standing.name, "amount": standing.amount, "growth": self._words.grown(standing.yoy)}
            if led:
                yield self._say("totals_more", **facts)
            else:
                yield self._say("totals_lead", period=self._period, count=len(standing.clusters), **facts)
            led = True

    def _trend(self) -> None:
        if self._figures.trend is None:
            return
        from stats_tools.chart_canvas import Caption
        from stats_tools.charts import draw_lines

        facts = self._figures.trend.title.facts
        mark = self._report.wording.say("metric.chart_sample") if self._figures.sample else ""
        title = Caption(self._say("trend_title", **facts), "", mark)
        path = draw_lines(self._figures.trend, self._report.charts, title)
        self._document.picture(self._say("trend_caption", **facts), path)

    def _standings(self, standings: tuple[Standing, ...], *, several: bool = False) -> Table:
        columns = ["indicator", "unit", "basis", "value", "yoy", "qoq"] + ["held"] * several
        rows = tuple(
            (
                each.name,
                each.unit,
                self._words.basis(each.basis),
                self._words.number(each),
                self._words.change(each.yoy, each),
                self._words.change(each.qoq, each),
                *([str(len(each.clusters))] if several else []),
            )
            for each in standings
        )
        return Table(tuple(self._say(f"column_{name}") for name in columns), rows)

    def _clusters(self) -> None:
        self._document.heading(self._say("heading_clusters"), 1)
        for number, section in enumerate(self._figures.sections):
            self._cluster(section, number)

    def _cluster(self, section: ClusterSection, number: int) -> None:
        cluster = section.cluster
        level = self._report.definitions.registry.level_name(cluster.level)
        self._document.heading(self._say("cluster_heading", ordinal=_ordinal(number + 1), name=cluster.name), 2)
        facts = {"cluster": cluster.short_name, "level": level, "sector": cluster.sector}
        caption = self._say("cluster_caption", period=self._period, **facts)
        self._document.table(caption, self._standings(section.standings), _SHARES)
        for found in section.anomalies:
            self._document.paragraph(self._words.anomaly(found))

    def _targets(self) -> None:
        progress = self._figures.progress
        self._document.heading(self._say("heading_targets"), 1)
        for finding in progress.findings:
            self._document.paragraph(self._metric.say(finding))
        charts = FigureCharts(self._report.wording, self._metric, self._report.charts)
        path = charts.progress(progress)
        if path is not None:
            self._document.picture(self._say("progress_caption", period=self._period), path)
        for clause in dict.fromkeys(progress.clauses):
            document = self._report.library.document(clause.doc_id)
            if document is not None:
                told = {"title": document.title, "number": document.number, "quote": clause.quote}
                self._document.note(self._say("target_source", **told))

    def _projects(self) -> None:
        self._document.heading(self._say("heading_projects"), 1)
        self._registers.projects()

    def _resources(self) -> None:
        self._document.heading(self._say("heading_resources"), 1)
        self._registers.resources()
        by_code = {each.indicator: each for each in self._figures.totals}
        provincial, national = (
            f"{each.name}{self._words.figure(each)}{self._words.grown(each.qoq, Measure.QOQ)}"
            for each in (by_code[code] for code in _PLATFORMS)
        )
        facts = {"period": self._figures.period.label(Basis.POINT), "provincial": provincial, "national": national}
        count = len(by_code[_PLATFORMS[0]].clusters)
        self._document.paragraph(self._say("platforms_line", count=count, **facts))

    def _problems(self) -> None:
        self._document.heading(self._say("heading_problems"), 1)
        missing = self._figures.coverage.missing
        if missing:
            self._document.paragraph(self._say("problems_unreported", names=_names(c.short_name for c in missing)))
        if not self._figures.anomalies:
            self._document.paragraph(self._say("problems_none"))
            return
        self._document.paragraph(self._say("problems_lead", count=len(self._figures.anomalies)))
        for found in self._figures.anomalies:
            self._document.paragraph(self._words.anomaly(found))

    def _sources(self) -> None:
        self._document.heading(self._say("heading_sources"), 1)
        columns = ("import", "file", "status", "values", "span", "recorded")
        headers = tuple(self._say(f"source_{name}") for name in columns)
        rows = tuple(self._source(file) for file in self._figures.files)
        self._document.table(self._say("source_caption"), Table(headers, rows), (8, 20, 8, 8, 13, 14))
        if self._figures.missing:
            self._document.paragraph(self._say("gaps_lead"))
        else:
            self._document.paragraph(self._say("gaps_none"))
        for each in self._figures.missing:
            self._document.paragraph(self._gap(each))
        for line in self._words.lateness(self._figures.lateness):
            self._document.paragraph(line)
        self._document.paragraph(self._say("draft_note"))

    def _source(self, file: SourceFile) -> tuple[str, ...]:
        return (
            f"#{file.import_id}",
            file.file_name,
            self._report.wording.say(f"metric.status_{file.status}"),
            self._say("source_count", count=file.values),
            self._say("source_span_text", first=file.first, last=file.last),
            self._naming.day(file.recorded_on),
        )

    def _gap(self, each: MissingValues) -> str:
        facts = {"cluster": each.cluster, "period": self._naming.quarter(each.period)}
        key = "gap_hidden" if each.hidden else "gap_missing"
        return self._say(key, **facts, indicators=_names(each.indicators))


def _names(names: Iterator[str] | tuple[str, ...]) -> str:
    return "、".join(names)


def _ordinal(number: int) -> str:
    """The Chinese numeral of a heading, 1 to 99."""
    tens, ones = divmod(number, 10)
    if number <= 10:
        return _ORDINALS[number - 1]
    return ("" if tens == 1 else _ORDINALS[tens - 1]) + "十" + (_ORDINALS[ones - 1] if ones else "")
