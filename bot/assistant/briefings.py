"""Briefings for whoever may read them: the snapshot, its words and its chart, the same in a digest and in an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.assistant.access import Principal
from bot.assistant.briefing_words import BriefingText, BriefingWords
from bot.assistant.figure_charts import FigureCharts
from bot.assistant.metric_phrasing import MetricWords
from bot.assistant.metric_tools import Opens, viewer_of
from bot.assistant.types import Attachment
from prompts import Wording
from stats_tools.amounts import Amount
from stats_tools.operations.observations import Viewer
from stats_tools.operations.sources import Definitions, Sources
from stats_tools.registers.desk import RegisterDesk
from stats_tools.registers.summaries import Summary, obstacles, project_pipeline
from stats_tools.reports.briefing import Briefing, Scope, brief
from stats_tools.reports.lateness import DueOf
from stats_tools.reports.situation import figures_of
from stats_tools.types import Figure

Deadlines = Callable[[date], Sequence[str]]
"""What is due next from a day on, in words."""


@dataclass(frozen=True, slots=True)
class WrittenBriefing:
    """A briefing with what belongs to it.

    Args:
        text: its words.
        figures: the leading figures as data.
        attachments: its chart.
        data_as_of: the day up to which the figures are known; None where it shows none.
        found: whether there was anything to tell.
    """

    text: BriefingText
    figures: tuple[Figure, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    data_as_of: date | None = None
    found: bool = True


@dataclass(frozen=True, slots=True)
class Briefings:
    """Writes briefings.

    Args:
        definitions: the definition files.
        opens: the observations as somebody may read them.
        registers: the registers as somebody may read them, on a day.
        deadlines: what is due next.
        due_of: when the reports for a quarter are due.
        charts: folder that charts are drawn to.
        wording: the messages.
    """

    definitions: Definitions
    opens: Opens
    registers: Callable[[Viewer, date], RegisterDesk]
    deadlines: Deadlines
    due_of: DueOf
    charts: Path
    wording: Wording

    @property
    def _words(self) -> BriefingWords:
        indicators = {each.code: each.name for each in self.definitions.catalogue.indicators}
        return BriefingWords(self.wording, self.definitions.naming, indicators)

    def figures(
        self, scope: Scope, principal: Principal, on: date, previous: Mapping[str, Any] | None = None
    ) -> WrittenBriefing:
        """The newest quarter of the province, a city or a cluster.

        Args:
            scope: what it is about.
            principal: for whom: what that level may not read is not told.
            on: the day it is written on.
            previous: the facts of the briefing before; None or empty for the first one.
        """
        viewer = viewer_of(principal)
        sources = Sources(self.definitions, self.opens(viewer))
        told = brief(sources, scope, on, self.due_of, self.registers(viewer, on))
        if told is None:
            return WrittenBriefing(self._words.nothing(self._label(scope)), found=False)
        text = self._words.briefing(told, previous, self.deadlines(on))
        naming = self.definitions.naming
        figures = tuple(f for each in told.headline for f in figures_of(each, told.label, scope.cluster, naming))
        chart = self._chart(told)
        attachments = (Attachment("chart", chart),) if chart else ()
        return WrittenBriefing(text, figures, attachments, told.known_on)

    def projects(self, principal: Principal, on: date, previous: Mapping[str, Any] | None = None) -> WrittenBriefing:
        """The projects of the reserve by stage; the arguments are those of :meth:`figures`."""
        desk = self.registers(viewer_of(principal), on)
        summary = project_pipeline(desk)
        text = self._words.projects(summary, obstacles(desk).by_obstacle, previous or {})
        if summary.coverage.period is None:
            return WrittenBriefing(text, found=False)
        chart = self._stages(summary)
        return WrittenBriefing(text, (), (Attachment("chart", chart),) if chart else ())

    def _label(self, scope: Scope) -> str:
        return self.definitions.registry.cluster(scope.cluster).short_name if scope.cluster else scope.city

    def _chart(self, told: Briefing) -> Path | None:
        if told.scope.is_province:
            results = [result for _, result in told.progress]
            findings = tuple(finding for result in results for finding in result.findings)
            sources = tuple(dict.fromkeys(each for result in results for each in result.sources))
            whole = replace(results[0], findings=findings, sources=sources, sample=told.sample)
            return FigureCharts(self.wording, MetricWords(self.wording), self.charts).progress(whole)
        if told.trend is None:
            return None
        from stats_tools.chart_canvas import Caption
        from stats_tools.charts import draw_lines

        indicator = str(told.trend.title.facts["indicator"])
        title = self.wording.say("briefing.chart_trend", label=told.label, indicator=indicator)
        mark = self._mark(sample=told.sample)
        return draw_lines(told.trend, self.charts, Caption(title, self._words.source(told), mark))

    def _stages(self, summary: Summary) -> Path | None:
        rows = tuple(
            (name, Amount(Decimal(count.rows), summary.coverage.unit, 0))
            for name, count in summary.total.groups.items()
            if count.rows is not None
        )
        if not rows or summary.coverage.period is None:
            return None
        from stats_tools.chart_canvas import Caption
        from stats_tools.charts import Bars, draw_bars

        period = self.definitions.naming.quarter(summary.coverage.period)
        title = self.wording.say("briefing.chart_stages", period=period)
        caption = Caption(title, self._words.registered(summary), self._mark(sample=summary.coverage.sample))
        return draw_bars(Bars(summary.coverage.unit, rows), self.charts, caption)

    def _mark(self, *, sample: bool) -> str:
        return self.wording.say("metric.chart_sample") if sample else ""
