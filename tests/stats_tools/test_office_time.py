"""Days are those of the offices, wherever the server stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from stats_tools.office_time import end_of_day, office_clock, office_day


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_moment_up_to_the_end_of_a_day_and_none_after_it_is_of_that_day(day: date) -> None:
    last = end_of_day(day)
    assert (office_day(last), office_day(last + timedelta(microseconds=1))) == (day, day + timedelta(days=1))
    assert office_day(last - timedelta(hours=23, minutes=59)) == day


def test_a_clock_is_read_as_in_shandong() -> None:
    assert office_clock(datetime(2021, 7, 15, 9, 59, tzinfo=UTC)) == "2021-07-15 17:59:00"
