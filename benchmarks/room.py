"""Whether the machine has room for a run: better said at its start than found out in its midst."""

import shutil
import tempfile
from pathlib import Path

from infra.embedded.errors import NoRoom


def refuse_without_room(disk_mb: int, memory_mb: int) -> None:
    """Raises NoRoom, which says what is lacking."""
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free // 2**20
    if free < disk_mb:
        raise NoRoom(f"{disk_mb} MB of disk in {folder}", f"{free} MB")
    available = _available_mb()
    if available < memory_mb:
        raise NoRoom(f"{memory_mb} MB of memory", f"{available} MB")


def _available_mb() -> int:
    told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    return int(told["MemAvailable"].split()[0]) // 1024
