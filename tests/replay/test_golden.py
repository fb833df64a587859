"""Every golden history replays: an onboarding that runs survives any deploy."""

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

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


@pytest.mark.parametrize("path", sorted(HISTORIES.glob("*.json")), ids=lambda path: path.stem)
async def test_a_golden_history_replays(path: Path, replayer: Replayer) -> None:
    await replayer.replay_workflow(WorkflowHistory.from_json(path.stem, path.read_text()))


def test_every_path_has_its_golden_history_of_a_closed_workflow() -> None:
    for name in PATHS:
        history = WorkflowHistory.from_json(name, (HISTORIES / f"{name}.json").read_text())
        assert history.events[-1].HasField("workflow_execution_completed_event_attributes")
