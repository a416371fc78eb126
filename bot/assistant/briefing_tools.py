"""Briefings asked for in a conversation: who claims such a message, the tool, and what is said."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.assistant.briefings import Briefings, WrittenBriefing
from bot.assistant.composer import Phraser
from bot.assistant.marks import Marks
from bot.assistant.specialists import Memory, PartPlan
from bot.assistant.toolbox import Circumstances, Tool
from bot.assistant.types import Block, Draft, Evidence, Outcome, Paragraph, Question, Status, Table, ToolCall
from knowledge.folding import fold
from stats_tools.registry import Registry
from stats_tools.reports.briefing import Scope

BRIEFING_TOOL = "write_briefing"
_NAMES = ("简报", "周报", "进展摘要")
_PROJECTS = ("项目", "储备库")
_NOT_MEANT = ("订阅", "退订", "谁", "什么", "怎么", "哪", "吗", "几点", "什么时候", "何时", "多久", "/")


class BriefingRequest(BaseModel):
    """What the briefing is about."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["progress", "projects"] = Field("progress", description="progress of clusters, or projects by stage")
    city: str = Field("", description="a city without 市, for its clusters alone")
    cluster: str = Field("", description="a cluster's code, for it alone")


class BriefingSpecialist:
    """Claims requests for a briefing.

    Args:
        registry: the clusters and cities it may be about.
    """

    name = "briefings"

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def plan(self, part: str, _question: Question, _memory: Memory) -> PartPlan | None:
        """The tool that writes the briefing, about the cluster or city that is named."""
        text = fold(part)
        if not any(name in text for name in _NAMES) or any(word in text for word in _NOT_MEANT):
            return None
        arguments: dict[str, Any] = {}
        if any(word in text for word in _PROJECTS):
            arguments["kind"] = "projects"
        elif cluster := self._cluster(text):
            arguments["cluster"] = cluster
        elif city := self._city(text):
            arguments["city"] = city
        return PartPlan(calls=(ToolCall(BRIEFING_TOOL, arguments),))

    def _cluster(self, text: str) -> str:
        """The cluster that the text names by its short name, its name or an alias; the longest name counts."""
        said = [
            (len(name), each.code)
            for each in self._registry.clusters
            for name in (each.name, each.short_name, *each.aliases)
            if fold(name) in text
        ]
        return max(said)[1] if said else ""

    def _city(self, text: str) -> str:
        cities = self._registry.dimensions.cities
        return next((city.name for city in cities if city.name in text), "")


class BriefingTool:
    """The tool over the briefings."""

    def __init__(self, briefings: Briefings, registry: Registry) -> None:
        self._briefings = briefings
        self._registry = registry

    def run(self, request: BriefingRequest, circumstances: Circumstances) -> Outcome:
        """A briefing for the person who asks."""
        if request.cluster and request.cluster not in {each.code for each in self._registry.clusters}:
            gone = self._briefings.wording.say("briefing.scope_gone", words=request.cluster)
            return Outcome(status=Status.NOT_FOUND, message=gone)
        on, principal = circumstances.today, circumstances.principal
        if request.kind == "projects":
            written = self._briefings.projects(principal, on)
        else:
            written = self._briefings.figures(Scope(request.city, request.cluster), principal, on)
        text = "\n".join(_plain(block) for block in (*written.text.blocks, *written.text.details))
        if not written.found:
            return Outcome(status=Status.NOT_FOUND, message=text)
        return Outcome(value=written, evidence=(Evidence("figure", f"{written.text.title}\n{text}"),))


def _plain(block: Block) -> str:
    match block:
        case Table(headers, rows, caption):
            return "\n".join((caption, *("；".join(row) for row in (headers, *rows))))
        case _:
            return block.text


def briefing_tools(briefings: Briefings, registry: Registry) -> list[Tool[Any]]:
    """The tool for briefings."""
    description = briefings.wording.say("briefing.tool_brief")
    return [Tool(BRIEFING_TOOL, description, BriefingRequest, BriefingTool(briefings, registry).run)]


def _phrase(value: WrittenBriefing, _question: Question, _marks: Marks) -> Draft:
    blocks = (Paragraph(value.text.title), *value.text.blocks)
    return Draft(Status.ANSWERED, blocks, figures=value.figures, attachments=value.attachments)


def briefing_phrasers() -> dict[type, Phraser]:
    """What writes a briefing as an answer."""
    return {WrittenBriefing: _phrase}
