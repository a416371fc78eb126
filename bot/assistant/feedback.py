"""What people say about answers: helpful or not, and what was wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.assistant.types import Citation, Status

LONGEST_COMMENT = 1000
"""Characters kept of what a person writes about an answer."""


class Complaint(StrEnum):
    """What may be wrong with an answer, in the order it is offered."""

    OFF_TOPIC = "off_topic"
    CITATION = "citation"
    FIGURE = "figure"
    INCOMPLETE = "incomplete"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Vote:
    """A person's opinion of one answer.

    Args:
        answer: random key of the answer.
        question: as asked.
        status: how the answer ended.
        cited: ``(doc_id, *section)`` of each clause it cited.
        helpful: the vote.
        reason: what was wrong, where the person said.
        comment: in the person's own words; empty where there are none.
    """

    answer: str
    question: str
    status: Status
    cited: tuple[tuple[str, ...], ...]
    helpful: bool
    reason: Complaint | None = None
    comment: str = ""


class Ballot(Protocol):
    """Where votes go."""

    def rate(self, vote: Vote, telegram_id: int | None = None) -> None:
        """Keep a person's one vote on an answer; a later one replaces it."""


def cited(citations: Iterable[Citation]) -> tuple[tuple[str, ...], ...]:
    """Where the cited clauses stand, each place once, in order."""
    return tuple(dict.fromkeys((each.doc_id, *each.section) for each in citations))
