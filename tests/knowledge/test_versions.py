"""A revised document keeps its earlier texts; two documents are never taken for one; a removed one stays readable."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.catalogue import SHIPPED, FolderLibrary
from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.types import Document
from knowledge.versions import as_of

OLD = {
    "title": "蓝湾集群奖补办法",
    "issuer": "测试厅",
    "region": "山海省",
    "number": "鲁测试〔2023〕7号",
    "issued": date(2023, 2, 6),
    "effective": date(2023, 3, 1),
    "added": date(2023, 2, 10),
}
NEW = {**OLD, "title": "蓝湾集群奖补办法（2024年修订）", "issued": date(2024, 5, 1), "effective": date(2024, 6, 1)}
OLD_TEXT = "蓝湾集群奖补办法\n一、标准。奖补480万元。\n"
NEW_TEXT = "蓝湾集群奖补办法\n一、标准。奖补300万元。\n"


@pytest.fixture
def library(tmp_path: Path) -> FolderLibrary:
    return FolderLibrary(SHIPPED, tmp_path / "documents")


@pytest.fixture
def revised(library: FolderLibrary) -> FolderLibrary:
    """A library with a document in two versions."""
    library.add("办法.docx", OLD_TEXT, OLD)
    library.add("办法2024.pdf", NEW_TEXT, NEW)
    return library


def problem_of(
    library: FolderLibrary, source: str, text: str, metadata: dict[str, object], replaces: str = ""
) -> Problem:
    before = [document.sha256 for document in library.documents()]
    with pytest.raises(DocumentError) as caught:
        library.add(source, text, metadata, replaces)
    assert [document.sha256 for document in library.documents()] == before
    return caught.value.problem


def texts(library: FolderLibrary, doc_id: str = "办法") -> list[tuple[int, str, bool]]:
    return [(version.number, version.document.text, version.is_current) for version in library.versions(doc_id)]


def test_a_revision_under_the_same_number_is_searched_and_the_old_text_stays_readable(revised: FolderLibrary) -> None:
    assert [document.doc_id for document in revised.documents()] == ["plan-2020-194", "办法"]
    assert revised.clauses("办法")[0].text == "奖补300万元。"
    assert texts(revised) == [(1, OLD_TEXT, False), (2, NEW_TEXT, True)]
    assert revised.check() == ()


@pytest.mark.parametrize(
    ("on", "number"),
    [
        (date(2023, 2, 28), None),
        (date(2023, 3, 1), 1),
        (date(2024, 5, 31), 1),
        (date(2024, 6, 1), 2),
        (date(2030, 1, 1), 2),
    ],
)
def test_the_text_of_a_day_is_the_newest_that_had_begun(revised: FolderLibrary, on: date, number: int | None) -> None:
    version = as_of(revised.versions("办法"), on)
    assert (version.number if version else None) == number


def test_a_version_without_dates_counts_from_the_day_it_came(library: FolderLibrary) -> None:
    bare = {"title": "办法", "issuer": "厅", "region": "省"}
    library.add("a.txt", OLD_TEXT, {**bare, "added": date(2025, 1, 1)})
    library.add("a.txt", NEW_TEXT, {**bare, "added": date(2025, 6, 1)})
    version = as_of(library.versions("a"), date(2025, 3, 3))
    assert version is not None
    assert version.number == 1


def test_the_same_text_again_corrects_what_is_known_about_it_and_makes_no_version(library: FolderLibrary) -> None:
    library.add("办法.docx", OLD_TEXT, OLD)
    document = library.add("办法.docx", OLD_TEXT, {**OLD, "number": "鲁测试〔2023〕9号", "added": date(2026, 1, 1)})
    assert document.number == "鲁测试〔2023〕9号"
    assert texts(library) == [(1, OLD_TEXT, True)]
    assert library.versions("办法")[0].added == date(2023, 2, 10)


def test_a_revision_under_another_number_names_what_it_replaces(library: FolderLibrary) -> None:
    library.add("办法.docx", OLD_TEXT, OLD)
    document = library.add("新办法.docx", NEW_TEXT, {**NEW, "number": "鲁测试〔2024〕1号"}, replaces="办法")
    assert document.doc_id == "办法"
    assert len(library.versions("办法")) == 2


def test_two_documents_under_one_number_are_refused_and_both_named(library: FolderLibrary) -> None:
    library.add("办法.docx", OLD_TEXT, OLD)
    problem = problem_of(library, "规划.docx", "海洋规划\n一、目标。", {**OLD, "title": "海洋规划"})
    assert problem.flaw is Flaw.DUPLICATE_NUMBER
    assert problem.facts == {
        "number": "鲁测试〔2023〕7号",
        "title": "海洋规划",
        "other": "办法",
        "other_title": "蓝湾集群奖补办法",
    }


def test_a_correction_may_not_take_the_number_of_another_document(library: FolderLibrary) -> None:
    library.add("办法.docx", OLD_TEXT, OLD)
    library.add("副本.docx", NEW_TEXT, {**OLD, "number": "鲁测试〔2023〕9号"})
    assert problem_of(library, "副本.docx", NEW_TEXT, OLD).flaw is Flaw.DUPLICATE_NUMBER
    assert problem_of(library, "新.docx", "新文本", OLD, "副本").flaw is Flaw.DUPLICATE_NUMBER


def test_two_documents_in_files_of_one_name_are_two_documents(library: FolderLibrary) -> None:
    library.add("通知.docx", OLD_TEXT, OLD)
    other = library.add("通知.docx", NEW_TEXT, {**NEW, "title": "另一个通知", "number": "鲁测试〔2024〕2号"})
    assert other.doc_id == "通知-2"
    assert len(library.versions("通知")) == len(library.versions("通知-2")) == 1


@pytest.mark.parametrize("key", ["issued", "effective"])
def test_a_revision_dated_before_what_it_revises_is_refused(library: FolderLibrary, key: str) -> None:
    library.add("办法.docx", OLD_TEXT, OLD)
    problem = problem_of(library, "办法.docx", NEW_TEXT, {**OLD, key: date(2022, 1, 1)})
    assert (problem.flaw, problem.facts["key"], problem.facts["new"]) == (Flaw.VERSION_OUT_OF_ORDER, key, "2022-01-01")
    assert len(library.versions("办法")) == 1


def test_shipped_documents_have_one_version_and_are_not_revised(library: FolderLibrary) -> None:
    plan = library.document("plan-2020-194")
    assert plan is not None
    assert [version.document for version in library.versions(plan.doc_id)] == [plan]
    same = {**OLD, "title": plan.title, "number": plan.number}
    assert problem_of(library, "方案.docx", NEW_TEXT, same).flaw is Flaw.SHIPPED_DOCUMENT
    assert problem_of(library, "方案.docx", NEW_TEXT, OLD, plan.doc_id).flaw is Flaw.SHIPPED_DOCUMENT
    assert problem_of(library, "方案.docx", NEW_TEXT, OLD, "没有").flaw is Flaw.UNKNOWN_DOCUMENT


def test_a_removed_document_is_out_of_the_search_and_all_its_texts_stay_readable(revised: FolderLibrary) -> None:
    revised.remove("办法")
    assert revised.document("办法") is None
    assert texts(revised) == [(1, OLD_TEXT, False), (2, NEW_TEXT, False)]


def test_a_document_that_comes_back_goes_on_counting(revised: FolderLibrary) -> None:
    revised.remove("办法")
    revised.add("办法.docx", NEW_TEXT + "二、附则。", {**NEW, "issued": date(2025, 1, 1)})
    assert [number for number, _, _ in texts(revised)] == [1, 2, 3]


def test_a_replacement_cut_short_leaves_the_old_text_current_and_counts_it_once(
    library: FolderLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("办法.docx", OLD_TEXT, OLD)

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("knowledge.catalogue.write_atomically", interrupted)
        with pytest.raises(KeyboardInterrupt):
            library.add("办法.docx", NEW_TEXT, NEW)
    assert texts(library) == [(1, OLD_TEXT, True)]
    library.add("办法.docx", NEW_TEXT, NEW)
    assert texts(library) == [(1, OLD_TEXT, False), (2, NEW_TEXT, True)]


def test_damage_to_an_earlier_text_is_found(revised: FolderLibrary, tmp_path: Path) -> None:
    kept = tmp_path / "documents" / "versions" / "办法" / "0001.md"
    kept.write_text(kept.read_text(encoding="utf-8").replace("480", "840"), encoding="utf-8")
    assert [problem.flaw for problem in revised.check()] == [Flaw.BODY_CHANGED]
    kept.write_text("没有头部", encoding="utf-8")
    assert [problem.flaw for problem in revised.check()] == [Flaw.NO_FRONT_MATTER]


@pytest.mark.parametrize("doc_id", ["", "..", "../documents", "a/b", "没有"])
def test_a_name_that_never_was_has_no_versions(revised: FolderLibrary, doc_id: str) -> None:
    assert revised.versions(doc_id) == ()


def test_documents_are_compared_as_stored(revised: FolderLibrary) -> None:
    current: Document | None = revised.document("办法")
    assert revised.versions("办法")[-1].document == current
