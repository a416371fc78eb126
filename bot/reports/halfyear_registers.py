"""What the half-yearly summary tells of the registers: projects by stage, what holds them up, platforms and firms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.assistant.types import Table
from prompts import Wording
from stats_tools.operations.naming import Naming
from stats_tools.registers.summaries import Count, Coverage, Summary
from stats_tools.reports.register_state import RegisterState

if TYPE_CHECKING:
    from bot.reports.word_official import OfficialDocument

_HELD_UP = (26, 17, 8, 16, 25)
"""Widths of the columns of the table of projects that are held up."""


@dataclass(frozen=True, slots=True)
class RegisterPages:
    """Writes the parts of a summary that rest on registers.

    Args:
        wording: the messages, topics ``report`` and ``briefing``.
        naming: what periods are called.
        state: the registers at the end of the half year.
        document: what is written to.
    """

    wording: Wording
    naming: Naming
    state: RegisterState
    document: OfficialDocument

    def projects(self) -> None:
        """Projects by cluster and stage, and those held up; or that there are none on record."""
        pipeline = self.state.pipeline
        if not self.state.is_usable(pipeline.coverage):
            self.document.paragraph(self._say("no_projects"))
            return
        self._table(pipeline, "projects_caption")
        projects = self.state.held_up.projects
        if not projects:
            return
        headers = tuple(self._say(f"held_up_{name}") for name in ("name", "cluster", "stage", "why", "adjustment"))
        rows = tuple(
            (each.name, each.cluster.short_name, each.stage, "、".join(each.obstacles), each.adjustment)
            for each in projects
        )
        self.document.table(self._say("held_up_caption", count=len(rows)), Table(headers, rows), _HELD_UP)

    def resources(self) -> None:
        """Platforms by level and firms by tier, as the registers have them; or that there are none on record."""
        for summary, caption in (
            (self.state.platforms, "platforms_caption"),
            (self.state.enterprises, "tiers_caption"),
        ):
            if self.state.is_usable(summary.coverage):
                self._table(summary, caption)
            else:
                self.document.paragraph(self._say("no_register", register=summary.coverage.name))

    def _table(self, summary: Summary, caption: str) -> None:
        headers = (self._say("column_cluster"), *summary.groups, self._say("column_together"))
        lines = [(each.cluster.short_name if each.cluster else "", each) for each in summary.clusters]
        lines.append((self._say("column_together"), summary.total))
        rows = tuple(
            (name, *(self._count(held.groups[group]) for group in summary.groups), self._count(held.total))
            for name, held in lines
        )
        shares = (22, *[12] * (len(headers) - 1))
        self.document.table(self._say(caption, period=self._filed(summary.coverage)), Table(headers, rows), shares)
        files = "；".join(dict.fromkeys(f"{each.file_name} #{each.import_id}" for each in summary.coverage.sources))
        self.document.note(self._say("register_source", files=files))

    def _filed(self, coverage: Coverage) -> str:
        return self.naming.quarter(coverage.period) if coverage.period is not None else ""

    def _count(self, count: Count) -> str:
        return self.wording.say("briefing.count_hidden") if count.rows is None else str(count.rows)

    def _say(self, key: str, /, **facts: object) -> str:
        return self.wording.say(f"report.{key}", **facts)
