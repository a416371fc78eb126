"""The text layer of a PDF becomes paragraphs and tables; scans, locked and broken files are refused with the reason."""

from __future__ import annotations

import io
from contextlib import closing

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import DocumentError, Flaw
from knowledge.pdf_lines import Line, Page, joined, paragraphs, without_furniture
from knowledge.readers import read_content
from tests.knowledge.samples import PARAGRAPHS, SIGNATURE, TITLE, pdf_file, scanned_pdf

ROWS = ["| 档次 | 营业收入 | 奖补 |", "| 甲 | 10亿元以上 | 480万元 |", "| 乙 | 5亿元以上 | 200万元 |"]


def without_pages() -> bytes:
    stream = io.BytesIO()
    with closing(pypdfium2.PdfDocument.new()) as empty:
        empty.save(stream)
    return stream.getvalue()


def flaw_of(content: bytes, file: str = "办法.pdf") -> Flaw:
    with pytest.raises(DocumentError) as caught:
        read_content(file, content)
    return caught.value.problem.flaw


def page(*lines: tuple[str, float, float, float], width: float = 600, height: float = 800) -> Page:
    """A page of lines given as words, left edge, right edge and lower edge; all 12 points high."""
    return Page(width, height, tuple(Line(words, left, low, right, low + 12) for words, left, right, low in lines))


def test_paragraphs_are_whole_again_and_tables_are_rows() -> None:
    assert read_content("办法.pdf", pdf_file()).text.split("\n") == [*PARAGRAPHS, *SIGNATURE, *ROWS]


def test_a_pdf_is_known_by_its_content_whatever_it_is_called() -> None:
    assert read_content("办法.docx", pdf_file()).text.startswith(TITLE)


def test_running_headers_and_page_numbers_are_left_out_and_chapters_at_the_head_of_pages_are_not() -> None:
    pages = [(f"第{number}章 总则", PARAGRAPHS[3]) for number in range(1, 6)]
    text = read_content("汇编.pdf", pdf_file(pages, (), header="山海省文件汇编（2023）")).text
    assert text.split("\n") == [line for chapter in pages for line in chapter]


def test_a_paragraph_goes_on_over_the_page() -> None:
    first = page(("一、总则。本办法适用于在省内注册", 74, 540, 60))
    second = page(("并纳税的企业。", 50, 140, 700), ("二、附则。", 74, 130, 680))
    assert paragraphs([first, second]) == ["一、总则。本办法适用于在省内注册并纳税的企业。", "二、附则。"]


def test_a_number_opens_a_paragraph_even_where_the_line_before_is_full_and_nothing_is_indented() -> None:
    lines = page(("（一）目标。到2021年全部完成建设任务。", 50, 540, 60), ("（二）任务。", 50, 130, 40))
    assert len(paragraphs([lines])) == 2


def test_the_number_of_an_article_whose_words_did_not_fit_beside_it_opens_them() -> None:
    lines = page(
        ("第二条", 74, 110, 60), ("园区入驻企业按季度报送统计数据。", 50, 540, 40), ("（一）目标", 50, 110, 20)
    )
    assert paragraphs([lines]) == ["第二条园区入驻企业按季度报送统计数据。", "（一）目标"]


def test_a_number_alone_in_the_middle_of_a_page_is_text() -> None:
    pages = [page(("甲", 50, 62, 700), ("12", 50, 62, 400), ("- 3 -", 290, 310, 30))]
    assert [line.text for line in without_furniture(pages)[0].lines] == ["甲", "12"]


def test_two_pages_that_open_alike_keep_their_openings() -> None:
    pages = [page(("附件", 50, 80, 760), ("正文", 50, 90, 500))] * 2
    assert without_furniture(pages) == pages


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [("支持企", "业", "支持企业"), ("inno-", "vation", "innovation"), ("new", "energy", "new energy"),
     ("2020-", "2021年", "2020-2021年"), ("5G", "网络", "5G网络"), ("见Fig.", "3", "见Fig. 3"), ("", "甲", "甲")],
)  # fmt: skip
def test_a_line_end_leaves_no_trace_but_a_space_between_latin_words(before: str, after: str, whole: str) -> None:
    assert joined(before, after) == whole


@given(st.lists(st.tuples(st.text(min_size=1), st.floats(0, 300), st.floats(301, 600), st.floats(0, 800))))
def test_no_character_of_a_page_without_furniture_is_lost(lines: list[tuple[str, float, float, float]]) -> None:
    def letters(text: str) -> str:
        return "".join(text.replace("-", "").split())

    text = "".join(paragraphs([page(*lines)]))
    assert letters(text) == letters("".join(line[0] for line in lines))


def test_scans_are_refused_and_pages_that_are_pictures_are_named() -> None:
    assert flaw_of(scanned_pdf(2)) is Flaw.NO_TEXT_LAYER
    reading = read_content("混合.pdf", scanned_pdf(3, text_on_first="一、正文在这里。"))
    assert (reading.text, reading.unread_pages) == ("一、正文在这里。", (2, 3))


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (pdf_file(password="秘密".encode().hex()), Flaw.ENCRYPTED),
        (without_pages(), Flaw.NO_PAGES),
        (b"%PDF-1.7\n" + b"x" * 5000, Flaw.DAMAGED),
        (b"%PDF-", Flaw.DAMAGED),
        (b"", Flaw.EMPTY_BODY),
        (pdf_file(((),), ()), Flaw.EMPTY_BODY),
    ],
)
def test_what_is_no_readable_pdf_is_refused_with_the_reason(content: bytes, flaw: Flaw) -> None:
    assert flaw_of(content) is flaw


def test_five_hundred_pages_are_read_and_counted_and_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    content = pdf_file([(f"一、第{number}项任务。",) for number in range(500)], ())
    text = read_content("长.pdf", content, lambda done, total: told.append((done, total))).text
    assert text.split("\n") == [f"一、第{number}项任务。" for number in range(500)]
    assert told == [(number, 500) for number in range(1, 501)]
    monkeypatch.setattr("knowledge.pdf_text.MOST_PAGES", 499)
    assert flaw_of(content) is Flaw.TOO_MANY_PAGES
