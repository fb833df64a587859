"""A build of the workflow that nobody should deploy: before all else it sleeps, which no onboarding under way did."""

from temporalio import workflow

from domain.commands import Start
from domain.status import Status
from workflows.onboarding import OnboardingWorkflow


@workflow.defn(name="Onboarding")
class SleepyWorkflow(OnboardingWorkflow):
    @workflow.init
    def __init__(self, start: Start | None = None) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: Start | None = None) -> Status:
        await workflow.sleep(1)
        return await super().run(start)
