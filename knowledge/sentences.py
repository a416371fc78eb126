"""Text cut into sentences, statements and sub-claims, each with its exact span."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_CLOSING = "”’」』）)】]》〉\"'"
# A full stop of the Latin alphabet ends a sentence only before white space, so that 3.5 and example.com stay whole.
_SENTENCE_END = re.compile(rf"(?:[。！？!?…]+|\.(?=\s|$))[{re.escape(_CLOSING)}]*|[\n\r]+")
_STATEMENT_END = re.compile(r"[；;]+")
_SUBCLAIM_END = re.compile(r"[，；;]+|(?<!\d)[：:]+|[：:]+(?!\d)|,(?!\d)")
_OPENING_TO_CLOSING = {
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "（": "）",
    "(": ")",
    "《": "》",
    "〈": "〉",
    "【": "】",
}


class Span(NamedTuple):
    """A half-open range of character positions; never empty where this module returns one."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words of the span."""
        return text[self.start : self.end]


def sentences(text: str) -> tuple[Span, ...]:
    """Sentences in order, with their end marks, without surrounding white space.

    A line break always ends a sentence. Every character that is not white space lies in exactly one span.
    """
    return tuple(_trimmed(text, _cut(0, len(text), (m.end() for m in _SENTENCE_END.finditer(text)))))


def statements(text: str) -> tuple[Span, ...]:
    """Sentences cut further at semicolons outside quotation marks and brackets; the mark stays with what it ends."""
    return _refined(text, _STATEMENT_END)


def subclaims(text: str) -> tuple[Span, ...]:
    """Statements cut further at commas and colons outside quotation marks and brackets.

    The enumeration comma 、 joins one list and cuts nothing, nor does a comma or a colon between digits (2:1).
    """
    return _refined(text, _SUBCLAIM_END)


def _refined(text: str, end_mark: re.Pattern[str]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for sentence in sentences(text):
        words = sentence.of(text)
        outside = _outside_brackets(words)
        cuts = (sentence.start + m.end() for m in end_mark.finditer(words) if outside[m.start()])
        spans.extend(_trimmed(text, _cut(sentence.start, sentence.end, cuts)))
    return tuple(spans)


def _outside_brackets(text: str) -> list[bool]:
    """For each character whether it stands outside every pair; an opening mark that never closes opens nothing."""
    outside = [True] * len(text)
    open_marks: list[tuple[str, int]] = []
    for position, character in enumerate(text):
        if character in _OPENING_TO_CLOSING:
            open_marks.append((_OPENING_TO_CLOSING[character], position))
        elif open_marks and character == open_marks[-1][0]:
            opened = open_marks.pop()[1]
            outside[opened : position + 1] = [False] * (position + 1 - opened)
    return outside


def _cut(start: int, end: int, cuts: Iterator[int]) -> Iterator[Span]:
    for cut in cuts:
        if start < cut < end:
            yield Span(start, cut)
            start = cut
    yield Span(start, end)


def _trimmed(text: str, spans: Iterator[Span]) -> Iterator[Span]:
    for span in spans:
        words = span.of(text)
        start = span.start + len(words) - len(words.lstrip())
        end = start + len(words.strip())
        if start < end:
            yield Span(start, end)
