"""A short turn made whole with the question before it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.assistant.policy.clause_index import ClauseIndex
from bot.assistant.policy.lexicon import Lexicon, LexiconError, load_lexicon
from bot.assistant.policy.reading import Piece, joined, segment
from knowledge.folding import fold

FILE = Path(__file__).with_name("follow_up.yaml")
_NO_LIBRARY = ClauseIndex(())


class _FollowUpRows(BaseModel):
    model_config = ConfigDict(extra="forbid")

    replacing: str
    ordinal: str
    pointing: str
    carried: str


@dataclass(frozen=True, slots=True)
class _Rules:
    replacing: re.Pattern[str]
    ordinal: re.Pattern[str]
    pointing: re.Pattern[str]
    carried: str


def resolve_follow_up(text: str, previous: Mapping[str, Any] | None) -> str:
    """The turn as a question that stands by itself; unchanged where it already does or nothing came before.

    Args:
        text: the turn as typed.
        previous: memory of the last policy question, JSON-serialisable: ``question`` as it was resolved then.
    """
    last = str((previous or {}).get("question") or "")
    if not last:
        return text
    rules, lexicon, turn = _rules(), load_lexicon(), fold(text)
    if rules.ordinal.match(turn):
        return rules.carried.format(matter=last.rstrip("?？。 "), text=text)
    replacing = rules.replacing.match(turn)
    if replacing:
        replaced = _replaced(fold(last), replacing["matter"], lexicon)
        if replaced:
            return replaced
    if rules.pointing.search(turn) and not _matter(turn, lexicon):
        matter = "".join(_matter(fold(last), lexicon)) or last
        return rules.carried.format(matter=matter, text=text)
    return text


def _matter(text: str, lexicon: Lexicon) -> list[str]:
    """The words of a folded question that say what it is about, in order."""
    return [piece.text for piece in _pieces(text, lexicon) if _says_what(piece, lexicon)]


def _pieces(text: str, lexicon: Lexicon) -> list[Piece]:
    return joined(segment(text, lexicon, _NO_LIBRARY))


def _says_what(piece: Piece, lexicon: Lexicon) -> bool:
    if piece.kind == "known":
        meaning = lexicon.meanings.get(piece.text)
        return meaning is not None and not meaning.light
    return piece.kind == "strange" and len(piece.text) > 1


def _replaced(last: str, matter: str, lexicon: Lexicon) -> str:
    """The last question about another matter; empty where the turn or the last question names none.

    A listed word takes the place of the last listed one, an unlisted word (a city, a name) that of an unlisted one.
    """
    new = _pieces(matter, lexicon)
    kinds = {piece.kind for piece in new if piece.kind != "stop"}
    old = [piece for piece in _pieces(last, lexicon) if _says_what(piece, lexicon)]
    alike = _alike(old, kinds)
    if not kinds or alike is None:
        return ""
    return last[: alike.start] + matter + last[alike.end :]


def _alike(old: Sequence[Piece], kinds: set[str]) -> Piece | None:
    same = [piece for piece in old if piece.kind in kinds]
    return same[-1] if same else (old[-1] if old else None)


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    try:
        rows = _FollowUpRows.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
        return _Rules(re.compile(rows.replacing), re.compile(rows.ordinal), re.compile(rows.pointing), rows.carried)
    except (yaml.YAMLError, ValidationError, re.error) as error:
        raise LexiconError(f"{FILE.name}: {error}") from error
