"""DIAN is looked at for 48 hours, then it is escalated and looked at further; it is never passed on time alone."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.workflows.two_days import TwoDays


async def test_it_waits_for_the_range_and_for_nothing_else(polled: asyncio.Task[TwoDays]) -> None:
    seen = await polled
    assert (seen.nearly.step, seen.nearly.overdue) == ("prefix_sync", False)
    assert (seen.escalated.step, seen.escalated.waiting_on) == ("prefix_sync", "dian")
    assert seen.found.range is not None


async def test_the_escalation_is_told_once(polled: asyncio.Task[TwoDays]) -> None:
    records = (await polled).company.effects.records
    assert [event.before for record in records for event in record.events if event.name == "overdue"] == ["prefix_sync"]


async def test_the_looks_come_often_then_less(polled: asyncio.Task[TwoDays]) -> None:
    seen = await polled
    looked = [look for look in seen.company.effects.looks if look >= seen.begun.since]
    assert looked[-1] - seen.begun.since > timedelta(hours=48)
    minutes = [(later - earlier) / timedelta(minutes=1) for earlier, later in pairwise(looked)]
    assert minutes[:6] == pytest.approx([1, 1, 2, 4, 8, 16], rel=0.1)
    assert min(minutes[7:]) > 53
