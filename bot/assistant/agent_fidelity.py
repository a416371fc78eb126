"""Whether a rewording says what the draft said: a language model changes the wording, never the facts.

Grounding asks whether a statement stands somewhere in the evidence.  That is not enough for a text that replaces
another: two figures exchanged, 下降 for 增长, another authority, a list cut short are all "in the evidence".  Here the
rewording is held against the sentences it replaces.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field

from bot.assistant.statements import Amount, amounts, normal, statements

RULES = Path(__file__).with_suffix(".yaml")
_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]*")
_ITEM = r"[^，。；：！？、（）,;:!?()\s“”\[\]]+"
_LIST = re.compile(f"{_ITEM}(?:、{_ITEM})+")
_MARK = re.compile(r"\[\d{1,3}\]")
_HAN = re.compile(r"[一-鿿]+")
_LIST_END = re.compile(r"等|和|及|与")


class Fidelity(BaseModel):
    """The rules by which a rewording is judged; see ``agent_fidelity.yaml`` for what each one is for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fixed: tuple[str, ...] = Field(min_length=1)
    turning: Mapping[str, tuple[str, ...]]
    neutral: tuple[str, ...]
    actors: tuple[str, ...] = Field(min_length=1)
    least_familiar: float = Field(ge=0, le=1)

    @classmethod
    def load(cls, path: Path = RULES) -> Self:
        """The rules of a file; ValidationError where it does not fit."""
        return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))

    def may_be_reworded(self, paragraph: str) -> bool:
        """Whether a paragraph states facts rather than validity, a label or what to do next."""
        return not any(word in paragraph for word in self.fixed)

    def familiar(self, rewording: str, known: str) -> str:
        """The rewording without the sentences that bring in other actors or are mostly about something else.

        Args:
            rewording: the model's text.
            known: everything it was given to work with.
        """
        pairs, actors = _pairs(known), self._found_actors(known)
        return "".join(s for s in _SENTENCE.findall(rewording) if self._is_familiar(s, pairs, actors)).strip()

    def losses(self, original: str, rewording: str, names: Sequence[Collection[str]] = ()) -> list[str]:
        """What the rewording loses, adds or turns; empty where both say the same.

        Args:
            original: the paragraphs that are to be replaced.
            rewording: what is to replace them.
            names: names whose figures must not be exchanged, kind by kind: clusters, indicators.
        """
        said, says = statements(original), statements(rewording)
        lost = [*(said.names - says.names), *(said.quotes - says.quotes), *(said.clauses - says.clauses)]
        lost += [f"[{mark}]" for mark in said.marks - says.marks]
        lost += [item for item in _list_items(original) if item not in normal(rewording)]
        lost += [name for kind in names for name in kind if name in original and name not in rewording]
        if self._figures(original, names) != self._figures(rewording, names):
            lost.append("figures")
        lost += self._turns(original) ^ self._turns(rewording)
        lost += self._found_actors(original) ^ self._found_actors(rewording)
        return lost

    def _is_familiar(self, sentence: str, pairs: frozenset[str], actors: frozenset[str]) -> bool:
        own = _pairs(sentence)
        return self._found_actors(sentence) <= actors and len(own & pairs) >= self.least_familiar * len(own)

    def _found_actors(self, text: str) -> frozenset[str]:
        return frozenset(self._actor.findall(text))

    def _figures(self, text: str, names: Sequence[Collection[str]]) -> list[tuple[tuple[str, ...], Amount]]:
        """Every amount in order, repetitions left out, with what was named and turned last before it."""
        bare = _MARK.sub("", normal(text))
        kinds = [_named(bare, kind) for kind in names] + [self._turned(bare)]
        labels = [(start, end, kind, label) for kind, found in enumerate(kinds) for start, end, label in found]
        current, position, figures = [""] * len(kinds), 0, []
        for start, end, kind, label in sorted(labels):
            figures += [(tuple(current), amount) for amount in amounts(bare[position:start])]
            current[kind], position = label, max(end, position)
        figures += [(tuple(current), amount) for amount in amounts(bare[position:])]
        return list(dict.fromkeys(figures))

    def _turned(self, text: str) -> Iterator[tuple[int, int, str]]:
        pattern, groups = self._turning_words
        for match in pattern.finditer(text):
            if group := groups[(match.lastindex or 0) - 1]:
                yield match.start(), match.end(), group

    def _turns(self, text: str) -> frozenset[str]:
        return frozenset(group for *_, group in self._turned(normal(text)))

    @cached_property
    def _actor(self) -> re.Pattern[str]:
        return re.compile("|".join(self.actors))

    @cached_property
    def _turning_words(self) -> tuple[re.Pattern[str], tuple[str, ...]]:
        """One capturing group a word, longer words first: 未完成 is "open" rather than "not", and 未来 is nothing."""
        groups = {"": self.neutral, **self.turning}
        words = sorted(((word, group) for group, words in groups.items() for word in words), key=_by_length)
        return re.compile("|".join(f"({word})" for word, _ in words)), tuple(group for _, group in words)


def _by_length(entry: tuple[str, str]) -> int:
    return -len(entry[0])


def _pairs(text: str) -> frozenset[str]:
    return frozenset(a + b for run in _HAN.findall(text) for a, b in pairwise(run))


def _list_items(text: str) -> Iterator[str]:
    """The items of 甲、乙、丙等: the inner ones whole, of the outer ones the end that borders on the list."""
    for match in _LIST.findall(_MARK.sub("", normal(text))):
        first, *inner, last = match.split("、")
        yield first[-2:]
        yield from inner
        yield _LIST_END.split(last)[0] or last


def _named(text: str, names: Collection[str]) -> Iterator[tuple[int, int, str]]:
    known = "|".join(re.escape(normal(name)) for name in sorted(names, key=len, reverse=True) if name)
    if known:
        yield from ((match.start(), match.end(), match.group()) for match in re.finditer(known, text))
