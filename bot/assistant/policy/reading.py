"""A question taken apart: which of its words carry content, how much each says, and where the library has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.assistant.policy.clause_index import ClauseIndex, Matches
from bot.assistant.policy.clauses_of_question import AskingClause, clauses, tidied, told, without
from bot.assistant.policy.enumerations import asked_count
from bot.assistant.policy.findings import STATED
from bot.assistant.policy.lexicon import Lexicon, Meaning
from bot.assistant.policy.question_types import Demand, QuestionTypes, Shape
from bot.assistant.policy.segmentation import Piece, pieces, stem
from bot.assistant.statements import amounts
from knowledge.folding import fold

_SAME, _OTHER_FORM, _NEAR, _MISTYPED, _ONE_CHARACTER = 1.0, 0.88, 0.6, 0.8, 0.5
_LIGHT, _SINGLE, _NUMBER_SAYS, _FOREIGN, _BACKGROUND = 0.35, 0.35, 0.8, 0.35, 0.5
_COUNT_SAYS = 0.15
_HUNDRED_MILLION = 10**8
_LETTER, _MOSTLY = re.compile("[a-z]"), 0.5
_SAYS_SOMETHING, _ENOUGH_TO_ASK, _MOST_PARTS = 0.36, 0.5, 3


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
        asked: the question without clauses that only tell how the person came to ask and name no matter.
        core: the clauses that ask, without all that only tells.
        units: its content, in order.
        demand: the particular it asks for, if any.
        shape: how the answer should be phrased, None for a plain one.
        count: how many things it says there are, None where it does not.
        foreign: whether it is in a language of Latin letters, whose words the documents do not have.
    """

    text: str
    asked: str
    core: str
    units: tuple[Unit, ...]
    demand: Demand | None
    shape: Shape | None
    count: int | None = None
    foreign: bool = False


class Reader:
    """Reads questions against an index."""

    def __init__(self, lexicon: Lexicon, types: QuestionTypes) -> None:
        self._lexicon = lexicon
        self._types = types

    def read(self, question: str, index: ClauseIndex) -> Reading:
        """Take a question apart."""
        text = tidied(fold(question))
        stories = list(told(text, self._types.asking))
        asked = without(text, stories)
        if stories and not self._says_enough(asked, index):
            stories, asked = [], text
        core = asked
        demand, shape = self._types.demand(asked), self._types.shape(asked)
        dropped = demand.cues.sub(lambda cue: " " * len(cue[0]), text) if demand and demand.drop else text
        units = self.units(dropped, index, stories)
        stories = [story for story in stories if not self._says_enough(text[story.start : story.end], index)]
        foreign = len(_LETTER.findall(asked)) > _MOSTLY * len(asked)
        asked = _corrected(without(text, stories), units)
        return Reading(text, asked, core, units, demand, shape, asked_count(asked), foreign)

    def parts(self, reading: Reading, index: ClauseIndex) -> tuple[Reading, ...]:
        """The questions a question joins, in order; empty where it is one question."""
        text, joined = reading.asked, [""]
        for clause in clauses(text, self._types.asking):
            words = text[clause.start : clause.end]
            joined[-1] = f"{joined[-1]},{words}".strip(",")
            if clause.asks and (self._says_enough(words, index) or self._asks_a_particular(words, index)):
                joined.append("")
        *asked, rest = joined
        whether_written = reading.shape is not None and reading.shape.name == STATED
        if len(asked) < 2 and (whether_written or (asked and not self._says_enough(rest, index))):
            asked = self._types.told_apart(text)
        if not 1 < len(asked) <= _MOST_PARTS:
            return ()
        return tuple(self._elliptic_made_whole([self.read(part, index) for part in asked], index))

    def _elliptic_made_whole(self, parts: Sequence[Reading], index: ClauseIndex) -> Iterator[Reading]:
        """Parts that lean on the one before (统计归谁管, 多久报一回) with its word that stands beside theirs."""
        before: Reading | None = None
        for part in parts:
            says = [unit for unit in part.units if unit.weight > _SAYS_SOMETHING]
            matters = before.units if before and len(says) < 2 else ()
            shared = (u for u in matters if u.weight > _SAYS_SOMETHING and _stand_together((u, *says), part, index))
            matter = next(shared, None)
            before = self.read(matter.text + part.text, index) if matter else part
            yield before

    def _asks_a_particular(self, text: str, index: ClauseIndex) -> bool:
        """Whether words ask for a number, a day … of a matter they name by general words (新增平台多少家)."""
        demand = self._types.demand(text)
        return demand is not None and demand.drop and sum(unit.found for unit in self.units(text, index)) > 1

    def _says_enough(self, text: str, index: ClauseIndex) -> bool:
        """Whether words say by themselves what is asked about."""
        return sum(u.weight for u in self.units(text, index) if u.found and u.weight > _SAYS_SOMETHING) > _ENOUGH_TO_ASK

    def units(self, text: str, index: ClauseIndex, stories: Sequence[AskingClause] = ()) -> tuple[Unit, ...]:
        """The content of a folded text, repeated words once.

        What stands in its background, or in clauses that only tell, counts for less, and for nothing where the library
        does not have it.
        """
        background = [found.span() for found in self._types.background.finditer(text)]
        background += [(story.start, story.end) for story in stories]
        seen: dict[str, Unit] = {}
        for piece in reversed(pieces(text, self._lexicon, index)):
            if piece.kind == "stop" or piece.text in seen:
                continue
            unit = self._unit(piece, index)
            behind = any(start <= piece.start and piece.end <= end for start, end in background)
            if not behind:
                seen[piece.text] = unit
            elif unit.found:
                seen[piece.text] = replace(unit, weight=unit.weight * _BACKGROUND)
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
        meaning = self._lexicon.meanings.get(stem(word, self._lexicon))
        if meaning is None:
            matches = index.containing(word).astype(np.float32)
            return Unit(word, "known", _LIGHT * index.rarity(matches), matches, ((word, _SAME),))
        matches = np.zeros(index.rows, dtype=np.float32)
        words = _words_of(word, meaning)
        for form, strength in reversed(words):
            matches[index.containing(form, meaning.unlike)] = strength
        weight = (_LIGHT if meaning.light else 1.0) * index.rarity(matches)
        return Unit(word, "known", weight, matches, words, meaning.unlike)


