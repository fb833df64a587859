"""The embedded stack as one asynchronous context: parts started at once, kept alive, stopped in order."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from infra.embedded import addresses as book
from infra.embedded import modules
from infra.embedded.addresses import S3, Addresses, Dian, Mail, Pids, environment
from infra.embedded.folder import locked
from infra.embedded.part import PARTS, Part, PartName
from infra.embedded.ports import held
from infra.embedded.postgres import dsn, password, postgres
from infra.embedded.s3 import BUCKET, keys, s3
from infra.embedded.supervise import Log, Supervised
from infra.embedded.temporal import NAMESPACE, temporal

DIAN_PATH = "/WcfDianCustomerServices.svc"  # as at DIAN
STOP_ORDER: tuple[tuple[PartName, ...], ...] = (
    ("worker", "exporter"), ("temporal",), ("postgres", "s3", "dian", "mail"),
)  # fmt: skip
UNASKED: tuple[PartName, ...] = ("worker", "temporal", "s3")
"""What takes its time to stop (the store now and then all of its grace), and leaves nothing behind if killed."""


class Stack:
    """A running stack: where its parts are, and how often they had to be started again."""

    def __init__(self, data: Path, found: Addresses) -> None:
        self.data = data
        self.parts: dict[PartName, Supervised] = {}
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._found = found

    @property
    def addresses(self) -> Addresses:
        return replace(self._found, pids=Pids(**{name: part.pid for name, part in self.parts.items()}))

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.data, self._found)

    @property
    def restarts(self) -> dict[PartName, int]:
        return {name: part.restarts for name, part in self.parts.items()}

    async def wait_closed(self) -> None:
        """Wait until cancelled; raise PartFailed if a part cannot be kept alive."""
        await asyncio.shield(self.failure)


def to_stderr(part: str, line: str) -> None:
    print(f"{part:>8} | {line}", file=sys.stderr, flush=True)


@asynccontextmanager
async def running(
    data: Path,
    *,
    durable: bool = True,
    parts: Collection[PartName] = PARTS,
    temporal_args: Sequence[str] = (),
    dian_args: Sequence[str] = (),
    worker_env: Mapping[str, str] | None = None,
    migrate: Callable[[str], Awaitable[None]] | None = None,
    log: Log = lambda part, line: None,
) -> AsyncIterator[Stack]:
    """Run the parts on this data folder, where they find what they knew before.

    When one can no longer be kept alive, the body is cancelled and PartFailed raised. `durable` asks for what
    survives a power cut; without it only kills are survived, and everything is faster. `migrate` gets the
    records' DSN before the worker starts. The event loop's thread has to live as long as the stack: the
    kernel ties the parts to it.
    """
    with locked(data) as data, held(data / "ports.json") as ports:
        book.forget(data)
        (data / "logs").mkdir(mode=0o700, exist_ok=True)
        stack = Stack(data, _addresses(data, ports, parts))
        body = asyncio.current_task()
        complete = False
        tasks: list[asyncio.Task[None]] = []

        def changed() -> None:
            if complete:
                book.write(data, stack.addresses)

        def failed(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()) and not stack.failure.done():
                stack.failure.set_exception(error)
                stack.failure.exception()  # raised below: it need not be awaited
                assert body
                body.cancel()

        def keep(part: Part) -> None:
            stack.parts[part.name] = Supervised(part, data / "logs", log, changed)
            tasks.append(asyncio.create_task(stack.parts[part.name].run(), name=part.name))
            tasks[-1].add_done_callback(failed)

        async def records() -> None:
            if migrate:
                await stack.parts["postgres"].ready.wait()
                await migrate(stack.environment["DSE_POSTGRES_DSN"])

        try:
            for part in list(_parts(data, ports, parts, durable, temporal_args, dian_args)):
                keep(part)
            await asyncio.gather(records(), *(part.ready.wait() for part in stack.parts.values()))
            if "worker" in parts:
                keep(modules.worker({**stack.environment, **(worker_env or {})}))
            if "exporter" in parts:
                keep(modules.exporter(ports, stack.environment))
            await asyncio.gather(*(part.ready.wait() for part in stack.parts.values()))
            complete = True
            changed()
            yield stack
            if stack.failure.done():  # the body's task was not ours to cancel
                stack.failure.result()
        except asyncio.CancelledError:
            assert body
            if not stack.failure.done() or body.uncancel() > 0:
                raise
            failure = stack.failure.exception()
            assert failure
            raise failure from None
        finally:
            book.forget(data)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await _stop(stack, gently=durable)


async def _stop(stack: Stack, *, gently: bool) -> None:
    """In order; what need not be durable at once, and some of it without asking: nothing waits for its effects."""
    order = STOP_ORDER if gently else (tuple(stack.parts),)
    try:
        for names in order:
            present = [name for name in names if name in stack.parts]
            await asyncio.gather(*(stack.parts[each].stop(asked=gently or each not in UNASKED) for each in present))
    finally:
        for part in stack.parts.values():  # some are left only if we were cancelled meanwhile
            part.kill()


def _parts(
    data: Path,
    ports: dict[str, int],
    chosen: Collection[PartName],
    durable: bool,
    temporal_args: Sequence[str],
    dian_args: Sequence[str],
) -> Iterator[Part]:
    """All but the worker and the exporter, which need the others."""
    if "postgres" in chosen:
        yield postgres(data, ports["postgres"], durable=durable)
    if "temporal" in chosen:
        yield temporal(data, ports, durable=durable, arguments=temporal_args)
    if "s3" in chosen:
        yield s3(data, ports)
    if "dian" in chosen:
        yield modules.dian(data, ports, dian_args)
    if "mail" in chosen:
        yield modules.mail(data, ports)


def _addresses(data: Path, ports: dict[str, int], chosen: Collection[PartName]) -> Addresses:
    def url(name: str, scheme: str = "http", path: str = "") -> str:
        return f"{scheme}://127.0.0.1:{ports[name]}{path}"

    found = Addresses()
    if "postgres" in chosen:
        found = replace(found, postgres=dsn(ports["postgres"], password(data)))
    if "temporal" in chosen:
        address = f"127.0.0.1:{ports['temporal']}"
        found = replace(found, temporal=address, namespace=NAMESPACE, temporal_ui=url("temporal.ui"))
    if "s3" in chosen:
        key = keys(data)
        found = replace(found, s3=S3(url("s3"), key.access, key.secret, BUCKET))
    if "dian" in chosen:
        found = replace(found, dian=Dian(url("dian", path=DIAN_PATH), url("dian.admin")))
    if "mail" in chosen:
        found = replace(found, mail=Mail(url("mail", "smtp"), str(data / "mail")))
    if "worker" in chosen:
        found = replace(found, metrics=url("metrics", path="/metrics"), health=url("health"))
    if "exporter" in chosen:
        found = replace(found, exporter=url("exporter", path="/metrics"))
    return found
