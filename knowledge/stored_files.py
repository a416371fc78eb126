"""Documents as files: what is known of a file since it was last read, and what is wrong with it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.folding import fold
from knowledge.front_matter import FrontMatter, body_digest, read_document
from knowledge.types import Document

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored file as last read; ``stamp`` changes whenever the file does."""

    stamp: tuple[int, int, int]
    document: Document | None
    front: FrontMatter | None
    problem: Problem | None


def files(folder: Path | None) -> list[Path]:
    """The stored documents in a folder, by name; none where there is no folder."""
    return sorted(folder.glob("*.md")) if folder is not None else []


def reread(path: Path, known: Entry | None) -> Entry | None:
    """The file as it is now, from what is known of it where it has not changed; None when there is none."""
    try:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if known is not None and known.stamp == stamp:
            return known
        document, front = read_document(path.stem, path.name, path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        return Entry((0, 0, 0), None, None, Problem(Flaw.UNREADABLE, path.name, {"reason": str(error.strerror)}))
    except DocumentError as error:
        _log.warning("document left out: %s", error)
        return Entry(stamp, None, None, error.problem)
    return Entry(stamp, document, front, None)


def file_problems(entries: Mapping[Path, Entry]) -> Iterator[Problem]:
    """Files that cannot be used, and those whose text is not the one that was recorded."""
    for path, entry in entries.items():
        if entry.problem is not None:
            yield entry.problem
        elif entry.document is not None and entry.front is not None and entry.front.body_sha256:
            actual = body_digest(entry.document.text)
            if actual != entry.front.body_sha256:
                facts = {"recorded": entry.front.body_sha256, "actual": actual}
                yield Problem(Flaw.BODY_CHANGED, path.name, facts)


def duplicates(entries: Mapping[Path, Entry]) -> Iterator[Problem]:
    """Identifiers and 文号 that two files carry."""
    ids: dict[str, Path] = {}
    numbers: dict[str, tuple[Path, Document]] = {}
    for path, entry in entries.items():
        if entry.document is None:
            continue
        doc_id, number = entry.document.doc_id, fold(entry.document.number)
        if doc_id in ids:
            yield Problem(Flaw.DUPLICATE_ID, path.name, {"doc_id": doc_id, "other": str(ids[doc_id])})
        elif number and number in numbers:
            path_of_other, other = numbers[number]
            facts = {"number": entry.document.number, "title": entry.document.title}
            facts |= {"other": path_of_other.stem, "other_title": other.title}
            yield Problem(Flaw.DUPLICATE_NUMBER, path.name, facts)
        ids.setdefault(doc_id, path)
        numbers.setdefault(number, (path, entry.document))
