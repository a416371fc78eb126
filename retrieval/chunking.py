"""Clauses cut into windows short enough for one vector to say what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.sentences import Span, sentences, statements
from knowledge.types import Clause

VERSION = "windows-1"
"""Changes whenever other windows come out of the same clauses; an index of another version is refused."""

LONGEST = 200
"""Characters in a window; a single statement longer than this stays whole."""

STEP = 100
"""A window starts at the first sentence at least this many characters after the start of the one before."""


@dataclass(frozen=True, slots=True)
class Window:
    """What is embedded: ``text`` is the clause's own heading followed by some of its sentences.

    Args:
        clause: position of the clause in the list that was cut.
        text: at most about ``LONGEST`` characters and the heading.
    """

    clause: int
    text: str


def windows(clauses: Sequence[Clause]) -> list[Window]:
    """Overlapping windows over every clause, in order; at least one a clause."""
    return [
        Window(number, f"{heading}。{span.of(clause.text)}" if (heading := _heading(clause)) else span.of(clause.text))
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


def _heading(clause: Clause) -> str:
    """The innermost heading's words: they say what the text below them takes as known."""
    return clause.path[-1] if clause.path else ""
