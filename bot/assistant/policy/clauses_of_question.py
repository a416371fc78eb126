"""Which clauses of a question ask, and which only tell how the person came to ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CLAUSE_END = re.compile(r"[,，。;；!！?？:：\n]+")
_SENTENCE_END = frozenset("。；;!！?？\n")
_BETWEEN_HAN = re.compile(r"(?<=[一-鿿“”‘’《》、])\s+(?=[一-鿿“”‘’《》、])")
_LONG_STORY = 32
_NUMERAL = r"[0-9一二三四五六七八九十百千两]+"
_RANGE = re.compile(rf"({_NUMERAL})(?=[到至]{_NUMERAL}(万亿|亿|万))")


@dataclass(frozen=True, slots=True)
class AskingClause:
    """A clause of a question.

    Args:
        start: first character in the question.
        end: one past the last, without its end mark.
        asks: whether it has a question word.
        ends_sentence: whether a full stop or its like stands behind it.
    """

    start: int
    end: int
    asks: bool
    ends_sentence: bool


def tidied(text: str) -> str:
    """A folded question without blanks between Chinese characters, and 五百到一千亿 with its scale at both ends."""
    return _RANGE.sub(r"\1\2", _BETWEEN_HAN.sub("", text))


def clauses(text: str, asking: re.Pattern[str]) -> list[AskingClause]:
    """The clauses of a folded question in order; ``asking`` recognises question words."""
    found = []
    start = 0
    for mark in [*_CLAUSE_END.finditer(text), None]:
        end = mark.start() if mark else len(text)
        if text[start:end].strip():
            asks = asking.search(text, start, end) is not None
            ends = mark is None or not _SENTENCE_END.isdisjoint(mark[0])
            found.append(AskingClause(start, end, asks or (mark is not None and "?" in mark[0]), ends))
        start = mark.end() if mark else end
    return found


def told(text: str, asking: re.Pattern[str]) -> Iterator[AskingClause]:
    """The clauses that only tell: those without a question word, in a long story or a sentence of their own.

    None where no clause asks, for then the question is a heap of keywords.
    """
    parts = clauses(text, asking)
    if not any(part.asks for part in parts):
        return
    long = len(text) >= _LONG_STORY
    asked_in_sentence = False
    for part in reversed(parts):
        if part.ends_sentence:
            asked_in_sentence = False
        asked_in_sentence |= part.asks
        if not part.asks and (long or not asked_in_sentence):
            yield part


def without(text: str, parts: list[AskingClause]) -> str:
    """The question without some of its clauses."""
    kept = []
    position = 0
    for part in sorted(parts, key=lambda part: part.start):
        kept.append(text[position : part.start])
        position = part.end
    kept.append(text[position:])
    return "".join(kept).strip(" ,，。;；!！:：") or text
