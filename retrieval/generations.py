"""Index generations on disk: each is written once into a folder of its own, then named by one pointer file.

Readers open the generation that ``CURRENT`` names. A build that is cut short leaves a folder nobody points to; the one
before it goes on answering. The generation before the current one is kept, for readers that are about to open it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from retrieval.errors import REBUILD, IndexBusyError, IndexCorruptError

LONGEST_WAIT = 900.0
"""Seconds a build waits for the build of another process."""

_POINTER = "CURRENT"
_MANIFEST = "manifest.json"
# Chroma rewrites its database whenever it opens it, and the files of a graph not yet saved as a whole (one without
# metadata), which it then makes anew from the database. A saved graph must be checked: a damaged one crashes Chroma.
_DATABASE = "chroma.sqlite3"
_SAVED_GRAPH = "index_metadata.pickle"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an index was made with; where it differs from what is in use, the index is refused."""

    encoder: str
    chunking: str
    parsing: str
    tokens: str
    store: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds.

    Args:
        recipe: what it was made with.
        documents: doc_id to SHA-256 of the stored document.
        clauses: clause identifiers by position in the lexical index.
        windows: for each vector the position of its clause.
        dimensions: of a vector.
        files: path below the generation's folder to SHA-256.
    """

    recipe: Recipe
    documents: dict[str, str]
    clauses: list[str]
    windows: list[int]
    dimensions: int
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Pointer:
    """The content of the pointer file: a generation's folder name and what was indexed into it."""

    generation: str
    fingerprint: str
    recipe: Recipe
    manifest_sha256: str


class Generations:
    """The generations under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Pointer | None:
        """What the pointer file says now, None when there is no index yet.

        Raises:
            IndexCorruptError: the pointer file cannot be read.
        """
        try:
            content = json.loads((self.folder / _POINTER).read_text(encoding="utf-8"))
            return Pointer(**{**content, "recipe": Recipe(**content["recipe"])})
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise IndexCorruptError(
                f"the index pointer {self.folder / _POINTER} cannot be read: {error}", REBUILD
            ) from error

    def stamp(self) -> tuple[int, int]:
        """Changes whenever the pointer file is replaced; one ``stat``."""
        try:
            status = (self.folder / _POINTER).stat()
        except FileNotFoundError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_ino)

    def path(self, pointer: Pointer) -> Path:
        """The generation's folder."""
        return self.folder / pointer.generation

    def manifest(self, pointer: Pointer) -> Manifest:
        """The generation's manifest, after comparing every file with its digest.

        Raises:
            IndexCorruptError: a file is missing or not as it was written.
        """
        path = self.path(pointer)
        try:
            content = (path / _MANIFEST).read_bytes()
            if hashlib.sha256(content).hexdigest() != pointer.manifest_sha256:
                raise IndexCorruptError(f"{path / _MANIFEST} is not as it was written", REBUILD)
            values: dict[str, Any] = json.loads(content)
            manifest = Manifest(**{**values, "recipe": Recipe(**values["recipe"])})
            actual = _digests(path)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise IndexCorruptError(f"the index in {path} cannot be read: {error}", REBUILD) from error
        for file, digest in manifest.files.items():
            if actual.get(file) != digest:
                raise IndexCorruptError(f"{path / file} is not as it was written", REBUILD)
        return manifest

    @contextmanager
    def building(self) -> Iterator[None]:
        """Hold the build lock; one process builds at a time.

        Raises:
            IndexBusyError: another process held it for longer than ``LONGEST_WAIT``.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / "lock", timeout=LONGEST_WAIT):
                yield
        except Timeout as error:
            reason = f"another process has been building the index in {self.folder} for {LONGEST_WAIT:.0f} seconds"
            raise IndexBusyError(reason, "wait for it to end, or end it, and try again") from error

    def new_folder(self, fingerprint: str) -> Path:
        """An empty folder for a generation in the making; call under the lock."""
        path = self.folder / f"gen-{fingerprint[:16]}-{uuid.uuid4().hex[:8]}"
        path.mkdir(parents=True)
        return path

    def publish(self, path: Path, fingerprint: str, manifest: Manifest) -> list[str]:
        """Make a finished folder the current generation and return the names of the generations removed.

        Call under the lock, when nothing writes to the folder any more.
        """
        files = {**manifest.files, **_digests(path)}
        content = json.dumps({**asdict(manifest), "files": files}, ensure_ascii=False).encode()
        (path / _MANIFEST).write_bytes(content)
        for file in path.rglob("*"):
            _sync(file)
        pointer = Pointer(path.name, fingerprint, manifest.recipe, hashlib.sha256(content).hexdigest())
        previous = self._previous()
        draft = self.folder / f"{_POINTER}.new"
        draft.write_text(json.dumps(asdict(pointer), ensure_ascii=False), encoding="utf-8")
        _sync(draft)
        draft.replace(self.folder / _POINTER)
        _sync(self.folder)
        return self._remove_all_but({path.name, previous})

    def _previous(self) -> str:
        with suppress(IndexCorruptError):
            pointer = self.current()
            return pointer.generation if pointer else ""
        return ""

    def _remove_all_but(self, kept: set[str]) -> list[str]:
        gone = [path for path in self.folder.glob("gen-*") if path.name not in kept]
        for path in gone:
            shutil.rmtree(path, ignore_errors=True)
        return [path.name for path in gone]


def fingerprint(recipe: Recipe, documents: Mapping[str, str]) -> str:
    """A hex digest that differs whenever the recipe or any document differs."""
    content = json.dumps([asdict(recipe), sorted(documents.items())], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _digests(path: Path) -> dict[str, str]:
    return {
        file.relative_to(path).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(path.rglob("*"))
        if file.is_file() and file.name != _MANIFEST and not _changes_when_read(file)
    }


def _changes_when_read(file: Path) -> bool:
    if file.name.startswith(_DATABASE):
        return True
    in_graph = file.suffix in (".bin", ".pickle")
    return in_graph and not (file.parent / _SAVED_GRAPH).exists()


def _sync(path: Path) -> None:
    """Have the operating system write the file or folder out before anything points to it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
