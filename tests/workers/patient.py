"""A workflow whose next command tells in which task it saw its activity's result; and a process that serves it.

`python -m tests.workers.patient ADDRESS` is a worker that is there to be killed.
"""

import asyncio
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner

QUEUE = "patient"
STICKY = timedelta(seconds=2)


@activity.defn
async def tell() -> None:
    """Takes long enough for a query to be answered meanwhile."""
    await asyncio.sleep(0.3)


@workflow.defn
class Patient:
    PATIENCE = 2

    def __init__(self) -> None:
        self.told = 0
        self.due = 0

    @workflow.run
    async def run(self) -> None:
        for _ in range(self.PATIENCE):
            await workflow.wait_condition(lambda: self.due > self.told)
            before = workflow.info().get_current_history_length()
            await workflow.execute_local_activity(tell, start_to_close_timeout=timedelta(seconds=5))
            self.told += 1
            if workflow.info().get_current_history_length() == before:
                workflow.upsert_memo({"seen": "in the same task"})
            else:
                await workflow.sleep(0.01)

    @workflow.signal
    def say(self) -> None:
        self.due += 1

    @workflow.signal
    def ask(self) -> None:
        self.asked_for = workflow.start_activity(
            tell, task_queue="nobody", schedule_to_close_timeout=timedelta(hours=1)
        )

    @workflow.signal
    def change_my_mind(self) -> None:
        """The server takes up a task that has nothing to tell: what is cancelled is not waited for."""
        self.asked_for.cancel()
        self.changed_at = workflow.now()

    @workflow.signal
    def wave(self) -> None:
        """Its command tells by which clock it was seen."""
        if workflow.now() - self.changed_at < STICKY:
            workflow.upsert_memo({"seen": "by the clock of the task before"})
        else:
            workflow.start_activity(tell, task_queue="nobody", schedule_to_close_timeout=timedelta(hours=1))

    @workflow.query
    def heard(self) -> tuple[int, int]:
        return self.due, self.told


def worker(client: Client, runner: WorkflowRunner) -> Worker:
    return Worker(
        client,
        task_queue=QUEUE,
        workflows=[Patient],
        activities=[tell],
        workflow_runner=runner,
        sticky_queue_schedule_to_start_timeout=STICKY,
        build_id="tests",
    )


async def serve(address: str) -> None:
    async with worker(await Client.connect(address), UnsandboxedWorkflowRunner()):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
