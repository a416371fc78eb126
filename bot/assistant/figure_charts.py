"""The chart that comes with an answer about figures: of a trend always, of rows and targets where one is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import yaml
from pydantic import BaseModel, ConfigDict

from bot.assistant.types import Attachment
from knowledge.folding import fold
from prompts import Wording
from stats_tools.amounts import Amount
from stats_tools.operations.results import Fact, Finding, MetricResult, Series
from stats_tools.types import Provenance

if TYPE_CHECKING:
    from stats_tools.chart_canvas import Caption, Theme
    from stats_tools.charts import Goal

_WORDS = Path(__file__).with_name("figure_charts.yaml")
_PERCENT = Decimal(100)
_TITLED = ("period", "indicator", "basis")


class GoalFacts(BaseModel):
    """Which facts of a finding are the target and what is reached of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: str
    reached: str


class ChartWords(BaseModel):
    """When an answer comes with a chart; see the file for the meaning of its parts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    picture_words: tuple[str, ...]
    dark_words: tuple[str, ...]
    table_words: tuple[str, ...]
    fewest_bars: int
    goals: Mapping[str, GoalFacts]

    @classmethod
    @cache
    def load(cls) -> ChartWords:
        """The words that ship with the product; raises ValidationError where they are wrong."""
        return cls.model_validate(yaml.safe_load(_WORDS.read_text(encoding="utf-8")))

    def wants_picture(self, question: str) -> bool:
        """Whether a question asks for a chart."""
        return any(fold(word) in fold(question) for word in self.picture_words)

    def wants_dark(self, question: str) -> bool:
        """Whether it is to be a dark one."""
        return any(fold(word) in fold(question) for word in self.dark_words)

    def wants_table(self, question: str) -> bool:
        """Whether a question asks for a workbook."""
        return any(fold(word) in fold(question) for word in self.table_words)


class Speaker(Protocol):
    """Says the parts of a result."""

    def say(self, finding: Finding) -> str:
        """One finding as a sentence."""
        ...

    def fact(self, fact: Fact) -> str:
        """One fact as it stands in a sentence."""
        ...

    def source(self, sources: tuple[Provenance, ...]) -> str:
        """Where the figures come from."""
        ...


class FigureCharts:
    """Draws the charts of answers.

    Drawing takes a fifth of a second, and half a second more in a fresh process, so that only trends have a chart
    unasked.

    Args:
        wording: the messages, topics ``chart`` and ``metric``.
        words: says the parts of a result.
        folder: that charts are written to; without it there are none.
    """

    def __init__(self, wording: Wording, words: Speaker, folder: Path | None) -> None:
        self._wording = wording
        self._words = words
        self._folder = folder
        self._cues = ChartWords.load()

    def attachments(self, value: MetricResult, question: str) -> tuple[Attachment, ...]:
        """The chart of a result, or none."""
        if self._folder is None or not value.found:
            return ()
        path = self._drawn(value, question, self._folder)
        return (Attachment("chart", path),) if path else ()

    def _drawn(self, value: MetricResult, question: str, folder: Path) -> Path | None:
        asked = self._cues.wants_picture(question)
        if value.series is None and not asked:
            return None
        from stats_tools import charts  # matplotlib takes half a second to import

        theme = self._theme(question)
        if value.series is not None:
            return charts.draw_lines(value.series, folder, self._caption(value, self._lines_title(value.series)), theme)
        progress = self._progress(value, folder, theme)
        if progress is not None:
            return progress
        rows = tuple(_rows(value))
        if len(rows) < self._cues.fewest_bars or value.grid is None:
            return None
        bars = charts.Bars(rows[0][1].unit, rows)
        title = self._title(value, min(len(rows), charts.MOST_BARS), len(rows))
        return charts.draw_bars(bars, folder, self._caption(value, title), theme)

    def progress(self, value: MetricResult) -> Path | None:
        """The chart of progress towards targets, asked for or not; None where the result measures none."""
        from stats_tools.chart_canvas import LIGHT

        return None if self._folder is None else self._progress(value, self._folder, LIGHT)

    def _progress(self, value: MetricResult, folder: Path, theme: Theme) -> Path | None:
        from stats_tools import charts

        goals = tuple(self._goals(value))
        if not goals:
            return None
        title = self._wording.say("chart.progress_title", period=self._period(value))
        axis = self._wording.say("chart.progress_axis")
        return charts.draw_progress(goals, folder, self._caption(value, title), axis, theme)

    def _theme(self, question: str) -> Theme:
        from stats_tools.chart_canvas import DARK, LIGHT

        return DARK if self._cues.wants_dark(question) else LIGHT

    def _caption(self, value: MetricResult, title: str) -> Caption:
        from stats_tools.chart_canvas import Caption

        mark = self._wording.say("metric.chart_sample") if value.sample else ""
        return Caption(title, self._words.source(value.sources), mark)

    def _lines_title(self, series: Series) -> str:
        from stats_tools.charts import MOST_LINES

        title, held = self._words.say(series.title), len(series.lines)
        if held <= MOST_LINES:
            return title
        return self._wording.say("chart.title_highest", title=title, count=MOST_LINES, held=held)

    def _title(self, value: MetricResult, drawn: int, held: int) -> str:
        facts = value.findings[0].facts
        told = {name: self._words.fact(facts[name]) for name in _TITLED if name in facts}
        if len(told) < len(_TITLED):
            return self._words.say(value.grid.headers[-1]) if value.grid else ""
        if drawn < held:
            return self._wording.say("chart.title_first", **told, count=drawn)
        return self._wording.say("chart.title", **told)

    def _period(self, value: MetricResult) -> str:
        periods = (finding.facts.get("period") for finding in value.findings if finding.key in self._cues.goals)
        return "、".join(dict.fromkeys(self._words.fact(period) for period in periods if period is not None))

    def _goals(self, value: MetricResult) -> Iterator[Goal]:
        from stats_tools.charts import Goal

        for finding in value.findings:
            facts = self._cues.goals.get(finding.key)
            if facts is None:
                continue
            target, reached = _number(finding.facts[facts.target]), _number(finding.facts[facts.reached])
            if target is None or reached is None or target <= 0:
                continue
            words = self._wording.say("chart.progress_words", reached=_plain(reached), target=_plain(target))
            yield Goal(self._words.fact(finding.facts["name"]), max(reached / target * _PERCENT, Decimal(0)), words)


def _number(fact: Fact) -> Decimal | None:
    if isinstance(fact, Amount):
        return fact.value
    return Decimal(fact) if isinstance(fact, int) else None


def _plain(number: Decimal) -> str:
    return Amount(number, "").number


def _rows(value: MetricResult) -> Iterator[tuple[str, Amount]]:
    """Name and figure of each row of a ranking: its table has a place, a name and a figure."""
    if value.grid is None or value.grid.headers[0].key != "column_place":
        return
    for row in value.grid.rows:
        name, figure = row[1], row[-1]
        if len(row) == len(_TITLED) and isinstance(name, str) and isinstance(figure, Amount):
            yield name, figure
