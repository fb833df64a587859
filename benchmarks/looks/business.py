"""Business hours over any length of time, by the calendar that the activities use."""

from datetime import datetime, timedelta

from activities.calendar import CLOSES, OPENS, is_business_day
from domain.fields import BOGOTA


def hours_between(start: datetime, end: datetime, most: float = 100_000) -> float:
    """At most so many."""
    now, last, found = start.astimezone(BOGOTA), end.astimezone(BOGOTA), timedelta(0)
    while now < last and found < timedelta(hours=most):
        opens, closes = (datetime.combine(now.date(), at, BOGOTA) for at in (OPENS, CLOSES))
        if is_business_day(now.date()):
            found += max(min(closes, last) - max(opens, now), timedelta(0))
        now = datetime.combine(now.date() + timedelta(days=1), OPENS, BOGOTA)
    return min(found / timedelta(hours=1), most)
