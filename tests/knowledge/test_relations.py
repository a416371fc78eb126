"""What documents do to one another, and how each stands on a day because of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.catalogue import FolderLibrary
from knowledge.errors import DocumentError, Flaw
from knowledge.relations import Relation, Verb
from knowledge.types import Validity

FACTS = {"issuer": "测试厅", "region": "山海省"}
OLD = {**FACTS, "title": "甲办法", "number": "测〔2019〕1号", "effective": date(2019, 1, 1)}
NEW = {**FACTS, "title": "乙办法", "number": "测〔2022〕2号", "effective": date(2022, 3, 1)}


@pytest.fixture
def library(tmp_path: Path) -> FolderLibrary:
    library = FolderLibrary(added=tmp_path / "documents")
    library.add("old.txt", "甲办法\n一、奖励。奖励10万元。\n", OLD)
    return library


def standing(library: FolderLibrary, doc_id: str, on: date) -> Validity:
    document = library.document(doc_id)
    assert document is not None
    return document.validity(on)


@pytest.mark.parametrize(("key", "after"), [("replaces", Validity.SUPERSEDED), ("repeals", Validity.REPEALED)])
def test_a_document_stands_by_its_own_dates_until_another_ends_it(
    library: FolderLibrary, key: str, after: Validity
) -> None:
    library.add("new.txt", "乙办法\n一、奖励。奖励20万元。\n", {**NEW, key: ["测〔2019〕1号"]})
    assert standing(library, "old", date(2022, 2, 28)) is Validity.IN_FORCE
    assert standing(library, "old", date(2022, 3, 1)) is after
    assert standing(library, "new", date(2022, 3, 1)) is Validity.IN_FORCE


def test_an_amended_document_stays_in_force_and_knows_what_amends_it(library: FolderLibrary) -> None:
    library.add(
        "new.txt", "乙办法\n一、修改。改为20万元。\n", {**NEW, "amends": ["old"], "implements": ["plan-2020-194"]}
    )
    old, new = library.document("old"), library.document("new")
    assert old is not None
    assert new is not None
    assert (old.validity(date(2023, 1, 1)), old.amended_by) == (Validity.IN_FORCE, ("new",))
    assert new.implements == ("plan-2020-194",)


def test_a_relation_is_recorded_withdrawn_and_holds_for_shipped_documents_too(library: FolderLibrary) -> None:
    relation = Relation(subject="鲁测〔2021〕9号", verb=Verb.REPEALS, object="plan-2020-194", since=date(2021, 7, 1))
    library.relate(relation)
    assert standing(library, "plan-2020-194", date(2021, 6, 30)) is Validity.IN_FORCE
    assert standing(library, "plan-2020-194", date(2021, 7, 1)) is Validity.REPEALED
    assert library.unrelate(relation)
    assert not library.unrelate(relation)
    assert standing(library, "plan-2020-194", date(2021, 7, 1)) is Validity.IN_FORCE


def test_relations_that_cannot_be_are_refused_and_nothing_changes(library: FolderLibrary) -> None:
    library.add("new.txt", "乙办法\n一、奖励。奖励20万元。\n", {**NEW, "replaces": ["old"]})
    cases = {
        ("old", Verb.REPLACES, "old", None): Flaw.RELATION_TO_ITSELF,
        ("nowhere", Verb.REPEALS, "nobody", None): Flaw.UNKNOWN_DOCUMENT,
        ("old", Verb.REPLACES, "new", date(2023, 1, 1)): Flaw.RELATION_IN_A_CIRCLE,
        ("old", Verb.REPEALS, "new", date(2020, 1, 1)): Flaw.RELATION_OUT_OF_ORDER,
    }
    before = library.documents()
    for (subject, verb, other, since), flaw in cases.items():
        with pytest.raises(DocumentError) as refused:
            library.relate(Relation(subject=subject, verb=verb, object=other, since=since))
        assert refused.value.problem.flaw is flaw
    assert library.documents() == before


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"replaces": ["old"], "effective": date(2018, 1, 1)}, Flaw.RELATION_OUT_OF_ORDER),
        ({"replaces": ["third"], "effective": date(2023, 1, 1)}, Flaw.RELATION_IN_A_CIRCLE),
        ({"amends": ["new"]}, Flaw.RELATION_TO_ITSELF),
    ],
)
def test_a_document_that_states_what_cannot_be_is_not_added(
    library: FolderLibrary, changes: dict[str, object], flaw: Flaw
) -> None:
    library.add(
        "third.txt", "丙办法\n一、奖励。奖励30万元。\n", {**FACTS, "title": "丙办法", "replaces": [NEW["number"]]}
    )
    before = library.documents()
    with pytest.raises(DocumentError) as refused:
        library.add("new.txt", "乙办法\n一、奖励。奖励20万元。\n", {**NEW, **changes})
    assert refused.value.problem.flaw is flaw
    assert library.documents() == before


def test_a_damaged_file_of_relations_leaves_the_documents_usable(library: FolderLibrary, tmp_path: Path) -> None:
    (tmp_path / "documents" / "relations.yaml").write_text("- subject: [", encoding="utf-8")
    assert standing(library, "old", date(2023, 1, 1)) is Validity.IN_FORCE
    with pytest.raises(DocumentError) as refused:
        library.relate(Relation(subject="old", verb=Verb.AMENDS, object="plan-2020-194"))
    assert refused.value.problem.flaw is Flaw.BAD_RELATIONS


def test_an_earlier_text_is_the_one_to_go_by_on_an_earlier_day(library: FolderLibrary) -> None:
    library.add("old2.txt", "甲办法\n一、奖励。奖励30万元。\n", {**OLD, "effective": date(2021, 1, 1)})
    then = {document.doc_id: document for document in library.as_of(date(2020, 6, 1))}
    assert "奖励10万元" in then["old@1"].text
    assert then["old@1"].validity(date(2020, 6, 1)) is Validity.IN_FORCE
    assert then["old@1"].validity(date(2021, 6, 1)) is Validity.SUPERSEDED
    assert library.document("old@1") == then["old@1"]
    assert all(clause.text in then["old@1"].text for clause in library.clauses("old@1"))
    assert [document.doc_id for document in library.as_of(date(2022, 1, 1))] == ["old", "plan-2020-194"]
