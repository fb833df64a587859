"""The worker of an outage: the real one with short intervals, in a world without nights.

`python -m benchmarks.dian_outage.worker`
"""

import asyncio
import os
import sys
from contextlib import AbstractAsyncContextManager
from dataclasses import astuple, replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from activities import ranges
from activities.counting import Counting
from activities.dian.breaker import PAUSES, Pauses
from domain import looks
from workers import compose, worker
from workers.settings import Settings, load
from workflows import policies

FASTER = 20
"""By this every interval is divided: looks, retries, probes, rests."""


def main() -> None:
    change()
    asyncio.run(worker.work(load(), make_current=True, composing=composing))
    sys.stdout.flush()
    os._exit(0)


def change() -> None:
    """Raises AttributeError if something that is changed is no longer there."""
    patch.multiple(looks, **{name: shorter(value) for name, value in vars(looks).items() if name.isupper()}).start()
    patch.object(ranges, "open_near", lambda _: ()).start()  # every hour counts
    retry = policies.RETRY_DIAN
    assert retry.maximum_interval is not None
    patch.object(
        policies,
        "RETRY_DIAN",
        replace(
            retry, initial_interval=retry.initial_interval / FASTER, maximum_interval=retry.maximum_interval / FASTER
        ),
    ).start()


def composing(settings: Settings, counting: Counting) -> AbstractAsyncContextManager[compose.Effects]:
    return compose.effects(settings, counting, pauses=pauses())


def pauses() -> Pauses:
    """A breaker's, divided."""
    return Pauses(*(each / FASTER for each in astuple(PAUSES)))


def shorter(value: Any) -> Any:
    """Intervals divided, alone or within tuples; all else as it is."""
    if isinstance(value, timedelta):
        return value if value == timedelta.max else value / FASTER
    if isinstance(value, tuple):
        parts = [shorter(each) for each in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value


if __name__ == "__main__":
    main()
