"""The two ports of the simulator, up together and down together."""

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from cryptography import x509

from infra.dian_simulator import wire
from infra.dian_simulator.acts import Acts
from infra.dian_simulator.admin import Admin
from infra.dian_simulator.clock import Clock
from infra.dian_simulator.faults import Faults
from infra.dian_simulator.page import Page
from infra.dian_simulator.registry import Registry
from infra.dian_simulator.service import Service

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Options:
    """How a simulator is set up; port 0 takes any that is free."""

    data: Path
    provider: str
    """NIT without check digit."""
    software: str
    port: int = 0
    admin_port: int = 0
    sample: bool = True
    """List DIAN's sample range, as the environment habilitacion does."""
    trust: Sequence[x509.Certificate] = ()
    tls: ssl.SSLContext | None = None
    strict: bool = False
    """Want of each act what DIAN wants before it."""
    answers: Path | None = None
    """A folder of answers to be replayed by the fault `answer`."""


@dataclass(frozen=True)
class Addresses:
    endpoint: str
    admin: str


@asynccontextmanager
async def running(options: Options) -> AsyncIterator[Addresses]:
    """A simulator that answers, until the block is left."""
    registry = Registry(options.data, options.provider, options.software, sample=options.sample)
    clock, faults = Clock(), Faults(options.answers)
    acts = Acts(registry, clock, strict=options.strict)
    with closing(registry):
        async with AsyncExitStack() as stack:
            service = Service(registry, clock, faults, options.trust).app()
            port = await _serve(stack, service, options.port, options.tls)
            admin = Admin(registry, acts, clock, faults).app()
            Page(registry, acts, clock, faults).join(admin)
            admin_port = await _serve(stack, admin, options.admin_port)
            scheme = "https" if options.tls else "http"
            yield Addresses(f"{scheme}://{HOST}:{port}{wire.PATH}", f"http://{HOST}:{admin_port}")


async def _serve(stack: AsyncExitStack, app: web.Application, port: int, tls: ssl.SSLContext | None = None) -> int:
    # A client that hangs up cancels its handler: else the fault `timeout` would keep them all.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, HOST, port, ssl_context=tls).start()
    address: tuple[str, int] = runner.addresses[0]
    return address[1]
