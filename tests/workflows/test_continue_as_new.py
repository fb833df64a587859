"""A long history is left behind at a quiet point; nobody notices."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from tests.workflows.company import REPRESENTATIVE, Company
from tests.workflows.conftest import Begin
from tests.workflows.rows import reach
from tests.workflows.server import server, stage

LONG = 200


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def begin() -> AsyncIterator[Begin]:
    """On a server to which 200 events are many."""
    async with server(f"limit.historyCount.suggestContinueAsNew={LONG}") as env, stage(env) as ready:
        yield ready.start


async def lengthened(company: Company) -> None:
    """Its history becomes so long that Temporal suggests to leave it behind."""
    await asyncio.gather(*(company.signal(f"nobody_{number}", {}) for number in range(LONG)))


async def run_id(company: Company) -> str:
    return (await company.handle.describe()).run_id or ""


async def test_state_message_ids_timers_and_attributes_survive(begin: Begin) -> None:
    company = await begin()
    await reach(company, "mandated_wait")
    await company.forward(hours=1)
    await company.command("tick_act", act="enable", message_id="m-1")
    before, first = await company.status(), await run_id(company)
    shown = (await company.handle.describe()).typed_search_attributes
    await lengthened(company)
    await company.shown(lambda it: it.run_id != first)
    after = await company.status()
    assert after.acts == before.acts
    assert after.documents == before.documents
    assert (after.onboarding_id, after.since, after.due_at) == (before.onboarding_id, before.since, before.due_at)
    assert len(after.unreadable) == 50
    await company.rests("mandated_wait")
    assert (await company.handle.describe()).typed_search_attributes == shown
    await company.command("tick_act", act="enable", undo=True, message_id="m-1")
    assert (await company.status()).acts == before.acts
    await company.forward(hours=1, minutes=58)
    assert (await company.status()).step == "mandated_wait"
    await company.forward(minutes=3)
    await reach(company, "ready")
    status = await company.result()
    assert (status.closed, status.onboarding_id) == ("ready", before.onboarding_id)
    numbers = {event.seq for record in company.effects.records for event in record.events}
    assert numbers == set(range(1, len(numbers) + 1))


async def test_a_command_that_waits_for_its_outcome_is_answered_first(begin: Begin) -> None:
    company = await begin()
    await reach(company, "electronic_invoicing")
    first = await run_id(company)
    waiting = await company.begun("submit_representative", **REPRESENTATIVE)
    await lengthened(company)
    await company.quiet()
    assert await run_id(company) == first
    await company.forward(seconds=31)
    assert (await waiting.result())["pending"]
    await company.signal("prefixes_associated", {})
    await company.shown(lambda it: it.run_id != first)
    await company.signal("electronic_invoicing_completed", {})
    await company.at("signed_letter")


async def test_the_state_that_a_start_carries_is_taken_as_it_is(begin: Begin) -> None:
    at = "2026-11-24T15:00:00Z"
    carried = {
        "environment": "habilitacion",
        "nit": "900123456-8",
        "onboarding_id": "o-1",
        "name": "Andina S.A.S.",
        "started_at": at,
        "since": at,
        "recalled": True,
        "invoicing_completed_at": at,
        "message_ids": ["m-1"],
        "version": 7,
        "seq": 7,
    }
    company = await begin(nit="900123456-8", carried=carried)
    status = await company.at("legal_representative")
    assert (status.onboarding_id, status.version) == ("o-1", 7)
    assert company.effects.calls["recall"] == 0
    assert (await company.operate("hold", message_id="m-1"))["version"] == 7
