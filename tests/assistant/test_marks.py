"""Citations are verbatim by construction."""

from datetime import date

import pytest

from bot.assistant.marks import Marks
from knowledge.catalogue import FolderLibrary

PLAN = "plan-2020-194"
LIBRARY = FolderLibrary()


def test_a_span_is_cited_with_its_words_its_section_and_its_validity() -> None:
    marks = Marks(LIBRARY, today=date(2026, 11, 23))
    words = "支持骨干企业发行公司债、企业债、中期票据、短期融资券等直接债务融资工具。"
    citation = marks.cite_words(PLAN, words)
    assert citation.n == 1
    assert citation.quote == words
    assert citation.section == ("三、推进措施", "（四）加大政策扶持力度")
    assert citation.doc_number == "鲁发改高技〔2020〕194号"
    assert not citation.in_force


def test_the_plan_was_in_force_in_its_own_years() -> None:
    assert Marks(LIBRARY, today=date(2021, 6, 1)).cite(PLAN, 0, 5).in_force


def test_the_same_span_keeps_its_number_and_another_gets_the_next() -> None:
    marks = Marks(LIBRARY, today=date(2026, 11, 23))
    first, other = marks.cite(PLAN, 100, 120), marks.cite(PLAN, 200, 220)
    assert (first.n, other.n) == (1, 2)
    assert marks.cite(PLAN, 100, 120) == first
    assert marks.citations == (first, other)


@pytest.mark.parametrize(("doc_id", "start", "end"), [("no-such", 0, 5), (PLAN, 5, 5), (PLAN, -1, 5), (PLAN, 0, 10**6)])
def test_what_is_not_in_a_document_cannot_be_cited(doc_id: str, start: int, end: int) -> None:
    with pytest.raises(LookupError):
        Marks(LIBRARY, today=date(2026, 11, 23)).cite(doc_id, start, end)


def test_words_a_document_does_not_contain_cannot_be_cited() -> None:
    with pytest.raises(LookupError):
        Marks(LIBRARY, today=date(2026, 11, 23)).cite_words(PLAN, "每家奖励300万元")
