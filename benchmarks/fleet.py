"""Several workers of a benchmark, kept alive as the stack keeps its parts."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from infra.embedded import modules
from infra.embedded.part import module
from infra.embedded.supervise import Supervised


def workers(names: Iterable[str], which: str, environment: Mapping[str, str], logs: Path) -> dict[str, Supervised]:
    """Each runs the module `which`, and has a folder of its own for what it prints."""
    quiet = {**environment, "DSE_METRICS_ADDRESS": "", "DSE_HEALTH_ADDRESS": ""}  # one address can't serve them all
    part = replace(modules.worker(quiet), command=module(which))
    found = {}
    for name in names:
        (logs / name).mkdir()
        found[name] = Supervised(part, logs / name, lambda *_: None, lambda: None)
    return found


@asynccontextmanager
async def kept_alive(parts: Iterable[Supervised]) -> AsyncIterator[None]:
    """Ready at its beginning. Raises PartFailed as soon as one can't be started, or not again."""
    parts = list(parts)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(part.run()) for part in parts]
            for part in parts:
                await part.ready.wait()
            yield
            for task in tasks:
                task.cancel()
    except BaseExceptionGroup as failed:  # what the body raises comes in one, too
        raise failed.exceptions[0] from None
    finally:
        for part in parts:
            part.kill()
