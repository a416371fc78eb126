"""The calendar of duties: due days by the plan's rhythm, reminders around them, and whom it rests on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import knowledge
from bot.digests.duties import DUTIES_FILE, DutiesError, Duty, DutyCalendar, DutyRecurrence
from knowledge.catalogue import FolderLibrary
from stats_tools.periods import Period

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = DutyCalendar.load()


def duty(name: str) -> Duty:
    (found,) = CALENDAR.chosen(name)
    return found


def runs(name: str, escalating: bool, year: int) -> list[datetime]:
    """The moments of a year, on Shanghai's clock."""
    recurrence = DutyRecurrence(CALENDAR, (duty(name),), escalating)
    moment, found = datetime(year, 1, 1, tzinfo=SHANGHAI) - timedelta(seconds=1), []
    while (following := recurrence.after(moment)) and following.astimezone(SHANGHAI).year == year:
        found.append(following.astimezone(SHANGHAI))
        moment = following
    return found


@pytest.mark.parametrize("each", CALENDAR.duties, ids=lambda each: each.id)
def test_every_duty_quotes_the_stored_plan_word_for_word(each: Duty) -> None:
    library = FolderLibrary(Path(knowledge.__file__).parent / "documents")
    document = library.document(each.basis.document)
    assert document is not None
    assert each.basis.quote in document.text


@pytest.mark.parametrize(
    ("name", "due"),
    [
        (
            "统计季报",
            {1: date(2021, 4, 15), 2: date(2021, 7, 15), 3: date(2021, 10, 15), 4: date(2022, 1, 15)},
        ),
        ("半年汇总上报", {2: date(2021, 7, 31), 4: date(2022, 1, 31)}),
        ("年度评估", {4: date(2022, 3, 31)}),
    ],
)
def test_the_due_days_of_a_year(name: str, due: dict[int, date]) -> None:
    assert {quarter: duty(name).deadline(Period(2021, quarter)) for quarter in due} == due


def test_a_day_the_month_does_not_have_is_its_last() -> None:
    rule = duty("统计季报").due.model_copy(update={"months": 2, "day": 31})
    moved = duty("统计季报").model_copy(update={"due": rule})
    assert moved.deadline(Period(2023, 4)) == date(2024, 2, 29)
    assert moved.deadline(Period(2022, 4)) == date(2023, 2, 28)


def test_reminders_come_before_and_after_each_due_day_at_nine() -> None:
    found = runs("统计季报", False, 2021)
    assert {(moment.hour, moment.minute) for moment in found} == {(9, 0)}
    spring = [moment.date() for moment in found if moment.month == 4]
    assert [(day - date(2021, 4, 15)).days for day in spring] == [-7, -3, -1, 1, 3, 7]
    assert len(found) == 4 * 6


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("统计季报", [(1, 25), (2, 4), (4, 25), (5, 5), (7, 25), (8, 4), (10, 25), (11, 4)]),
        ("半年汇总上报", [(2, 10), (8, 10)]),
        ("年度评估", [(4, 14)]),
    ],
)
def test_those_above_are_told_after_the_due_day_only(name: str, days: list[tuple[int, int]]) -> None:
    assert [(moment.month, moment.day) for moment in runs(name, True, 2021)] == days


def test_the_period_reminded_of_is_the_one_whose_due_day_is_near_or_past() -> None:
    report = duty("统计季报")
    assert report.latest(date(2021, 4, 7)) == Period(2020, 4)
    assert report.latest(date(2021, 4, 8)) == Period(2021, 1)
    assert report.latest(date(2021, 6, 30)) == Period(2021, 1)
    assert duty("年度评估").latest(date(2021, 12, 31)) == Period(2020, 4)


def test_missed_reminders_are_found_backwards_as_they_were_planned_forwards() -> None:
    recurrence = DutyRecurrence(CALENDAR, CALENDAR.duties, escalating=False)
    moment = datetime(2021, 1, 1, tzinfo=SHANGHAI)
    forwards = []
    for _ in range(20):
        following = recurrence.after(moment)
        assert following is not None
        forwards.append(following)
        moment = following
    backwards = [run for run in recurrence.back_from(forwards[-1]) if run >= forwards[0]]
    assert backwards == forwards[::-1]


@pytest.mark.parametrize(
    ("old", "new"),
    [("day: 15", "day: 40"), ("id: halfyear_summary", "id: quarterly_report"), ("zone: Asia/Shanghai", "zone: 火星")],
)
def test_a_calendar_that_cannot_be_kept_is_refused_by_name(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "duties.yaml"
    path.write_text(DUTIES_FILE.read_text(encoding="utf-8").replace(f"\n{old}", f"\n{new}").replace(old, new), "utf-8")
    with pytest.raises(DutiesError, match=r"duties\.yaml"):
        DutyCalendar.load(path)


def test_a_calendar_says_when_reports_are_due_or_that_nothing_does() -> None:
    due = CALENDAR.reports_due(Period(2021, 4))
    assert due is not None
    assert due.moment.isoformat() == "2022-01-15T18:00:00+08:00"
    yearly = CALENDAR.model_copy(update={"duties": CALENDAR.chosen("annual_evaluation")})
    assert yearly.reports_due(Period(2021, 4)) is None
