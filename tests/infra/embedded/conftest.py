from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from infra.embedded.stack import Stack, running
from tests.infra.embedded.scene import DIAN_ARGS, PARTS_WITHOUT_WORKER


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """One stack for all tests, without the worker."""
    data = tmp_path_factory.mktemp("stack")
    async with running(data, durable=False, parts=PARTS_WITHOUT_WORKER, dian_args=DIAN_ARGS) as running_stack:
        yield running_stack
