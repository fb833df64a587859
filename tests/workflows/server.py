"""A real Temporal server with time skipping, and the workers that tests share."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain.begin import workflow_id
from tests.workflows.company import Company, random_nit
from tests.workflows.effects import Effects, Outside
from workers.queries import QueriesLast
from workers.worker import workflow_runner
from workflows import cards
from workflows.handlers import Guard
from workflows.onboarding import OnboardingWorkflow
from workflows.policies import DIAN_TASK_QUEUE, TASK_QUEUE
from workflows.sweep import SweepWorkflow
from workflows.watch import WatchWorkflow

TEMPORAL = str(Path(sys.executable).with_name("temporal"))
FLAGS = (
    "history.timerProcessorMaxPollRPS=1000",
    'history.timerProcessorMaxTimeShift="10ms"',
    "frontend.WorkflowTimeSkippingEnabled=true",
    "matching.numTaskqueueReadPartitions=1",
    "matching.numTaskqueueWritePartitions=1",
)
ATTRIBUTES = [
    cards.ENVIRONMENT,
    cards.STEP,
    cards.WAITING_ON,
    cards.BLOCKED_BY,
    cards.PARTNER,
    cards.ASSIGNEE,
    cards.HELD,
    cards.DUE_AT,
]


@asynccontextmanager
async def server(*flags: str) -> AsyncIterator[WorkflowEnvironment]:
    extra = [part for flag in (*FLAGS, *flags) for part in ("--dynamic-config-value", flag)]
    async with await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=TEMPORAL,
        dev_server_extra_args=extra,
        dev_server_startup_timeout=timedelta(seconds=30),
        data_converter=pydantic_data_converter,
        search_attributes=ATTRIBUTES,
    ) as environment:
        yield environment


@dataclass
class Stage:
    """A server with its workers."""

    env: WorkflowEnvironment
    outside: Outside

    async def start(
        self, *args: Any, nothing: bool = False, effects: Effects | None = None, nit: str = "", **fields: Any
    ) -> Company:
        """One onboarding whose time stands still unless a test moves it; `args` or `nothing` replace a good start."""
        nit, effects = nit or random_nit(), effects or Effects()
        given = {"nit": nit, "name": "Andina S.A.S.", "contact": {"email": "ana@andina.example"}, **fields}
        name = workflow_id("habilitacion", nit)
        self.outside.of[name] = effects
        with self.env.with_time_skipping_disabled():
            handle: WorkflowHandle[Any, Any] = await self.env.client.start_workflow(
                "Onboarding", args=list(args) if args or nothing else [given], id=name, task_queue=TASK_QUEUE
            )
        return Company(self.env, handle, nit, effects)


@asynccontextmanager
async def stage(env: WorkflowEnvironment) -> AsyncIterator[Stage]:
    outside = Outside()
    async with AsyncExitStack() as stack:
        for queue in (TASK_QUEUE, DIAN_TASK_QUEUE):
            worker = Worker(
                env.client,
                task_queue=queue,
                workflows=[OnboardingWorkflow, SweepWorkflow, WatchWorkflow] if queue == TASK_QUEUE else [],
                activities=outside.activities,
                interceptors=[Guard()],
                workflow_runner=QueriesLast(workflow_runner()),  # tests ask all the time
                build_id="tests",  # else every loaded module is hashed
            )
            await stack.enter_async_context(worker)
        yield Stage(env, outside)
