"""The stack's processes and files as the kernel and PostgreSQL see them, and its worker killed and replaced."""

import asyncio
import os
import signal
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from activities.store.pool import Pool, transaction
from benchmarks import cpu
from benchmarks.insist import insist
from benchmarks.memory import resident
from infra.embedded.part import module
from infra.embedded.stack import Stack
from infra.embedded.supervise import STEADY_S
from starters.port import Port

RESTARTS = 3


@dataclass(frozen=True)
class Restarts:
    """What it takes until a new worker answers for an onboarding, in general and where the killed one held it."""

    s: float
    cpu_ms: float
    held_s: float


class Machine:
    """One running stack."""

    def __init__(self, stack: Stack, records: Pool) -> None:
        self._stack, self._records = stack, records

    @property
    def worker(self) -> int:
        pid = self._stack.parts["worker"].pid
        assert pid is not None
        return pid

    def cpu(self) -> dict[str, float]:
        """CPU seconds of each part so far."""
        return {name: cpu.tree(pid) for name, pid in self._pids().items()}

    def worker_rss(self) -> int:
        return resident(self.worker)

    def server_rss(self) -> int:
        return resident(self._pids()["temporal"])

    def temporal_bytes(self) -> int:
        """The server's database with what is still in its write-ahead log."""
        return sum(file.stat().st_size for file in (self._stack.data / "temporal").glob("temporal.db*"))

    async def postgres_bytes(self) -> int:
        async with transaction(self._records) as connection:
            return int(await connection.fetchval("SELECT pg_database_size(current_database())"))

    async def idle(self, seconds: float) -> dict[str, float]:
        """Share of a core that each part uses while nothing happens, in percent."""
        before, begun = self.cpu(), time.monotonic()
        await asyncio.sleep(seconds)
        lasted, after = time.monotonic() - begun, self.cpu()
        return {name: round(100 * (after[name] - before[name]) / lasted, 2) for name in before}

    async def restarts(self, port: Port, nit: str) -> Restarts:
        """The first one also waits until the server gives up the queue that was the killed worker's own."""
        held, *others = [await self._restart(port, nit) for _ in range(RESTARTS)]
        seconds, cpu_ms = (statistics.median(values) for values in zip(*others, strict=True))
        return Restarts(seconds, cpu_ms, held[0])

    async def _restart(self, port: Port, nit: str) -> tuple[float, float]:
        """Seconds from the kill until the next worker answers a query, and the milliseconds of CPU it used by then."""
        await asyncio.sleep(STEADY_S + 1)  # the supervisor lets one wait that died young
        begun = time.monotonic()
        await self._kill_worker()
        await insist(lambda: port.status(nit))
        return time.monotonic() - begun, 1000 * cpu.tree(self.worker)

    async def change_worker(self, constants: Sequence[str]) -> None:
        """From now on the worker has these: CACHED=500."""
        supervised = self._stack.parts["worker"]
        supervised.part = replace(supervised.part, command=module("benchmarks.parked.other_worker", *constants))
        await self._kill_worker()
        await supervised.ready.wait()

    async def _kill_worker(self) -> None:
        """Returns once the supervisor has begun the next one."""
        killed = self.worker
        os.kill(killed, signal.SIGKILL)
        while self.worker == killed:
            await asyncio.sleep(0.01)

    def _pids(self) -> dict[str, int]:
        return {name: part.pid for name, part in self._stack.parts.items() if part.pid is not None}
