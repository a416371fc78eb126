"""Earlier texts of documents, kept as they were: an old answer can be checked and an old day asked about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from knowledge.atomic import write_atomically
from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.front_matter import FrontMatter, read_document
from knowledge.stored_files import file_problems, reread
from knowledge.types import Document, Validity

FOLDER = "versions"
"""Below the folder of added documents: a folder a document, a file a version."""


_REMOVED = "removed"
"""Beside the texts of a document: the day it was taken out."""

VERSION_MARK = "@"
"""Between the identifier of a document and the number of one of its texts; no identifier holds it."""


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a document.

    Args:
        number: counted from 1, the oldest.
        document: the text and what is known about it.
        added: the day it came into the library, None where that was not recorded.
        is_current: whether it is the one that is searched; none is once the document has been removed.
    """

    number: int
    document: Document
    added: date | None
    is_current: bool

    @property
    def since(self) -> date | None:
        """The first day it is the one to go by: its first day in force, else its day of issue, else when it came."""
        return self.document.effective or self.document.issued or self.added


@dataclass(frozen=True, slots=True)
class Removal:
    """A document that was taken out of the library.

    Args:
        title: it had last.
        on: the day it was taken out, None where that was not recorded.
    """

    title: str
    on: date | None


class EarlierTexts:
    """The shelf of texts that were replaced or removed; files on it are written once and never changed.

    Args:
        folder: of the shelf; need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, doc_id: str, content: bytes) -> None:
        """Put a stored document on the shelf; one that is its newest text already is not put there twice.

        Raises:
            DocumentError: the shelf cannot be written.
        """
        paths = self._paths(doc_id)
        if paths and paths[-1].read_bytes() == content:
            return
        number = int(paths[-1].stem) + 1 if paths else 1
        folder = self._folder / doc_id
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DocumentError(Problem(Flaw.UNREADABLE, doc_id, {"reason": str(error.strerror)})) from error
        write_atomically(folder / f"{number:04d}.md", content)

    def has(self, doc_id: str) -> bool:
        """Whether any text of a document is on the shelf."""
        return bool(self._paths(doc_id))

    def note_removal(self, doc_id: str, on: date | None) -> None:
        """Record the day a document that has a text on the shelf was taken out; None records that it is not known."""
        write_atomically(self._folder / doc_id / _REMOVED, on.isoformat().encode() if on else b"")

    def removal(self, doc_id: str) -> Removal | None:
        """What is known of a document whose texts are all on the shelf; None where there are none.

        Raises:
            DocumentError: a file on the shelf has been damaged.
        """
        kept = self.of(doc_id)
        if not kept:
            return None
        try:
            day = (self._folder / doc_id / _REMOVED).read_text(encoding="ascii")
            on = date.fromisoformat(day) if day else None
        except (OSError, ValueError):
            on = None
        return Removal(kept[-1][1].title, on)

    def of(self, doc_id: str) -> list[tuple[int, Document, FrontMatter]]:
        """Number, document and front matter of the texts on the shelf, the oldest first.

        Raises:
            DocumentError: a file on the shelf has been damaged.
        """
        return [(int(path.stem), *read_document(doc_id, path.name, path.read_bytes())) for path in self._paths(doc_id)]

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the files on the shelf: unusable, or no longer the text that was recorded."""
        for folder in sorted(path for path in self._folder.glob("*") if path.is_dir()):
            for path in self._paths(folder.name):
                entry = reread(path, None)
                yield from file_problems({path: entry} if entry is not None else {})

    def _paths(self, doc_id: str) -> list[Path]:
        if doc_id != Path(doc_id).name or not doc_id:
            return []
        return sorted(path for path in (self._folder / doc_id).glob("*.md") if path.stem.isdecimal())


def numbered(shelf: EarlierTexts, doc_id: str, searched: tuple[Document, date | None] | None) -> tuple[Version, ...]:
    """All versions of a document, the oldest first.

    Args:
        shelf: of the texts before the current one.
        doc_id: of the document.
        searched: the current text and the day it came; None for a document that has been removed.
    """
    kept = shelf.of(doc_id)
    # Interrupted between the two steps of a replacement, the current text is on the shelf as well.
    if searched is not None and kept and kept[-1][1].sha256 == searched[0].sha256:
        kept.pop()
    versions = [Version(number, document, front.added, is_current=False) for number, document, front in kept]
    if searched is not None:
        versions.append(Version(versions[-1].number + 1 if versions else 1, *searched, is_current=True))
    return tuple(versions)


def as_of(versions: Sequence[Version], on: date) -> Version | None:
    """The version to go by on a day: the newest of those that had begun; None before the first."""
    return next((v for v in reversed(versions) if v.since is None or v.since <= on), None)


def earlier_documents(versions: Sequence[Version]) -> Iterator[tuple[int, Document]]:
    """The texts as documents of their own, with their numbers: one that was followed by another stands superseded."""
    for version, following in zip(versions, [*versions[1:], None], strict=True):
        document = replace(version.document, doc_id=f"{version.document.doc_id}{VERSION_MARK}{version.number}")
        if following is not None:
            ended = document.ended or following.since
            document = replace(
                document, status=Validity.SUPERSEDED.value, replaced_by=following.document.doc_id, ended=ended
            )
        yield version.number, document


def out_of_order(revised: FrontMatter, before: Document) -> Iterator[dict[str, str]]:
    """The dates of a revised text that lie before those of the text it revises: ``key``, ``new`` and ``old``."""
    for key in ("issued", "effective"):
        new, old = getattr(revised, key), getattr(before, key)
        if new is not None and old is not None and new < old:
            yield {"key": key, "new": new.isoformat(), "old": old.isoformat()}
