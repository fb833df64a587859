"""A worker as it may also have been deployed: `python -m tests.workers.builds sleepy | unversioned`."""

import asyncio
import os
import sys
from unittest.mock import patch

from tests.workers.sleepy import SleepyWorkflow
from workers import versions, worker
from workers.settings import load


async def no_part(*args: object, **options: object) -> None:
    """What a worker without a version does about versions."""


def sleepy() -> None:
    """Its version is made current, as by `./dse worker --make-current`."""
    with patch.object(worker, "OnboardingWorkflow", SleepyWorkflow):
        asyncio.run(worker.work(load(), make_current=True))


def unversioned() -> None:
    """As workers were before they took part in versioning."""
    with patch.multiple(versions, deployment=lambda version: None, take_part=no_part):
        asyncio.run(worker.work(load()))


if __name__ == "__main__":
    {"sleepy": sleepy, "unversioned": unversioned}[sys.argv[1]]()
    os._exit(0)  # a process that ran a worker can die at interpreter exit
