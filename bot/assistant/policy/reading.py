"""A question taken apart: which of its words carry content, how much each says, and where the library has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.assistant.policy.clause_index import ClauseIndex, Matches
from bot.assistant.policy.lexicon import Lexicon, Meaning
from bot.assistant.policy.question_types import Demand, QuestionTypes, Shape
from bot.assistant.statements import amounts
from knowledge.folding import fold

_NUMBER = re.compile(
    r"\d[\d.,]*\s*(?:亿元|万元|亿|万|元|%|年|月|日|家|个)?|[一二三四五六七八九十两百千]+(?:(?:万亿|亿|万)元?|(?<!一)(?:方面|[类种项家个大句块点步条样批期地档级]))"
)
_LATIN = re.compile(r"[a-z][a-z&'-]*")
_HAN = re.compile(r"[一-鿿]+")
_CONTENT = re.compile(r"[一-鿿a-z0-9]")
# Syllables that say nothing alone yet may be half of a word nobody listed; the others are grammar and nothing else.
_PURE_GRAMMAR = frozenset(
    "的了吗呢吧啊呀嘛么我你他她它们是有在和与及就也都不还很请问这那让被把给对将或而但若如因为能会可要想哪谁几"
)
_NEVER_AT_AN_EDGE = _PURE_GRAMMAR | frozenset("个到等于从以由所其各每该")
_LONGEST_PHRASE = 8
_SAME, _OTHER_FORM, _NEAR, _MISTYPED = 1.0, 0.88, 0.6, 0.8
_LIGHT, _SINGLE, _NUMBER_SAYS, _FOREIGN, _BACKGROUND = 0.35, 0.35, 0.8, 0.6, 0.5


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of the question.

    Its kind is ``stop``, ``known`` (listed), ``phrase`` (of the library), ``number``, ``mistyped`` (one character off
    words of the library; ``?`` stands for it) or ``strange``.
    """

    text: str
    kind: str
    start: int

    @property
    def end(self) -> int:
        """One past its last character in the folded question."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A piece with content.

    Args:
        text: the folded word.
        kind: as of the piece.
        weight: how much it says, above 0, about 1 for a specific word.
        matches: for each row of the index how well the row holds it, 0 to 1.
        words: what it looks like in a text, with how well each is it.
        unlike: longer words in which one of these stands by accident.
    """

    text: str
    kind: str
    weight: float
    matches: Matches
    words: tuple[tuple[str, float], ...] = ()
    unlike: frozenset[str] = frozenset()

    def within(self, text: str) -> float:
        """How well a folded text holds it, 0 to 1."""
        for longer in self.unlike:
            text = text.replace(longer, " ")
        return max((strength for word, strength in self.words if word in text), default=0.0)

    @property
    def found(self) -> bool:
        """Whether any row holds it at all."""
        return bool(self.matches.max(initial=0.0) > 0)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What was understood of a question.

    Args:
        text: the folded question.
        units: its content, in order.
        demand: the particular it asks for, if any.
        shape: how the answer should be phrased, None for a plain one.
    """

    text: str
    units: tuple[Unit, ...]
    demand: Demand | None
    shape: Shape | None


class Reader:
    """Reads questions against an index."""

    def __init__(self, lexicon: Lexicon, types: QuestionTypes) -> None:
        self._lexicon = lexicon
        self._types = types

    def read(self, question: str, index: ClauseIndex) -> Reading:
        """Take a question apart."""
        text = fold(question)
        demand, shape = self._types.demand(text), self._types.shape(text)
        dropped = demand.cues.sub(lambda cue: " " * len(cue[0]), text) if demand and demand.drop else text
        return Reading(text, self.units(dropped, index), demand, shape)

    def units(self, text: str, index: ClauseIndex) -> tuple[Unit, ...]:
        """The content of a folded text, repeated words once; what stands in its background part counts for less."""
        pieces = [mistyped(piece, text, self._lexicon, index) for piece in joined(segment(text, self._lexicon, index))]
        pieces = _phrases_of_light_words(pieces, self._lexicon, index)
        background = [found.span() for found in self._types.background.finditer(text)]
        seen: dict[str, Unit] = {}
        for piece in reversed(pieces):
            if piece.kind != "stop" and piece.text not in seen:
                unit = self._unit(piece, index)
                behind = any(start <= piece.start and piece.end <= end for start, end in background)
                seen[piece.text] = replace(unit, weight=unit.weight * _BACKGROUND) if behind else unit
        return tuple(reversed(seen.values()))

    def _unit(self, piece: Piece, index: ClauseIndex) -> Unit:
        match piece.kind:
            case "number":
                return _number_unit(piece.text, index)
            case "known":
                return self._known_unit(piece.text, index)
            case "phrase":
                matches = _phrase_matches(piece.text, index)
                weight = index.rarity(matches) * (1 + 0.15 * min(len(piece.text) - 2, 4))
                return Unit(piece.text, "phrase", weight, matches, ((piece.text, _SAME),))
            case "mistyped":
                return _mistyped_unit(piece.text, index)
            case _:
                return _strange_unit(piece.text, index)

    def _known_unit(self, word: str, index: ClauseIndex) -> Unit:
        meaning = self._lexicon.meanings.get(_stem(word, self._lexicon))
        if meaning is None:
            matches = index.containing(word).astype(np.float32)
            return Unit(word, "known", _LIGHT * index.rarity(matches), matches, ((word, _SAME),))
        matches = np.zeros(index.rows, dtype=np.float32)
        words = _words_of(word, meaning)
        for form, strength in reversed(words):
            matches[index.containing(form, meaning.unlike)] = strength
        weight = (_LIGHT if meaning.light else 1.0) * index.rarity(matches)
        return Unit(word, "known", weight, matches, words, meaning.unlike)


def _words_of(word: str, meaning: Meaning) -> tuple[tuple[str, float], ...]:
    """What the word may be in a text, best first.

    One character is a word to a person who asks, but stands inside too many other words of a text.
    """
    groups = (((word,), _SAME), (meaning.forms - {word}, _OTHER_FORM), (meaning.near, _NEAR))
    return tuple((form, strength) for forms, strength in groups for form in forms if len(form) > 1)


def segment(text: str, lexicon: Lexicon, index: ClauseIndex) -> list[Piece]:
    """The cheapest cut of a folded text into listed words, words of the library, numbers and what is left over."""
    costs: list[float] = [0.0] + [float("inf")] * len(text)
    cuts: list[tuple[int, str]] = [(0, "")] * (len(text) + 1)
    for position in range(len(text)):
        for end, kind, cost in _pieces_at(text, position, lexicon, index):
            total = costs[position] + cost
            if total < costs[end]:
                costs[end], cuts[end] = total, (position, kind)
    pieces: list[Piece] = []
    end = len(text)
    while end > 0:
        start, kind = cuts[end]
        if kind:
            pieces.append(Piece(text[start:end].rstrip(), kind, start))
        end = start
    return pieces[::-1]


def _pieces_at(text: str, start: int, lexicon: Lexicon, index: ClauseIndex) -> Iterator[tuple[int, str, float]]:
    """Pieces that may begin here, as (end, kind, cost); the empty kind is punctuation."""
    if not _CONTENT.match(text, start):
        yield start + 1, "", 0.0
        return
    latin = _LATIN.match(text, start)
    if latin:
        yield latin.end(), _latin_kind(latin[0], lexicon), 1.0
        return
    number = _NUMBER.match(text, start)
    if number:
        yield number.end(), "number", 0.9
    for end in range(start + 1, min(start + lexicon.longest, len(text)) + 1):
        word = text[start:end]
        if word in lexicon.meanings or word in lexicon.light:
            yield end, "known", 0.95
        elif word in lexicon.stop:
            yield end, "stop", 1.0 if end - start > 1 or word in _PURE_GRAMMAR else 1.3
    for end in range(start + 2, min(start + _LONGEST_PHRASE, len(text)) + 1):
        phrase = text[start:end]
        if not index.holds(phrase) or phrase[-1] == "的":
            break
        if phrase[0] not in _NEVER_AT_AN_EDGE and phrase[-1] not in _NEVER_AT_AN_EDGE and _HAN.fullmatch(phrase):
            yield end, "phrase", 1.25 + 0.35 * (end - start - 2)
    yield start + 1, "strange", 1.7


def _latin_kind(word: str, lexicon: Lexicon) -> str:
    stem = _stem(word, lexicon)
    if stem in lexicon.stop:
        return "stop"
    return "known" if lexicon.knows(stem) else "strange"


def _stem(word: str, lexicon: Lexicon) -> str:
    """The listed form of an English word: itself, or without a plural or verbal ending."""
    if lexicon.knows(word) or not word.isascii():
        return word
    candidates = (word[: -len(ending)] + rest for ending, rest in _ENDINGS if word.endswith(ending))
    return next((candidate for candidate in candidates if lexicon.knows(candidate)), word)


_ENDINGS = (("ies", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("'s", ""))


def joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbouring left-over characters as one strange word, with a syllable beside it that may be its other half."""
    return _merged(_merged(pieces, _both_strange), _halves_of_one_word)


