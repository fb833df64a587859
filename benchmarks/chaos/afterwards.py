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

EVERY_RUN = 'WorkflowType = "Onboarding"'
ANSWERS_WITHIN_S = 30
ATTEMPTS = 4


async def unwell(client: Client) -> list[str]:
    """Whoever can't be replayed, or doesn't answer: from nobody's cache, as all have ended."""
    silent = [_silent(client, run) async for run in client.list_workflows(EVERY_RUN)]
    found = await asyncio.gather(_unreplayable(client), *silent)
    return [sentence for each in found for sentence in each]


async def _unreplayable(client: Client) -> list[str]:
    replayer = Replayer(
        workflows=[OnboardingWorkflow],
        data_converter=CONVERTER,
        interceptors=[Guard()],
        workflow_runner=QueriesLast(workflow_runner()),
    )
    histories = client.list_workflows(EVERY_RUN).map_histories()
    async with replayer.workflow_replay_iterator(histories) as replayed:
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
