"""What the evaluation's workbook says: its head on every sheet, signals, sources and gaps in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from prompts import Wording
from stats_tools.operations.sources import Definitions
from stats_tools.reports.evaluation import Evaluated, Evaluation, Input
from stats_tools.reports.reported import MissingValues, SourceFile
from stats_tools.reports.watch_signals import FoundSignal
from stats_tools.styled_workbook import Style, StyledCell

SEPARATOR = "、"


def row(texts: Iterable[str], style: Style = "text") -> list[StyledCell]:
    """Texts as cells of one style."""
    return [StyledCell(text, style) for text in texts]


@dataclass(frozen=True, slots=True)
class EvaluationWords:
    """Says the parts of an evaluation.

    Args:
        wording: the messages, topic ``evaluation``.
        definitions: what things are called.
        evaluation: what is told.
        today: the day the workbook is made on.
    """

    wording: Wording
    definitions: Definitions
    evaluation: Evaluation
    today: date

    def say(self, key: str, /, **facts: object) -> str:
        """A message of the topic ``evaluation``."""
        return self.wording.say(f"evaluation.{key}", **facts)

    @property
    def title(self) -> str:
        """What the evaluation is called."""
        return self.say("title", year=self.evaluation.year)

    @property
    def mark(self) -> str:
        """That the figures are synthetic; empty where they are not."""
        return self.say("sample_mark") if self.evaluation.sample else ""

    @property
    def top(self) -> list[list[StyledCell]]:
        """The rows that begin every sheet: the mark where there is one, and as of when the figures are."""
        naming = self.definitions.naming
        known_on = naming.day(self.evaluation.known_on)
        told = self.say("known_on", known_on=known_on, day=naming.day(self.today))
        return [*([row([self.mark], "mark")] if self.mark else []), row([told], "note")]

    def head(self, title: str, note: str = "") -> list[list[StyledCell]]:
        """The head of a sheet: its title, the common rows and a remark; without a remark one row less."""
        text = self.title if title == "title" else f"{self.title}：{self.say(title)}"
        return [row([text], "title"), *self.top, *([row([note], "note")] if note else [])]

    def measure(self, part: Input) -> str:
        """What is taken of an indicator."""
        return self.say(f"measure_{part.scored.measure.value}")

    def lacking(self, each: Evaluated) -> str:
        """Why a cluster is not ranked."""
        names = [
            self.say("missing_figure", indicator=self.indicator(part), measure=self.measure(part))
            for part in each.inputs
            if part.amount is None
        ]
        return self.say("not_ranked_because", names=SEPARATOR.join(names))

    def indicator(self, part: Input) -> str:
        """What the indicator is called."""
        return self.definitions.catalogue.get(part.scored.indicator).name

    def signal(self, found: FoundSignal) -> str:
        """One signal with the values behind it."""
        if found.count is not None:
            return self.say(f"signal_{found.kind}", count=found.count, names=SEPARATOR.join(found.named))
        return self.say(f"signal_{found.kind}", indicator=found.indicator, amount=found.amount, bound=found.bound)

    def file(self, file: SourceFile) -> str:
        """One source file."""
        status = self.wording.say(f"metric.status_{file.status}")
        recorded = self.definitions.naming.day(file.recorded_on)
        facts = {"number": file.import_id, "file": file.file_name, "status": status, "values": file.values}
        return self.say("file_line", **facts, recorded=recorded)

    def gap(self, each: MissingValues) -> str:
        """What one cluster lacks in one quarter."""
        facts = {"cluster": each.cluster, "period": self.definitions.naming.quarter(each.period)}
        return self.say("gap_hidden" if each.hidden else "gap", **facts, indicators=SEPARATOR.join(each.indicators))
