"""What documents do to one another: amend, replace, repeal, implement; and how each stands because of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from knowledge.atomic import write_atomically
from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.folding import fold
from knowledge.types import Document, Validity

FILE = "relations.yaml"
"""Below the folder of added documents: relations recorded by command, also between documents that came shipped."""


class Verb(StrEnum):
    """What one document does to another."""

    AMENDS = "amends"
    REPLACES = "replaces"
    REPEALS = "repeals"
    IMPLEMENTS = "implements"


ENDS = {Verb.REPLACES: Validity.SUPERSEDED, Verb.REPEALS: Validity.REPEALED}
"""How a document stands once another does this to it."""


class Relation(BaseModel):
    """One document does something to another.

    Args:
        subject: identifier or 文号 of the document that acts.
        verb: what it does.
        object: identifier or 文号 of the document it is done to.
        since: the day from which that holds; None to take the first day of the one that acts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: str
    verb: Verb
    object: str
    since: date | None = None


_RELATIONS = TypeAdapter(tuple[Relation, ...])


@dataclass(frozen=True, slots=True)
class _Done:
    """What is done to a document, by which one, from which day (None where that is not known)."""

    verb: Verb
    name: str
    since: date | None


class RelationShelf:
    """The file of recorded relations.

    Args:
        folder: of added documents; need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    @property
    def stamp(self) -> tuple[int, int]:
        """Changes whenever the file does."""
        try:
            status = self._path.stat()
        except OSError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_size)

    def relations(self) -> tuple[Relation, ...]:
        """The recorded relations, in order of recording.

        Raises:
            DocumentError: the file cannot be read or is not one that this shelf writes.
        """
        try:
            rows = yaml.load(self._path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            return _RELATIONS.validate_python(rows or [])
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise DocumentError(Problem(Flaw.UNREADABLE, FILE, {"reason": str(error.strerror)})) from error
        except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
            raise DocumentError(Problem(Flaw.BAD_RELATIONS, FILE)) from error

    def record(self, relation: Relation) -> None:
        """Keep a relation; one between the same two documents with the same verb is replaced.

        Raises:
            DocumentError: the file cannot be read or written.
        """
        self._write([*self._others(relation), relation])

    def forget(self, relation: Relation) -> bool:
        """Let go of a recorded relation; False where it was not recorded.

        Raises:
            DocumentError: the file cannot be read or written.
        """
        before, kept = self.relations(), self._others(relation)
        if len(kept) == len(before):
            return False
        self._write(kept)
        return True

    def _others(self, relation: Relation) -> list[Relation]:
        same = (fold(relation.subject), relation.verb, fold(relation.object))
        return [kept for kept in self.relations() if (fold(kept.subject), kept.verb, fold(kept.object)) != same]

    def _write(self, relations: Sequence[Relation]) -> None:
        rows = [relation.model_dump(mode="json") for relation in relations]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path, yaml.safe_dump(rows, allow_unicode=True, sort_keys=False).encode())


def named(name: str, documents: Iterable[Document]) -> Document | None:
    """The document that an identifier or 文号 names, None where none at hand has it."""
    wanted = fold(name)
    return next((d for d in documents if wanted and wanted in (fold(d.doc_id), fold(d.number))), None)


def stated(document: Document) -> Iterator[Relation]:
    """The relations that a document's own front matter states, those done to it from the other side."""
    for verb in Verb:
        for other in getattr(document, verb.value):
            yield Relation(subject=document.doc_id, verb=verb, object=other)
    passive = ((Verb.REPLACES, document.replaced_by), (Verb.REPEALS, document.repealed_by))
    for verb, other in passive:
        if other:
            yield Relation(subject=other, verb=verb, object=document.doc_id, since=document.ended)


