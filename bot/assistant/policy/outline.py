"""Questions about the headings of a document: which principles, which tasks, how many goals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.assistant.policy.clause_index import ClauseIndex
from bot.assistant.policy.findings import Outline, OutlinePart, Span
from bot.assistant.policy.reading import Reading
from knowledge.folding import fold
from knowledge.types import Clause, Document

_ASKS_FOR_PARTS = frozenset({"list", "quantity", "plain", "definition", "comparison"})
"""Shapes of questions that a list of headings may answer."""
_MOST_PARTS = 8
_SAME_THING, _SAYS_LITTLE = 0.8, 0.36


def outline(reading: Reading, index: ClauseIndex, on: date) -> Outline | None:
    """The headings under the one the question names, None where it is about something else.

    The question has to be about that heading and nothing beyond it: what else it says must stand in the document's
    title or in the headings listed.
    """
    shape = reading.shape.name if reading.shape else "plain"
    if shape not in _ASKS_FOR_PARTS or not reading.units:
        return None
    content = [unit for unit in reading.units if unit.kind != "number"]
    best: tuple[float, Outline] | None = None
    for document, heading, parts in _headings(index):
        words = fold(heading)
        named = sum(unit.weight for unit in reading.units if unit.within(words) > _SAME_THING and len(unit.text) > 1)
        around = words + fold(document.title) + fold("".join(part.label for part in parts))
        beyond = any(not u.within(around) for u in content if u.found or u.weight > _SAYS_LITTLE)
        asks = _fills(reading, words) and not beyond and not _picks_one(reading, words, parts)
        if named > 0 and asks and (best is None or named > best[0]):
            best = named, Outline(document, heading, parts, on, index.successor(document))
    return best[1] if best else None


def _fills(reading: Reading, heading: str) -> bool:
    """Whether a word of the question is the heading but for its number and a general word or two."""
    label = heading.partition("、")[2] or heading.partition(")")[2] or heading
    forms = (form for unit in reading.units for form, how_well in unit.words if how_well > _SAME_THING)
    return any(label.endswith(form) and len(form) * 2 >= len(label) for form in forms)


def _picks_one(reading: Reading, heading: str, parts: tuple[OutlinePart, ...]) -> bool:
    """Whether a word of the question points at one of the headings listed rather than at all of them."""
    labels = [fold(part.label) for part in parts]
    words = [unit.text for unit in reading.units if unit.weight > _SAYS_LITTLE and unit.text not in heading]
    words += [form for unit in reading.units if unit.kind == "mistyped" for form, _ in unit.words]
    return any(sum(word in label for label in labels) == 1 for word in words)


def _headings(index: ClauseIndex) -> Iterator[tuple[Document, str, tuple[OutlinePart, ...]]]:
    """Every heading with two or more headings directly under it."""
    for number, document in enumerate(index.documents):
        clauses = [c for c, d in zip(index.clauses, index.document_of, strict=True) if d == number]
        under: dict[tuple[str, ...], dict[str, Clause]] = {}
        for clause in clauses:
            for depth in range(1, len(clause.path)):
                under.setdefault(clause.path[:depth], {}).setdefault(clause.path[depth], clause)
        for path, children in under.items():
            if len(children) > 1:
                parts = tuple(_part(document, label, clause) for label, clause in children.items())
                yield document, path[-1], parts[:_MOST_PARTS]


def _part(document: Document, label: str, clause: Clause) -> OutlinePart:
    start = document.text.rfind(label, 0, clause.start)
    if start < 0:
        return OutlinePart(label, Span(document.doc_id, clause.start, clause.end))
    return OutlinePart(label, Span(document.doc_id, start, start + len(label)))
