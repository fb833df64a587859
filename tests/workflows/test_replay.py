"""Every workflow of the other tests replays, in a process that remembers nothing of it."""

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from tests.workflows.server import Stage
from workflows.handlers import Guard
from workflows.onboarding import OnboardingWorkflow
from workflows.sweep import SweepWorkflow
from workflows.watch import WatchWorkflow


async def test_every_workflow_of_the_other_tests_replays(shared: Stage) -> None:
    replayer = Replayer(
        workflows=[OnboardingWorkflow, SweepWorkflow, WatchWorkflow],
        data_converter=pydantic_data_converter,
        interceptors=[Guard()],
        workflow_runner=UnsandboxedWorkflowRunner(),  # the golden ones replay in the sandbox
    )
    results = await replayer.replay_workflows(
        shared.env.client.list_workflows("").map_histories(), raise_on_replay_failure=False
    )
    assert results.replay_failures == {}
