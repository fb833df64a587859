"""One arm of a run: a stack with three workers, clients that play their stories, and a storm of kills over both."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from temporalio.client import WorkflowHistory

from benchmarks.chaos import afterwards, kept
from benchmarks.chaos.client import Client
from benchmarks.chaos.compare import Findings, compare
from benchmarks.chaos.schedule import WORKERS, schedule
from benchmarks.chaos.storm import Storm
from benchmarks.chaos.story import Story, stories
from benchmarks.chaos.told import Told
from benchmarks.fleet import kept_alive, workers
from benchmarks.insist import insist
from benchmarks.throwaway import data_folder
from domain.nit import without_check_digit
from infra.dian_simulator.person import Person
from infra.embedded.part import PARTS
from infra.embedded.stack import Stack
from infra.embedded.supervise import Supervised
from starters.cli.common import port_to
from starters.cli.stack import embedded
from workers import adapters
from workers.settings import load
from workers.temporal import connect

AT_ONCE = 25
"""Companies under way at once: what two cores carry."""
DIAN_FAULTS = ("timeout", "slow", "html_503", "reset")
"""Answers that never come though DIAN took the call, come after twice the time-out, are no answer, break off."""
FAULTS_EACH = 0.1
"""Of each kind, by company."""
ENOUGH = 1
"""Effects doubled, after which the control arm has shown what it is for, and ends."""
WORKER_SETTINGS = {"DSE_MANDATED_WAIT": "PT2S", "DSE_DIAN_TIMEOUT": "PT1S", "DSE_DIAN_PER_SECOND": "50"}
LIMIT_S, LIMIT_EACH_S = 180, 6
"""A run that takes longer has lost somebody."""


@dataclass(frozen=True)
class Ended:
    told: Told
    found: Findings
    kills: Counter[str]
    moments: list[float]
    histories: list[WorkflowHistory]
    """To be replayed; of the proof arm."""


async def play(arm: str, count: int, kills: int, seed: int) -> Ended:
    """`proof`, or `control`: the same with the effects' keys switched off."""
    parts = [each for each in PARTS if each not in ("worker", "exporter")]
    async with AsyncExitStack() as opened:
        folder = opened.enter_context(data_folder())
        stack = await opened.enter_async_context(embedded(folder, durable=False, quiet=True, parts=parts))
        fleet = await opened.enter_async_context(_workers(stack, arm, seed))
        return await _played(arm, stack, fleet, stories(seed, count), kills, seed)


async def _played(
    arm: str, stack: Stack, fleet: dict[str, Supervised], chosen: Sequence[Story], kills: int, seed: int
) -> Ended:
    told = Told()
    total = sum(len(story.stages) for story in chosen)
    parts: dict[str, Supervised] = {**fleet, **{str(name): part for name, part in stack.parts.items()}}
    storm = Storm(parts, lambda: told.stages_done / total)
    await _disturb_dian(stack, len(chosen))
    limit = LIMIT_S + LIMIT_EACH_S * len(chosen)
    at = stack.addresses
    assert at.postgres is not None
    assert at.s3 is not None
    assert at.mail is not None
    whole = [storm.rage(schedule(seed, kills)), _all_clients(stack, chosen, told)]
    try:
        async with asyncio.timeout(limit):
            await _until(whole, kept.until_doubled(at.postgres, ENOUGH) if arm == "control" else None)
    except TimeoutError:
        told.left_behind.append(f"somebody was still under way after {limit} s")
    for part in stack.parts.values():  # the control arm may have ended right after a kill
        await part.ready.wait()
    silent, histories = await _asked(parts.values()) if arm == "proof" else ([], [])
    found = compare(chosen, told, await kept.records(at.postgres), kept.outside(at.s3, Path(at.mail.folder)))
    found.lost += silent + told.left_behind
    struck = Counter(f"after a commit {file.name.partition('-')[0]}" for file in (stack.data / "struck").iterdir())
    return Ended(told, found, storm.kills + struck, storm.moments, histories)


async def _until(whole: Iterable[Coroutine[None, None, None]], enough: Coroutine[None, None, None] | None) -> None:
    """The whole run; or until it has shown enough."""

    async def run() -> None:
        async with asyncio.TaskGroup() as group:
            for part in whole:
                group.create_task(part)

    tasks = [asyncio.create_task(each) for each in (run(), enough) if each is not None]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _asked(parts: Iterable[Supervised]) -> tuple[list[str], list[WorkflowHistory]]:
    for part in parts:
        await part.ready.wait()
    client = await connect(load())
    return await afterwards.silent(client), await afterwards.histories(client)


async def _all_clients(stack: Stack, chosen: Sequence[Story], told: Told) -> None:
    """So many at once; whoever fails for good is left behind, and counted as lost by the ledgers."""
    free = asyncio.Semaphore(AT_ONCE)
    settings = load()
    port = await insist(lambda: port_to(settings))
    dian = stack.addresses.dian
    assert dian is not None
    async with AsyncExitStack() as opened:
        documents = await opened.enter_async_context(adapters.documents(settings))

        async def one(story: Story) -> None:
            async with free, Person(dian.admin, without_check_digit(story.nit)) as person:
                await Client(story, port, documents, person, told).play()

        async with asyncio.TaskGroup() as clients:
            for story in chosen:
                clients.create_task(one(story))


@asynccontextmanager
async def _workers(stack: Stack, arm: str, seed: int) -> AsyncIterator[dict[str, Supervised]]:
    struck = stack.data / "struck"
    struck.mkdir()
    environment = {
        **stack.environment,
        **WORKER_SETTINGS,
        "CHAOS_ARM": arm,
        "CHAOS_SEED": str(seed),
        "CHAOS_STRUCK": str(struck),
    }
    fleet = workers(WORKERS, "benchmarks.chaos.worker", environment, stack.data / "logs")
    async with kept_alive(fleet.values()):
        yield fleet


async def _disturb_dian(stack: Stack, companies: int) -> None:
    assert stack.addresses.dian is not None
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        for name in DIAN_FAULTS:
            fault = {"name": name, "count": max(1, round(FAULTS_EACH * companies))}
            async with session.post(f"{stack.addresses.dian.admin}/faults", json=fault):
                pass
