"""Business hours near a moment, as an activity tells them: the calendar grows with its library, a replay must not.

None told: every hour counts.
"""

from datetime import datetime, timedelta

Hours = tuple[tuple[datetime, datetime], ...]
"""From opening to closing, day by day."""


def after_open(start: datetime, left: timedelta, hours: Hours) -> datetime | None:
    """When business has been open for so long from `start` on; None: not within these hours."""
    if not hours:
        return start + left
    for opens, closes in hours:
        begin = max(start, opens)
        if begin + left <= closes:
            return begin + left
        left -= max(closes - begin, timedelta(0))
    return None


def open_between(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """How long business was open between two moments."""
    if not hours:
        return max(end - start, timedelta(0))
    spans = (min(end, closes) - max(start, opens) for opens, closes in hours)
    return sum((max(span, timedelta(0)) for span in spans), timedelta(0))
