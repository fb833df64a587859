"""The worker of a chaos run: the real one, on an unlucky store. `python -m benchmarks.chaos.worker`."""

import asyncio
import os
import sys
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

from activities.counting import Counting
from activities.dian.breaker import Pauses
from benchmarks.chaos.store import Unkeyed, Unlucky
from workers import compose
from workers.settings import Settings, load
from workers.worker import work

_MOMENT, _SECOND = timedelta(seconds=0.2), timedelta(seconds=1)
RESTLESS = Pauses(probe=_MOMENT, longest_probe=_SECOND, rest=_MOMENT, longest_rest=_SECOND)
"""DIAN's faults come in a row here, and are to be met: not to be slept through."""


def main() -> None:
    seed, struck = int(os.environ["CHAOS_SEED"]), Path(os.environ["CHAOS_STRUCK"])
    store = Unkeyed if os.environ["CHAOS_ARM"] == "control" else Unlucky

    def composing(settings: Settings, counting: Counting) -> AbstractAsyncContextManager[compose.Effects]:
        return compose.effects(settings, counting, lambda pool: store(pool, seed, struck), RESTLESS)

    asyncio.run(work(load(), make_current=True, composing=composing))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
