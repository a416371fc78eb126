"""When a digest is due, in words and cron, across clocks that change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.schedule import CronRecurrence, ScheduleError, next_runs, recurrence
from bot.digests.schedule_words import read_timing, split_timing

SHANGHAI = "Asia/Shanghai"


class TestWords:
    @pytest.mark.parametrize(
        ("words", "cron"),
        [
            ("每周一9点", "0 9 * * 1"),
            ("每周1 9点", "0 9 * * 1"),
            ("每周一、周四下午三点半", "30 15 * * 1,4"),
            ("星期日 20:15", "15 20 * * 0"),
            ("每周一和周三十点半", "30 10 * * 1,3"),
            ("每周一、三、五十点", "0 10 * * 1,3,5"),
            ("每个工作日8:30", "30 8 * * 1-5"),
            ("每天", "0 9 * * *"),
            ("每日中午12点", "0 12 * * *"),
            ("每月5日上午10点", "0 10 5 * *"),
            ("每月最后一天十八点", "0 18 L * *"),
            ("季后10日", "0 9 10 1,4,7,10 *"),
            ("每季度结束后十五日 8：05", "5 8 15 1,4,7,10 *"),
            ("每年3月31日9点", "0 9 31 3 *"),
            ("0 9 * * 1-5", "0 9 * * 1-5"),
        ],
    )
    def test_what_people_say(self, words: str, cron: str) -> None:
        assert read_timing(words, SHANGHAI).cron == cron

    @given(day=st.integers(1, 6), hour=st.integers(0, 23))
    def test_a_day_and_an_hour_in_numerals_do_not_run_into_one_number(self, day: int, hour: int) -> None:
        """周一十八点 is neither eight o'clock nor a day nobody knows."""
        words = f"每周{cn2an.an2cn(day)}{cn2an.an2cn(hour)}点"
        assert read_timing(words, SHANGHAI).cron == f"0 {hour} * * {day}"

    def test_a_zone_may_be_said(self) -> None:
        timing = read_timing("东京时间 每天9点", SHANGHAI)
        assert (timing.cron, timing.zone) == ("0 9 * * *", "Asia/Tokyo")

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            ("0 9 30 2 *", "never"),
            ("每年2月30日", "never"),
            ("每月32日", "never"),
            ("季后45日", "quarter"),
            ("有空的时候", "words"),
            ("每周十九点", "words"),
            ("每周19点", "words"),
            ("每天25点", "words"),
            ("0 9 * *", "cron"),
            ("* * * * * *", "cron"),
            ("H H * * *", "cron"),
            ("R 9 * * *", "cron"),
            ("99 9 * * *", "cron"),
            ("", "words"),
        ],
    )
    def test_what_never_comes_or_means_nothing(self, words: str, reason: str) -> None:
        with pytest.raises(ScheduleError) as caught:
            read_timing(words, SHANGHAI)
        assert caught.value.reason == reason

    @pytest.mark.parametrize("zone", ["Mars/Base", "../../etc/passwd", "", "Asia"])
    def test_an_unknown_zone(self, zone: str) -> None:
        with pytest.raises(ScheduleError) as caught:
            read_timing("每天9点", zone)
        assert caught.value.reason == "zone"

    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("集群 青岛轨道交通 每月5日 上午10点", ("集群 青岛轨道交通", "每月5日 上午10点")),
            ("进展 0 9 * * 1", ("进展", "0 9 * * 1")),
            ("报送提醒 按职责日历", ("报送提醒", "按职责日历")),
            ("进展", ("进展", "")),
        ],
    )
    def test_what_and_when_are_told_apart(self, text: str, parts: tuple[str, str]) -> None:
        assert split_timing(text) == parts

    @given(st.text(max_size=30))
    def test_nothing_a_person_types_breaks_it(self, text: str) -> None:
        try:
            timing = read_timing(text, SHANGHAI)
        except ScheduleError:
            return
        assert len(next_runs(recurrence(timing.cron, timing.zone), datetime(2026, 1, 1, tzinfo=UTC), 1)) == 1


ZONES = [
    "Asia/Shanghai",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
]
CRONS = ["0 9 * * 1", "30 2 * * *", "*/30 * * * *", "15 1 * * *", "0 0 L * *", "0 10 5 1,4,7,10 *"]
moments = st.integers(0, 10_000_000).map(lambda minutes: datetime(2011, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
near_changes = st.builds(
    lambda base, minutes: base + timedelta(minutes=minutes),
    st.sampled_from(
        [
            datetime(2026, 3, 8, 7, tzinfo=UTC),
            datetime(2026, 11, 1, 6, tzinfo=UTC),
            datetime(2026, 3, 29, 1, tzinfo=UTC),
            datetime(2026, 10, 25, 1, tzinfo=UTC),
            datetime(2011, 12, 30, 10, tzinfo=UTC),
            datetime(2026, 4, 4, 15, tzinfo=UTC),
        ]
    ),
    st.integers(-3000, 3000),
)
schedules = st.builds(recurrence, st.sampled_from(CRONS), st.sampled_from(ZONES))


class TestClocks:
    def test_a_skipped_hour_runs_right_after_the_change(self) -> None:
        runs = next_runs(recurrence("30 2 * * *", "America/New_York"), datetime(2026, 3, 8, 5, tzinfo=UTC), 2)
        assert runs == (datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 3, 9, 6, 30, tzinfo=UTC))

    def test_a_doubled_hour_runs_once(self) -> None:
        runs = next_runs(recurrence("30 1 * * *", "America/New_York"), datetime(2026, 11, 1, tzinfo=UTC), 2)
        assert runs == (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 2, 6, 30, tzinfo=UTC))

    @given(schedules, st.one_of(moments, near_changes))
    def test_runs_only_ever_go_forward_and_are_later_than_asked(self, runs: CronRecurrence, moment: datetime) -> None:
        found = next_runs(runs, moment, 4)
        assert all(earlier < later for earlier, later in pairwise([moment, *found]))

    @given(schedules, st.one_of(moments, near_changes))
    def test_looking_back_finds_exactly_the_runs_found_looking_ahead(
        self, runs: CronRecurrence, moment: datetime
    ) -> None:
        ahead = next_runs(runs, moment, 5)
        back = takewhile(lambda run: run > moment, runs.back_from(ahead[-1]))
        assert tuple(back)[::-1] == ahead

    def test_a_day_a_zone_left_out_runs_right_after_it(self) -> None:
        runs = next_runs(recurrence("0 12 * * *", "Pacific/Apia"), datetime(2011, 12, 30, 9, tzinfo=UTC), 2)
        assert runs == (datetime(2011, 12, 30, 10, tzinfo=UTC), datetime(2011, 12, 30, 22, tzinfo=UTC))

    @given(st.sampled_from([zone for zone in ZONES if zone != "Pacific/Apia"]), st.one_of(moments, near_changes))
    def test_every_day_there_is_runs_once(self, zone: str, moment: datetime) -> None:
        runs = next_runs(recurrence("0 12 * * *", zone), moment, 6)
        days = [run.astimezone(ZoneInfo(zone)).date() for run in runs]
        assert len(set(days)) == len(days)
        assert all((later - earlier).days <= 2 for earlier, later in pairwise(days))

    @given(schedules, moments, st.integers(1, 5))
    def test_asking_again_from_a_run_goes_on_with_the_next(
        self, runs: CronRecurrence, moment: datetime, count: int
    ) -> None:
        found = next_runs(runs, moment, count + 1)
        assert next_runs(runs, found[count - 1], 1) == (found[count],)
        assert list(islice(runs.back_from(found[count]), 1)) == [found[count]]
