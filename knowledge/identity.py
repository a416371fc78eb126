"""Which document a text is: a new one, a revision of one that is there, or one it must not be taken for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path

from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.folding import fold
from knowledge.front_matter import FrontMatter, body_digest
from knowledge.sniffing import sniffing_rules
from knowledge.types import Document

_NOT_IN_IDS = re.compile(r"[^\w.-]+")
_LONGEST_ID = 80


def identifier(source: str) -> str:
    """A file stem that is safe on every file system, from the name of the source."""
    stem = _NOT_IN_IDS.sub("-", fold(Path(source).stem)).strip("-._")
    return stem[:_LONGEST_ID] or body_digest(source)[:12]


def namesake(source: str, front: FrontMatter, others: Iterable[Document]) -> Document | None:
    """The document among others that has the same 文号, None where none has; two titles under one 文号 are refused.

    Raises:
        DocumentError: the titles differ by more than the edition.
    """
    for other in others:
        if not front.number or fold(other.number) != fold(front.number):
            continue
        if _work(other.title) != _work(front.title):
            raise DocumentError(shared_number(source, front, other))
        return other
    return None


def shared_number(source: str, front: FrontMatter, other: Document) -> Problem:
    """That a text carries the 文号 of another document, with the titles of both."""
    facts = {"title": front.title, "other": other.doc_id, "other_title": other.title, "number": front.number}
    return Problem(Flaw.DUPLICATE_NUMBER, source, facts)


def is_another(front: FrontMatter, known: Document | None) -> bool:
    """Whether the known document under the same name is a different one: both carry a 文号 and these differ."""
    return bool(known and known.number and front.number and fold(known.number) != fold(front.number))


def free(stem: str, taken: Callable[[str], bool]) -> str:
    """The first identifier in the series ``stem-2``, ``stem-3`` that is not taken."""
    return next(name for number in count(2) if not taken(name := f"{stem[: _LONGEST_ID - 5]}-{number}"))


def _work(title: str) -> str:
    """A title without what an edition adds to it."""
    return re.sub(r"\s", "", fold(sniffing_rules().edition.sub("", title)))
