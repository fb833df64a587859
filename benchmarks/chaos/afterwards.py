"""After the last kill: every history replays with nothing cached, and every onboarding answers `status`."""

import asyncio
import tempfile
from pathlib import Path

from temporalio.client import Client, WorkflowExecution, WorkflowHistory, WorkflowQueryFailedError
from temporalio.service import RPCError
from temporalio.worker import Replayer

from workers.queries import QueriesLast
from workers.temporal import CONVERTER
from workers.worker import workflow_runner
from workflows.handlers import Guard
from workflows.onboarding import OnboardingWorkflow

AT_ONCE = 8
ANSWERS_WITHIN_S = 30
ATTEMPTS = 4


async def unwell(client: Client) -> list[str]:
    """Whoever can't be replayed, or doesn't answer. The workers' caches must be empty."""
    replayer = Replayer(
        workflows=[OnboardingWorkflow],
        data_converter=CONVERTER,
        interceptors=[Guard()],
        workflow_runner=QueriesLast(workflow_runner()),
    )
    replaying = asyncio.Semaphore(AT_ONCE)

    async def unreplayable(run: WorkflowExecution) -> list[str]:
        async with replaying:
            history = await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
            replayed = await replayer.replay_workflow(history, raise_on_replay_failure=False)
            return [_kept(run, history, replayed.replay_failure)] if replayed.replay_failure else []

    async def silent(run: WorkflowExecution) -> list[str]:
        """All are asked at once: each may have to wait for a dead worker's cache first."""
        return [] if await _answers(client, run) else [f"{run.id} {run.run_id} doesn't answer"]

    runs = [run async for run in client.list_workflows('WorkflowType = "Onboarding"')]
    found = await asyncio.gather(*map(unreplayable, runs), *map(silent, runs))
    return [sentence for each in found for sentence in each]


def _kept(run: WorkflowExecution, history: WorkflowHistory, failure: Exception) -> str:
    """The stack is thrown away: what explains this must not be."""
    file = Path(tempfile.gettempdir()) / f"dse-unreplayable-{run.run_id}.json"
    file.write_text(history.to_json())
    return f"{run.id} can't be replayed, see {file}: {failure}"


async def _answers(client: Client, run: WorkflowExecution) -> bool:
    handle = client.get_workflow_handle(run.id, run_id=run.run_id)
    for _ in range(ATTEMPTS):
        try:
            await asyncio.wait_for(handle.query("status"), ANSWERS_WITHIN_S)
        except (RPCError, TimeoutError, WorkflowQueryFailedError):
            await asyncio.sleep(1)
        else:
            return True
    return False
