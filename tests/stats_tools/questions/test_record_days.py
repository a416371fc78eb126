"""Days on which figures were on record, said from the day of the question, which is Tuesday, 1 March 2022."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.types import Status
from stats_tools.understanding.passage import Kind, Passage
from stats_tools.understanding.period_language import PeriodLanguage
from stats_tools.understanding.record_days import RecordDays
from tests.stats_tools.questions.asking import TODAY, Desk, DeskOf, filed
from tests.stats_tools.questions.test_answers import figures

READER = RecordDays(PeriodLanguage.load())
SAID = {
    "昨天": date(2022, 2, 28),
    "前天": date(2022, 2, 27),
    "大前天": date(2022, 2, 26),
    "今天": TODAY,
    "3天前": date(2022, 2, 26),
    "十天前": date(2022, 2, 19),
    "两周前": date(2022, 2, 15),
    "上周": date(2022, 2, 27),
    "上周五": date(2022, 2, 25),
    "上星期一": date(2022, 2, 21),
    "上上周三": date(2022, 2, 16),
    "上个月底": date(2022, 2, 28),
    "上月15号": date(2022, 2, 15),
    "上上个月底": date(2022, 1, 31),
    "yesterday": date(2022, 2, 28),
}


def days(text: str, today: date = TODAY) -> list[object]:
    passage = Passage(text)
    READER.mark(passage, today)
    return [token.value for token in passage.tokens(Kind.DAY)]


@pytest.mark.parametrize("said", SAID)
def test_a_day_said_from_today_beside_a_word_of_knowing(said: str) -> None:
    known = [f"{said}掌握的营收", f"{said}时知道的营收", f"截至{said}的营收"]
    assert [days(text) for text in known] == [[SAID[said]]] * len(known)


@pytest.mark.parametrize("text", ["昨天的会", "上周的通知", "上个月营收", "本月31号知道的", "周五知道的", "3天前的事"])
def test_a_day_beside_no_word_of_knowing_or_one_still_to_come_is_none(text: str) -> None:
    assert days(text) == []


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.sampled_from(sorted(SAID)))
def test_no_day_lies_in_the_future(today: date, said: str) -> None:
    assert all(isinstance(each, date) and each <= today for each in days(f"{said}掌握的", today))


@pytest.mark.parametrize("text", ["上周五济南营收", "昨天谁没报", "上个月底的数", "本月烟台营收", "12月31日的利润"])
def test_such_a_day_is_marked_as_left_aside(text: str) -> None:
    passage = Passage(text)
    READER.mark(passage, TODAY)
    assert len(passage.tokens(Kind.MOMENT)) == 1


class TestAnswers:
    @pytest.fixture
    def corrected(self, desk_of: DeskOf) -> Desk:
        """100 filed on 1 February, corrected to 110 on Saturday, 26 February."""
        desk = desk_of(figures(revenue_2021_4="100"))
        later = datetime(2022, 2, 26, 4, tzinfo=UTC)
        filed(desk.database, figures(revenue_2021_4="110"), name="更正.xlsx", at=later)
        return desk

    @pytest.mark.parametrize(
        ("said", "told"), [("上周五时知道", "100"), ("前天掌握", "110"), ("5天前掌握", "100"), ("上个月底掌握", "110")]
    )
    def test_the_figure_is_that_of_the_day_and_the_day_is_said(self, corrected: Desk, said: str, told: str) -> None:
        reply = corrected.ask(f"{said}的济南信息技术服务2021年营收")
        (query,) = reply.reading.queries
        assert f"为{told}亿元" in reply.text
        assert f"按今天推算为{query.as_known_on}" in reply.text

    def test_before_anything_was_on_record_that_is_what_is_said(self, corrected: Desk) -> None:
        reply = corrected.ask("40天前掌握的济南信息技术服务2021年营收")
        assert reply.status is Status.NOT_FOUND
        assert "截至2022年1月20日，库里还没有" in reply.text

    @pytest.mark.parametrize("said", ["上周五", "昨天", "上个月底", "40天前"])
    def test_a_day_without_a_word_of_knowing_changes_no_figure_and_is_said_to_be_left_aside(
        self, corrected: Desk, said: str
    ) -> None:
        reply = corrected.ask(f"{said}济南信息技术服务2021年营收")
        assert "为110亿元" in reply.text
        assert f"“{said}”不是报告期" in reply.text
        assert f"请说“截至{said}掌握的”" in reply.text

    @pytest.mark.parametrize("said", ["本月", "12月31日", "这周"])
    def test_so_is_a_span_of_days_of_which_nothing_could_have_been_known(self, corrected: Desk, said: str) -> None:
        reply = corrected.ask(f"{said}济南信息技术服务2021年营收")
        assert "为110亿元" in reply.text
        assert f"“{said}”不是报告期" in reply.text

    def test_today_needs_no_remark(self, corrected: Desk) -> None:
        assert "不是报告期" not in corrected.ask("今天济南信息技术服务2021年营收").text

    def test_who_had_reported_by_a_day(self, corrected: Desk) -> None:
        assert "已报1个" in corrected.ask("截至上周五谁没报").text
        none = corrected.ask("截至40天前谁没报")
        assert none.status is Status.NOT_FOUND
        assert "截至2022年1月20日，库里还没有任何统计数据" in none.text
