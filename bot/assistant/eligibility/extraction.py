"""A firm's facts out of its own words: which quantity belongs to which fact, which choice was said, where it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.assistant.eligibility.dating import YearWords
from bot.assistant.eligibility.facts import Fact
from bot.assistant.eligibility.profile import Tongue
from bot.assistant.eligibility.quantities import Interval, Quantity
from stats_tools.understanding.passage import normal

_STOPS = ",，。;；、!！?？\n"
_BOUNDARY = re.compile(f"[{_STOPS}](?!\\d{{3}}(?!\\d))")
_YEAR = r"(?:1[89]|20)\d\d"
_REACH = 14
"""Characters between a fact's word and its quantity within one clause; a sentence is not searched for its owner."""
_ADJACENT = 2
"""Characters between a quantity and the word behind it: 60名的研发人员."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a text states.

    Args:
        told: fact code to its words, in canonical form.
        unclear: facts told without a usable number or unit, with the words.
        twice: facts told with two different values, with both.
        elsewhere: a place outside the province the firm is said to be in.
        product: what the firm makes, where it matches no sector.
    """

    told: Mapping[str, str] = field(default_factory=dict)
    unclear: Mapping[str, str] = field(default_factory=dict)
    twice: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    elsewhere: str = ""
    product: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was stated."""
        return not (self.told or self.unclear or self.twice or self.elsewhere or self.product)


@dataclass(frozen=True, slots=True)
class _Mention:
    """A word for one or more facts in the text."""

    start: int
    end: int
    facts: tuple[Fact, ...]


_Told = tuple[Fact, str, bool, int | None]
"""A fact, the words that tell it, whether they are clear, and the year they are of."""


class FactReader:
    """Reads facts out of texts.

    Args:
        tongue: the facts, quantities and places to read with.
    """

    def __init__(self, tongue: Tongue) -> None:
        self._tongue = tongue
        self._years_told = YearWords(tongue.facts.years)
        self._around = re.compile(tongue.facts.around)
        self._by_word: dict[str, tuple[Fact, ...]] = {}
        for fact in tongue.facts.of_kind("quantity"):
            for word in dict.fromkeys((*fact.words, *fact.falling)):
                self._by_word[normal(word)] = (*self._by_word.get(normal(word), ()), fact)
        self._word = re.compile("|".join(sorted(map(re.escape, self._by_word), key=len, reverse=True)))
        self._filler = re.compile(tongue.facts.filler)
        self._founded = [(fact, _foundation(fact.words)) for fact in tongue.facts.of_kind("year")]

    def names_counted(self, text: str) -> bool:
        """Whether a text names a figure that the statistics count as well, with or without telling it."""
        return any(fact.counted for found in self._word.finditer(normal(text)) for fact in self._by_word[found[0]])

    def read(self, text: str, asked: Sequence[str] = ()) -> Stated:
        """The facts a text states.

        Args:
            text: as typed.
            asked: facts that were asked for right before, so that a bare value may answer them.
        """
        folded = self._tongue.quantities.plainly(normal(text))
        told: dict[str, str] = {}
        unclear: dict[str, str] = {}
        twice: dict[str, tuple[str, str]] = {}
        years: dict[str, int | None] = {}
        for fact, words, is_clear, year in (*self._quantities(folded, asked), *self._choices(folded, asked)):
            if not is_clear:
                unclear.setdefault(fact.code, words)
                continue
            newer = self._years_told.supersedes(year, years.get(fact.code))
            if fact.code not in told or newer:
                told[fact.code], years[fact.code] = words, year
            elif told[fact.code] != words and newer is None:
                self._again(fact, words, told, twice)
        self._place(folded, told, twice)
        sector, product = self._sector(folded)
        if sector:
            told["sector"] = sector
        for code in tuple(told):
            for implied, value in self._tongue.facts.fact(code).implies.items():
                told.setdefault(implied, value)
        clear = {code: words for code, words in unclear.items() if code not in told}
        elsewhere = "" if "city" in told else self._tongue.belonging.elsewhere(folded)
        return Stated(told, clear, twice, elsewhere, product)

    def _again(self, fact: Fact, words: str, told: dict[str, str], twice: dict[str, tuple[str, str]]) -> None:
        """A fact told a second time: counts add up, a closer bound replaces a wider one, the rest is asked."""
        before, now = (self._tongue.quantities.read(each) for each in (told[fact.code], words))
        if before is None or now is None:
            twice[fact.code] = (told[fact.code], words)
        elif fact.adds_up and before.interval.value is not None and now.interval.value is not None:
            total = Interval.exactly(before.interval.value + now.interval.value)
            told[fact.code] = self._tongue.quantities.told(total, fact.dimension)
        elif before.interval.overlaps(now.interval):
            told[fact.code] = told[fact.code] if before.interval.value is not None else words
        else:
            twice[fact.code] = (told[fact.code], words)

    def _place(self, folded: str, told: dict[str, str], twice: dict[str, tuple[str, str]]) -> None:
        cities = self._tongue.belonging.cities(folded)
        if cities:
            told["city"] = cities[0]
        if len(cities) > 1:
            twice["city"] = (cities[0], cities[1])

    def _sector(self, folded: str) -> tuple[str, str]:
        belonging = self._tongue.belonging
        (fact,) = self._tongue.facts.of_kind("sector")
        named = folded.removeprefix(normal(f"{fact.name}："))
        if named in belonging.sectors or named == belonging.none_of_these:
            return named, ""
        # 软件著作权 is no software business.
        sector = belonging.sector(self._word.sub(" ", folded))
        if sector is not None:
            return sector.name, ""
        return "", belonging.product(folded)

    def _choices(self, folded: str, asked: Sequence[str]) -> Iterator[_Told]:
        for fact in self._tongue.facts.of_kind("choice"):
            exact = next((value for value in fact.values if folded in _as_answer(fact, value, asked)), None)
            if exact is not None:
                yield fact, exact, True, None
                continue
            said = next((option.value for option in fact.options if option.pattern.search(folded)), None)
            if said is not None:
                yield fact, said, True, None

    def _quantities(self, folded: str, asked: Sequence[str]) -> Iterator[_Told]:
        founded = list(self._years(folded))
        yield from ((fact, words, True, None) for fact, words, _ in founded)
        taken = [span for _, _, span in founded]
        mentions = [
            _Mention(match.start(), match.end(), self._by_word[match[0]]) for match in self._word.finditer(folded)
        ]
        used: set[int] = set()
        quantities = []
        for quantity in self._tongue.quantities.find(folded):
            is_word = quantity.end - quantity.start == 1 and not folded[quantity.start].isdecimal()
            if not is_word and not any(start < quantity.end and quantity.start < end for start, end in taken):
                quantities.append(_of_people(quantity, mentions))
        ends = [0, *(quantity.end for quantity in quantities)]
        dated = [self._years_told.of(folded[end : each.start]) for end, each in zip(ends, quantities, strict=False)]
        by_year = len({year for year in dated if year is not None}) > 1
        for quantity, year in zip(quantities, dated, strict=True):
            found = self._owned(folded, quantity, mentions, used, asked)
            if found is None and by_year and year is not None:
                found = self._of_years(folded, quantity, asked)
            if found is not None:
                yield *found, year
        yield from ((fact, words, is_clear, None) for fact, words, is_clear in self._vague(folded, mentions))

    def _of_years(self, folded: str, quantity: Quantity, asked: Sequence[str]) -> tuple[Fact, str, bool] | None:
        """What amounts told year by year are of, where no word says it: what was asked for, else what is told so."""
        expected = [self._tongue.facts.fact(code) for code in asked]
        yearly = [fact for fact in self._tongue.facts.of_kind("quantity") if fact.yearly]
        fact = _fitting([each for each in (*expected, *yearly) if each.dimension], quantity)
        return (fact, *self._canonical(fact, quantity, folded, falling=False)) if fact else None

    def _owned(
        self, folded: str, quantity: Quantity, mentions: Sequence[_Mention], used: set[int], asked: Sequence[str]
    ) -> tuple[Fact, str, bool] | None:
        """The fact a quantity tells, its words and whether they are clear; None where it tells none."""
        owner = self._owner(folded, quantity, mentions, used)
        fact = _fitting(owner.facts, quantity) if owner else None
        if owner is not None and fact is not None:
            used.add(owner.start)
            between = folded[owner.start : quantity.start]
            return fact, *self._canonical(fact, quantity, folded, any(word in between for word in fact.falling))
        expected = [self._tongue.facts.fact(code) for code in asked]
        expected = [fact for fact in expected if fact.kind == "quantity"]
        answered = _fitting(expected, quantity) if owner is None and _is_bare(folded, quantity) else None
        answered = answered or (self._alone(folded, quantity) if owner is None else None)
        return (answered, *self._canonical(answered, quantity, folded, falling=False)) if answered else None

    def _alone(self, folded: str, quantity: Quantity) -> Fact | None:
        """The fact that a quantity tells by being a clause of its own: 80来人."""
        start = max((m.end() for m in _BOUNDARY.finditer(folded, 0, quantity.start)), default=0)
        stop = _BOUNDARY.search(folded, quantity.end)
        beside = (folded[start : quantity.start], folded[quantity.end : stop.start() if stop else len(folded)])
        dimension = quantity.dimension or ("money" if quantity.scaled else "")
        if not dimension or not all(self._around.fullmatch(words) for words in beside):
            return None
        facts = [fact for fact in self._tongue.facts.of_kind("quantity") if fact.alone]
        return next((fact for fact in facts if fact.dimension == dimension), None)

    def _canonical(self, fact: Fact, quantity: Quantity, folded: str, falling: bool) -> tuple[str, bool]:
        """The words to keep, or the words as said where the unit is missing."""
        said = folded[quantity.start : quantity.end]
        interval = quantity.interval
        if not quantity.dimension and not _unit_goes_without_saying(fact, quantity):
            return said, False
        if quantity.is_near:
            return self._tongue.quantities.told_near(interval, fact.dimension), True
        if falling and interval.value is not None:
            interval = Interval.exactly(-interval.value)
        return self._tongue.quantities.told(interval, fact.dimension), True

    def _owner(self, folded: str, quantity: Quantity, mentions: Sequence[_Mention], used: set[int]) -> _Mention | None:
        """The word a quantity belongs to: before it in its clause, right behind it, or alone in the clause before."""
        clause = max((m.end() for m in _BOUNDARY.finditer(folded, 0, quantity.start)), default=0)
        within = [each for each in mentions if clause <= each.start and each.start not in used]
        reach = range(quantity.start - _REACH, quantity.start + 1)
        before = [each for each in within if each.end in reach and _fitting(each.facts, quantity)]
        if before:
            return before[-1]
        for each in mentions:
            is_behind = quantity.end <= each.start <= quantity.end + _ADJACENT
            if is_behind and not _BOUNDARY.search(folded, quantity.end, each.start) and _fitting(each.facts, quantity):
                return each
        if not self._filler.fullmatch(folded[clause : quantity.start]):
            return None
        earlier = [each for each in mentions if each.end <= clause][-1:]
        return next((each for each in earlier if _fitting(each.facts, quantity)), None)

    def _years(self, folded: str) -> Iterator[tuple[Fact, str, tuple[int, int]]]:
        for fact, pattern in self._founded:
            for match in pattern.finditer(folded):
                yield fact, f"{match['before'] or match['after']}年", match.span()

    def _vague(self, folded: str, mentions: Sequence[_Mention]) -> Iterator[tuple[Fact, str, bool]]:
        """Facts told with words such as 几千万 instead of a number."""
        for match in self._tongue.quantities.vagueness.finditer(folded):
            near = [each for each in mentions if match.start() - _REACH <= each.end <= match.start()]
            for fact in near[-1].facts[:1] if near else ():
                yield fact, match[0], False


def _of_people(quantity: Quantity, mentions: Sequence[_Mention]) -> Quantity:
    """40个研发人员, 研发人员40个: what counts pieces counts people where the word right beside it is one for people."""
    beside = [each for each in mentions if 0 <= each.start - quantity.end <= 1 or 0 <= quantity.start - each.end <= 1]
    is_of_people = quantity.dimension == "pieces" and beside and _dimensions(beside[0]) == {"persons"}
    return replace(quantity, dimension="persons") if is_of_people else quantity


def _dimensions(mention: _Mention) -> set[str]:
    return {fact.dimension for fact in mention.facts}


def _is_bare(folded: str, quantity: Quantity) -> bool:
    """Whether a text is an answer that holds little but its quantities; a number without a unit stands alone."""
    is_plain = not quantity.dimension and not quantity.scaled
    beside = len(folded) - (quantity.end - quantity.start)
    return beside <= (_ADJACENT * 2 if is_plain else _REACH)


def _as_answer(fact: Fact, value: str, asked: Sequence[str]) -> tuple[str, ...]:
    """How a value is told by itself: with the name of its fact, or bare where the fact was asked for."""
    named = normal(f"{fact.name}：{value}")
    return (named, normal(value)) if fact.code in asked else (named,)


def _fitting(facts: Sequence[Fact], quantity: Quantity) -> Fact | None:
    """The fact whose dimension the quantity has; without a unit, money for what was scaled, else the first."""
    if quantity.dimension:
        return next((fact for fact in facts if fact.dimension == quantity.dimension), None)
    if quantity.scaled:
        scaled = (fact for dimension in ("money", "persons") for fact in facts if fact.dimension == dimension)
        return next(scaled, None)
    return facts[0] if facts else None


def _unit_goes_without_saying(fact: Fact, quantity: Quantity) -> bool:
    """Whether a number without a unit can be taken in the fact's own: 1.2亿 for money, 61 for a share, counts."""
    if fact.dimension == "money":
        return quantity.scaled or quantity.interval.value == 0
    if fact.dimension == "share":
        value = quantity.interval.value
        return value is not None and (value >= 1 or value == 0)
    return True


def _foundation(words: Sequence[str]) -> re.Pattern[str]:
    """Finds the year of a foundation: 成立于2019年, 2019年3月注册."""
    word = "|".join(map(re.escape, words))
    return re.compile(
        f"(?:{word})(?:[于在是]| in )*(?P<after>{_YEAR})年?|(?P<before>{_YEAR})年(?:\\d{{1,2}}月)?(?:{word})"
    )
