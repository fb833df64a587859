"""Business days and hours in Colombia."""

from datetime import date, datetime, time, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from activities.calendar import (
    CLOSES,
    MORNING,
    OPENS,
    after_days,
    after_hours,
    due,
    is_business_day,
    open_near,
    reminders,
    unknown_years,
)
from domain.fields import BOGOTA
from domain.looks import QUIET
from domain.opening import after_open, open_between
from domain.reminders import POLICIES
from domain.steps import DENIED_WORD, ROWS, Allowed, Step

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
MOMENTS = st.builds(datetime.combine, DAYS, st.times(), st.just(BOGOTA))


def bogota(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BOGOTA)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23T10:00", 3, "2026-11-26T18:00"),  # Monday
        ("2026-11-23T00:00", 1, "2026-11-24T18:00"),  # its first minute doesn't make a day of it
        ("2026-11-27T19:00", 1, "2026-11-30T18:00"),  # Friday evening
        ("2026-11-29T12:00", 1, "2026-11-30T18:00"),  # Sunday
        ("2026-12-07T10:00", 1, "2026-12-09T18:00"),  # the 8th is a holiday
        ("2026-07-10T10:00", 1, "2026-07-14T18:00"),  # the 13th is one since 2026
        ("2026-12-24T10:00", 5, "2027-01-04T18:00"),  # Christmas, New Year
    ],
)
def test_days_end_at_closing_time(start: str, days: int, end: str) -> None:
    assert after_days(bogota(start), days) == bogota(end)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23T10:00", 4, "2026-11-23T14:00"),
        ("2026-11-23T14:00", 4, "2026-11-23T18:00"),  # used up at closing time
        ("2026-11-23T16:30", 4, "2026-11-24T10:30"),
        ("2026-11-23T05:00", 4, "2026-11-23T12:00"),  # before opening
        ("2026-11-27T18:00", 4, "2026-11-30T12:00"),  # closed for the weekend
        ("2026-12-07T17:00", 4, "2026-12-09T11:00"),
        ("2026-11-23T17:00", 12, "2026-11-25T09:00"),  # more than a day
    ],
)
def test_hours_count_while_business_is_open(start: str, hours: int, end: str) -> None:
    assert after_hours(bogota(start), timedelta(hours=hours)) == bogota(end)


@given(MOMENTS, st.integers(1, 20))
def test_days_never_end_on_a_holiday(start: datetime, days: int) -> None:
    end = after_days(start, days)
    assert is_business_day(end.date())
    assert end.time() == CLOSES
    between = (start.date() + timedelta(days=n) for n in range(1, (end.date() - start.date()).days + 1))
    assert sum(map(is_business_day, between)) == days


@given(MOMENTS, st.integers(1, 40))
def test_hours_never_end_out_of_hours(start: datetime, hours: int) -> None:
    end = after_hours(start, timedelta(hours=hours))
    assert is_business_day(end.date())
    assert OPENS < end.time() <= CLOSES
    assert end - start >= timedelta(hours=hours)


@given(MOMENTS, MOMENTS, st.integers(1, 15))
def test_who_begins_later_never_ends_earlier(one: datetime, other: datetime, count: int) -> None:
    first, second = min(one, other), max(one, other)
    assert after_days(first, count) <= after_days(second, count)
    assert after_hours(first, timedelta(hours=count)) <= after_hours(second, timedelta(hours=count))


@given(MOMENTS, st.floats(0.1, 12))
def test_the_hours_told_near_a_moment_count_as_the_calendar_does(moment: datetime, hours: float) -> None:
    near, left = open_near(moment), timedelta(hours=hours)
    end = after_open(moment, left, near)
    if end is not None:
        assert end == after_hours(moment, left)
        assert open_between(moment, end, near) == left
    else:
        assert after_hours(moment, left) > moment + QUIET


@given(DAYS)
def test_weekends_are_free(day: date) -> None:
    assert not (day.weekday() >= 5 and is_business_day(day))


def test_rows_with_elapsed_time_need_no_calendar() -> None:
    start = datetime.combine(date(2026, 11, 23), time(10), BOGOTA)
    assert due(start, ROWS[Step.CERTIFICATE].allowed) is None
    assert due(start, ROWS[Step.SIGNED_LETTER].allowed) == bogota("2026-11-30T18:00")
    assert due(start, DENIED_WORD) == bogota("2026-11-23T14:00")
    assert due(start, Allowed()) is None


@pytest.mark.parametrize(
    ("step", "moments"),
    [
        (Step.LEGAL_REPRESENTATIVE, ["2026-11-30T08:30", "2026-12-01T08:30"]),
        (Step.ELECTRONIC_INVOICING, ["2026-12-02T08:30", "2026-12-09T08:30", "2026-12-15T08:30"]),  # past the 8th
        (Step.LETTER_REVIEW, ["2026-11-30T10:00"]),
        (Step.PREFIX_SYNC, []),
    ],
)
def test_reminders_come_in_the_morning_of_business_days(step: Step, moments: list[str]) -> None:
    friday = bogota("2026-11-27T19:00")
    assert list(reminders(friday, POLICIES[step])) == [bogota(each) for each in moments]


@given(MOMENTS, st.sampled_from([step for step in POLICIES if POLICIES[step].most]))
def test_reminders_come_in_business_hours_one_by_one_before_the_row_is_due(start: datetime, step: Step) -> None:
    moments = reminders(start, POLICIES[step])
    ends = due(start, ROWS[step].allowed)
    assert ends is not None
    assert [start, *moments, ends] == sorted({start, *moments, ends})
    assert all(is_business_day(each.date()) and OPENS < each.time() <= CLOSES for each in moments)
    assert all(each.time() == MORNING for each in moments) or ROWS[step].allowed.business_hours


def test_a_library_that_lacks_next_years_holidays_is_found_out() -> None:
    today = date(2026, 11, 26)
    assert unknown_years(today) == ()
    assert unknown_years(date(2100, 1, 1)) == (2101,)
    poor = country_holidays("CO", years=2026)
    poor.expand = False
    assert unknown_years(today, poor) == (2027,)
