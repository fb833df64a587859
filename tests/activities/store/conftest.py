from collections.abc import AsyncIterator

import pytest_asyncio

from activities.store.keyed import Keyed
from activities.store.pool import Pool
from activities.store.reading import Reading
from tests.activities.store.desk import Desk
from tests.activities.store.smtp import serving


@pytest_asyncio.fixture
async def desk(pool: Pool, reading: Reading, keyed: Keyed) -> AsyncIterator[Desk]:
    async with serving() as server:
        yield Desk(pool, reading, keyed, server)
