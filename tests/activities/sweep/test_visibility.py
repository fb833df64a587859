"""What Temporal lists, on a real server: all running onboardings of one environment, page by page."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment

from activities import visibility
from activities.errors import AwayError
from activities.visibility import running, still_running
from domain.effects import LookThrough
from domain.findings import Source
from tests.activities.sweep.conftest import ENVIRONMENT, Scene
from tests.workflows.server import server

KEYS = {
    "environment": SearchAttributeKey.for_keyword("DseEnvironment"),
    "step": SearchAttributeKey.for_keyword("DseStep"),
    "waiting_on": SearchAttributeKey.for_keyword("DseWaitingOn"),
}
PROBLEMS = SearchAttributeKey.for_keyword_list(visibility.PROBLEMS)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    async with server() as env:
        yield env


@pytest.fixture(autouse=True)
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small ones, so that a few make several."""
    monkeypatch.setattr(visibility, "PAGE", 2)
    monkeypatch.setattr(visibility, "AT_ONCE", 2)


@pytest_asyncio.fixture
async def client(temporal: WorkflowEnvironment) -> AsyncIterator[Client]:
    yield temporal.client
    async for each in temporal.client.list_workflows('ExecutionStatus = "Running"'):
        await temporal.client.get_workflow_handle(each.id).terminate()
    async with asyncio.timeout(20):
        while (await temporal.client.count_workflows('ExecutionStatus = "Running"')).count:
            await asyncio.sleep(0.02)


async def begin(client: Client, nit: str, *, failing: bool = False, environment: str = ENVIRONMENT, **at: str) -> None:
    """One that no worker takes: it stays as it is."""
    pairs = [SearchAttributePair(KEYS[name], value) for name, value in {"environment": environment, **at}.items()]
    problems = [SearchAttributePair(PROBLEMS, ["category=WorkflowTaskFailed"])] if failing else []
    await client.start_workflow(
        "Onboarding",
        id=f"dse:{environment}:{nit}",
        task_queue="nobody",
        search_attributes=TypedSearchAttributes([*pairs, *problems]),
    )


async def until_listed(client: Client, count: int) -> None:
    async with asyncio.timeout(20):
        while (await client.count_workflows('ExecutionStatus = "Running"')).count != count:
            await asyncio.sleep(0.02)


async def test_every_running_onboarding_of_the_environment_is_listed_with_its_row(client: Client) -> None:
    for n in range(5):
        await begin(client, f"90000000{n}-1", step="signed_letter", waiting_on="company")
    await begin(client, "900000009-1", failing=True)
    await begin(client, "900000008-1", environment="produccion", step="ready")
    await client.start_workflow("Sweep", id="dse:habilitacion:sweep", task_queue="nobody")
    await until_listed(client, 8)
    found = await running(client, ENVIRONMENT)
    assert found.keys() == {*(f"90000000{n}-1" for n in range(5)), "900000009-1"}
    row = found["900000000-1"]
    assert (row.step, row.waiting_on, row.failing) == ("signed_letter", "company", False)
    assert abs(row.started_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert (found["900000009-1"].step, found["900000009-1"].failing) == ("", True)


async def test_who_still_runs_is_asked_by_id(client: Client) -> None:
    nits = [f"90000000{n}-1" for n in range(5)]
    for nit in nits[:3]:
        await begin(client, nit)
    await until_listed(client, 3)
    assert await still_running(client, ENVIRONMENT, nits) == set(nits[:3])
    assert await still_running(client, ENVIRONMENT, []) == set()


async def test_visibility_that_is_away_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unavailable(*args: object, **options: object) -> object:
        raise RPCError("no visibility store", RPCStatusCode.UNAVAILABLE, b"")

    with monkeypatch.context() as patched:
        patched.setattr(client.workflow_service, "list_workflow_executions", unavailable)
        with pytest.raises(AwayError, match="visibility: UNAVAILABLE"):
            await running(client, ENVIRONMENT)


async def test_what_records_and_visibility_tell_is_compared(client: Client, scene: Scene) -> None:
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    old = {"recorded_at": hour_ago, "started_at": hour_ago}
    same = await scene.company(**old)
    terminated = await scene.company(**old)
    granted = await scene.company(**old)
    other = await scene.company(**old)
    await scene.company(recorded_at=hour_ago, started_at=datetime.now(UTC))  # not listed yet
    await scene.keyed.grant(granted.grant(), hour_ago, hour_ago + timedelta(days=300))
    await begin(client, same.nit, step="electronic_invoicing", waiting_on="company")
    await begin(client, other.nit, step="letter_check", waiting_on="us", failing=True)
    await until_listed(client, 2)
    env = ActivityEnvironment(client)
    for seen in (0, 1):
        at = await scene.store.now()
        await env.run(scene.sweep.sweep, LookThrough(environment=ENVIRONMENT, source=Source.VISIBILITY, at=at))
        found = {code: set(nits) for code, nits in (await scene.found()).items()}
        assert found.pop("grant_alive") == {granted.nit}
        assert found.pop("task_failing") == {other.nit}
        assert found == ({"projection_differs": {terminated.nit, other.nit}} if seen else {})
        await scene.pool.execute("UPDATE dse.finding SET first_seen = first_seen - interval '1 minute'")
