"""The library: shipped and added documents, changes noticed, trouble named, nothing half written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.catalogue import SHIPPED, FolderLibrary
from knowledge.errors import DocumentError, Flaw
from knowledge.types import Document, Library
from knowledge.versions import Removal

METADATA = {"title": "集群认定通知", "issuer": "省发展改革委", "region": "山东省", "number": "鲁发改〔2022〕1号"}
BODY = "集群认定通知\n一、认定条件\n（一）规模。主营业务收入达到一定规模。\n"


@pytest.fixture
def library(tmp_path: Path) -> FolderLibrary:
    return FolderLibrary(SHIPPED, tmp_path / "documents")


class LibraryContract:
    """What every ``Library`` promises."""

    def test_documents_come_in_a_stable_order_and_can_be_had_one_by_one(self, library: Library) -> None:
        documents = library.documents()
        assert documents
        assert documents == library.documents()
        assert [library.document(document.doc_id) for document in documents] == list(documents)

    def test_every_clause_is_verbatim_and_names_its_document(self, library: Library) -> None:
        for document in library.documents():
            clauses = library.clauses(document.doc_id)
            assert clauses
            assert all(document.text[c.start : c.end] == c.text and c.doc_id == document.doc_id for c in clauses)

    def test_an_unknown_document_is_none_and_has_no_clauses(self, library: Library) -> None:
        for name in ("没有", "", "..", "../plan-2020-194", "a/b"):
            assert library.document(name) is None
        assert library.clauses("没有") == ()


class TestFolderLibrary(LibraryContract):
    pass


class TestLibraryWithAddedDocuments(LibraryContract):
    @pytest.fixture
    def library(self, tmp_path: Path) -> FolderLibrary:
        library = FolderLibrary(SHIPPED, tmp_path)
        library.add("认定通知.txt", BODY, METADATA)
        return library


def add(library: FolderLibrary, source: str = "认定通知.txt", body: str = BODY, **changes: str) -> Document:
    return library.add(source, body, {**METADATA, **changes})


def test_the_shipped_library_is_in_order() -> None:
    assert FolderLibrary().check() == ()


def test_an_added_document_is_there_at_once_and_for_other_readers_too(library: FolderLibrary, tmp_path: Path) -> None:
    other = FolderLibrary(SHIPPED, tmp_path / "documents")
    before = len(other.documents())
    document = add(library)
    assert document.doc_id == "认定通知"
    assert library.document("认定通知") == other.document("认定通知") == document
    assert len(other.documents()) == before + 1
    assert library.clauses("认定通知")[0].path == ("一、认定条件", "（一）规模")


def test_adding_a_revised_text_replaces_the_document_and_its_clauses(library: FolderLibrary) -> None:
    first = add(library)
    second = add(library, body=BODY.replace("一定规模", "100亿元"))
    assert first.sha256 != second.sha256
    assert "100亿元" in library.clauses("认定通知")[0].text


def test_a_removed_document_is_gone(library: FolderLibrary) -> None:
    document = add(library)
    assert library.removal("认定通知") is None
    library.remove("认定通知", date(2026, 11, 24))
    assert library.removal("认定通知") == Removal(document.title, date(2026, 11, 24))
    assert library.removal("认定通知@1") == library.removal("认定通知")
    assert library.removal("从未有过") is None
    assert library.document("认定通知") is None
    assert library.clauses("认定通知") == ()


def test_a_document_that_came_back_is_not_removed_and_a_day_nobody_recorded_is_not_made_up(
    library: FolderLibrary,
) -> None:
    document = add(library)
    library.remove("认定通知", date(2026, 11, 24))
    add(library)
    assert library.removal("认定通知") is None
    library.remove("认定通知")
    assert library.removal("认定通知") == Removal(document.title, None)


@pytest.mark.parametrize("name", ["plan-2020-194.txt", "PLAN-2020-194.html"])
def test_shipped_documents_are_neither_replaced_nor_removed(library: FolderLibrary, name: str) -> None:
    with pytest.raises(DocumentError) as caught:
        add(library, name)
    assert caught.value.problem.flaw is Flaw.SHIPPED_DOCUMENT
    with pytest.raises(DocumentError) as caught:
        library.remove("plan-2020-194")
    assert caught.value.problem.flaw is Flaw.SHIPPED_DOCUMENT


def test_an_unknown_document_cannot_be_removed(library: FolderLibrary) -> None:
    with pytest.raises(DocumentError) as caught:
        library.remove("../plan")
    assert caught.value.problem.flaw is Flaw.UNKNOWN_DOCUMENT


def test_a_second_document_of_the_same_number_is_refused_whatever_brackets_it_is_typed_with(
    library: FolderLibrary,
) -> None:
    with pytest.raises(DocumentError) as caught:
        add(library, number="鲁发改高技[2020]194号")
    assert caught.value.problem.flaw is Flaw.DUPLICATE_NUMBER
    assert caught.value.problem.facts["other"] == "plan-2020-194"


@pytest.mark.parametrize("source", ["../../etc/passwd.txt", "a/b\\c.txt", "....txt", "名 称〔2020〕.txt", "x" * 500])
def test_whatever_a_source_is_called_its_file_stays_in_the_folder(
    library: FolderLibrary, tmp_path: Path, source: str
) -> None:
    document = add(library, source)
    assert (tmp_path / "documents" / f"{document.doc_id}.md").is_file()
    assert library.document(document.doc_id) == document


def test_refused_documents_leave_nothing_behind(library: FolderLibrary, tmp_path: Path) -> None:
    for source, body, changes in (("a.txt", BODY, {"title": ""}), ("a.txt", " ", {}), ("a.txt", BODY, {"x": "y"})):
        with pytest.raises(DocumentError):
            add(library, source, body, **changes)
    assert not list(tmp_path.rglob("*.*"))


def test_check_names_what_is_wrong_and_the_rest_stays_usable(
    library: FolderLibrary, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stored = tmp_path / "documents" / f"{add(library).doc_id}.md"
    stored.write_text(stored.read_text(encoding="utf-8").replace("一定规模", "1000亿元"), encoding="utf-8")
    (stored.parent / "broken.md").write_text("没有头部", encoding="utf-8")
    (stored.parent / "copy.md").write_text(stored.read_text(encoding="utf-8"), encoding="utf-8")
    (stored.parent / "plan-2020-194.md").write_bytes((SHIPPED / "plan-2020-194.md").read_bytes())
    flaws = {(problem.flaw, problem.file) for problem in library.check()}
    assert flaws == {
        (Flaw.BODY_CHANGED, stored.name),
        (Flaw.BODY_CHANGED, "copy.md"),
        (Flaw.NO_FRONT_MATTER, "broken.md"),
        (Flaw.DUPLICATE_NUMBER, stored.name),
        (Flaw.DUPLICATE_ID, "plan-2020-194.md"),
    }
    assert "broken.md" in caplog.text
    assert {document.doc_id for document in library.documents()} == {"plan-2020-194", "copy", "认定通知"}


def test_every_problem_says_what_to_do() -> None:
    from knowledge.errors import Problem

    assert all(Problem(flaw, "f.md").remedy for flaw in Flaw)
