"""The worker of a chaos run: the real one, on an unlucky store. `python -m benchmarks.chaos.worker`."""

import asyncio
import os
import sys
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from activities.counting import Counting
from activities.dian.breaker import Pauses
from benchmarks.chaos.store import Unkeyed, Unlucky
from workers import compose
from workers.settings import Settings, load
from workers.worker import work
from workflows import policies

_MOMENT, _SECOND = timedelta(seconds=0.2), timedelta(seconds=1)
RESTLESS = Pauses(probe=_MOMENT, longest_probe=_SECOND, rest=_MOMENT, longest_rest=_SECOND)
"""DIAN's faults come in a row here, and are to be met: not to be slept through."""
_LONGEST = timedelta(seconds=5)
"""A rest counts as an attempt, and a kill at the tenth would be followed by the policy's five minutes."""


def main() -> None:
    seed, struck = int(os.environ["CHAOS_SEED"]), Path(os.environ["CHAOS_STRUCK"])
    store = Unkeyed if os.environ["CHAOS_ARM"] == "control" else Unlucky

    def composing(settings: Settings, counting: Counting) -> AbstractAsyncContextManager[compose.Effects]:
        return compose.effects(settings, counting, lambda pool: store(pool, seed, struck), RESTLESS)

    patch.object(policies, "RETRY_DIAN", replace(policies.RETRY_DIAN, maximum_interval=_LONGEST)).start()
    asyncio.run(work(load(), make_current=True, composing=composing))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
