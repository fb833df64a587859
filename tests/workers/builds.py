"""A worker as it may also have been deployed: `python -m tests.workers.builds sleepy | unversioned | hasty`."""

import asyncio
import os
import sys
from datetime import timedelta
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


def hasty() -> None:
    """Told to stop, it gives what is under way one second."""
    with patch.object(worker, "GRACE", timedelta(seconds=1)):
        asyncio.run(worker.work(load(), make_current=True))


if __name__ == "__main__":
    {"sleepy": sleepy, "unversioned": unversioned, "hasty": hasty}[sys.argv[1]]()
    os._exit(0)  # a process that ran a worker can die at interpreter exit
