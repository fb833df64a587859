"""CPU time that other processes have used, by the kernel's account: it holds on a noisy machine where rates don't.

It is read from /proc, which Linux alone has.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")


def refuse_elsewhere() -> None:
    """Ends a bench with a sentence where there is no /proc."""
    if sys.platform != "linux":
        sys.exit("dse bench: CPU is read from /proc, which only Linux has: run it there, or in a container.")


def seconds(pid: int) -> float:
    """What the process itself has used so far, in all its threads."""
    fields = _stat(pid)
    return _TICK * (int(fields[11]) + int(fields[12]))


def descendants(pid: int) -> float:
    """What all that descend from it have used: those alive, and those that it has waited for."""
    fields = _stat(pid)
    return _TICK * (int(fields[13]) + int(fields[14])) + sum(tree(child) for child in children(pid))


def tree(pid: int) -> float:
    """The process with all that descend from it."""
    return seconds(pid) + descendants(pid)


def children(pid: int) -> list[int]:
    """Those now running."""
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for thread in threads for child in thread.read_text().split()]


class Meter:
    """CPU seconds by name, added up over the times in which it was running."""

    def __init__(self, **readings: Callable[[], float]) -> None:
        self._readings = readings
        self.used = dict.fromkeys(readings, 0.0)

    @contextmanager
    def running(self) -> Iterator[None]:
        before = {name: read() for name, read in self._readings.items()}
        yield
        for name, read in self._readings.items():
            self.used[name] += read() - before[name]


def _stat(pid: int) -> list[str]:
    """The fields after the command's name, which may hold anything: state, parent, …"""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
