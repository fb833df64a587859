"""DIAN is looked at for 48 hours, then it is escalated and looked at further; it is never passed on time alone."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.looks import LATE, SYNC
from tests.workflows.two_days import TwoDays


async def test_it_waits_for_the_range_and_for_nothing_else(polled: asyncio.Task[TwoDays]) -> None:
    seen = await polled
    assert (seen.nearly.step, seen.nearly.overdue) == ("prefix_sync", False)
    assert (seen.escalated.step, seen.escalated.waiting_on) == ("prefix_sync", "dian")
    assert seen.found.range is not None


async def test_the_escalation_is_told_once(polled: asyncio.Task[TwoDays]) -> None:
    records = (await polled).company.effects.records
    assert [event.before for record in records for event in record.events if event.name == "overdue"] == ["prefix_sync"]


async def test_the_looks_come_at_the_intervals_of_the_rules(polled: asyncio.Task[TwoDays]) -> None:
    seen = await polled
    since = seen.begun.since
    looked = [look for look in seen.company.effects.looks if look >= since]
    planned = list(looks_planned(since, len(looked)))
    assert planned[-1] - since > timedelta(hours=48)
    assert max(abs(look - plan) for look, plan in zip(looked, planned, strict=True)) < timedelta(minutes=1)


def looks_planned(since: datetime, count: int) -> Iterator[datetime]:
    """The looks from the row's beginning on, by the intervals of `domain/looks.py`."""
    at = since
    for _ in range(count):
        yield at
        at += next((interval for until, interval in SYNC if at - since < until), LATE)
