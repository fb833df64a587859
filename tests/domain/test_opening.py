"""Business hours as an activity told them; where none were told, every hour counts."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.opening import Hours, after_open, open_between

MONDAY = datetime(2026, 11, 23, 13, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TWO_DAYS: Hours = tuple((MONDAY + n * DAY, MONDAY + n * DAY + 10 * HOUR) for n in range(2))


@pytest.mark.parametrize(
    ("start", "left", "ends"),
    [
        (MONDAY - HOUR, HOUR, MONDAY + HOUR),
        (MONDAY + 9 * HOUR, HOUR, MONDAY + 10 * HOUR),
        (MONDAY + 9 * HOUR, 2 * HOUR, MONDAY + DAY + HOUR),
        (MONDAY + 12 * HOUR, HOUR, MONDAY + DAY + HOUR),
        (MONDAY, 21 * HOUR, None),
    ],
)
def test_only_open_hours_count(start: datetime, left: timedelta, ends: datetime | None) -> None:
    assert after_open(start, left, TWO_DAYS) == ends
    if ends is not None:
        assert open_between(start, ends, TWO_DAYS) == left


def test_where_none_were_told_every_hour_counts() -> None:
    assert after_open(MONDAY, 30 * HOUR, ()) == MONDAY + 30 * HOUR
    assert open_between(MONDAY, MONDAY + 30 * HOUR, ()) == 30 * HOUR


def test_nothing_lies_between_a_moment_and_an_earlier_one() -> None:
    assert open_between(MONDAY + HOUR, MONDAY, ()) == timedelta(0)
    assert open_between(MONDAY + HOUR, MONDAY, TWO_DAYS) == timedelta(0)
