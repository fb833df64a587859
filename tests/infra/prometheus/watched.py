"""An embedded stack, a worker of its own that stays dead when killed, and a real Prometheus that scrapes both ends."""

import asyncio
import json
import signal
import socket
import subprocess
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import asyncpg
import yaml

from infra.embedded.addresses import find
from infra.embedded.part import PARTS, leashed, module
from infra.embedded.stack import Stack
from infra.grafana.asking import ask
from starters.cli.stack import embedded
from tests.infra.prometheus.hurried_worker import HURRY
from tests.infra.prometheus.rules import ROOT, load, scaled
from tests.infra.prometheus.server import prometheus
from tests.starters.conftest import WAIT, Cli, clean_environment

READY_S = 60.0
_NO_GRANTS = "LOCK TABLE dse.certificate_grant IN EXCLUSIVE MODE"
_OVERDUE = """
    UPDATE dse.onboarding SET due_at = now() - interval '1 hour'
    WHERE nit = $1 AND step = 'certificate' AND waiting_on = 'us'
"""


class Watched:
    """The fleet, as whoever is on call has it: a command line, and a Prometheus with the alerts in a hurry."""

    def __init__(self, cli: Cli, stack: Stack, prometheus: str, metrics: str, mandated_wait: str) -> None:
        self.cli, self.prometheus = cli, prometheus
        self._stack, self._metrics, self._mandated_wait = stack, metrics, mandated_wait
        self._worker: subprocess.Popen[bytes] | None = None

    async def work(self) -> None:
        """Starts the worker; it is ready when it asks for work."""
        self._worker = self._started()
        await until(self._polls, READY_S, self._log)

    def _started(self) -> "subprocess.Popen[bytes]":
        environment = {**clean_environment(), **self._stack.environment, "DSE_MANDATED_WAIT": self._mandated_wait}
        environment |= {"DSE_METRICS_ADDRESS": self._metrics, "PYTHONPATH": str(ROOT)}
        command = leashed(module("tests.infra.prometheus.hurried_worker"), signal.SIGKILL, None)
        with (self.cli.folder / "worker.log").open("ab") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def kill(self) -> None:
        """As a machine that is switched off: nobody starts it again."""
        if self._worker is not None:
            self._worker.kill()
            self._worker.wait()
            self._worker = None

    def _polls(self) -> bool:
        assert self._worker is not None
        assert self._worker.poll() is None, self._log()
        try:
            with urllib.request.urlopen(f"http://{self._metrics}/metrics", timeout=2) as answer:
                return "temporal_num_pollers{" in answer.read().decode()
        except OSError:
            return False

    def _log(self) -> str:
        return (self.cli.folder / "worker.log").read_text()[-4000:]

    async def dian(self, name: str, count: int | str) -> None:
        """What DIAN does to callers: this fault, `forever` or (0) no more."""
        dian = self.cli.addresses.dian
        assert dian is not None
        async with aiohttp.ClientSession(raise_for_status=True) as session:
            await session.post(f"{dian.admin}/faults", json={"name": name, "count": count})

    def alerts(self, name: str) -> list[dict[str, Any]]:
        """Those of this name that are pending or firing, as Prometheus tells them."""
        with urllib.request.urlopen(f"{self.prometheus}/api/v1/alerts", timeout=10) as answer:
            found = json.load(answer)["data"]["alerts"]
        return [each for each in found if each["labels"]["alertname"] == name]

    def is_firing(self, name: str) -> bool:
        return any(each["state"] == "firing" for each in self.alerts(name))

    def value(self, query: str) -> float | None:
        """Of the one series that answers; None: none does."""
        found = ask(self.prometheus, "query", query=query)
        return float(found[0]["value"][1]) if found else None

    async def at_letter_accepted(self) -> str:
        """A company that has only to go on, which then meets the certificate's row and DIAN."""
        nit = await self.cli.at_signed_letter()
        await self.cli.ok("upload", nit, str(await self.cli.scan_of(nit)))
        await self.cli.ok("wait", nit, "--step", "letter_accepted")
        return nit

    @asynccontextmanager
    async def late_on_us(self, nit: str) -> AsyncIterator[None]:
        """From letter_accepted on it waits for a certificate that can't be granted: another transaction keeps the table
        of grants from being written. The 15 minutes that we have are over at once, on record; itself it has them."""
        dsn = self._stack.environment["DSE_POSTGRES_DSN"]
        connection, holder = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
        try:
            async with holder.transaction():
                await holder.execute(_NO_GRANTS)
                await self.cli.ok("continue", nit)
                async with asyncio.timeout(READY_S):  # on record once the first try has had no answer
                    while await connection.execute(_OVERDUE, nit) != "UPDATE 1":
                        await asyncio.sleep(0.1)
                yield
        finally:
            await holder.close()
            await connection.close()


async def until(condition: Callable[[], bool], seconds: float, told: Callable[[], object] = lambda: "") -> None:
    try:
        async with asyncio.timeout(seconds):
            while not await asyncio.to_thread(condition):
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"not within {seconds:.0f} s: {told()}") from None


@asynccontextmanager
async def watched(folder: Path, every: str = "500ms", mandated_wait: str = WAIT) -> AsyncIterator[Watched]:
    """With a worker at work. Prometheus scrapes and evaluates so often."""
    data, seen = folder / "data", folder / "prometheus"
    seen.mkdir(parents=True)
    parts = [part for part in PARTS if part != "worker"]
    metrics = f"127.0.0.1:{_free_port()}"
    async with embedded(data, durable=False, quiet=True, parts=parts) as stack:
        found = find(data)
        assert found is not None
        assert found.exporter is not None
        (seen / "rules.yml").write_text(yaml.safe_dump(scaled(load(), HURRY)))
        config = yaml.safe_dump(
            {
                "global": {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every},
                "rule_files": ["rules.yml"],
                "scrape_configs": [
                    {"job_name": "dse-worker", "static_configs": [{"targets": [metrics]}]},
                    {"job_name": "dse-exporter", "static_configs": [{"targets": [urlsplit(found.exporter).netloc]}]},
                ],
            }
        )
        with prometheus(seen, config) as address:
            fleet = Watched(Cli(data, found, folder), stack, address, metrics, mandated_wait)
            try:
                await fleet.work()
                yield fleet
            finally:
                fleet.kill()


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port
