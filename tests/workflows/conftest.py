"""The workflow on a real Temporal server with time skipping, its effects in memory."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest_asyncio
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain.begin import workflow_id
from tests.workflows.company import Company, random_nit
from tests.workflows.effects import Effects
from workers.worker import workflow_runner
from workflows import cards
from workflows.handlers import Guard
from workflows.onboarding import OnboardingWorkflow
from workflows.policies import DIAN_TASK_QUEUE, TASK_QUEUE

TEMPORAL = str(Path(sys.executable).with_name("temporal"))
FLAGS = (
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
    cards.HELD,
    cards.DUE_AT,
]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def env() -> AsyncIterator[WorkflowEnvironment]:
    extra = [part for flag in FLAGS for part in ("--dynamic-config-value", flag)]
    async with await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=TEMPORAL,
        dev_server_extra_args=extra,
        data_converter=pydantic_data_converter,
        search_attributes=ATTRIBUTES,
    ) as environment:
        yield environment


Begin = Callable[..., Awaitable[Company]]


@pytest_asyncio.fixture
async def begin(env: WorkflowEnvironment) -> AsyncIterator[Begin]:
    """Starts one onboarding on workers of its own; time stands still unless a test moves it."""
    async with AsyncExitStack() as stack:
        effects = Effects()
        for queue in (TASK_QUEUE, DIAN_TASK_QUEUE):
            worker = Worker(
                env.client,
                task_queue=queue,
                workflows=[OnboardingWorkflow],
                activities=effects.activities,
                interceptors=[Guard()],
                workflow_runner=workflow_runner(),
            )
            await stack.enter_async_context(worker)

        async def start(**given: Any) -> Company:
            nit = given.pop("nit", random_nit())
            fields = {"nit": nit, "name": "Andina S.A.S.", "contact": {"email": "ana@andina.example"}, **given}
            with env.with_time_skipping_disabled():
                handle = await env.client.start_workflow(
                    "Onboarding", fields, id=workflow_id("habilitacion", nit), task_queue=TASK_QUEUE
                )
            return Company(env, handle, nit, effects)

        yield start
