"""Ports that stay: chosen once, remembered in the data folder, and held for as long as the stack runs."""

import json
import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from infra.embedded.folder import written

CHOICE = range(12_000, 21_900)  # with the twins below what the kernel gives to clients (32768 on)
TWINS = {"s3.admin": 10_000}  # weed dials its admin part's gRPC at this distance, whatever its flags say
NAMES = (
    "postgres", "temporal", "temporal.http", "temporal.ui", "temporal.metrics",
    "s3", "s3.grpc", "s3.master", "s3.master.grpc", "s3.volume", "s3.volume.grpc",
    "s3.filer", "s3.filer.grpc", "s3.admin",
    "dian", "dian.admin", "mail", "metrics", "health", "exporter",
)  # fmt: skip


@contextmanager
def held(file: Path) -> Iterator[dict[str, int]]:
    """Each name's port: the one remembered in `file` if it is still free, else a new one.

    A bound socket that does not listen keeps strangers away, between a part's death and its restart too,
    while a part, which binds with SO_REUSEADDR as servers do, can still listen there.
    """
    remembered: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    with ExitStack() as sockets:
        ports = {name: _hold(sockets, remembered.get(name), TWINS.get(name)) for name in NAMES}
        written(file, json.dumps(ports))
        yield ports


def _hold(sockets: ExitStack, remembered: int | None, twin: int | None) -> int:
    tries = [(remembered, True)] if remembered else []
    tries += [(port, False) for port in random.sample(CHOICE, 200)]
    for port, reuse in tries:
        with ExitStack() as attempt:
            numbers = (port, port + twin) if twin else (port,)
            if not reuse and any(left_sockets(number) for number in numbers):
                continue
            try:
                for number in numbers:
                    attempt.enter_context(_bound(number, reuse))
            except OSError:
                continue
            sockets.enter_context(attempt.pop_all())
            return port
    raise OSError("no free port found between 12000 and 31900: stop what holds them")


def left_sockets(port: object) -> list[Path]:
    """The unix sockets beside this port that a killed SeaweedFS has left: only their owner can take them away."""
    return list(Path("/tmp").glob(f"seaweedfs-*-{port}.sock"))  # noqa: S108 - it knows no other place


def _bound(port: int, reuse: bool) -> socket.socket:
    """Bind exclusively, so that two stacks never choose the same port, and only then let our part share it.

    A remembered port is shared from the start: connections just closed would keep it busy for a minute.
    """
    held = socket.socket()
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
        held.bind(("127.0.0.1", port))
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
    except OSError:
        held.close()
        raise
    return held
