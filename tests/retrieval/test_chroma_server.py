"""The vectors may live on a Chroma server, by configuration alone."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.catalogue import FolderLibrary
from retrieval.errors import IndexCorruptError, IndexMismatchError, VectorStoreUnavailableError
from retrieval.hybrid import HybridSearch
from retrieval.vector_index import ChromaServer, VectorIndex
from tests.retrieval.conftest import METADATA, BigramEncoder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """A real Chroma server in a process of its own, over an empty store."""
    port = free_port()
    folder = tmp_path_factory.mktemp("chroma-server")
    chroma = Path(sys.executable).with_name("chroma")
    command = [str(chroma), "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        assert any(b"listening on address" in line for line in process.stdout)
        # Whatever else it prints must be taken from it, or it would stop at a full pipe.
        drain = threading.Thread(target=process.stdout.read)
        drain.start()
        yield ChromaServer("127.0.0.1", port)
        process.kill()
        drain.join()


@pytest.fixture
def search(library: FolderLibrary, tmp_path: Path, server: ChromaServer) -> Iterator[HybridSearch]:
    search = HybridSearch(library, tmp_path / "index", BigramEncoder(), server=server)
    yield search
    search.close()


def test_a_server_answers_as_the_embedded_store_does(
    search: HybridSearch, library: FolderLibrary, tmp_path: Path
) -> None:
    embedded = HybridSearch(library, tmp_path / "embedded", BigramEncoder())
    for question in ("企业债券", "统计季报应当", "创新"):
        ours, theirs = search.search(question), embedded.search(question)
        assert [passage.clause for passage in ours] == [passage.clause for passage in theirs]
        assert [p.dense for p in ours] == pytest.approx([p.dense for p in theirs], abs=1e-4)
    embedded.close()


def test_changes_reach_the_server_and_old_collections_leave_it(
    search: HybridSearch, library: FolderLibrary, server: ChromaServer, tmp_path: Path
) -> None:
    store = VectorIndex(tmp_path, server)
    before = store._client.count_collections()
    search.ensure_current()
    for name in ("丁", "戊", "己"):
        library.add(f"{name}.txt", f"关于{name}的办法\n一、总则\n{name}类人才。", {**METADATA, "title": name})
        search.ensure_current()
    assert search.search("己类人才")[0].document.doc_id == "己"
    assert store._client.count_collections() == before + 2
    store.close()


def test_a_collection_that_disappeared_is_noticed(search: HybridSearch, server: ChromaServer, tmp_path: Path) -> None:
    search.ensure_current()
    for path in (tmp_path / "index").glob("gen-*"):
        store = VectorIndex(tmp_path, server, path.name)
        store.delete()
        store.close()
    with pytest.raises(IndexCorruptError, match="vector index"):
        search.search("企业债券")


def test_moving_from_the_embedded_store_to_a_server_asks_for_a_rebuild(
    search: HybridSearch, library: FolderLibrary, tmp_path: Path
) -> None:
    search.ensure_current()
    embedded = HybridSearch(library, tmp_path / "index", BigramEncoder())
    with pytest.raises(IndexMismatchError, match="chroma server"):
        embedded.search("企业债券")


def test_a_server_that_does_not_answer_is_named_with_what_to_do(library: FolderLibrary, tmp_path: Path) -> None:
    port = free_port()
    search = HybridSearch(library, tmp_path / "index", BigramEncoder(), server=ChromaServer("127.0.0.1", port))
    with pytest.raises(VectorStoreUnavailableError, match=str(port)) as caught:
        search.ensure_current()
    assert "start the Chroma server" in caught.value.remedy
