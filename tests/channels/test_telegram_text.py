"""Answers as messages: whole within the limits, well-formed, and nothing lost on the way."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.assistant.types import Answer, Paragraph, Quote, Status, Table
from bot.channels.telegram_answers import GRID_COLUMNS, AnswerLayout, table_section
from bot.channels.telegram_text import (
    MESSAGE_ENTITIES,
    MESSAGE_UNITS,
    Kind,
    Line,
    Section,
    messages,
    paragraph,
    shortened,
)
from prompts import Wording
from tests.channels import telegram_html
from tests.channels.telegram_world import citation, says

LAYOUT = AnswerLayout(Wording.load())
LETTERS = st.text(
    st.one_of(st.characters(), st.sampled_from("集群营收，。<>&\"'👨‍👩‍👧🇨🇳é\u0301\u200d\n\n  ")), max_size=400
)
LINES = st.builds(Line, LETTERS, st.booleans())
SECTIONS = st.builds(Section, st.sampled_from(Kind), st.lists(LINES, min_size=1, max_size=6).map(tuple))


def letters(text: str) -> str:
    """What a person reads, without white space."""
    shown = (c for c in text if unicodedata.category(c) != "Cc" and not c.isspace())
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in shown)


class TestSplitting:
    @settings(max_examples=200, deadline=None)
    @given(st.lists(SECTIONS, max_size=8), st.integers(16, 300))
    @example([paragraph("a" * 300)], 16)
    @example([paragraph("👨‍👩‍👧" * 40)], 20)
    def test_every_message_is_within_the_limit_and_together_they_say_everything(
        self, sections: list[Section], limit: int
    ) -> None:
        split = messages(sections, limit)
        for message in split:
            assert telegram_html.problems(message.html) == []
            assert telegram_html.seen(message.html) == message.plain
            assert 0 < telegram_html.units(message.plain) <= limit
        visible = "".join(s.plain for s in sections if letters(s.plain))
        said = letters("".join(message.plain for message in split))
        # A section that holds only invisible marks is left out; everything else arrives letter by letter.
        assert _seen(said) == _seen(letters(visible))

    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.builds(Line, st.just("标题"), st.just(True)), min_size=1, max_size=400))
    def test_no_message_has_more_entities_than_telegram_honours(self, lines: list[Line]) -> None:
        for message in messages([Section(Kind.QUOTE, (line,)) for line in lines]):
            assert message.html.count("<b>") + message.html.count("<blockquote") <= MESSAGE_ENTITIES
        for message in messages([Section(Kind.TEXT, tuple(lines))]):
            assert message.html.count("<b>") <= MESSAGE_ENTITIES

    def test_a_long_paragraph_is_cut_after_a_sentence(self) -> None:
        first, second = "一句话。" * 1000, "另一句话。" * 100
        split = messages([paragraph(first + second)])
        assert [message.plain[-1] for message in split] == ["。", "。"]

    def test_a_letter_of_several_characters_is_not_torn_apart(self) -> None:
        family = "👨‍👩‍👧"
        for message in messages([paragraph(family * 50)], limit=20):
            assert message.plain.replace(family, "") == ""

    def test_a_long_quotation_is_continued_as_a_quotation_of_the_same_mark(self) -> None:
        answer = says("问", "如下。[1]", citations=(citation(1, "很长的原文。" * 1000),))
        split = messages(LAYOUT.sections(answer))
        lead, quotation, rest = (message.html for message in split)
        assert lead == "如下。[1]"
        assert quotation.startswith("<blockquote expandable><b>[1] 《实施方案》")
        assert "很长的原文。很长的原文。" in quotation
        assert rest.startswith("<blockquote expandable><b>[1]（续）</b>\n很长的原文。")

    def test_a_long_grid_repeats_its_header(self) -> None:
        rows = tuple((f"集群{number:03}", f"{number}.5") for number in range(600))
        split = messages([table_section(Table(("集群", "营收"), rows))])
        assert len(split) > 1
        assert all(message.plain.splitlines()[0].split() == ["集群", "营收"] for message in split)

    @pytest.mark.parametrize("nothing", ["", " \n ", "\u200b\u200d", "\x00\x07"])
    def test_what_nobody_can_see_is_not_sent(self, nothing: str) -> None:
        assert messages([paragraph(nothing)]) == ()

    def test_text_of_the_greatest_length_stays_one_message(self) -> None:
        assert len(messages([paragraph("字" * MESSAGE_UNITS)])) == 1
        assert len(messages([paragraph("字" * (MESSAGE_UNITS + 1))])) == 2
        assert len(messages([paragraph("🙂" * (MESSAGE_UNITS // 2 + 1))])) == 2

    @settings(max_examples=100, deadline=None)
    @given(LETTERS, st.integers(4, 60))
    def test_a_shortened_text_fits(self, text: str, limit: int) -> None:
        assert telegram_html.units(shortened(text, limit)) <= limit


class TestLayout:
    def test_markup_signs_in_an_answer_are_only_signs(self) -> None:
        (message,) = messages(LAYOUT.sections(says("问", "若 a<b & c>d，见《<b>办法</b>》。")))
        assert telegram_html.problems(message.html) == []
        assert message.plain == "若 a<b & c>d，见《<b>办法</b>》。"

    def test_a_quotation_names_its_source_and_validity_and_folds_up(self) -> None:
        answer = Answer("问", Status.ANSWERED, (Paragraph("可以。[1]"), Quote(1, "发行公司债")), (citation(1),))
        (message,) = messages(LAYOUT.sections(answer))
        assert message.html == (
            "可以。[1]\n\n<blockquote expandable><b>[1] 《实施方案》（鲁发改〔2020〕194号）</b>\n"
            "三、推进措施 › （四）加大政策扶持力度\u00a0· 现行有效\n“发行公司债”</blockquote>"
        )

    def test_a_citation_that_no_block_quotes_is_quoted_at_the_end(self) -> None:
        (message,) = messages(
            LAYOUT.sections(says("问", "可以。[1]", citations=(citation(1, "原话", date(2021, 12, 31)),)))
        )
        assert "“原话”" in message.html
        assert "已过有效期（至2021年12月31日）" in message.html

    def test_a_narrow_table_is_a_grid_with_straight_columns(self) -> None:
        section = table_section(Table(("名次", "城市", "营收"), (("1", "烟台", "1234.5"), ("10", "济南市", "88"))))
        assert section.kind is Kind.GRID
        columns = [
            [_width(line.text[: line.text.index(word)]) for line, word in zip(section.lines, words, strict=True)]
            for words in (("城市", "烟台", "济南市"), ("营收", "1234.5", "88"))
        ]
        assert all(len(set(starts)) == 1 for starts in columns)

    def test_a_table_too_wide_for_a_phone_is_a_list(self) -> None:
        headers, row = ("集群", "报告期", "主营业务收入"), ("烟台市生物医药产业集群", "2021年上半年累计", "1234.5 亿元")
        section = table_section(Table(headers, (row,), "营收排名"))
        assert section.kind is Kind.TEXT
        assert [line.text.strip() for line in section.lines] == [
            "营收排名",
            "集群：报告期\u00a0· 主营业务收入",
            "• 烟台市生物医药产业集群：2021年上半年累计\u00a0· 1234.5 亿元",
        ]

    def test_where_there_is_much_to_tell_every_value_has_its_name(self) -> None:
        headers = ("渠道", "对象", "登记或办理", "效力")
        row = ("产业投资基金", "初创期创新企业，工业项目占比不低于一半", "", "没有核实")
        section = table_section(Table(headers, (row,)))
        assert [line.text.strip() for line in section.lines] == [
            "• 产业投资基金",
            "对象：初创期创新企业，工业项目占比不低于一半；效力：没有核实",
        ]

    def test_a_ranking_is_a_numbered_list_with_one_line_an_entry(self) -> None:
        rows = (("1", "济南信息技术服务", "2253.85"), ("2", "青岛轨道交通装备", "1498.48"))
        section = table_section(Table(("名次", "集群", "主营业务收入（亿元）"), rows))
        assert [line.text for line in section.lines] == [
            "集群：主营业务收入（亿元）",
            "1. 济南信息技术服务：2253.85",
            "2. 青岛轨道交通装备：1498.48",
        ]

    @given(st.integers(1, 5), st.integers(0, 5), st.data())
    @settings(max_examples=60, deadline=None)
    def test_every_cell_of_a_table_is_told(self, width: int, height: int, data: st.DataObject) -> None:
        cell = st.text("集群1.5亿元 ", max_size=12)
        headers, *rows = (tuple(data.draw(cell) for _ in range(width)) for _ in range(height + 1))
        said = "".join(table_section(Table(headers, tuple(rows))).plain.split())
        for row in rows:
            assert all("".join(each.split()) in said for each in row)

    def test_no_grid_is_wider_than_a_phone(self) -> None:
        for width in range(1, 30):
            section = table_section(Table(("甲", "乙"), (("字" * width, "数"),)))
            widest = max(_width(line.text) for line in section.lines)
            assert section.kind is Kind.TEXT or widest <= GRID_COLUMNS


def _seen(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
