"""The index keeps itself current, embeds only what changed, and refuses what it was not made for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.catalogue import FolderLibrary
from retrieval.benchmark import ParagraphLibrary
from retrieval.errors import REBUILD, IndexBusyError, IndexCorruptError, IndexMismatchError, IndexMissingError
from retrieval.hybrid import HybridSearch
from tests.retrieval.conftest import METADATA, BigramEncoder


def generation(folder: Path) -> Path:
    return folder / json.loads((folder / "CURRENT").read_text(encoding="utf-8"))["generation"]


def test_an_index_is_built_once(search: HybridSearch, encoder: BigramEncoder) -> None:
    assert not search.is_current()
    assert search.ensure_current()
    assert search.is_current()
    encoded = list(encoder.encoded)
    assert not search.ensure_current()
    assert encoder.encoded == encoded != []


def test_the_first_search_builds_what_is_missing(search: HybridSearch) -> None:
    assert search.search("企业债券")[0].document.title == "关于企业债券的办法"


def test_adding_a_document_embeds_its_passages_alone(
    search: HybridSearch, library: FolderLibrary, encoder: BigramEncoder
) -> None:
    search.ensure_current()
    encoder.encoded.clear()
    library.add(
        "丁.txt", "关于人才的办法\n一、引进\n引进领军人才。\n二、培养\n培养技能人才。", {**METADATA, "title": "人才"}
    )
    assert not search.is_current()
    assert search.ensure_current()
    assert encoder.encoded == ["引进领军人才。", "培养技能人才。"]
    assert search.search("领军人才")[0].document.doc_id == "丁"


def test_changing_one_clause_embeds_that_clause_alone(
    search: HybridSearch, library: FolderLibrary, encoder: BigramEncoder
) -> None:
    search.ensure_current()
    encoder.encoded.clear()
    document = library.document("甲")
    assert document is not None
    text = document.text.replace("及时公开", "随时公开")
    library.add("甲.txt", text, {**METADATA, "title": document.title})
    search.ensure_current()
    assert encoder.encoded == ["企业债券应当按期办理，随时公开。"]


def test_removing_a_document_embeds_nothing_and_hides_its_clauses_at_once(
    search: HybridSearch, library: FolderLibrary, encoder: BigramEncoder
) -> None:
    search.ensure_current()
    encoder.encoded.clear()
    library.remove("乙")
    assert {passage.document.doc_id for passage in search.search("创新平台", 99)} == {"甲", "丙"}
    assert search.ensure_current()
    assert encoder.encoded == []
    assert {passage.document.doc_id for passage in search.search("创新平台", 99)} == {"甲", "丙"}


def test_a_changed_document_is_never_quoted_from_its_old_text(search: HybridSearch, library: FolderLibrary) -> None:
    search.ensure_current()
    library.add("甲.txt", "全新的办法\n一、新规\n完全不同的内容。", {**METADATA, "title": "全新的办法"})
    found = search.search("企业债券", 99)
    assert {passage.document.doc_id for passage in found} == {"乙", "丙"}
    assert all(p.document.text[p.clause.start : p.clause.end] == p.clause.text for p in found)


def test_progress_counts_up_to_the_number_of_passages(search: HybridSearch, encoder: BigramEncoder) -> None:
    seen: list[tuple[int, int]] = []
    search.ensure_current(lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, len(encoder.encoded))
    assert seen[-1] == (len(encoder.encoded), len(encoder.encoded))
    assert seen == sorted(seen)


def test_an_empty_library_finds_nothing(tmp_path: Path, encoder: BigramEncoder) -> None:
    search = HybridSearch(FolderLibrary(tmp_path / "none"), tmp_path / "index", encoder)
    assert search.ensure_current()
    assert search.search("集群") == []
    search.close()


def test_the_index_of_another_encoder_is_refused_with_the_command_that_repairs_it(
    search: HybridSearch, library: FolderLibrary, tmp_path: Path
) -> None:
    search.ensure_current()
    other = HybridSearch(library, tmp_path / "index", BigramEncoder("another", 32))
    for use in (other.is_current, other.ensure_current, other.verify, lambda: other.search("企业债券")):
        with pytest.raises(IndexMismatchError, match="another") as caught:
            use()
        assert caught.value.remedy == REBUILD == "policybot knowledge rebuild"
    other.rebuild()
    assert other.search("企业债券")[0].document.doc_id == "甲"
    with pytest.raises(IndexMismatchError):
        search.search("企业债券")
    other.close()


def test_an_encoder_that_changed_its_dimensions_under_the_same_name_is_refused(
    search: HybridSearch, library: FolderLibrary, tmp_path: Path
) -> None:
    search.ensure_current()
    other = HybridSearch(library, tmp_path / "index", BigramEncoder(dimensions=32))
    with pytest.raises(IndexMismatchError, match="64 dimensions"):
        other.search("企业债券")
    other.close()


def test_there_is_nothing_to_verify_before_the_first_build(search: HybridSearch) -> None:
    with pytest.raises(IndexMissingError):
        search.verify()
    search.ensure_current()
    search.verify()


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def overwrite(path: Path) -> None:
    path.write_bytes(b"garbage" * (path.stat().st_size // 7 + 1))


@pytest.mark.parametrize("damage", [truncate, overwrite, Path.unlink])
@pytest.mark.parametrize("file", ["manifest.json", "lexical.sqlite", "vectors/chroma.sqlite3", "../CURRENT"])
def test_a_damaged_index_is_noticed_says_what_to_do_and_can_be_rebuilt(
    library: FolderLibrary, tmp_path: Path, file: str, damage: Callable[[Path], None]
) -> None:
    folder = tmp_path / "index"
    builder = HybridSearch(library, folder, BigramEncoder())
    builder.ensure_current()
    damage(generation(folder) / file)
    reader = HybridSearch(library, folder, BigramEncoder())
    if (folder / "CURRENT").exists():
        with pytest.raises(IndexCorruptError) as caught:
            reader.search("企业债券")
        assert caught.value.remedy == REBUILD
    else:
        assert not reader.is_current()
    reader.rebuild()
    reader.verify()
    assert reader.search("企业债券")[0].document.doc_id == "甲"
    reader.close()


def test_a_damaged_graph_of_a_large_index_is_noticed_before_it_is_loaded(tmp_path: Path) -> None:
    """Chroma saves the graph of a thousand vectors and more as files, and would crash the process on damaged ones."""
    library = ParagraphLibrary([f"第{number}项规定内容各不相同" for number in range(1100)])
    search = HybridSearch(library, tmp_path / "index", BigramEncoder())
    assert search.search("第700项规定内容各不相同", 1)[0].document.doc_id == "700"
    search.close()
    search.verify()
    (graph,) = generation(tmp_path / "index").rglob("data_level0.bin")
    overwrite(graph)
    with pytest.raises(IndexCorruptError, match=graph.name):
        search.search("第700项规定内容各不相同")


def test_a_damaged_vector_cache_is_begun_anew(
    search: HybridSearch, library: FolderLibrary, encoder: BigramEncoder, tmp_path: Path
) -> None:
    search.ensure_current()
    (tmp_path / "index" / "vectors.sqlite").write_bytes(b"garbage" * 1000)
    library.remove("乙")
    encoder.encoded.clear()
    assert search.ensure_current()
    assert len(encoder.encoded) > 0
    assert search.search("企业债券")[0].document.doc_id == "甲"


def test_a_build_that_fails_midway_leaves_the_old_index_answering(
    search: HybridSearch, library: FolderLibrary, encoder: BigramEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    search.ensure_current()
    library.add("丁.txt", "关于人才的办法\n一、引进\n引进领军人才。", {**METADATA, "title": "人才"})

    def fail(texts: list[str]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(encoder, "passages", fail)
        with pytest.raises(KeyboardInterrupt):
            search.ensure_current()
    assert search.search("企业债券")[0].document.doc_id == "甲"
    assert search.ensure_current()
    assert search.search("领军人才")[0].document.doc_id == "丁"


def test_an_open_search_notices_a_new_index_by_itself(
    search: HybridSearch, library: FolderLibrary, tmp_path: Path, encoder: BigramEncoder
) -> None:
    search.search("企业债券")
    library.add("丁.txt", "关于人才的办法\n一、引进\n引进领军人才。", {**METADATA, "title": "人才"})
    other = HybridSearch(library, tmp_path / "index", BigramEncoder())
    other.ensure_current()
    other.close()
    assert search.search("领军人才")[0].document.doc_id == "丁"


def test_old_generations_are_removed_but_the_last_two_stay(search: HybridSearch, tmp_path: Path) -> None:
    for _ in range(4):
        search.rebuild()
    left = {path.name for path in (tmp_path / "index").glob("gen-*")}
    assert len(left) == 2
    assert generation(tmp_path / "index").name in left


def test_whoever_waits_too_long_for_another_build_is_told_so(
    search: HybridSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    from retrieval import generations

    monkeypatch.setattr(generations, "LONGEST_WAIT", 0.05)
    with search._generations.building(), pytest.raises(IndexBusyError) as caught:
        search.ensure_current()
    assert "try again" in caught.value.remedy