def resolved(documents: Sequence[Document], recorded: Iterable[Relation]) -> tuple[Document, ...]:
    """The documents, each with what the others do to it.

    A document that is replaced or repealed stands so from the day the relation names, else from the first day (or day
    of issue) of the one that does it; before that day its own dates decide. An end it states itself is kept.
    """
    relations = [*(relation for document in documents for relation in stated(document)), *recorded]
    names = _names(documents)
    done: dict[str, list[_Done]] = {}
    acts: dict[str, dict[Verb, list[str]]] = {}
    for relation in relations:
        subject, target = names.get(fold(relation.subject)), names.get(fold(relation.object))
        if target is not None and target is not subject:
            begins = relation.since or ((subject.effective or subject.issued) if subject else None)
            entry = _Done(relation.verb, subject.doc_id if subject else relation.subject, begins)
            done.setdefault(target.doc_id, []).append(entry)
        if subject is not None:
            acted_on = target.doc_id if target else relation.object
            acts.setdefault(subject.doc_id, {}).setdefault(relation.verb, []).append(acted_on)
    return tuple(_standing(each, done.get(each.doc_id, ()), acts.get(each.doc_id, {})) for each in documents)


def _names(documents: Iterable[Document]) -> dict[str, Document]:
    names: dict[str, Document] = {}
    for document in documents:
        for name in (document.doc_id, document.number):
            if name:
                names.setdefault(fold(name), document)
    return names


def _standing(document: Document, done: Iterable[_Done], acts: Mapping[Verb, Sequence[str]]) -> Document:
    does = {verb: tuple(dict.fromkeys(acts.get(verb, ()))) for verb in Verb}
    changed = replace(
        document,
        amends=does[Verb.AMENDS],
        replaces=does[Verb.REPLACES],
        repeals=does[Verb.REPEALS],
        implements=does[Verb.IMPLEMENTS],
        amended_by=tuple(dict.fromkeys(entry.name for entry in done if entry.verb is Verb.AMENDS)),
    )
    ending = [entry for entry in done if entry.verb in ENDS]
    if not ending:
        return changed
    first = min(ending, key=lambda entry: entry.since or date.min)
    if first.verb is Verb.REPLACES:
        changed = replace(changed, replaced_by=first.name)
    else:
        changed = replace(changed, repealed_by=first.name)
    if document.status:
        return changed
    return replace(changed, status=ENDS[first.verb].value, ended=document.ended or first.since)


def check_relation(relation: Relation, documents: Sequence[Document]) -> None:
    """Refuse a relation that cannot be.

    Raises:
        DocumentError: neither document is at hand, they are one, or one would end the other before that one begins.
    """
    subject, target = named(relation.subject, documents), named(relation.object, documents)
    if subject is None and target is None:
        raise DocumentError(Problem(Flaw.UNKNOWN_DOCUMENT, relation.object, {"doc_id": relation.subject}))
    if subject is target or fold(relation.subject) == fold(relation.object):
        raise DocumentError(Problem(Flaw.RELATION_TO_ITSELF, relation.subject, {"doc_id": relation.object}))
    since = relation.since or ((subject.effective or subject.issued) if subject else None)
    begins = (target.effective or target.issued) if target else None
    if relation.verb in ENDS and since and begins and since < begins:
        facts = {"doc_id": relation.subject, "other": relation.object}
        facts |= {"since": since.isoformat(), "begins": begins.isoformat()}
        raise DocumentError(Problem(Flaw.RELATION_OUT_OF_ORDER, relation.subject, facts))


def successor(document: Document, documents: Sequence[Document]) -> Document | None:
    """The last of the documents at hand that follow a document one after the other; None where none is at hand."""
    seen, found = {document.doc_id}, None
    following = named(document.replaced_by or document.repealed_by, documents)
    while following is not None and following.doc_id not in seen:
        seen.add(following.doc_id)
        found = following
        following = named(following.replaced_by or following.repealed_by, documents)
    return found


def circular(documents: Sequence[Document]) -> Iterator[Document]:
    """The documents that, by what replaces or repeals them, would come after themselves."""
    for document in documents:
        seen: set[str] = set()
        following = named(document.replaced_by or document.repealed_by, documents)
        while following is not None and following.doc_id not in seen:
            if following.doc_id == document.doc_id:
                yield document
                break
            seen.add(following.doc_id)
            following = named(following.replaced_by or following.repealed_by, documents)
