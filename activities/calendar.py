"""Business days and hours in Colombia, for due dates. For activities: a new holiday must not change a replay.

Business hours are Monday to Friday, 08:00 to 18:00 in Bogotá, holidays excepted.

- n business days end at 18:00 of the n-th business day after the day from which they count. That day itself
  never counts, be it early on a Monday or a Sunday.
- n business hours are counted within business hours; outside them, they begin when business does. Hours that
  are used up at closing time end there, not next morning.
"""

from datetime import UTC, date, datetime, time, timedelta

import holidays

from domain.fields import BOGOTA
from domain.opening import Hours
from domain.steps import Allowed

OPENS, CLOSES = time(8), time(18)
BACK, AHEAD = 7, 3
"""Days: `domain/looks.py` asks for the last 18 business hours, and looks again after 48 hours at the latest."""
_HOLIDAYS = holidays.country_holidays("CO", language="es")
"""Grows by itself, year by year."""


def due(start: datetime, allowed: Allowed) -> datetime | None:
    """When the time allowed ends, counted from `start`; None for elapsed time, which needs no calendar."""
    if allowed.business_days:
        return after_days(start, allowed.business_days)
    if allowed.business_hours:
        return after_hours(start, timedelta(hours=allowed.business_hours))
    return None


def after_days(start: datetime, days: int) -> datetime:
    day = start.astimezone(BOGOTA).date()
    for _ in range(days):
        day = _next_business_day(day)
    return datetime.combine(day, CLOSES, BOGOTA)


def after_hours(start: datetime, left: timedelta) -> datetime:
    now = start.astimezone(BOGOTA)
    while True:
        opens, closes = (datetime.combine(now.date(), at, BOGOTA) for at in (OPENS, CLOSES))
        begin = max(now, opens)
        if is_business_day(now.date()) and begin < closes:
            if begin + left <= closes:
                return begin + left
            left -= closes - begin
        now = datetime.combine(_next_business_day(now.date()), OPENS, BOGOTA)


def open_near(moment: datetime) -> Hours:
    """Business hours of the week before and the days after: what the next look at DIAN depends on."""
    today = moment.astimezone(BOGOTA).date()
    days = (today + timedelta(days=distance) for distance in range(-BACK, AHEAD + 1))
    return tuple(
        (datetime.combine(day, OPENS, BOGOTA).astimezone(UTC), datetime.combine(day, CLOSES, BOGOTA).astimezone(UTC))
        for day in days
        if is_business_day(day)
    )


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _HOLIDAYS


def _next_business_day(day: date) -> date:
    day += timedelta(days=1)
    while not is_business_day(day):
        day += timedelta(days=1)
    return day
