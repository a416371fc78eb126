"""At most 900 characters unasked; the rest is one press away, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.types import Answer, Paragraph, Quote, Status, Table
from bot.channels.telegram_answers import AnswerLayout
from bot.channels.telegram_brevity import SHORT, brief, kept_sections, unkept_sections
from bot.channels.telegram_text import Kind, Line, Section
from stats_tools.database import Database
from tests.channels.telegram_world import ANN, WORDING, citation, telegram_world

LINES = st.lists(st.tuples(st.text("一二三 。", max_size=80), st.booleans()), min_size=1, max_size=12)
SECTIONS = st.lists(
    st.builds(lambda kind, lines: Section(kind, tuple(Line(*line) for line in lines)), st.sampled_from(Kind), LINES),
    max_size=9,
)


def words(sections: tuple[Section, ...]) -> list[str]:
    return sorted(line.text for section in sections for line in section.lines)


@settings(max_examples=150, deadline=None)
@given(SECTIONS, st.integers(60, 400))
def test_nothing_is_lost_and_no_more_is_shown_than_asked_for(sections: list[Section], limit: int) -> None:
    shown, left = brief(sections, limit)
    assert words((*shown, *left)) == words(tuple(sections))
    size = sum(len(section.plain) for section in shown)
    assert size <= limit or shown == tuple(sections[:1])
    assert left or shown == tuple(sections)


@given(SECTIONS)
def test_what_a_button_holds_is_read_back(sections: list[Section]) -> None:
    assert unkept_sections(kept_sections(sections)) == tuple(sections)


def long_answer() -> Answer:
    quotes = tuple(Quote(n, f"{n}支持骨干企业" * 40) for n in (1, 2, 3))
    rows = tuple((f"渠道{n}", "骨干企业", f"办理窗口{n}") for n in range(60))
    table = Table(("渠道", "谁可以用", "到哪里办"), rows, "融资渠道")
    blocks = (
        Paragraph("可以[1][2][3]。"),
        table,
        *quotes,
        Paragraph("请注意：文件已到期。"),
        Paragraph("下一步：请确认。"),
    )
    return Answer("融资？", Status.ANSWERED, blocks, tuple(citation(n, f"{n}支持骨干企业" * 40) for n in (1, 2, 3)))


def test_remarks_stay_and_a_table_goes_on_under_its_own_head_where_it_was_cut() -> None:
    shown, left = brief(AnswerLayout(WORDING).sections(long_answer()))
    plain = [section.plain for section in shown]
    assert (plain[0], plain[-2], plain[-1]) == ("可以[1][2][3]。", "请注意：文件已到期。", "下一步：请确认。")
    assert sum(map(len, plain)) <= SHORT
    rows = [line.text.split()[0] for section in (*shown, *left) for line in section.lines if "办理窗口" in line.text]
    assert rows == [f"渠道{n}" for n in range(60)]
    assert left[0].lines[0].text.split() == ["渠道", "谁可以用", "到哪里办"]
    assert [section.kind for section in left] == [Kind.GRID, Kind.QUOTE, Kind.QUOTE, Kind.QUOTE]


@pytest.mark.parametrize("long", [False, True])
async def test_more_is_a_press_away_where_there_is_more(database: Database, long: bool) -> None:
    async with telegram_world(database) as world:
        if long:
            world.assistant.replies["融资？"] = long_answer()
        await world.write("融资？")
        await world.quiet()
        (answer,) = world.telegram.sent(chat=ANN)
        assert ("📖 更多" in answer.buttons) is long
        if long:
            await world.press(answer, "📖 更多")
            await world.quiet()
            more = world.telegram.texts(ANN)[1:]
            assert "渠道59" in "".join(more)
            assert world.telegram.sent(chat=ANN)[1].parameters["reply_parameters"]["message_id"] == 5001
