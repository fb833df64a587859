"""A query changes nothing: what was asked while a workflow went on can be replayed.

Each case is shown with the SDK's own runner as well, which it breaks: once that no longer fails, `workers/queries.py`
has no reason left.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowHandle, WorkflowQueryFailedError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, WorkflowRunner

from tests.starters.conftest import ROOT
from tests.workers.patient import QUEUE, Patient, worker
from tests.workflows.server import TEMPORAL
from workers.queries import QueriesLast

PLAIN = UnsandboxedWorkflowRunner()
RUNNERS = pytest.mark.parametrize(
    ("runner", "can_be_replayed"),
    [(PLAIN, False), (QueriesLast(PLAIN), True)],
    ids=["plain", "ours"],
)
Handle = WorkflowHandle[Patient, None]
Said = Callable[[Patient], None]


@pytest_asyncio.fixture(scope="module")
async def client() -> AsyncIterator[Client]:
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=TEMPORAL, dev_server_startup_timeout=timedelta(seconds=30)
    ) as env:
        yield env.client


async def started(client: Client) -> Handle:
    return await client.start_workflow(Patient.run, id=str(uuid4()), task_queue=QUEUE)


async def answered(handle: Handle) -> tuple[int, int]:
    """The first answer that comes."""
    while True:
        try:
            return await handle.query(Patient.heard)
        except WorkflowQueryFailedError as error:
            assert "Ask again" in str(error)


async def replays(handle: Handle) -> bool:
    replayer = Replayer(workflows=[Patient], workflow_runner=PLAIN)
    result = await replayer.replay_workflow(await handle.fetch_history(), raise_on_replay_failure=False)
    return result.replay_failure is None


@asynccontextmanager
async def mortal(client: Client) -> AsyncIterator["asyncio.subprocess.Process"]:
    """A worker in a process of its own, killed at the end: the server takes its cache for alive."""
    address = client.service_client.config.target_host
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.workers.patient", address, cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


@RUNNERS
async def test_asked_while_its_task_is_under_way(client: Client, runner: WorkflowRunner, can_be_replayed: bool) -> None:
    async with worker(client, runner):
        handle = await started(client)
        await handle.query(Patient.heard)
    await handle.signal(Patient.say)  # its task waits for a worker, and the query with it
    query = asyncio.create_task(answered(handle))
    await handle.describe()
    async with worker(client, runner):
        assert await query == ((1, 1) if can_be_replayed else (1, 0))
        await handle.signal(Patient.say)
        await handle.result()
    assert await replays(handle) is can_be_replayed


@RUNNERS
async def test_asked_of_a_dead_worker_s_cache(client: Client, runner: WorkflowRunner, can_be_replayed: bool) -> None:
    async with mortal(client):
        handle = await started(client)
        await handle.query(Patient.heard)
    await asked_of_the_dead(client, runner, handle, Patient.say)
    assert await replays(handle) is can_be_replayed


@RUNNERS
@pytest.mark.parametrize("ahead", [Patient.say, Patient.wave])
async def test_asked_of_a_dead_worker_s_cache_after_a_task_that_told_nothing(
    client: Client, runner: WorkflowRunner, can_be_replayed: bool, ahead: Said
) -> None:
    async with mortal(client):
        handle = await started(client)
        await handle.signal(Patient.ask)
        await handle.query(Patient.heard)
        before = await tasks(handle)
        await handle.signal(Patient.change_my_mind)
        while await tasks(handle) < before + 2:
            await asyncio.sleep(0.02)
        await handle.query(Patient.heard)
    await asked_of_the_dead(client, runner, handle, ahead)
    assert await replays(handle) is can_be_replayed


async def asked_of_the_dead(client: Client, runner: WorkflowRunner, handle: Handle, ahead: Said) -> None:
    async with worker(client, runner):
        query = asyncio.create_task(answered(handle))  # waits for the dead
        await handle.describe()
        await handle.signal(ahead)  # is in the history before another worker is asked
        await query
        for _ in range(Patient.PATIENCE - (ahead == Patient.say)):
            await handle.signal(Patient.say)
        await handle.result()


async def tasks(handle: Handle) -> int:
    """How many have been completed."""
    return sum(
        event.HasField("workflow_task_completed_event_attributes") for event in (await handle.fetch_history()).events
    )
