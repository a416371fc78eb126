"""The nouns of the core: a question becomes tool calls, their results a draft, the verified draft an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.assistant.access import Principal
from knowledge.types import Validity
from stats_tools.types import Figure


class Status(StrEnum):
    """How a question ended; the words of the public contract."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    NOT_FOUND = "not_found"
    DENIED = "denied"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Question:
    """One turn of a person.

    Args:
        text: as typed.
        today: the day on which "today", validity and relative periods are judged.
        principal: on whose behalf.
        session: conversation key; empty for a single question without memory.
        tentative: whether it may be half typed, so that having no answer to it tells nothing.
    """

    text: str
    today: date
    principal: Principal = field(default_factory=Principal)
    session: str = ""
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool's name and its JSON-serialisable arguments."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered, verbatim piece of a stored document.

    Args:
        n: mark in the text, 1 and up, unique in the answer.
        quote: exactly ``text[start:end]`` of the stored document.
        section: headings from the outermost in; empty for the preamble or the document as a whole.
        in_force: on the day of the question.
        validity: how the document stands on that day; ``unknown`` where no dates are on record.
    """

    n: int
    doc_id: str
    title: str
    doc_number: str
    section: tuple[str, ...]
    quote: str
    start: int
    end: int
    effective: date | None
    expires: date | None
    in_force: bool
    validity: Validity = Validity.UNKNOWN


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; citation marks are written ``[1]``."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A quoted support: the verbatim words behind a mark."""

    n: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of short cells under headers; every row as long as the headers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """What a machine was told, to be checked rather than read; folded up where a channel can."""

    text: str
    caption: str


Block = Paragraph | Quote | Table | Code


@dataclass(frozen=True, slots=True)
class Evidence:
    """Text a tool returned, in which every number, date, name and clause of the answer must be found.

    Args:
        kind: ``clause`` (a verbatim quote), ``document`` (front matter), ``figure`` (a number with its labels),
            ``registry`` (clusters, targets, catalogue), ``question`` (what the person said).
        text: everything this evidence allows to be said, as plain text.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tool hands back: a typed value with its evidence, or the reason there is none.

    Args:
        value: typed result (``PolicyFinding``, ``MetricResult`` …); None where there is none.
        evidence: all that may be said on the strength of this result.
        status: how the answer ends if this result is all there is; ``answered`` means the value is good.
        message: for people, where there is no value: what is wrong and what to do next.
        options: choices to offer where the call was ambiguous.
    """

    value: object = None
    evidence: tuple[Evidence, ...] = ()
    status: Status = Status.ANSWERED
    message: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolResult:
    """A call and its outcome; a failing tool is a result too, never an exception.

    Args:
        call: the call as run.
        outcome: what came of it.
        elapsed_ms: time the tool took, milliseconds.
    """

    call: ToolCall
    outcome: Outcome
    elapsed_ms: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the tool produced a value to answer with."""
        return self.outcome.status is Status.ANSWERED


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with a question.

    Args:
        calls: tools to run, in order; empty where the question is settled without any.
        status: of the answer if there is nothing to run (clarify, not_found).
        message: what to tell the person in that case; beside calls, a remark that follows their results.
        options: choices to offer in that case.
        suggestions: what to ask next in that case.
        state: JSON-serialisable memory for follow-up questions, kept with the turn.
    """

    calls: tuple[ToolCall, ...] = ()
    status: Status = Status.ANSWERED
    message: str = ""
    options: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    state: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to the answer; kind is ``chart``, ``table`` or ``document``."""

    kind: str
    path: Path


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before verification.

    Args:
        blocks: the answer.
        closing: blocks of a part that belong behind all parts, such as the next step; the composer puts them there.
    """

    status: Status
    blocks: tuple[Block, ...]
    closing: tuple[Block, ...] = ()
    citations: tuple[Citation, ...] = ()
    figures: tuple[Figure, ...] = ()
    suggestions: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A verified answer; every channel renders the same blocks."""

    question: str
    status: Status
    blocks: tuple[Block, ...]
    citations: tuple[Citation, ...] = ()
    figures: tuple[Figure, ...] = ()
    tool_calls: tuple[ToolResult, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    suggestions: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    engine: str = "offline"
    elapsed_ms: float = 0.0