def _merged(pieces: Sequence[Piece], belong: Callable[[Piece, Piece], bool]) -> list[Piece]:
    words: list[Piece] = []
    for piece in pieces:
        last = words[-1] if words else None
        if last and last.end == piece.start and not (last.text + piece.text).isascii() and belong(last, piece):
            words[-1] = Piece(last.text + piece.text, "strange", last.start)
        else:
            words.append(piece)
    return words


def _both_strange(first: Piece, second: Piece) -> bool:
    return first.kind == second.kind == "strange"


def _halves_of_one_word(first: Piece, second: Piece) -> bool:
    """Whether a left-over and its neighbour are one word; a left-over of two characters and more is a word already."""
    if first.kind == "strange" and second.kind == "known" and len(second.text) == 1:
        return True
    return any(
        strange.kind == "strange" and len(strange.text) == 1 and _may_be_half(other)
        for strange, other in ((first, second), (second, first))
    )


def _may_be_half(piece: Piece) -> bool:
    return piece.kind in ("stop", "known") and len(piece.text) == 1 and piece.text not in _PURE_GRAMMAR


def mistyped(piece: Piece, text: str, lexicon: Lexicon, index: ClauseIndex) -> Piece:
    """The piece, or where it is strange but one character off words of the library with what stands around it, those.

    Of four characters any strange one may be wrong, of three the middle one: 白明单 is 白名单, 产业基今 is 产业基金.
    """
    if piece.kind != "strange" or piece.text.isascii():
        return piece
    for length, wrong_places in _WINDOWS:
        for start in range(max(piece.end - length - 2, 0), min(piece.end, len(text) - length + 1)):
            window = text[start : start + length]
            for place in wrong_places:
                wrong = piece.start <= start + place < piece.end
                alone = len(piece.text) == 1 and _beside_a_word(window, place, lexicon)
                pattern = f"{window[:place]}?{window[place + 1 :]}"
                if wrong and not alone and _HAN.fullmatch(window) and index.resembling(pattern):
                    return Piece(pattern, "mistyped", start)
    return piece


