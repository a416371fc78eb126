"""A short turn made whole with the question before it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.assistant.policy.clause_index import ClauseIndex
from bot.assistant.policy.lexicon import Lexicon, LexiconError, load_lexicon
from bot.assistant.policy.question_types import load_question_types
from bot.assistant.policy.scope import load_scope
from bot.assistant.policy.segmentation import Piece, joined, segment
from knowledge.folding import fold
from stats_tools.understanding.bounds import numeral

FILE = Path(__file__).with_name("follow_up.yaml")
_NO_LIBRARY = ClauseIndex(())


class _FollowUpRows(BaseModel):
    model_config = ConfigDict(extra="forbid")

    replacing: str
    ordinal: str
    pointing: str
    more: str
    mark: str
    paper: str
    particulars: str
    literal: str
    beside: str
    staying: str
    carried: str


@dataclass(frozen=True, slots=True)
class _Rules:
    replacing: re.Pattern[str]
    ordinal: re.Pattern[str]
    pointing: re.Pattern[str]
    more: re.Pattern[str]
    mark: re.Pattern[str]
    paper: re.Pattern[str]
    about: re.Pattern[str]
    particulars: re.Pattern[str]
    literal: re.Pattern[str]
    beside: re.Pattern[str]
    staying: frozenset[str]
    carried: str


def leans_on_sources(text: str, previous: Mapping[str, Any] | None) -> bool:
    """Whether a turn rests on the papers of the answer before it: more of it, a mark, this paper, a short turn."""
    rules, turn = _rules(), fold(text)
    asks_behind = any(pattern.search(turn) for pattern in (rules.more, rules.mark, rules.paper))
    return asks_behind or resolve_follow_up(text, previous) != text


def resolve_follow_up(text: str, previous: Mapping[str, Any] | None) -> str:
    """The turn as a question that stands by itself; unchanged where it already does or nothing came before.

    Args:
        text: the turn as typed.
        previous: memory of the last policy question, JSON-serialisable: ``question`` as it was resolved then, and as
            ``subject`` the last one that named a matter.
    """
    last = str((previous or {}).get("question") or "")
    if not last:
        return text
    rules, lexicon, turn = _rules(), load_lexicon(), fold(text)
    if rules.ordinal.search(turn):
        return rules.carried.format(matter=place_meant(last)[0].rstrip("?？。 "), text=text)
    replacing = rules.replacing.match(turn)
    replaced = _replaced(fold(last), replacing["matter"], lexicon) if replacing else ""
    if replaced and names_matter(replaced):
        return replaced
    if rules.beside.search(turn):
        return f"{_subject(previous)}{text}"
    demand = load_question_types().demand(turn)
    rest = rules.particulars.sub(" ", demand.cues.sub(" ", turn) if demand and demand.strict else turn)
    if (rules.pointing.search(turn) or rest != turn) and not _matter(rest, lexicon, with_places=False):
        return carry(text, previous)
    return text


def carry(text: str, previous: Mapping[str, Any] | None) -> str:
    """The turn asked of what was talked of before; unchanged where nothing was."""
    subject = _subject(previous)
    return _rules().carried.format(matter=subject, text=text) if subject else text


def asked_besides(question: str, said: str) -> str:
    """What a turn that was carried over asks for and an answer does not name; empty where it names all of it."""
    rules, folded = _rules(), fold(question)
    own = re.split("[:：]", folded, maxsplit=1)[1:] if rules.about.match(folded) else []
    return next((found[0] for found in rules.literal.finditer("".join(own)) if found[0] not in said), "")


def names_matter(question: str) -> bool:
    """Whether a question names a matter by a word of the lexicon, rather than only a particular of one."""
    lexicon = load_lexicon()
    pieces = _pieces(_rules().particulars.sub(" ", fold(question)), lexicon)
    return any(piece.kind == "known" and _says_what(piece, lexicon) for piece in pieces)


def _subject(previous: Mapping[str, Any] | None) -> str:
    """What was talked of last, in few words."""
    last = str((previous or {}).get("subject") or (previous or {}).get("question") or "")
    part = _matter_part(last)
    if not load_question_types().asking.search(part):
        return part
    demand = load_question_types().demand(part)
    part = (demand.cues.sub(" ", part) if demand else part).strip() or part
    return "".join(_matter(_rules().particulars.sub(" ", part), load_lexicon())) or part


def wants_more(text: str) -> bool:
    """Whether a turn only asks for more of the last answer (更多, 全文, 详细一点)."""
    return _rules().more.search(fold(text)) is not None


def place_meant(question: str) -> tuple[str, int]:
    """A resolved question without the place in a list it ends with, and that place: -1 for the last, 0 for none."""
    found = _rules().ordinal.search(question)
    if found is None or found.start() == 0:
        return question, 0
    rest = _rules().about.sub("", question[: found.start()])
    return rest, int(numeral(found["place"]) or 0) if found["place"] else -1


def _matter_part(last: str) -> str:
    """What a resolved question is about: the part before the colon where it was carried over already."""
    about = _rules().about.match(last)
    return fold(re.split("[:：]", last[about.end() :])[0] if about else last)


def _matter(text: str, lexicon: Lexicon, *, with_places: bool = True) -> list[str]:
    """The words of a folded question that say what it is about, in order."""
    pieces = [piece for piece in _pieces(text, lexicon) if with_places or piece.kind != "place"]
    return [piece.text for piece in pieces if _says_what(piece, lexicon)]


def _pieces(text: str, lexicon: Lexicon) -> list[Piece]:
    """The pieces of a folded text; names of places are a kind of their own."""
    places = load_scope().all_places
    pieces = joined(segment(text, lexicon, _NO_LIBRARY))
    return [replace(piece, kind="place") if piece.text in places else piece for piece in pieces]


def _says_what(piece: Piece, lexicon: Lexicon) -> bool:
    if piece.kind == "known":
        meaning = lexicon.meanings.get(piece.text)
        return meaning is not None and not meaning.light
    return piece.kind == "place" or (piece.kind == "strange" and len(piece.text) > 1)


def _replaced(last: str, matter: str, lexicon: Lexicon) -> str:
    """The last question about another matter; empty where the turn or the last question names none.

    A word takes the place of the last run of words of its kind: a place that of a place, a listed word that of listed
    ones; a general word gives way only where there is nothing else.
    """
    kinds = {piece.kind for piece in _pieces(matter, lexicon) if piece.kind != "stop"}
    pieces = _pieces(last, lexicon)
    old = [piece for piece in pieces if _says_what(piece, lexicon)]
    old = [piece for piece in old if piece.kind in kinds] or old
    old = [piece for piece in old if piece.text not in _rules().staying] or old
    old = old or [piece for piece in pieces if piece.kind == "known"][:1]
    if not kinds or not old:
        return ""
    start, end = old[-1].start, old[-1].end
    for piece in reversed(old[:-1]):
        if piece.end == start and piece.text not in _rules().staying:
            start = piece.start
    return last[:start] + matter + last[end:]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    try:
        rows = _FollowUpRows.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
        return _Rules(
            replacing=re.compile(rows.replacing),
            ordinal=re.compile(rows.ordinal),
            pointing=re.compile(rows.pointing),
            more=re.compile(rows.more),
            mark=re.compile(rows.mark),
            paper=re.compile(rows.paper),
            particulars=re.compile(rows.particulars),
            literal=re.compile(rows.literal),
            beside=re.compile(rows.beside),
            staying=frozenset(rows.staying.split()),
            about=re.compile("^" + re.escape(rows.carried.partition("{")[0])),
            carried=rows.carried,
        )
    except (yaml.YAMLError, ValidationError, re.error) as error:
        raise LexiconError(f"{FILE.name}: {error}") from error
