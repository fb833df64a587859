"""After the last kill: every onboarding answers `status`, and its history replays with nothing cached."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from temporalio.client import Client, WorkflowExecution, WorkflowHistory, WorkflowQueryFailedError
from temporalio.service import RPCError
from temporalio.worker import Replayer

from workers.queries import QueriesLast
from workers.temporal import CONVERTER
from workers.worker import workflow_runner
from workflows.handlers import Guard
from workflows.onboarding import OnboardingWorkflow

EVERY_RUN = 'WorkflowType = "Onboarding"'
ANSWERS_WITHIN_S = 30
ATTEMPTS = 4


async def silent(client: Client) -> list[str]:
    """Whoever doesn't answer: from nobody's cache, as all have ended."""
    found = await asyncio.gather(*[_silent(client, run) async for run in client.list_workflows(EVERY_RUN)])
    return [sentence for each in found for sentence in each]


async def histories(client: Client) -> list[WorkflowHistory]:
    return [each async for each in client.list_workflows(EVERY_RUN).map_histories()]


async def unreplayable(histories: Iterable[WorkflowHistory]) -> list[str]:
    """Whose history isn't understood any more, and where it is kept."""
    replayer = Replayer(
        workflows=[OnboardingWorkflow],
        data_converter=CONVERTER,
        interceptors=[Guard()],
        workflow_runner=QueriesLast(workflow_runner()),
    )

    async def one_by_one() -> AsyncIterator[WorkflowHistory]:
        for each in histories:
            yield each

    async with replayer.workflow_replay_iterator(one_by_one()) as replayed:
        return [_kept(each.history, each.replay_failure) async for each in replayed if each.replay_failure]


def _kept(history: WorkflowHistory, failure: Exception) -> str:
    """The stack is thrown away: what explains this must not be."""
    file = Path(tempfile.gettempdir()) / f"dse-unreplayable-{history.run_id}.json"
    file.write_text(history.to_json())
    return f"{history.workflow_id} can't be replayed, see {file}: {failure}"


async def _silent(client: Client, run: WorkflowExecution) -> list[str]:
    handle = client.get_workflow_handle(run.id, run_id=run.run_id)
    for _ in range(ATTEMPTS):
        try:
            await asyncio.wait_for(handle.query("status"), ANSWERS_WITHIN_S)
        except (RPCError, TimeoutError, WorkflowQueryFailedError):
            await asyncio.sleep(1)
        else:
            return []
    return [f"{run.id} {run.run_id} doesn't answer"]
