"""`./dse stuck`: by the last sweep, and only if that isn't old."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio
from temporalio.client import ScheduleHandle
from temporalio.service import RPCError

from tests.starters.conftest import Cli, Said, dse
from tests.workflows.company import random_nit
from workers.schedule import SWEEPING, schedule_id
from workers.settings import Settings
from workers.temporal import connect

KEYS = ["nit", "since", "why", "code", "waiting_on", "runbook", "severity", "stale"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def records(cli: Cli) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """The stack's records; sweeps come by hand only meanwhile."""
    client = await connect(Settings(temporal_address=cli.addresses.temporal or ""))
    schedule = client.get_schedule_handle(schedule_id("habilitacion", SWEEPING))
    async with asyncio.timeout(30):
        while not await _paused(schedule):
            await asyncio.sleep(0.1)
    connection = await asyncpg.connect(cli.addresses.postgres or "")
    yield connection
    await connection.close()
    await schedule.unpause()


async def _paused(schedule: ScheduleHandle) -> bool:
    try:
        await schedule.pause()
    except RPCError:  # the worker hasn't made it yet
        return False
    return True


def refused(said: Said) -> str:
    assert (said.code, said.error["code"]) == (1, "unavailable"), said.out + said.err
    return str(said.error["message"])


async def test_who_is_late_is_told_with_the_runbook_until_it_is_not_any_more(
    cli: Cli, records: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    nit = await cli.start()
    await records.execute("UPDATE dse.onboarding SET due_at = now() - interval '1 hour' WHERE nit = $1", nit)
    (found,) = [each for each in await cli.ok("stuck", "--now", "--code", "overdue_on_company") if each["nit"] == nit]
    assert list(found) == KEYS
    assert (found["waiting_on"], found["runbook"]) == ("company", "overdue-on-company")
    assert found["why"] == "El plazo venció y el paso espera a la empresa."
    said = await cli("stuck")
    assert said.code == 0
    assert "swept at" in said.err
    assert any(nit in line and "overdue-on-company" in line for line in said.out.splitlines())
    assert nit not in {each["nit"] for each in await cli.ok("stuck", "--code", "overdue_on_us")}
    await records.execute("UPDATE dse.onboarding SET due_at = now() + interval '1 hour' WHERE nit = $1", nit)
    assert nit not in {each["nit"] for each in await cli.ok("stuck", "--now")}


async def test_a_terminated_one_that_left_a_letter_is_found(
    cli: Cli, records: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    nit = await cli.at_signed_letter()
    client = await connect(Settings(temporal_address=cli.addresses.temporal or ""))
    await client.get_workflow_handle(f"dse:habilitacion:{nit}").terminate()
    await records.execute(
        "UPDATE dse.onboarding SET started_at = started_at - interval '2 minutes' WHERE nit = $1", nit
    )
    found = await cli.ok("stuck", "--now", "--code", "grant_alive")
    assert nit in {each["nit"] for each in found}


async def test_a_partial_sweep_says_so(cli: Cli, records: "asyncpg.Connection[asyncpg.Record]") -> None:
    await cli.ok("stuck", "--now")
    await records.execute("UPDATE dse.sweep SET missing = '{visibility}'")
    said = await cli("stuck", "--json")
    assert said.code == 0
    assert "partial, without visibility" in said.err


async def test_an_old_sweep_or_none_is_no_sign_of_health(
    cli: Cli, records: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await cli.ok("stuck", "--now")
    await records.execute("UPDATE dse.sweep SET finished_at = now() - interval '16 minutes'")
    assert "16 min ago" in refused(await cli("stuck", "--json"))
    await records.execute("UPDATE dse.sweep SET finished_at = now() + interval '16 minutes'")
    refused(await cli("stuck", "--json"))
    await records.execute("DELETE FROM dse.sweep")
    assert "No sweep" in refused(await cli("stuck", "--json"))
    await cli.ok("stuck", "--now")


async def test_records_that_are_away_are_named(cli: Cli) -> None:
    said = await cli("stuck", "--json", DSE_POSTGRES_DSN="postgresql://dse@127.0.0.1:9/dse")
    assert "PostgreSQL" in refused(said)


async def test_a_code_that_is_none_is_wrong_usage() -> None:
    assert (await dse("stuck", "--code", random_nit())).code == 2
