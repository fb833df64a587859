"""The parts that are Python modules of this repository: simulated DIAN, mail folder, worker, exporter."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.embedded.part import Part, get, module


def dian(data: Path, ports: dict[str, int], arguments: Sequence[str]) -> Part:
    """The simulator; `arguments` say which provider it knows (--provider-nit, --software-code, --trust)."""
    folder = data / "dian"
    folder.mkdir(mode=0o700, exist_ok=True)
    listen = ("--port", str(ports["dian"]), "--admin-port", str(ports["dian.admin"]))
    file = ("--data", str(folder / "dian.db"))
    return Part(
        name="dian",
        command=module("infra.dian_simulator", *listen, *file, *arguments),
        ready=lambda: asyncio.to_thread(get, ports["dian.admin"], "/healthz"),
    )


def mail(data: Path, ports: dict[str, int]) -> Part:
    async def ready() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", ports["mail"])
        greeting = await reader.readline()
        writer.close()
        if not greeting.startswith(b"220"):
            raise ConnectionError(f"greeted with {greeting!r}")

    listen = ("--port", str(ports["mail"]))
    command = module("infra.embedded.mail_sink", *listen, "--folder", str(data / "mail"))
    return Part(name="mail", command=command, ready=ready)


def worker(environment: Mapping[str, str]) -> Part:
    """It makes its version current each time: what this folder's onboardings go on with is the code at hand."""
    command = module("workers.worker", "--make-current")
    return Part(name="worker", command=command, ready="worker ready", environment=environment)


def exporter(ports: dict[str, int], environment: Mapping[str, str]) -> Part:
    return Part(
        name="exporter",
        command=module("workers.exporter"),
        ready=lambda: asyncio.to_thread(get, ports["exporter"], "/healthz"),
        environment=environment,
    )
