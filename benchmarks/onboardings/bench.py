"""What the engine costs: CPU by process of an onboarding, of a bare workflow beside it, of the adapters alone."""

import asyncio
import math
from collections.abc import Awaitable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import cpu
from benchmarks.insist import insist
from benchmarks.onboardings.account import Played
from benchmarks.onboardings.arms import AdaptersAlone, Arm, Bare, Ours, child
from benchmarks.onboardings.report import Figures
from benchmarks.onboardings.workflows import Workflows
from benchmarks.throwaway import data_folder
from starters.cli.common import Json, port_to
from starters.cli.stack import embedded
from workers import adapters
from workers.settings import load
from workers.temporal import connect

FEWEST_ROUNDS = 5
A_ROUND = 10
"""Of each arm, at most: what slows the machine for a while then slows them all."""
NO_WAITING = {"DSE_MANDATED_WAIT": "PT0S", "DSE_DIAN_PER_SECOND": "1000"}
"""Neither DIAN's wait nor its rate limit: nothing but work."""


def run(
    n: Annotated[int, typer.Option("--n", min=FEWEST_ROUNDS, help="How many of each.")] = 100,
    as_json: Json = False,
) -> None:
    """What the engine costs: onboardings against a bare workflow, and the adapters without Temporal."""
    cpu.refuse_elsewhere()
    with data_folder() as folder:
        figures = asyncio.run(_measure(folder, n))
    print(figures.to_json() if as_json else figures.told())


async def _measure(folder: Path, n: int) -> Figures:
    async with AsyncExitStack() as open_:
        stack = await open_.enter_async_context(embedded(folder, durable=False, quiet=True, worker_env=NO_WAITING))
        settings, environment = load(), {**stack.environment, **NO_WAITING}
        alone = await open_.enter_async_context(child("benchmarks.onboardings.alone", environment))
        bare_worker = await open_.enter_async_context(child("benchmarks.bare_worker", environment))
        reading = await open_.enter_async_context(adapters.reading(settings))
        documents = await open_.enter_async_context(adapters.documents(settings))
        workflows = Workflows(await insist(lambda: port_to(settings)), reading, settings.environment)
        looking = asyncio.create_task(workflows.keep_looking())
        open_.callback(looking.cancel)
        ours = Ours(workflows, documents, settings.environment, stack.addresses)
        client = await connect(settings)
        bare = Bare(client, bare_worker.pid, stack.addresses)
        arms = (ours, bare, AdaptersAlone(alone))
        for arm in arms:  # gets warm
            await arm.play(2)
        await asyncio.gather(ours.account.measure_idle(), bare.account.measure_idle())
        played = await _rounds(arms, n)
        return Figures(
            n=n,
            ours_wall_s=played[0].wall_s,
            bare_wall_s=played[1].wall_s,
            cpu_ms={name: 1000 * used / n for arm in played for name, used in arm.cpu.items()},
            history=await _typical([workflows.history(nit) for nit in ours.nits]),
            idle_ms_per_s=1000 * ours.account.idle["server"],
            bare_history=await _typical([bare.history(each) for each in bare.ids]),
        )


async def _rounds(arms: Sequence[Arm], n: int) -> list[Played]:
    """Each arm `n` times, over rounds in which they take turns."""
    sums = [Played({}) for _ in arms]
    rounds = max(FEWEST_ROUNDS, math.ceil(n / A_ROUND))
    for number in range(rounds):
        many = n // rounds + (number < n % rounds)
        turns = [(number + turn) % len(arms) for turn in range(len(arms))]
        for turn in turns:
            sums[turn] += await arms[turn].play(many)
    return sums


async def _typical(histories: Sequence[Awaitable[tuple[int, int]]]) -> tuple[int, int]:
    """The middle one: which events share a workflow task depends on the moment."""
    return sorted([await each for each in histories])[len(histories) // 2]
