"""Kills parts of a running stack as the schedule says, and remembers when."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from benchmarks.chaos.schedule import Kill
from infra.embedded.supervise import Supervised

LOOK_S = 0.02
STOPS_WITHIN_S = 10.0
"""A part that was asked to stop and hasn't by then is killed."""


class Storm:
    def __init__(self, parts: Mapping[str, Supervised], progress: Callable[[], float]) -> None:
        self._parts, self._progress = parts, progress
        self._busy = {name: asyncio.Lock() for name in parts}
        self.moments: list[float] = []
        self.kills: Counter[str] = Counter()

    async def rage(self, kills: Iterable[Kill]) -> None:
        """Each kill when that share of the work is done; returns once all have struck."""
        async with asyncio.TaskGroup() as strikes:
            for kill in kills:
                while self._progress() < kill.at:
                    await asyncio.sleep(LOOK_S)
                strikes.create_task(self.strike(kill.target, gently=kill.gently))

    async def strike(self, target: str, *, gently: bool = False) -> None:
        """Never a part that is still starting: the supervisor would take it for one that can't.

        If it is called off, the part it has struck ends first: who reads it then finds it started again.
        """
        part = self._parts[target]
        async with self._busy[target]:
            await part.ready.wait()
            pid = part.pid
            assert pid is not None
            self.moments.append(time.monotonic())
            self.kills[f"{target} {'stopped' if gently else 'killed'}"] += 1
            _send(pid, part.part.stop if gently else signal.SIGKILL)
            try:
                async with asyncio.timeout(STOPS_WITHIN_S):
                    await self._gone(part)
            except (TimeoutError, asyncio.CancelledError) as ended:
                _send(pid, signal.SIGKILL)
                await self._gone(part)
                if isinstance(ended, asyncio.CancelledError):
                    raise

    async def _gone(self, part: Supervised) -> None:
        while part.ready.is_set():
            await asyncio.sleep(LOOK_S)


def _send(pid: int, what: signal.Signals) -> None:
    """To a part that may have died just now: workers are struck after a commit, too."""
    with suppress(ProcessLookupError):
        os.kill(pid, what)
