"""The workers of an outage, each a process of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from benchmarks.dian_outage.worker import FASTER
from infra.embedded import modules
from infra.embedded.part import module
from infra.embedded.stack import Stack
from infra.embedded.supervise import Supervised
from workers.settings import load

WORKERS = 2


@asynccontextmanager
async def working(stack: Stack, limit_per_s: float) -> AsyncIterator[None]:
    """The fleet at work, with this limit of calls to DIAN."""
    environment = {
        **stack.environment,
        "DSE_METRICS_ADDRESS": "",
        "DSE_HEALTH_ADDRESS": "",
        "DSE_DIAN_PER_SECOND": str(limit_per_s),
        "DSE_DIAN_TIMEOUT": f"PT{load().dian_timeout.total_seconds() / FASTER}S",
    }
    part = replace(modules.worker(environment), command=module("benchmarks.dian_outage.worker"))
    workers = []
    for number in range(WORKERS):
        logs = stack.data / "logs" / f"worker{number}"
        logs.mkdir()
        workers.append(Supervised(part, logs, lambda *_: None, lambda: None))
    tasks = [asyncio.create_task(each.run()) for each in workers]
    try:
        for task, each in zip(tasks, workers, strict=True):
            ready = asyncio.create_task(each.ready.wait())
            await asyncio.wait({ready, task}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()  # why it could not be started
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for each in workers:
            each.kill()
