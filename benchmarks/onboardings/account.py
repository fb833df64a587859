"""What an arm has used: all that it causes, be it later, and nothing that idles."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

from benchmarks.cpu import Meter

SETTLED_S = 11.0
"""The server keeps a time-out of 10 s for every workflow task, done or not, and clears it away after that."""
IDLE_S = 10.0
Readings = Mapping[str, Callable[[], float]]


@dataclass(frozen=True)
class Played:
    cpu: Mapping[str, float]
    """Seconds by process."""
    wall_s: float = 0.0

    def __add__(self, other: "Played") -> "Played":
        cpu = {name: self.cpu.get(name, 0.0) + used for name, used in other.cpu.items()}
        return Played(cpu, self.wall_s + other.wall_s)


class Account:
    """Of the processes that work for one arm; those beside it are looked at only while it plays."""

    def __init__(self, processes: Readings, beside: Readings = MappingProxyType({})) -> None:
        self._processes, self._beside = processes, beside
        self.idle: Mapping[str, float] = dict.fromkeys(processes, 0.0)
        """CPU seconds a second."""
        self._wall_s = 0.0

    async def measure_idle(self) -> None:
        """Nothing may be asked of the processes meanwhile."""
        meter, begun = Meter(**self._processes), time.perf_counter()
        with meter.running():
            await asyncio.sleep(IDLE_S)
        lasted = time.perf_counter() - begun
        self.idle = {name: used / lasted for name, used in meter.used.items()}

    async def of(self, work: Awaitable[None]) -> Played:
        meter, beside, begun = Meter(**self._processes), Meter(**self._beside), time.perf_counter()
        self._wall_s = 0.0
        with meter.running():
            with beside.running():
                await work
            await asyncio.sleep(SETTLED_S)
        lasted = time.perf_counter() - begun
        used = {name: used - self.idle[name] * lasted for name, used in meter.used.items()}
        return Played({**used, **beside.used}, self._wall_s)

    @contextmanager
    def by_the_clock(self) -> Iterator[None]:
        """Around the part of an arm's work whose time counts."""
        begun = time.perf_counter()
        yield
        self._wall_s += time.perf_counter() - begun
