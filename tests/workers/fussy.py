"""A build of the workflow that refuses every command it has accepted, as the real one does when a range is taken."""

from temporalio import workflow

from domain.commands import Message, Start
from domain.outcome import Outcome
from domain.reasons import Code, Refusal
from domain.status import Status
from workflows.onboarding import OnboardingWorkflow
from workflows.refusals import refused


@workflow.defn(name="Onboarding")
class FussyWorkflow(OnboardingWorkflow):
    @workflow.init
    def __init__(self, start: Start | None = None) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: Start | None = None) -> Status:
        return await super().run(start)

    async def obey(self, message: Message) -> Outcome:
        raise refused(Refusal(Code.RANGE_TAKEN))
