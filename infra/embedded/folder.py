"""The data folder: one supervisor at a time, secrets made once, everything in it closed to others."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.embedded.errors import DataInUse, DataUnusable

LOCK_PATIENCE_S = 1.0  # enough for `is_running` elsewhere to let go, and for one just killed to vanish


@contextmanager
def locked(data: Path) -> Iterator[Path]:
    """Hold the folder (it is given back absolute); the kernel lets go of it however this process ends."""
    data = data.absolute()
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DataUnusable(data, error) from None
    try:
        until = time.monotonic() + LOCK_PATIENCE_S
        while not _taken(lock):
            if time.monotonic() > until:
                raise DataInUse(data, os.pread(lock, 20, 0).decode().strip())
            time.sleep(0.05)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield data
    finally:
        os.close(lock)


def is_running(data: Path) -> bool:
    """Whether a supervisor holds this folder now."""
    try:
        lock = os.open(data / "lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _taken(lock)
    finally:
        os.close(lock)


def kept(file: Path, make: Callable[[], str]) -> str:
    """The secret in this file, made on first use and readable by its owner alone."""
    try:
        return file.read_text()
    except FileNotFoundError:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        return written(file, make())


def written(file: Path, text: str) -> str:
    """Replace a file whole, with mode 0600: nobody ever reads half of it."""
    new = file.with_name(f"{file.name}.new")
    new.touch(mode=0o600)
    new.write_text(text)
    new.replace(file)
    return text


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
