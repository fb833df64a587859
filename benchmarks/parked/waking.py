"""Parked onboardings woken by a fact, with the worker's cache as it is or with others."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.parked.crowd import Crowd, is_early
from benchmarks.parked.machine import Machine

WOKEN = 500
PARTS = ("worker", "temporal", "postgres")


@dataclass(frozen=True)
class Woken:
    per_s: float
    cpu_ms_each: dict[str, float]


@dataclass(frozen=True)
class Cached:
    """What a size of the cache costs in memory, and what it saves."""

    size: int
    worker_rss_mb: float
    woken_per_s: float
    worker_cpu_ms_each: float


class Sleepers:
    """Those that still wait for invoicing: each can be woken once, in no order, so most aren't cached any more."""

    def __init__(self, crowd: Crowd, machine: Machine, rounds: int) -> None:
        self._crowd, self._machine = crowd, machine
        self._left = [number for number in range(crowd.started) if not is_early(number)]
        random.Random(1).shuffle(self._left)
        self._share = min(WOKEN, len(self._left) // rounds)

    async def wake(self) -> Woken:
        """The rate until they stand at the next row; the CPU time with the mails that this causes."""
        numbers, self._left = self._left[: self._share], self._left[self._share :]
        cpu, begun = self._machine.cpu(), time.monotonic()
        await self._crowd.wake(numbers)
        lasted = time.monotonic() - begun
        await self._crowd.rest()
        after = self._machine.cpu()
        each = {part: round(1000 * (after[part] - cpu[part]) / len(numbers), 1) for part in PARTS}
        return Woken(round(len(numbers) / lasted, 1), each)

    async def wake_with_cache(self, size: int, others: Sequence[str]) -> Cached:
        """With a new worker whose cache is full, if there are as many onboardings."""
        await self._machine.change_worker([*others, f"CACHED={size}"])
        await self._crowd.touch(range(min(size, self._crowd.started)))
        rss = self._machine.worker_rss()
        woken = await self.wake()
        return Cached(size, round(rss / 1e6, 1), woken.per_s, woken.cpu_ms_each["worker"])
