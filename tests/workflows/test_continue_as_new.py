"""A long history is left behind at a quiet point; nobody notices."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from domain.reasons import Code
from tests.workflows.company import REPRESENTATIVE, Company
from tests.workflows.conftest import Begin
from tests.workflows.rows import EFFECT_OF, ROWS, reach
from tests.workflows.server import server, stage

LONG = 200


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def begin() -> AsyncIterator[Begin]:
    """On a server to which 200 events are many."""
    async with server(f"limit.historyCount.suggestContinueAsNew={LONG}") as env, stage(env) as ready:
        yield ready.start


async def lengthened(company: Company) -> int:
    """Its history becomes so long that Temporal suggests to leave it behind; by how many signals."""
    missing = LONG - await company.events()
    await asyncio.gather(*(company.signal(f"nobody_{number}", {}) for number in range(missing)))
    return missing


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
    at = datetime.now(UTC).isoformat()  # an earlier time would have a reminder due by now
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


FACTS = ("electronic_invoicing_completed", "prefixes_associated", "nobody")
"""At every row one is known already or early for a later row, and one is unknown."""
MOVED_ON_BY = {
    "electronic_invoicing": "electronic_invoicing_completed",
    "mandated_wait": "prefixes_associated",
    "prefix_association": "prefixes_associated",
}


async def tell(company: Company, *facts: str) -> None:
    for fact in facts:
        await company.signal(fact, {})


def timeline(company: Company) -> list[tuple[str, str, str]]:
    """Each event once: a record within a workflow task is repeated with it, as when a signal crosses the run's end."""
    told: dict[int, tuple[str, str, str]] = {}
    for record in company.effects.records:
        for event in record.events:
            what = event.name, event.before, event.after
            assert told.setdefault(event.seq, what) == what
    assert list(told) == list(range(1, len(told) + 1))
    return list(told.values())


async def ends_with_nothing_lost_and_nothing_twice(company: Company, onboarding_id: str, unknown: int) -> None:
    await reach(company, "ready")
    status = await company.result()
    assert (status.closed, status.onboarding_id) == ("ready", onboarding_id)
    said = Counter(name for name, _, _ in timeline(company))
    assert [said[each] for each in (*FACTS[:2], "unreadable_signal")] == [1, 1, unknown + 3]
    keys = [key for key in company.effects.keys if key]
    assert len(keys) == len(set(keys)) == 4  # letter, scan, grant, claim


def asked_to_associate(company: Company) -> bool:
    return any(step == "prefix_association" for step, _ in company.told())


@pytest.mark.parametrize("row", [row for row in ROWS if row not in EFFECT_OF])
async def test_in_the_middle_of_a_row_that_waits(begin: Begin, row: str) -> None:
    """Facts come before, while and after the run changes; one that comes early counts."""
    company = await begin()
    await reach(company, row)
    before, first = await company.rests(row), await run_id(company)
    shown = (await company.handle.describe()).typed_search_attributes
    staying = [fact for fact in FACTS if fact != MOVED_ON_BY.get(row)]
    await tell(company, *staying)
    unknown, _ = await asyncio.gather(lengthened(company), tell(company, *staying))
    await company.shown(lambda it: it.run_id != first)
    after = await company.rests(row)
    assert (after.since, after.due_at) == (before.since, before.due_at)
    assert (await company.handle.describe()).typed_search_attributes == shown
    await tell(company, *FACTS)
    await ends_with_nothing_lost_and_nothing_twice(company, before.onboarding_id, unknown)
    assert asked_to_associate(company) == (ROWS.index(row) >= ROWS.index("prefix_association"))


@pytest.mark.parametrize("row", list(EFFECT_OF))
async def test_in_the_middle_of_a_row_of_ours_the_effect_is_waited_for(begin: Begin, row: str) -> None:
    """The run changes where it next waits: at this row, if the effect leaves it open, or at a later one."""
    company = await begin()
    company.effects.failures = (Code.PROVIDER_CERTIFICATE,) if row == "readiness_check" else ()
    await reach(company, row)
    await company.once(lambda: company.effects.calls[EFFECT_OF[row]] > 0)
    before, first = await company.status(), await run_id(company)
    await tell(company, *FACTS)
    unknown, _ = await asyncio.gather(lengthened(company), tell(company, *FACTS))
    await company.quiet()
    assert await run_id(company) == first
    company.effects.open(EFFECT_OF[row])
    await company.shown(lambda it: it.run_id != first)
    await tell(company, *FACTS)
    if row == "readiness_check":
        assert (await company.status()).since == before.since
        company.effects.failures = ()
        await company.forward(minutes=6)
    await ends_with_nothing_lost_and_nothing_twice(company, before.onboarding_id, unknown)
    assert asked_to_associate(company) == (row == "readiness_check")
