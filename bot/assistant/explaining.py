"""Explanations: how the answer before came about, by running its queries once more for whoever asks now."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, Field

from bot.assistant.marks import Marks
from bot.assistant.rendering import plain_text
from bot.assistant.toolbox import Circumstances, Tool
from bot.assistant.types import Block, Draft, Evidence, Outcome, Paragraph, Question, Status, ToolCall, ToolResult
from knowledge.folding import fold
from prompts import Wording
from stats_tools.types import Figure

TOOL = "explain_answer"
_MOST_CALLS = 6
_REQUESTS_FILE = Path(__file__).with_suffix(".yaml")


class PastCall(BaseModel):
    """A call of the answer to explain."""

    name: str = Field(max_length=60)
    arguments: dict[str, Any] = Field(default_factory=dict)


class ExplainAnswer(BaseModel):
    """The calls behind an answer, in order."""

    calls: tuple[PastCall, ...] = Field(min_length=1, max_length=_MOST_CALLS)


@dataclass(frozen=True, slots=True)
class Part:
    """How one call came to its result.

    Args:
        call: as it was run.
        blocks: the explanation.
        figures: observations that were read, as data.
        value: the typed explanation behind it, where there is one.
    """

    call: ToolCall
    blocks: tuple[Block, ...]
    figures: tuple[Figure, ...] = ()
    value: object = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an answer came about, call by call."""

    parts: tuple[Part, ...]


Explainer = Callable[[ToolCall, Circumstances], Part]
"""Explains a call of one tool, reading as the asker may read."""


class ExplanationRequests:
    """Which messages ask for an explanation, from ``explaining.yaml``."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = tuple(re.compile(pattern) for pattern in patterns)

    @classmethod
    def load(cls, path: Path = _REQUESTS_FILE) -> ExplanationRequests:
        """Read the file; raises ValueError or KeyError where it is wrong."""
        return cls(yaml.safe_load(path.read_text(encoding="utf-8"))["requests"])

    def asks(self, text: str) -> bool:
        """Whether the text asks how the answer before came about, and nothing else."""
        bare = "".join(each for each in fold(text).lower() if each.isalnum())
        return any(pattern.fullmatch(bare) for pattern in self._patterns)


def calls_behind(results: Sequence[ToolResult]) -> list[dict[str, Any]]:
    """The calls of an answer to remember; of an explanation, those that it explained."""
    calls: list[dict[str, Any]] = []
    for result in results:
        explained = result.call.arguments.get("calls", ()) if result.call.name == TOOL else ()
        calls += list(explained) or [{"name": result.call.name, "arguments": dict(result.call.arguments)}]
    # A message may ask a question and how it is answered.
    unique = [each for position, each in enumerate(calls) if each not in calls[:position]]
    return unique[:_MOST_CALLS]


def explain_tool(explainers: Mapping[str, Explainer], otherwise: Explainer, wording: Wording) -> Tool[ExplainAnswer]:
    """The tool that explains.

    Args:
        explainers: by name of the tool whose calls they explain.
        otherwise: explains the calls of all other tools.
        wording: the messages.
    """

    def run(arguments: ExplainAnswer, circumstances: Circumstances) -> Outcome:
        calls = [ToolCall(each.name, each.arguments) for each in arguments.calls]
        parts = tuple(explainers.get(call.name, otherwise)(call, circumstances) for call in calls)
        texts = [plain_text(part.blocks) for part in parts]
        return Outcome(value=Explanation(parts), evidence=(Evidence("figure", "\n".join(texts)),))

    return Tool(TOOL, wording.say("explain.tool"), ExplainAnswer, run)


@dataclass(frozen=True, slots=True)
class ExplanationPhrasing:
    """Writes the draft of an explanation."""

    wording: Wording

    def result(self, value: Explanation, _question: Question, _marks: Marks) -> Draft:
        """The parts one after the other, numbered where there are several."""
        blocks: list[Block] = []
        for n, part in enumerate(value.parts, 1):
            if len(value.parts) > 1:
                blocks.append(Paragraph(self.wording.say("explain.heading", n=n)))
            blocks += part.blocks
        figures = dict.fromkeys(figure for part in value.parts for figure in part.figures)
        return Draft(Status.ANSWERED, tuple(blocks), figures=tuple(figures))
