"""The workers of an outage, each a process of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.dian_outage.worker import FASTER
from benchmarks.fleet import kept_alive, workers
from infra.embedded.stack import Stack
from workers.settings import load

WORKERS = 2


@asynccontextmanager
async def working(stack: Stack, limit_per_s: float) -> AsyncIterator[None]:
    """The fleet at work, with this limit of calls to DIAN."""
    environment = {
        **stack.environment,
        "DSE_DIAN_PER_SECOND": str(limit_per_s),
        "DSE_DIAN_TIMEOUT": f"PT{load().dian_timeout.total_seconds() / FASTER}S",
    }
    names = [f"worker{number}" for number in range(WORKERS)]
    fleet = workers(names, "benchmarks.dian_outage.worker", environment, stack.data / "logs")
    async with kept_alive(fleet.values()):
        yield