def _stand_together(units: Sequence[Unit], part: Reading, index: ClauseIndex) -> bool:
    """Whether one sentence has all the words, and the particular a part asks for where it asks for one."""
    held = np.min([unit.matches[: len(index.sentences)] for unit in units], axis=0)
    rows = np.flatnonzero(held >= _NEAR)
    return any(part.demand is None or part.demand.needs.search(index.sentences[row].text) for row in rows)


def _corrected(text: str, units: Sequence[Unit]) -> str:
    """The text with words of the library in place of those mistyped."""
    for unit in units:
        if unit.kind == "mistyped" and unit.words:
            text = re.sub(re.escape(unit.text).replace(r"\?", "."), unit.words[0][0], text)
    return text


def _words_of(word: str, meaning: Meaning) -> tuple[tuple[str, float], ...]:
    """What the word may be in a text, best first.

    One character is a word to a person who asks, but stands inside too many other words of a text.
    """
    groups = (((word,), _SAME), (meaning.forms - {word}, _OTHER_FORM), (meaning.near, _NEAR))
    return tuple((form, strength) for forms, strength in groups for form in forms if len(form) > 1)


def _mistyped_unit(pattern: str, index: ClauseIndex) -> Unit:
    matches = np.zeros(index.rows, dtype=np.float32)
    found = index.resembling(pattern)
    for words in found:
        matches[index.containing(words)] = _MISTYPED
    return Unit(pattern, "mistyped", index.rarity(matches), matches, tuple((words, _MISTYPED) for words in found))


def _number_unit(text: str, index: ClauseIndex) -> Unit:
    matches = np.zeros(index.rows, dtype=np.float32)
    # 百亿 is short for 一百亿.
    found = amounts("一" + text if text[0] in "百千万亿" else text)
    for amount in found:
        matches[index.with_value(amount.written)] = 0.7
        # 100—500亿元 states its scale once, behind the second number.
        matches[index.with_value(amount.value / _HUNDRED_MILLION)] = 0.7
        matches[index.with_value(amount.value)] = _SAME
    words = tuple(dict.fromkeys((str(amount.written), _SAME) for amount in found))
    scaled = text[0].isdigit() or text[-1] in "万亿元"
    light = len(text) == 1 or text[-1] == "年"
    return Unit(text, "number", (_LIGHT if light else _NUMBER_SAYS) if scaled else _COUNT_SAYS, matches, words)


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
    if len(text) == 1:
        matches[index.containing(text)] = _ONE_CHARACTER
    return Unit(text, "strange", _SINGLE if len(text) == 1 else 1.0 + 0.1 * min(len(text) - 2, 5), matches)
