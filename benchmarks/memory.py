"""Resident memory of a process, as the kernel counts it."""

from pathlib import Path


def resident(pid: int) -> int:
    """Bytes of this process alone, without its children."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise ProcessLookupError(f"{pid} has ended")
