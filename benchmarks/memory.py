"""Resident memory of processes, as the kernel counts it."""

import os
from pathlib import Path

from benchmarks.cpu import children


def resident(pid: int) -> int:
    """Bytes of this process alone, without its children."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise ProcessLookupError(f"{pid} has ended")


def peak(pid: int) -> int:
    """The most bytes that this process alone has had resident so far."""
    return _peak_kb(pid) * 1024


def peak_of_children_mb() -> int:
    """The most that any child now running has had resident, in MB.

    Of ended ones the kernel tells too much: a child's count begins with its parent's.
    """
    return max((_peak_kb(pid) // 1024 for pid in children(os.getpid())), default=0)


def _peak_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
