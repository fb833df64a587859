"""One server and one pair of workers for all tests; each test has companies of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest
import pytest_asyncio
from temporalio.service import RPCError

from tests.workflows.company import Company
from tests.workflows.server import Stage, server, stage

Begin = Callable[..., Awaitable[Company]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What replays every other test's workflows comes last."""
    items.sort(key=lambda item: item.path.stem == "test_replay")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared() -> AsyncIterator[Stage]:
    async with server() as env, stage(env) as ready:
        yield ready


@pytest_asyncio.fixture
async def begin(shared: Stage) -> AsyncIterator[Begin]:
    """Starts an onboarding; what still runs when the test ends is terminated."""
    before = len(shared.started)
    yield shared.start
    for handle in shared.started[before:]:
        with suppress(RPCError):  # it has ended by itself
            await handle.terminate()
