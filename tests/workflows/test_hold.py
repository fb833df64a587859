"""On hold nothing acts; facts are taken, the wait goes on, and resuming goes on from there."""

from collections import Counter

import pytest

from tests.workflows.company import Company
from tests.workflows.conftest import Begin
from tests.workflows.rows import EFFECT_OF, ROWS, reach, say


def acts(company: Company) -> Counter[str]:
    """What was done so far; telling the records is no act."""
    return Counter({name: count for name, count in company.effects.calls.items() if name != "record"})


@pytest.mark.parametrize("row", [row for row in ROWS if row not in EFFECT_OF])
async def test_on_hold_facts_are_taken_and_nothing_acts_until_it_is_resumed(begin: Begin, row: str) -> None:
    company = await begin()
    await reach(company, row)
    await company.operate("hold")
    before = acts(company)
    await say(company, row)
    if row != "prefix_sync":  # what only a look can tell
        await company.until(lambda status: status.step != row or status.waiting_on == "us")
    await company.forward(hours=7)
    status = await company.status()
    assert status.held
    assert acts(company) == before
    await company.operate("resume")
    status = await company.until(lambda status: status.step != row and status.waiting_on != "us")
    assert not status.held


@pytest.mark.parametrize("row", list(EFFECT_OF))
async def test_an_effect_under_way_when_it_is_held_is_kept_and_nothing_follows(begin: Begin, row: str) -> None:
    company = await begin()
    await reach(company, row)
    await company.once(lambda: company.effects.calls[EFFECT_OF[row]] > 0)
    await company.operate("hold")
    before = acts(company)
    await say(company, row)
    await company.leaves(row)
    assert acts(company) == before
    if row == "readiness_check":  # ready: it ends, on hold or not
        assert (await company.result()).closed == "ready"
    else:
        await company.operate("resume")
        await company.until(lambda status: status.step != row and status.waiting_on != "us")


async def test_the_mandated_wait_ends_while_on_hold(begin: Begin) -> None:
    company = await begin()
    await reach(company, "mandated_wait")
    await company.operate("hold")
    await company.forward(hours=3)
    status = await company.at("prefix_association")
    assert status.held
    assert status.due_at is None


async def test_time_on_hold_does_not_count_for_the_due_date(begin: Begin) -> None:
    company = await begin()
    await company.rests("electronic_invoicing")
    due = (await company.status()).due_at
    await company.operate("hold")
    await company.forward(hours=5)
    await company.operate("resume")
    later = (await company.until(lambda status: status.due_at is not None)).due_at
    assert due is not None
    assert later is not None
    assert 5 * 3600 <= (later - due).total_seconds() < 5 * 3600 + 60
