"""What a block at the head of a markdown file states about the document, in the words people use for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.folding import fold
from knowledge.sniffing import day

FILE = Path(__file__).with_name("stated_keys.yaml")
_BLOCK = re.compile(r"\ufeff?\s*---[ \t]*\n(?P<block>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"^(?P<name>[^\s:：#-][^:：\n]*?)[ \t]*[:：][ \t]*(?=\S|$)", re.MULTILINE)
_TIME = re.compile(r"[T\s]+\d{1,2}:.*")
_MARKS = "《》 "


class StatedKeys(BaseModel):
    """What ``stated_keys.yaml`` holds; see there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: Mapping[str, tuple[str, ...]]
    dates: frozenset[str]
    lists: frozenset[str]
    empty: frozenset[str]

    def meant(self, name: str) -> tuple[str, int]:
        """The key of a document that a name stands for, and its rank among the names of that key; else empty."""
        folded = " ".join(fold(name).replace("_", " ").split())
        return next(((key, names.index(folded)) for key, names in self.keys.items() if folded in names), ("", 0))


@lru_cache(maxsize=1)
def stated_keys() -> StatedKeys:
    """The shipped names; ValueError where the file is wrong."""
    return StatedKeys.model_validate(yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@dataclass(frozen=True, slots=True)
class Stated:
    """What a file states about its document outside the text.

    Args:
        found: front matter keys with their values: strings, dates, tuples of names.
        unused: names in the block that stand for none of them, or for one that a better name gives.
    """

    found: Mapping[str, str | date | tuple[str, ...]] = field(default_factory=dict)
    unused: tuple[str, ...] = ()


def without_block(file: str, text: str) -> tuple[str, Stated]:
    """The text behind the block at the head of a markdown file, and what the block states.

    What stands between two rules is text, and stays text, where none of its lines names a key.

    Raises:
        DocumentError: the block cannot be read, or a value in it is not what its key takes.
    """
    match = _BLOCK.match(text)
    if match is None or not any(stated_keys().meant(line["name"])[0] for line in _LINE.finditer(match["block"])):
        return text, Stated()
    # A colon of Chinese type, or one without a space, is a slip that a person does not see.
    values = _values(file, _LINE.sub(r"\g<name>: ", match["block"]))
    taken: dict[str, str] = {}
    for name in sorted(values, key=lambda name: stated_keys().meant(name)[1]):
        taken.setdefault(stated_keys().meant(name)[0], name)
    taken.pop("", None)
    found = dict(_read(file, ((key, values[name]) for key, name in taken.items())))
    return text[match.end() :], Stated(found, tuple(name for name in values if name not in taken.values()))


def _values(file: str, block: str) -> Mapping[str, object]:
    try:
        # Words only: what looks like a day, a number or a truth stays as it is written.
        values = yaml.CBaseLoader(block).get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise DocumentError(
            Problem(Flaw.BAD_BLOCK, file, {"line": str(mark.line + 2 if mark is not None else 1)})
        ) from error
    if not isinstance(values, dict) or not all(isinstance(name, str) for name in values):
        raise DocumentError(Problem(Flaw.BAD_BLOCK, file, {"line": "1"}))
    return values


def _read(file: str, values: Iterable[tuple[str, object]]) -> Iterator[tuple[str, str | date | tuple[str, ...]]]:
    known = stated_keys()
    for key, value in values:
        parts = [value] if isinstance(value, str) else value
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise DocumentError(Problem(Flaw.BAD_FRONT_MATTER, file, {"key": key, "reason": "…"}))
        words = [part.strip(_MARKS) for part in parts if part.strip().lower() not in known.empty]
        if not words:
            continue
        if key in known.lists:
            yield key, tuple(words)
        elif len(words) > 1:
            raise DocumentError(Problem(Flaw.BAD_FRONT_MATTER, file, {"key": key, "reason": "、".join(words)}))
        elif key not in known.dates:
            yield key, words[0]
        elif (on := day(_TIME.sub("", words[0]))) is not None:
            yield key, on
        else:
            raise DocumentError(Problem(Flaw.BAD_FRONT_MATTER, file, {"key": key, "reason": words[0]}))
