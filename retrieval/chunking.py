"""Clauses cut into windows short enough for one vector to say what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.sentences import Span, sentences, statements
from knowledge.types import Clause

VERSION = "windows-120-60"
"""Changes whenever other windows come out of the same clauses; an index of another version is refused."""

LONGEST = 120
"""Characters in a window; a single statement longer than this stays whole.

Chosen on 64 questions about the plan (``tests/retrieval/plan_questions.yaml`` and the project's policy questions): of
1000, 300, 200, 150, 120, 100 and 80 characters, 120 is the longest that ranks the right clause first as often as any.
"""

STEP = 60
"""A window starts at the first sentence at least this many characters after the start of the one before."""


@dataclass(frozen=True, slots=True)
class Window:
    """What is embedded: some neighbouring sentences of a clause.

    Args:
        clause: position of the clause in the list that was cut.
        text: at most ``LONGEST`` characters where sentences allow. Without the headings: on the questions above they
            made the vectors of neighbouring clauses more alike and lost more than they told; BM25 reads them.
    """

    clause: int
    text: str


def windows(clauses: Sequence[Clause]) -> list[Window]:
    """Overlapping windows over every clause, in order; at least one a clause."""
    return [
        Window(number, span.of(clause.text))
        for number, clause in enumerate(clauses)
        for span in window_spans(clause.text)
    ]


def window_spans(text: str) -> list[Span]:
    """Runs of whole sentences that together cover the text, each at most ``LONGEST`` long where sentences allow."""
    if len(text) <= LONGEST:
        return [Span(0, len(text))]
    units = _units(text)
    spans: list[Span] = []
    first = 0
    while True:
        last = first
        while last + 1 < len(units) and units[last + 1].end - units[first].start <= LONGEST:
            last += 1
        spans.append(Span(units[first].start, units[last].end))
        if last + 1 == len(units):
            return spans
        following = first + 1
        while following <= last and units[following].start - units[first].start < STEP:
            following += 1
        first = following


def _units(text: str) -> list[Span]:
    units: list[Span] = []
    for sentence in sentences(text):
        if sentence.end - sentence.start <= LONGEST:
            units.append(sentence)
            continue
        parts = statements(sentence.of(text))
        units.extend(Span(sentence.start + part.start, sentence.start + part.end) for part in parts)
    return units
