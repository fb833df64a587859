"""Worker processes of several builds on one embedded stack, and what Temporal knows of the onboardings they serve."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHandle

from domain.begin import workflow_id
from infra.embedded.part import PARTS
from starters.cli.stack import embedded
from starters.port import Port
from tests.starters.conftest import ROOT, Cli, clean_environment
from workers.settings import Settings
from workers.temporal import connect

ENVIRONMENT = "habilitacion"
VERB = (str(ROOT / "dse"), "worker")


@dataclass(frozen=True)
class Deployed:
    """One worker process, ready."""

    process: "subprocess.Popen[bytes]"

    async def stop(self) -> None:
        """In good order, as a deploy does it."""
        self.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(self.process.wait, 60) == 0


class Fleet:
    """A stack without a worker of its own."""

    def __init__(self, cli: Cli, client: Client) -> None:
        self.cli, self.client = cli, client
        self.port = Port(client, ENVIRONMENT, "the test's stack")
        self._processes: list[subprocess.Popen[bytes]] = []

    async def deploy(self, build: str, *options: str) -> Deployed:
        """`./dse worker` of that build."""
        return await self._spawned([*VERB, *options], DSE_BUILD_ID=build)

    async def deploy_other(self, kind: str, build: str = "") -> Deployed:
        """One of `builds.py`."""
        return await self._spawned([sys.executable, "-m", "tests.workers.builds", kind], DSE_BUILD_ID=build)

    def _spawn(self, command: list[str], log: Path, env: dict[str, str]) -> "subprocess.Popen[bytes]":
        environment = {**clean_environment(), "DSE_DATA": str(self.cli.data), "PYTHONPATH": str(ROOT), **env}
        with log.open("wb") as output:
            self._processes.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output))
        return self._processes[-1]

    async def _spawned(self, command: list[str], **env: str) -> Deployed:
        """Returns once it is ready for work."""
        log = self.cli.folder / f"worker-{len(self._processes)}.log"
        process = self._spawn(command, log, env)
        async with asyncio.timeout(90):
            while "worker ready" not in log.read_text():
                assert process.poll() is None, log.read_text()
                await asyncio.sleep(0.05)
        return Deployed(process)

    def kill(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()

    def handle(self, nit: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(workflow_id(ENVIRONMENT, nit))

    async def build_of(self, nit: str) -> str:
        """The version that last worked on it."""
        described = (await self.handle(nit).describe()).raw_description
        return described.workflow_execution_info.versioning_info.deployment_version.build_id

    async def until_counted(self, query: str, count: int, within: float = 60) -> None:
        """Onboardings that Temporal's list finds, which follows a moment later."""
        asked = f'WorkflowType = "Onboarding" AND {query}'
        async with asyncio.timeout(within):
            while (await self.client.count_workflows(asked)).count != count:
                await asyncio.sleep(0.1)


@asynccontextmanager
async def fleet(folder: Path) -> AsyncIterator[Fleet]:
    without_worker = [part for part in PARTS if part != "worker"]
    async with AsyncExitStack() as opened:
        stack = await opened.enter_async_context(
            embedded(folder / "data", durable=False, quiet=True, parts=without_worker)
        )
        address = stack.addresses.temporal or ""
        ships = Fleet(Cli(stack.data, stack.addresses, folder), await connect(Settings(temporal_address=address)))
        opened.callback(ships.kill)
        yield ships
