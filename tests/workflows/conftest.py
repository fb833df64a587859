"""One server and one pair of workers for all tests; each test has companies of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import pytest
import pytest_asyncio
from temporalio.service import RPCError

from tests.workflows.company import Company
from tests.workflows.forty_days import FortyDays, InMarch, forty_days
from tests.workflows.server import Stage, server, stage
from tests.workflows.two_days import TwoDays, two_days

Begin = Callable[..., Awaitable[Company]]
Played = TypeVar("Played")
LAST = ("test_two_days", "test_forty_days", "test_replay")
"""What has been going on beside all tests, and what replays all their workflows."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LAST.index(item.path.stem) if item.path.stem in LAST else -1)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared() -> AsyncIterator[Stage]:
    async with server() as env, stage(env) as ready:
        yield ready


@asynccontextmanager
async def beside(
    request: pytest.FixtureRequest, tests: str, play: Callable[[], Awaitable[Played]]
) -> AsyncIterator["asyncio.Task[Played] | None"]:
    """A story that takes long is begun before the first test, if its own tests are run at all."""
    if not any(item.path.stem == tests for item in request.session.items):
        yield None
        return
    task = asyncio.ensure_future(play())
    yield task
    task.cancel()


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def polled(request: pytest.FixtureRequest, shared: Stage) -> AsyncIterator[asyncio.Task[TwoDays] | None]:
    async def play() -> TwoDays:
        return await two_days(await shared.start())

    async with beside(request, "test_two_days", play) as task:
        yield task


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def lived(request: pytest.FixtureRequest, shared: Stage) -> AsyncIterator[asyncio.Task[FortyDays] | None]:
    async def play() -> FortyDays:
        return await forty_days(await shared.start(effects=InMarch()))

    async with beside(request, "test_forty_days", play) as task:
        yield task


@pytest_asyncio.fixture
async def begin(shared: Stage) -> AsyncIterator[Begin]:
    """Starts an onboarding; what still runs when the test ends is terminated."""
    started: list[Company] = []

    async def start(*args: Any, **fields: Any) -> Company:
        started.append(await shared.start(*args, **fields))
        return started[-1]

    yield start
    for company in started:
        with suppress(RPCError):  # it has ended by itself
            await company.handle.terminate()
