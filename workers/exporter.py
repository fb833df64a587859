"""The fleet's metrics for Prometheus, from one process: `python -m workers.exporter`.

They are read of records, Temporal and the other parts when somebody scrapes. Whoever swept last, or how many workers
there are, makes no difference. A second exporter does no harm: it says the same.
"""

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TypeVar

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from temporalio.client import Client
from temporalio.runtime import Runtime, TelemetryConfig

from activities.errors import AwayError
from activities.store import pool
from activities.store.fleet import Census, Fleet
from activities.store.mail import Mailer
from activities.store.sweeping import LastSweep, Sweeping
from workers import adapters, logs
from workers.gauges import Seen, Shown
from workers.health import listen
from workers.metrics import PARTS
from workers.settings import Settings, SettingsError, load
from workers.temporal import connect

LIMIT = 4.5
"""Seconds for all parts, asked at once: a scrape is answered within 5, whatever hangs."""
REMEMBERED = 5.0
"""Seconds for which a look is shown again: a second Prometheus doesn't double what is asked."""
FAILING = 'TemporalReportedProblems IN ("category=WorkflowTaskFailed") AND ExecutionStatus = "Running"'
ADDRESS = "DSE_EXPORTER_ADDRESS"
Answer = TypeVar("Answer")
Records = tuple[Census, LastSweep | None]
log = logging.getLogger("dse.exporter")


class Exporter:
    """Looks at all parts for whoever scrapes."""

    def __init__(
        self,
        records: Callable[[], Awaitable[Records]],
        failing: Callable[[], Awaitable[int]],
        others: Mapping[str, Callable[[], Awaitable[object]]],
    ) -> None:
        """`others`: parts that are only reached, Temporal among them; `failing`: what its visibility says."""
        self._records, self._failing, self._others = records, failing, others
        self._looking = asyncio.Lock()
        self._seen: tuple[float, Seen] | None = None
        self._away: set[str] = set()

    async def seen(self) -> Seen:
        async with self._looking:
            if self._seen is None or time.monotonic() - self._seen[0] > REMEMBERED:
                looked = await self._look()
                self._seen = time.monotonic(), looked
            return self._seen[1]

    async def _look(self) -> Seen:
        begun = time.monotonic()
        others = asyncio.gather(*(self._asked(part, ask) for part, ask in self._others.items()))
        records, failing, _ = await asyncio.gather(
            self._asked("records", self._records), self._asked("visibility", self._failing), others
        )
        census, sweep = records or (None, None)
        return Seen(
            up={part: part not in self._away for part in PARTS},
            census=census,
            sweep=sweep,
            failing=failing,
            seconds=time.monotonic() - begun,
        )

    async def _asked(self, part: str, ask: Callable[[], Awaitable[Answer]]) -> Answer | None:
        """None: it is away, which is logged when that changes."""
        try:
            async with asyncio.timeout(LIMIT):
                answer = await ask()
        except Exception as error:  # its words may hold anything
            if part not in self._away:
                sign = error.sign if isinstance(error, AwayError) else type(error).__name__
                log.warning("a part is away", extra={"part": part, "error": sign})
            self._away.add(part)
            return None
        if part in self._away:
            log.info("a part is back", extra={"part": part})
        self._away.discard(part)
        return answer

    async def metrics(self, request: web.Request) -> web.Response:
        registry = CollectorRegistry()
        registry.register(Shown(await self.seen()))
        encoded, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encoded(registry), headers={"Content-Type": content_type})

    async def alive(self, request: web.Request) -> web.Response:
        return web.json_response({"process": "ok"})


async def export(settings: Settings) -> None:
    """Until SIGTERM or SIGINT; parts that are away are told as such. Raises SettingsError."""
    logs.configure()
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    if not settings.temporal_address:
        raise SettingsError("TEMPORAL_ADDRESS is not set, nor does an embedded stack run (example: 127.0.0.1:7233)")
    async with AsyncExitStack() as opened:
        dsn = settings.postgres_dsn.get_secret_value()
        connections = await opened.enter_async_context(pool.connect(dsn, most=2))
        documents = await opened.enter_async_context(adapters.documents(settings))
        runtime = Runtime(telemetry=TelemetryConfig(logging=logs.CORE))
        client = await connect(settings, lazy=True, runtime=runtime)
        mailer = Mailer(settings.smtp_url.get_secret_value(), settings.mail_from)
        others = {
            "documents": documents.answers,
            "mail": lambda: _greeted(mailer),
            "temporal": lambda: client.service_client.check_health(timeout=timedelta(seconds=LIMIT)),
        }
        exporter = Exporter(lambda: _read(connections, settings.environment), lambda: _failing(client), others)
        app = web.Application()
        app.add_routes([web.get("/metrics", exporter.metrics), web.get("/healthz", exporter.alive)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=LIMIT)
        await runner.setup()
        opened.push_async_callback(runner.cleanup)
        await listen(runner, settings.exporter_address, ADDRESS)
        log.info("exporter ready", extra={"environment": settings.environment})
        await stopped.wait()


async def _read(connections: pool.Pool, environment: str) -> Records:
    census = await Fleet(connections).census(environment)
    return census, await Sweeping(connections).last_sweep(environment)


async def _failing(client: Client) -> int:
    return (await client.count_workflows(FAILING, rpc_timeout=timedelta(seconds=LIMIT))).count


async def _greeted(mailer: Mailer) -> None:
    async with mailer.session():
        pass


def run() -> None:
    """It leaves before the interpreter's exit, as workers do."""
    try:
        asyncio.run(export(load()))
        code = 0
    except SettingsError as error:
        print(f"dse: {error}", file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
