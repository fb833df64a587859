"""Our worker with other constants: `python -m benchmarks.parked.other_worker CACHED=500 TASKS_AT_ONCE=100`."""

import sys
from collections.abc import Iterable
from datetime import timedelta

from workers import worker


def change(constants: Iterable[str]) -> None:
    """Raises AttributeError for a name that the worker doesn't have; a duration is given in seconds."""
    for name, _, value in (each.partition("=") for each in constants):
        is_duration = isinstance(getattr(worker, name), timedelta)
        setattr(worker, name, timedelta(seconds=float(value)) if is_duration else int(value))


if __name__ == "__main__":
    change(sys.argv[1:])
    worker.run()
