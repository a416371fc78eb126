"""The part of a sentence that answers: its sub-claims, the items picked out of its lists, who acts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.assistant.policy.question_types import QuestionTypes
from bot.assistant.policy.reading import Reading, Unit
from knowledge.folding import fold
from knowledge.sentences import Span, subclaims

_LONGEST_CLAIM = 130
_WANTED_SAYS, _CHARACTER_COSTS = 0.6, 0.005
_UNFINISHED = ("的", "时", "后", "中", "下", "前")
_ITEM_END = re.compile(r"等(?:\d|[一二三四五六七八九十])?|[，。；：、“”（）]|和(?!谐)|以及")
_VERB_BEFORE = 2
_END_MARKS = "，。；：、,;:."


def claim(reading: Reading, sentence: str) -> Span:
    """The run of sub-claims that carries most of the question in the fewest characters; the whole sentence at worst."""
    parts = subclaims(sentence)
    if not parts:
        return Span(0, len(sentence))
    best, best_score = Span(parts[0].start, parts[-1].end), float("-inf")
    for first in range(len(parts)):
        for last in range(first, len(parts)):
            span = Span(parts[first].start, parts[last].end)
            if last > first and span.end - span.start > _LONGEST_CLAIM:
                break
            score = _says(reading, fold(span.of(sentence))) - _CHARACTER_COSTS * (span.end - span.start)
            if score > best_score:
                best, best_score = span, score
    return _without_end_marks(_finished(reading, best, parts, sentence), sentence)


def _finished(reading: Reading, span: Span, parts: Sequence[Span], sentence: str) -> Span:
    """The claim with what follows it, where it breaks off (…的，) or what follows holds more of what was asked for."""
    wanted = reading.demand.needs if reading.demand else reading.shape.prefers if reading.shape else None
    for part in parts:
        if part.start < span.end:
            continue
        said = _without_end_marks(span, sentence).of(sentence)
        more = wanted is not None and wanted.search(fold(part.of(sentence))) and part.end - span.start <= _LONGEST_CLAIM
        if not said.endswith(_UNFINISHED) and not more:
            break
        span = Span(span.start, part.end)
    return span


def _says(reading: Reading, text: str) -> float:
    total = sum(unit.weight * unit.within(text) for unit in reading.units)
    wanted = [reading.demand.needs] if reading.demand else []
    if reading.shape and reading.shape.prefers:
        wanted.append(reading.shape.prefers)
    return total + _WANTED_SAYS * sum(pattern.search(text) is not None for pattern in wanted)


def _without_end_marks(span: Span, sentence: str) -> Span:
    words = span.of(sentence)
    return Span(span.start, span.start + len(words.rstrip(_END_MARKS)))


def picked_items(units: Sequence[Unit], sentence: str) -> tuple[str, ...]:
    """Entries of the sentence's lists that begin with a word of the question, when others of the list do not.

    「烟台」 picks 烟台先进结构材料 and 烟台生物医药 out of a list of clusters. Entries lose what stands before the word
    and what closes the list (等2个…).
    """
    entries = [entry for group in _lists(sentence) for entry in group]
    for unit in units:
        if unit.kind != "phrase" or len(entries) < 2:
            continue
        picked = [_cut(entry, unit.text) for entry in entries if 0 <= entry.find(unit.text) <= _VERB_BEFORE]
        if 0 < len(picked) < len(entries) / 2 and all(len(entry) > len(unit.text) + 1 for entry in picked):
            return tuple(dict.fromkeys(picked))
    return ()


def _lists(sentence: str) -> list[list[str]]:
    """Runs of two or more entries joined by 、."""
    runs = (run.split("、") for run in re.split(r"[，。；：]", sentence))
    return [[entry for entry in run if entry] for run in runs if len(run) > 1]


def _cut(entry: str, word: str) -> str:
    rest = entry[entry.index(word) :]
    end = _ITEM_END.search(rest, len(word))
    return rest[: end.start()] if end else rest


def actor(types: QuestionTypes, text: str) -> str:
    """Who acts in a claim, as written: the name right before a verb of responsibility; empty where there is none."""
    found = list(types.actor.finditer(text))
    return found[-1]["actor"] if found else ""
