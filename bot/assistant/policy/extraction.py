"""The part of a sentence that answers: its sub-claims, the items picked out of its lists, who acts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.assistant.policy.question_types import QuestionTypes
from bot.assistant.policy.reading import Reading, Unit
from knowledge.folding import fold
from knowledge.sentences import Span, statements, subclaims

_LONGEST_CLAIM = 130
_LEAST_NEWS = 12
_WANTED_SAYS, _CHARACTER_COSTS = 0.6, 0.005
_UNFINISHED = ("的", "时", "后", "中", "下", "前")
_NAME_END = re.compile(r"等|[“”（）]|以及")
_VERB_BEFORE = 2
_ENTRY = re.compile(r"\s*(?:[（(][一二三四五六七八九十\d]{1,2}[）)]|\d{1,2}[.．、]|[①-⑳])")
_DEFINES = re.compile("是指|系指")
_OPENS_LIST = re.compile(r"[：:]\s*(?:[（(][一二三四五六七八九十\d]{1,2}[）)]|\d{1,2}[.．、]|[①-⑳])|[：:]$")
END_MARKS = "，。；：、,;:."


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
    """The claim with what follows it, where it breaks off (…的，), only repeats the question, or the list goes on."""
    wanted = reading.demand.needs if reading.demand else reading.shape.prefers if reading.shape else None
    for part in parts:
        if part.start < span.end:
            continue
        said = _without_end_marks(span, sentence).of(sentence)
        more = wanted is not None and wanted.search(fold(part.of(sentence))) is not None
        short = part.end - span.start <= _LONGEST_CLAIM
        listing = _ENTRY.match(part.of(sentence)) and _OPENS_LIST.search(said)
        if listing or _DEFINES.search(said):
            # A list that a sentence runs through (以下材料：（一）…；（二）…), or a definition, is one answer.
            span = Span(span.start, part.end)
            continue
        if not said.endswith(_UNFINISHED) and not (short and (more or _news(reading, said) < _LEAST_NEWS)):
            break
        span = Span(span.start, part.end)
    before = [part for part in parts if part.end <= span.start]
    if before and _news(reading, span.of(sentence)) < _LEAST_NEWS:
        span = Span(before[-1].start, span.end)
    return span


def _news(reading: Reading, text: str) -> int:
    """Characters of a claim beyond the words of the question it repeats."""
    folded = fold(text)
    return len(text) - sum(len(unit.text) for unit in reading.units if unit.text in folded)


def _says(reading: Reading, text: str) -> float:
    total = sum(unit.weight * unit.within(text) for unit in reading.units)
    wanted = [reading.demand.needs] if reading.demand else []
    if reading.shape and reading.shape.prefers:
        wanted.append(reading.shape.prefers)
    return total + _WANTED_SAYS * sum(pattern.search(text) is not None for pattern in wanted)


def _without_end_marks(span: Span, sentence: str) -> Span:
    words = span.of(sentence)
    return Span(span.start, span.start + len(words.rstrip(END_MARKS)))


def picked_items(units: Sequence[Unit], sentence: str, places: frozenset[str]) -> tuple[str, ...]:
    """Names in the sentence's lists, each opening with a place, that a word of the question picks out.

    「烟台」 picks 烟台先进结构材料 and 烟台生物医药 out of a list of clusters, 「生物医药」 the two of that trade. Only
    the statements that hold most of the question's other words count; empty where a word picks all names or none.
    """
    names = [name for words in _closest(units, sentence, places) for name in _named(words, places)]
    picked: list[str] = []
    for unit in units:
        chosen = [name for name in names if unit.within(fold(name)) > 0]
        if 0 < len(chosen) < len(names):
            picked = [name for name in picked if name in chosen] or [*picked, *chosen]
    return tuple(dict.fromkeys(picked))


def _closest(units: Sequence[Unit], sentence: str, places: frozenset[str]) -> list[str]:
    others = [unit for unit in units if not any(word in places for word, _ in unit.words)]
    texts = [span.of(sentence) for span in statements(sentence)]
    held = [sum(unit.weight * unit.within(fold(text)) for unit in others) for text in texts]
    return [text for text, weight in zip(texts, held, strict=True) if weight >= max(held) - 1e-6]


def _named(text: str, places: frozenset[str]) -> list[str]:
    """Entries of the lists joined by 、 from the place that opens them to the end of the entry."""
    runs = (run.split("、") for run in re.split(r"[，。；：]", text) if "、" in run)
    found: list[str] = []
    for entry in (entry for run in runs for entry in run):
        starts = [at for place in places if 0 <= (at := entry.find(place)) <= _VERB_BEFORE]
        if starts:
            name = entry[min(starts) :]
            end = _NAME_END.search(name)
            found.append(name[: end.start()] if end else name)
    return found


def actor(reading: Reading, types: QuestionTypes, text: str) -> str:
    """Who acts in a claim, as written: the name right before a verb of responsibility; empty where there is none.

    Of several, the one whose sub-claims hold most of the question.
    """
    found = list(types.actor.finditer(text))
    if not found:
        return ""
    ends = [*(match.start() for match in found[1:]), len(text)]
    says = [_says(reading, fold(text[match.start() : end])) for match, end in zip(found, ends, strict=True)]
    return max(zip(says, found, strict=True), key=lambda pair: pair[0])[1]["actor"]
