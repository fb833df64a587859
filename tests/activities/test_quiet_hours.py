"""When a company may be reminded: by day, on business days."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.calendar import ASLEEP, AWAKE, is_business_day, quiet_until
from domain.fields import BOGOTA

MOMENTS = st.builds(datetime.combine, st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.times(), st.just(BOGOTA))


def bogota(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BOGOTA)


@pytest.mark.parametrize(
    ("now", "earliest"),
    [
        ("2026-11-23T07:00", "2026-11-23T07:00"),  # Monday
        ("2026-11-23T19:59", "2026-11-23T19:59"),
        ("2026-11-23T06:59", "2026-11-23T07:00"),
        ("2026-11-23T20:00", "2026-11-24T07:00"),
        ("2026-11-27T20:00", "2026-11-30T07:00"),  # Friday evening
        ("2026-11-28T12:00", "2026-11-30T07:00"),
        ("2026-12-08T12:00", "2026-12-09T07:00"),  # a holiday
    ],
)
def test_reminders_wait_for_the_next_morning_of_a_business_day(now: str, earliest: str) -> None:
    assert quiet_until(bogota(now)) == bogota(earliest)


@given(MOMENTS)
def test_what_may_go_is_told_so_and_nothing_waits_longer_than_it_must(now: datetime) -> None:
    earliest = quiet_until(now)
    assert quiet_until(earliest) == earliest >= now
    assert is_business_day(earliest.date())
    assert AWAKE <= earliest.time() < ASLEEP
    if earliest > now:
        assert earliest.time() == AWAKE
        assert not is_business_day(now.date()) or not AWAKE <= now.time() < ASLEEP
        between = (now.date() + timedelta(days=n) for n in range(1, (earliest.date() - now.date()).days))
        assert not any(map(is_business_day, between))
