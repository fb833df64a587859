"""The three arms of the comparison: our onboardings, the bare workflow, the adapters without Temporal."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from typing import Protocol

from temporalio.client import Client

from activities.store.documents import Documents
from benchmarks import bare
from benchmarks.cpu import descendants, seconds, tree
from benchmarks.onboardings.account import Account, Played
from benchmarks.onboardings.company import Company, at_once, go_through
from benchmarks.onboardings.workflows import Workflows
from domain.nit import check_digit
from infra.embedded.addresses import Addresses
from infra.embedded.part import REPOSITORY, module

_numbers = count(800_000_001)


def _fresh_nits(many: int) -> list[str]:
    numbers = [str(next(_numbers)) for _ in range(many)]
    return [f"{number}-{check_digit(number)}" for number in numbers]


class Arm(Protocol):
    async def play(self, many: int) -> Played: ...


class Ours:
    """What the companies themselves do (this process) is not counted."""

    def __init__(self, workflows: Workflows, documents: Documents, environment: str, at: Addresses) -> None:
        assert at.dian is not None
        self._workflows, self._outside = workflows, (documents, environment, at.dian.admin)
        worker = _known(at.pids.worker)
        self.account = Account(
            {
                "server": partial(seconds, _known(at.pids.temporal)),
                "worker": partial(seconds, worker),
                "checks": partial(descendants, worker),
            },
            beside={
                "postgres": partial(tree, _known(at.pids.postgres)),
                "s3": partial(seconds, _known(at.pids.s3)),
                "dian": partial(seconds, _known(at.pids.dian)),
                "mail": partial(seconds, _known(at.pids.mail)),
            },
        )
        self.nits: list[str] = []

    async def play(self, many: int) -> Played:
        nits = _fresh_nits(many)
        self.nits += nits
        companies = [Company(nit, self._workflows, *self._outside) for nit in nits]
        return await self.account.of(go_through(companies, self.account.by_the_clock))


class Bare:
    def __init__(self, client: Client, worker: int, at: Addresses) -> None:
        self._client = client
        server = _known(at.pids.temporal)
        self.account = Account({"bare_server": partial(seconds, server), "bare_worker": partial(seconds, worker)})
        self.ids: list[str] = []

    async def play(self, many: int) -> Played:
        ids = [f"bare-{len(self.ids) + number}" for number in range(many)]
        self.ids += ids
        return await self.account.of(self._play(ids))

    async def _play(self, ids: list[str]) -> None:
        with self.account.by_the_clock():
            await at_once(partial(bare.play, self._client), ids)

    async def history(self, workflow_id: str) -> tuple[int, int]:
        """How many events it has, and how many bytes they are."""
        history = await self._client.get_workflow_handle(workflow_id).fetch_history()
        return len(history.events), sum(event.ByteSize() for event in history.events)


class AdaptersAlone:
    """`benchmarks.onboardings.alone`, which says itself what it has used."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def play(self, many: int) -> Played:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(_fresh_nits(many)).encode() + b"\n")
        if not (answer := await self._process.stdout.readline()):
            raise RuntimeError("the adapters alone have failed: see above")
        return Played(json.loads(answer))


@asynccontextmanager
async def child(name: str, environment: Mapping[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A module of ours that says when it is ready, and ends when its stdin does."""
    process = await asyncio.create_subprocess_exec(
        *module(name),
        env={**environment, "PYTHONPATH": str(REPOSITORY)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if await process.stdout.readline() != b"ready\n":
            raise RuntimeError(f"{name} didn't start")
        yield process
    finally:
        process.stdin.close()
        await process.wait()


def _known(pid: int | None) -> int:
    assert pid is not None
    return pid
