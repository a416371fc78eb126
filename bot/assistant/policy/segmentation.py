"""A folded question cut into words: listed ones, words of the library, numbers, typing errors, and strangers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.assistant.policy.clause_index import ClauseIndex
from bot.assistant.policy.lexicon import Lexicon

_NUMBER = re.compile(
    r"\d[\d.,]*\s*(?:亿元|万元|亿|万|元|%|年|月|日|家|个)?"
    r"|[一二三四五六七八九十两百千]+(?:(?:万亿|亿|万)元?|(?<!一)(?:方面|[类种项家个大句块点步条样批期地档级]))"
)
_LATIN = re.compile(r"[a-z][a-z&'-]*")
_HAN = re.compile(r"[一-鿿]+")
_CONTENT = re.compile(r"[一-鿿a-z0-9]")
# Syllables that say nothing alone yet may be half of a word nobody listed; the others are grammar and nothing else.
_PURE_GRAMMAR = frozenset(
    "的了吗呢吧啊呀嘛么我你他她它们是有在和与及就也都不还很请问这那让被把给对将或而但若如因为能会可要想哪谁几"
)
_SAYS_NOTHING_WITH_A_GAP = frozenset("一二三四五六七八九十两") | _PURE_GRAMMAR
_NEVER_AT_AN_EDGE = _PURE_GRAMMAR | frozenset("个到等于从以由所其各每该")
_LONGEST_PHRASE = 8


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


def pieces(text: str, lexicon: Lexicon, index: ClauseIndex) -> list[Piece]:
    """The words of a folded text in order, typing errors seen through, general words joined as the library does."""
    words = [_mistyped(piece, text, lexicon, index) for piece in joined(segment(text, lexicon, index))]
    return _phrases_of_light_words(words, lexicon, index)


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
    listed = stem(word, lexicon)
    if listed in lexicon.stop:
        return "stop"
    return "known" if lexicon.knows(listed) else "strange"


def stem(word: str, lexicon: Lexicon) -> str:
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


def _mistyped(piece: Piece, text: str, lexicon: Lexicon, index: ClauseIndex) -> Piece:
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
                says = not _SAYS_NOTHING_WITH_A_GAP.issuperset(pattern.replace("?", ""))
                if wrong and says and not alone and _HAN.fullmatch(window) and index.resembling(pattern):
                    return Piece(pattern, "mistyped", start)
    return piece


def _beside_a_word(window: str, place: int, lexicon: Lexicon) -> bool:
    """Whether the rest of a window, or the two characters next to its outer one, is a word that needs no other."""
    rest = window[1:] if place == 0 else window[:-1]
    beside = window[1:3] if place == 0 else window[-3:-1]
    return place in (0, len(window) - 1) and not lexicon.meanings.keys().isdisjoint({rest, beside})


_WINDOWS = ((4, (0, 1, 2, 3)), (3, (1,)))


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
