"""Several processes on one index: they build and read at once, and die, without harm."""

from __future__ import annotations

import multiprocessing
import signal
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.catalogue import FolderLibrary
from retrieval.hybrid import HybridSearch
from tests.retrieval.conftest import METADATA, BigramEncoder

spawn = multiprocessing.get_context("spawn")


def add(library: FolderLibrary, name: str) -> None:
    text = f"关于{name}的办法\n一、引进\n{name}应当引进领军人才。"
    library.add(f"{name}.txt", text, {**METADATA, "title": name})


def build_and_search(folder: Path, start: Barrier, writes: bool, outcome: Connection) -> None:
    """Build an index with everybody else, then search while one of all adds documents and builds again and again."""
    library = FolderLibrary(folder / "none", folder / "documents")
    search = HybridSearch(library, folder / "index", BigramEncoder())
    start.wait()
    search.ensure_current()
    wrong = 0
    for number in range(6):
        if writes:
            add(library, f"新增{number}")
            search.ensure_current()
        for _ in range(5):
            found = search.search("企业债券", 3)
            wrong += not found or found[0].document.doc_id != "甲"
    search.close()
    outcome.send(wrong)


def test_processes_build_and_search_at_once(library: FolderLibrary, tmp_path: Path) -> None:
    start = spawn.Barrier(3)
    pipes = [spawn.Pipe(duplex=False) for _ in range(3)]
    processes = [
        spawn.Process(target=build_and_search, args=(tmp_path, start, number == 0, sender))
        for number, (_, sender) in enumerate(pipes)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert [receiver.recv() for receiver, _ in pipes] == [0, 0, 0]
    afterwards = HybridSearch(library, tmp_path / "index", BigramEncoder())
    assert afterwards.is_current()
    afterwards.verify()
    assert {passage.document.doc_id for passage in afterwards.search("领军人才", 6)} == {f"新增{n}" for n in range(6)}
    afterwards.close()


class StuckEncoder(BigramEncoder):
    """Says that it was reached in the middle of a build, and never returns."""

    def __init__(self, reached: Connection, never: Connection) -> None:
        super().__init__()
        self._reached, self._never = reached, never

    def passages(self, texts: list[str]) -> NDArray[np.float32]:
        self._reached.send("building")
        self._never.recv()
        return super().passages(texts)


def build_and_get_stuck(folder: Path, reached: Connection, never: Connection) -> None:
    library = FolderLibrary(folder / "none", folder / "documents")
    HybridSearch(library, folder / "index", StuckEncoder(reached, never)).ensure_current()


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM])
def test_a_build_that_is_killed_leaves_the_old_index_answering_and_the_next_build_free(
    library: FolderLibrary, search: HybridSearch, tmp_path: Path, blow: signal.Signals
) -> None:
    search.ensure_current()
    add(library, "新增")
    receiver, sender = spawn.Pipe(duplex=False)
    never, hold = spawn.Pipe(duplex=False)
    process = spawn.Process(target=build_and_get_stuck, args=(tmp_path, sender, never))
    process.start()
    assert receiver.poll(60)
    assert search.search("企业债券")[0].document.doc_id == "甲"
    assert process.pid is not None
    (process.kill if blow is signal.SIGKILL else process.terminate)()
    process.join(60)
    hold.close()
    assert process.exitcode == -blow
    assert search.search("企业债券")[0].document.doc_id == "甲"
    assert search.ensure_current()
    assert search.search("领军人才")[0].document.doc_id == "新增"
