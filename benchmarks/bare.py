"""A workflow that does nothing, with as many activities and messages as an onboarding: what Temporal itself costs.

It imports nothing of ours, to stay what it is while ours changes. Don't change it: figures are compared with it.
"""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.common import SearchAttributeKey

TASK_QUEUE = "bench-bare"
PAYLOAD = "x" * 1022
"""1 KB as JSON, its quotes included."""
SIGNALS, UPDATES, STAGES = 3, 4, 4
STEP = SearchAttributeKey.for_keyword("DseStep")


@activity.defn
async def nothing(payload: str) -> str:
    return payload


@workflow.defn
class Bare:
    """8 activities, 3 signals, 4 updates, 3 timers, 4 attribute upserts."""

    def __init__(self) -> None:
        self._heard = self._obeyed = 0

    @workflow.run
    async def run(self, payload: str) -> str:
        for stage in range(STAGES):
            workflow.upsert_search_attributes([STEP.value_set(f"stage {stage}")])
            for _ in range(2):
                await self._activity(payload)
            if stage < STAGES - 1:
                await workflow.sleep(timedelta(milliseconds=1))
        await workflow.wait_condition(lambda: (self._heard, self._obeyed) == (SIGNALS, UPDATES))
        return payload

    @workflow.signal
    def hear(self, payload: str) -> None:
        self._heard += 1

    @workflow.update
    def obey(self, payload: str) -> None:
        self._obeyed += 1

    async def _activity(self, payload: str) -> None:
        await workflow.execute_activity(nothing, payload, start_to_close_timeout=timedelta(seconds=20))


async def play(client: Client, workflow_id: str) -> None:
    """One from start to end; its messages come at once."""
    handle = await client.start_workflow(Bare.run, PAYLOAD, id=workflow_id, task_queue=TASK_QUEUE)
    signals: list[Awaitable[object]] = [handle.signal(Bare.hear, PAYLOAD) for _ in range(SIGNALS)]
    updates: list[Awaitable[object]] = [handle.execute_update(Bare.obey, PAYLOAD) for _ in range(UPDATES)]
    await asyncio.gather(*signals, *updates)
    await completed(handle)


async def completed(handle: WorkflowHandle[Any, Any]) -> None:
    """Its end, which the SDK's own call may miss. Raises what the workflow failed by."""
    while True:
        with suppress(RuntimeError):  # "No completion event found": the server was asked at that very moment
            await handle.result()
            return