def _beside_a_word(window: str, place: int, lexicon: Lexicon) -> bool:
    """Whether the rest of a window, or the two characters next to its first or last one, is a word that needs no other."""
    rest = window[1:] if place == 0 else window[:-1]
    beside = window[1:3] if place == 0 else window[-3:-1]
    return place in (0, len(window) - 1) and not lexicon.meanings.keys().isdisjoint({rest, beside})


_WINDOWS = ((4, (0, 1, 2, 3)), (3, (1,)))


def _mistyped_unit(pattern: str, index: ClauseIndex) -> Unit:
    matches = np.zeros(index.rows, dtype=np.float32)
    found = index.resembling(pattern)
    for words in found:
        matches[index.containing(words)] = _MISTYPED
    return Unit(pattern, "mistyped", index.rarity(matches), matches, tuple((words, _MISTYPED) for words in found))


def _phrases_of_light_words(pieces: Sequence[Piece], lexicon: Lexicon, index: ClauseIndex) -> list[Piece]:
    """General words that stand side by side in the library as well say more together: 培育工程."""
    phrases: list[Piece] = []
    for piece in pieces:
        last = phrases[-1] if phrases else None
        together = last.text + piece.text if last and last.end == piece.start else ""
        light = last is not None and _is_light(last, lexicon) and _is_light(piece, lexicon)
        if last and together and light and index.containing(together).any():
            phrases[-1] = Piece(together, "phrase", last.start)
        else:
            phrases.append(piece)
    return phrases


def _is_light(piece: Piece, lexicon: Lexicon) -> bool:
    if piece.kind != "known" or len(piece.text) < 2:
        return False
    meaning = lexicon.meanings.get(piece.text)
    return meaning is None or meaning.light


def _number_unit(text: str, index: ClauseIndex) -> Unit:
    matches = np.zeros(index.rows, dtype=np.float32)
    # 百亿 is short for 一百亿.
    found = amounts("一" + text if text[0] in "百千万亿" else text)
    for amount in found:
        matches[index.with_value(amount.written)] = 0.7
        matches[index.with_value(amount.value)] = _SAME
    words = tuple(dict.fromkeys((str(amount.written), _SAME) for amount in found))
    light = len(text) == 1 or text[-1] == "年" or not (text[0].isdigit() or text[-1] in "万亿元")
    return Unit(text, "number", _LIGHT if light else _NUMBER_SAYS, matches, words)


def _phrase_matches(text: str, index: ClauseIndex) -> Matches:
    matches = index.partly(text)
    matches[matches < 0.5] = 0.0
    matches *= 0.6
    matches[index.containing(text)] = _SAME
    return matches


def _strange_unit(text: str, index: ClauseIndex) -> Unit:
    matches = np.zeros(index.rows, dtype=np.float32)
    if text.isascii() and len(text) > 1:
        return Unit(text, "strange", _FOREIGN, matches)
    return Unit(text, "strange", _SINGLE if len(text) == 1 else 1.0 + 0.1 * min(len(text) - 2, 5), matches)
