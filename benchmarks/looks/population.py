"""Companies that associate their prefixes at DIAN, some soon, some late; most of them tell us, some too early.

The distribution is a stated assumption, not a measurement: half associate within 4 business hours of the wait's end,
three in ten within 18, the others log-normally with a median of 4 business days.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from activities.calendar import after_hours, is_business_day
from domain.numbering import Answer, AnswerClass, Range

WAIT = timedelta(hours=3)
DAY_H = 10.0
"""Business hours a day."""
TELL, TOO_EARLY = 0.7, 0.1
TOLD_WITHIN = timedelta(minutes=10)
_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
RANGE = Range.model_validate(
    {
        "resolution": "18764000000001",
        "prefix": "DSA",
        "from": 1,
        "to": 5000,
        "valid_from": _YEAR.date() - timedelta(days=30),
        "valid_to": _YEAR.date() + timedelta(days=3650),
    }
)


@dataclass(frozen=True)
class Company:
    number: int
    granted: datetime
    """When its certificate was granted: DIAN's wait begins."""
    enabled: datetime
    resolved: datetime
    """When its resolution became definitive."""
    associated: datetime
    word: datetime | None
    """When somebody says that prefixes are associated; None: nobody ever does."""

    @property
    def tells_too_early(self) -> bool:
        return self.word is not None and self.word < self.associated

    @property
    def waited(self) -> datetime:
        return self.granted + WAIT

    def asks(self, at: datetime) -> Answer:
        """What DIAN answers about it."""
        if at >= self.associated:
            return Answer(answer_class=AnswerClass.DONE, code="100", ranges=(RANGE,))
        code = "302" if at >= self.resolved else "301" if at >= self.enabled else "401"
        return Answer(answer_class=AnswerClass.PENDING, code=code)


def company(seed: int, number: int) -> Company:
    """The same for the same seed and number."""
    chance = random.Random(f"{seed}/{number}")
    granted = _business_moment(chance)
    waited, takes, share = granted + WAIT, _takes(chance), chance.random()
    associated, resolved = _after(waited, takes), _after(waited, takes * share)
    enabled = min(_after(granted, timedelta(hours=chance.uniform(0, 4))), resolved)
    word = None
    if chance.random() < TELL:
        early = chance.random() < TOO_EARLY
        word = _after(waited, takes * chance.random()) if early else associated + TOLD_WITHIN * chance.random()
    return Company(number, granted, enabled, resolved, associated, word)


def _takes(chance: random.Random) -> timedelta:
    """Business hours from the wait's end to the association."""
    kind = chance.random()
    if kind < 0.5:
        return timedelta(hours=chance.uniform(0, 4))
    if kind < 0.8:
        return timedelta(hours=chance.uniform(4, 18))
    return timedelta(hours=min(chance.lognormvariate(0, 1), 50) * 4 * DAY_H)


def _business_moment(chance: random.Random) -> datetime:
    while True:
        day = _YEAR + timedelta(days=chance.randrange(365))
        if is_business_day(day.date()):
            return day + timedelta(hours=13 + DAY_H * chance.random())  # 08:00 in Bogotá is 13:00 UTC


def _after(start: datetime, hours: timedelta) -> datetime:
    return after_hours(start, hours).astimezone(UTC)
