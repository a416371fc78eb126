"""Front matter is checked when it is read; what is wrong is named with its file, key and remedy."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import DocumentError, Flaw
from knowledge.front_matter import FrontMatter, read_document, write_document

GOOD = "---\ntitle: 通知\nissuer: 省发展改革委\nregion: 山东省\n---\n正文。\n"


def flaw_of(content: str) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read_document("d", "d.md", content.encode())
    return caught.value


def test_unknown_facts_are_empty_and_not_invented() -> None:
    document, _ = read_document("d", "d.md", GOOD.encode())
    assert (document.number, document.issued, document.effective, document.expires) == ("", None, None, None)
    assert document.text == "正文。\n"


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (GOOD.replace("title: 通知\n", ""), "title"),
        (GOOD.replace("title: 通知", "title: ''"), "title"),
        (GOOD.replace("region", "where"), "where"),
        (GOOD.replace("title: 通知", "title: 通知\nexpires: 明年"), "expires"),
        (GOOD.replace("title: 通知", "title: 通知\nstatus: maybe"), "status"),
        (GOOD.replace("title: 通知", "title: 通知\ncolour: red"), "colour"),
        (GOOD.replace("title: 通知", "title: 通知\nissued: 2020-13-01"), "---"),
        (GOOD.replace("title: 通知", "title: [通知"), "---"),
        (GOOD.replace("title: 通知\nissuer: 省发展改革委\nregion: 山东省", "- 通知"), "---"),
    ],
)
def test_a_wrong_key_is_named_with_the_file_and_what_to_do(content: str, key: str) -> None:
    error = flaw_of(content)
    assert error.problem.flaw is Flaw.BAD_FRONT_MATTER
    assert error.problem.facts["key"] == key
    assert str(error).startswith("d.md: ")
    assert error.problem.remedy in str(error)


def test_a_document_cannot_expire_before_it_takes_effect() -> None:
    error = flaw_of(GOOD.replace("title: 通知", "title: 通知\neffective: 2021-01-01\nexpires: 2020-01-01"))
    assert error.problem.flaw is Flaw.DATES_OUT_OF_ORDER
    assert error.problem.facts == {"effective": "2021-01-01", "expires": "2020-01-01"}


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        ("正文。", Flaw.NO_FRONT_MATTER),
        ("---\ntitle: 通知\n正文。", Flaw.NO_FRONT_MATTER),
        (GOOD.replace("正文。", " "), Flaw.EMPTY_BODY),
    ],
)
def test_a_file_without_front_matter_or_text_is_refused(content: str, flaw: Flaw) -> None:
    assert flaw_of(content).problem.flaw is flaw


def test_bytes_that_are_no_utf8_are_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        read_document("d", "d.md", GOOD.encode("gb18030"))
    assert caught.value.problem.flaw is Flaw.UNDECODABLE


@given(
    title=st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip),
    body=st.text(alphabet=st.characters(exclude_categories=("Cs",))).filter(str.strip),
    day=st.dates(min_value=date(1949, 10, 1)) | st.none(),
)
def test_what_is_written_reads_back_the_same(title: str, body: str, day: date | None) -> None:
    front = FrontMatter(title=title, issuer="某厅", region="山东省", number="鲁发〔2020〕1号", expires=day)
    document, read = read_document("d", "d.md", write_document(front, body))
    assert document.text == body
    assert (document.title, document.number, document.expires) == (front.title, front.number, day)
    assert read.body_sha256
