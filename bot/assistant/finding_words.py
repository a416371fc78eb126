"""Findings in words: each is a message of one topic, filled with its facts."""

from __future__ import annotations

from bot.assistant.types import Table
from prompts import Wording
from stats_tools.amounts import Amount
from stats_tools.operations.results import Fact, Finding, Grid


class FindingWords:
    """Says findings, facts and tables.

    Args:
        wording: the messages.
        topic: of the messages that findings name by their keys.
    """

    def __init__(self, wording: Wording, topic: str) -> None:
        self._wording = wording
        self._topic = topic

    def say(self, finding: Finding) -> str:
        """One finding as a sentence."""
        spoken = {name: self.fact(fact) for name, fact in finding.facts.items()}
        return self._wording.say(f"{self._topic}.{finding.key}", **spoken)

    def fact(self, fact: Fact) -> str:
        """One fact as it stands in a sentence."""
        if isinstance(fact, str):
            return fact
        if isinstance(fact, Finding):
            return self.say(fact)
        if isinstance(fact, tuple):
            return "、".join(self.fact(each) for each in fact)
        return str(fact)

    def table(self, grid: Grid) -> Table:
        """Rows of plain numbers under headers that carry the unit."""
        rows = tuple(tuple([self._cell(fact) for fact in row]) for row in grid.rows)
        return Table(tuple(self.say(header) for header in grid.headers), rows)

    def _cell(self, fact: Fact) -> str:
        return fact.number if isinstance(fact, Amount) else self.fact(fact)
