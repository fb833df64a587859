"""The calls that DIAN's simulator remembers, and how many they are by the second."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Call:
    at: datetime
    company: str
    """NIT without check digit."""
    code: str
    """DIAN's code, or the name of what went wrong."""


def read(told: Iterable[Mapping[str, str]]) -> list[Call]:
    """As the admin side tells them, in the order of time."""
    return sorted(
        (Call(datetime.fromisoformat(each["at"]), each["accountCode"], each["code"]) for each in told),
        key=lambda call: call.at,
    )


def per_second(calls: Sequence[Call], begin: datetime, end: datetime) -> float:
    return sum(begin <= call.at < end for call in calls) / (end - begin).total_seconds()


def busiest(calls: Sequence[Call], begin: datetime, window: timedelta) -> float:
    """Calls a second in the fullest window that begins then or later."""
    moments = [call.at for call in calls if call.at >= begin]
    counts = (bisect_left(moments, at + window) - place for place, at in enumerate(moments))
    return max(counts, default=0) / window.total_seconds()


def answered(calls: Iterable[Call], since: datetime, good: str) -> dict[str, datetime]:
    """When each company was first answered well since then."""
    first: dict[str, datetime] = {}
    for call in calls:
        if call.at >= since and call.code == good:
            first.setdefault(call.company, call.at)
    return first
