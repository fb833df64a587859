"""SIGTERM: what is under way is finished within the grace time, or handed on, and in either case counts once."""

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from temporalio.client import WorkflowHistory

from domain.nit import without_check_digit
from infra.dian_simulator.person import Person
from tests.workers.fleet import VERB, Deployed, Fleet, fleet

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(scope="module")
async def ships(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    async with fleet(tmp_path_factory.mktemp("drain")) as ready:
        yield ready


def admin(ships: Fleet) -> str:
    assert ships.cli.addresses.dian is not None
    return ships.cli.addresses.dian.admin


async def fault(ships: Fleet, nit: str, seconds: float) -> None:
    """DIAN's next answer about the company comes so late."""
    said = {"name": "latency", "count": 1, "nit": without_check_digit(nit), "seconds": seconds}
    async with (
        aiohttp.ClientSession(raise_for_status=True) as session,
        session.post(f"{admin(ships)}/faults", json=said),
    ):
        pass


async def calls(ships: Fleet, nit: str) -> int:
    async with Person(admin(ships), without_check_digit(nit)) as person:
        return await person.calls()


async def asking(ships: Fleet, seconds: float) -> tuple[str, int]:
    """A company about which DIAN is asked right now, and how often it has been asked by now."""
    nit = await ships.cli.at_mandated_wait()
    await ships.cli.at_dian(nit, "enable", "request", "associate")
    before = await calls(ships, nit)
    await fault(ships, nit, seconds)
    await ships.cli.ok("associated", nit)
    async with asyncio.timeout(30):
        while await calls(ships, nit) == before and not await under_way(ships, nit):
            await asyncio.sleep(0.05)
        while not await under_way(ships, nit):
            await asyncio.sleep(0.05)
    return nit, before


async def under_way(ships: Fleet, nit: str) -> bool:
    described = (await ships.handle(nit).describe()).raw_description
    return any(each.activity_type.name == "look_up_ranges" and each.state == 2 for each in described.pending_activities)


async def told_to_stop(ship: Deployed) -> float:
    """Seconds until it has ended, in good order."""
    begun = time.monotonic()
    ship.process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(ship.process.wait, 90) == 0
    return time.monotonic() - begun


async def looks(ships: Fleet, nit: str) -> list[str]:
    """How each look at DIAN's list ended, as the history has it."""
    history: WorkflowHistory = await ships.handle(nit).fetch_history()
    scheduled, ended = set[int](), list[str]()
    for event in history.events:
        if event.activity_task_scheduled_event_attributes.activity_type.name == "look_up_ranges":
            scheduled.add(event.event_id)
        for how in ("completed", "failed", "timed_out", "canceled"):
            told: Any = getattr(event, f"activity_task_{how}_event_attributes")
            if told.scheduled_event_id in scheduled:
                ended.append(how)
    return ended


async def test_a_call_under_way_is_finished_and_counts(ships: Fleet) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    first = await ships._spawned([*VERB, "--make-current"], DSE_BUILD_ID="A", DSE_HEALTH_ADDRESS=address)
    assert (await ready(address))[0] == 200
    nit, before = await asking(ships, 8)
    begun = asyncio.create_task(told_to_stop(first))
    async with asyncio.timeout(5):
        while (await ready(address))[1].get("worker") != "away: stopping":
            await asyncio.sleep(0.05)
    assert (await ready(address))[0] == 503
    second = await ships.deploy("A")
    assert await begun < 70
    await ships.cli.ok("wait", nit, "--step", "voucher_type")
    assert await calls(ships, nit) == before + 1
    assert set(await looks(ships, nit)) == {"completed"}
    await second.stop()


async def test_what_takes_longer_than_the_grace_is_handed_on_and_done_once(ships: Fleet) -> None:
    hasty = await ships.deploy_other("hasty", "A")
    nit, before = await asking(ships, 40)
    second = await ships.deploy("A")
    assert await told_to_stop(hasty) < 20
    await ships.cli.ok("wait", nit, "--step", "voucher_type", "--timeout", "60")
    assert await calls(ships, nit) == before + 2
    ended = await looks(ships, nit)
    assert (ended.count("completed"), ended[-2:]) == (len(ended) - 1, ["failed", "completed"])
    told = [fact["name"] for fact in await ships.cli.ok("timeline", nit)]
    assert told.count("prefixes_associated") == 1
    await second.stop()


async def ready(address: str) -> tuple[int, dict[str, str]]:
    """The worker's own word of what it needs."""
    async with aiohttp.ClientSession() as session, session.get(f"http://{address}/readyz") as answer:
        return answer.status, await answer.json()
