"""Every golden history replays: an onboarding that runs survives any deploy."""

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from domain.begin import workflow_id
from tests.replay.export import HISTORIES, PATHS
from workers.worker import workflow_runner
from workflows.handlers import Guard
from workflows.onboarding import OnboardingWorkflow


@pytest.fixture
def replayer() -> Replayer:
    """As the worker is: with the same converter, guard and sandbox."""
    return Replayer(
        workflows=[OnboardingWorkflow],
        data_converter=pydantic_data_converter,
        interceptors=[Guard()],
        workflow_runner=workflow_runner(),
    )


@pytest.mark.parametrize("name", list(PATHS))
async def test_a_golden_history_replays(name: str, replayer: Replayer) -> None:
    await replayer.replay_workflow(history(name))


def history(name: str) -> WorkflowHistory:
    nit, _ = PATHS[name]
    return WorkflowHistory.from_json(workflow_id("habilitacion", nit), (HISTORIES / f"{name}.json").read_text())


def test_every_golden_history_is_of_a_workflow_that_has_closed() -> None:
    for name in PATHS:
        assert history(name).events[-1].HasField("workflow_execution_completed_event_attributes")
