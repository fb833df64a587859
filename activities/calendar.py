"""Business days and hours in Colombia, for due dates. For activities: a new holiday must not change a replay.

Business hours are Monday to Friday, 08:00 to 18:00 in Bogotá, holidays excepted.

- n business days end at 18:00 of the n-th business day after the day from which they count. That day itself
  never counts, be it early on a Monday or a Sunday.
- n business hours are counted within business hours; outside them, they begin when business does. Hours that
  are used up at closing time end there, not next morning.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import holidays
from holidays import HolidayBase

from domain.fields import BOGOTA
from domain.opening import Hours
from domain.reminders import Policy
from domain.steps import Allowed

OPENS, CLOSES = time(8), time(18)
MORNING = time(8, 30)
"""When a reminder that is due on a day is sent."""
AWAKE, ASLEEP = time(7), time(20)
"""Between these, on business days, a company may be reminded."""
BACK, AHEAD = 7, 3
"""Days: `domain/looks.py` asks for the last 18 business hours, and looks again after 48 hours at the latest."""
_HOLIDAYS = holidays.country_holidays("CO", language="es")
"""Grows by itself, year by year."""
_FEWEST = 18
"""Colombia's holidays of a year, by law; a library that knows fewer doesn't know that year."""


def due(start: datetime, allowed: Allowed) -> datetime | None:
    """When the time allowed ends, counted from `start`; None for elapsed time, which needs no calendar."""
    if allowed.business_days:
        return after_days(start, allowed.business_days)
    if allowed.business_hours:
        return after_hours(start, timedelta(hours=allowed.business_hours))
    return None


def reminders(start: datetime, policy: Policy) -> tuple[datetime, ...]:
    """When to remind, if the row isn't done by then; business days' reminders come in the morning."""
    return tuple(_reminder(start, policy, number) for number in range(policy.most))


def _reminder(start: datetime, policy: Policy, number: int) -> datetime:
    days = policy.first.business_days + number * policy.every.business_days
    if days:
        return datetime.combine(after_days(start, days).date(), MORNING, BOGOTA)
    return after_hours(start, timedelta(hours=policy.first.business_hours + number * policy.every.business_hours))


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


def quiet_until(now: datetime) -> datetime:
    """When a company may be reminded at the earliest: `now` itself, unless quiet hours are on."""
    local = now.astimezone(BOGOTA)
    wakes, sleeps = (datetime.combine(local.date(), at, BOGOTA) for at in (AWAKE, ASLEEP))
    if is_business_day(local.date()) and local < sleeps:
        return max(now, wakes)
    return datetime.combine(_next_business_day(local.date()), AWAKE, BOGOTA)


def open_near(moment: datetime) -> Hours:
    """Business hours of the week before and the days after: what the next look at DIAN depends on."""
    today = moment.astimezone(BOGOTA).date()
    days = (today + timedelta(days=distance) for distance in range(-BACK, AHEAD + 1))
    return tuple(
        (datetime.combine(day, OPENS, BOGOTA).astimezone(UTC), datetime.combine(day, CLOSES, BOGOTA).astimezone(UTC))
        for day in days
        if is_business_day(day)
    )


def unknown_years(today: date, known: HolidayBase = _HOLIDAYS) -> tuple[int, ...]:
    """This year or the next, if the library doesn't know its holidays: due dates would fall on them."""
    years = (today.year, today.year + 1)
    return tuple(year for year in years if sum(day in known for day in _days_of(year)) < _FEWEST)


def _days_of(year: int) -> Iterator[date]:
    return (date(year, 1, 1) + timedelta(days=number) for number in range(365))


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _HOLIDAYS


def _next_business_day(day: date) -> date:
    day += timedelta(days=1)
    while not is_business_day(day):
        day += timedelta(days=1)
    return day
