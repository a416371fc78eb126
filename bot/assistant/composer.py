"""Tool results to a draft: each kind of result has its phraser, the composer only joins what they write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from bot.assistant.marks import Marks
from bot.assistant.types import Block, Draft, Paragraph, Question, Status, ToolResult
from knowledge.types import Library
from prompts import Wording

Phraser = Callable[[Any, Question, Marks], Draft]
"""Writes the blocks for one typed result value; citations are taken from ``Marks`` and need not be repeated."""


class Composer(Protocol):
    """Turns results into a draft."""

    def compose(self, question: Question, results: Sequence[ToolResult]) -> Draft:
        """A draft whose every statement rests on the results' evidence."""


class ExtractiveComposer:
    """The offline composer: direct answer first, then quoted support, nothing in between that was not retrieved."""

    def __init__(self, library: Library, phrasers: Mapping[type, Phraser], wording: Wording) -> None:
        self._library = library
        self._phrasers = dict(phrasers)
        self._wording = wording

    def compose(self, question: Question, results: Sequence[ToolResult]) -> Draft:
        """Join the drafts of all results; failed ones add their message, and decide the status where all failed."""
        marks = Marks(self._library, question.today)
        drafts = [self._draft(question, result, marks) for result in results]
        good = [draft for draft in drafts if draft.status is Status.ANSWERED]
        status = Status.ANSWERED if good else (drafts[0].status if drafts else Status.NOT_FOUND)
        return Draft(
            status=status,
            blocks=_joined(drafts),
            citations=marks.citations,
            figures=tuple(figure for draft in drafts for figure in draft.figures),
            suggestions=tuple(dict.fromkeys(s for draft in drafts for s in draft.suggestions)),
            options=() if good else tuple(dict.fromkeys(o for draft in drafts for o in draft.options)),
            attachments=tuple(a for draft in drafts for a in draft.attachments),
        )

    def _draft(self, question: Question, result: ToolResult, marks: Marks) -> Draft:
        outcome = result.outcome
        phraser = self._phrasers.get(type(outcome.value))
        if phraser is None:
            return Draft(outcome.status, (Paragraph(outcome.message),), options=outcome.options)
        return phraser(outcome.value, question, marks)


def _joined(drafts: Sequence[Draft]) -> tuple[Block, ...]:
    """All parts, then all closings; what two parts have in common, such as a remark on validity, is said once."""
    parts = (block for draft in drafts for block in draft.blocks)
    closings = (block for draft in drafts for block in draft.closing)
    return tuple(dict.fromkeys((*parts, *closings)))
