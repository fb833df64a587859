"""One sweep over many onboardings: how long it takes from start to end, what it finds, and what it needs of memory."""

import asyncio
import json
import os
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import Client
from temporalio.service import RPCError

from activities.clock import now_utc
from activities.store import pool
from activities.store.sweeping import Sweeping
from benchmarks import cpu
from benchmarks.insist import insist
from benchmarks.memory import peak
from benchmarks.room import refuse_without_room
from benchmarks.sweep.crowd import Crowd, seen_before
from benchmarks.throwaway import data_folder
from starters.cli.common import Json, port_to
from starters.cli.stack import embedded
from workers import adapters
from workers.schedule import SWEEPING, schedule_id
from workers.settings import load
from workers.temporal import connect

DISK_MB, MEMORY_MB = 700, 1200
AT_MOST_S, OF = 10.0, 10_000
"""A sweep over so many ends within that."""


@dataclass(frozen=True)
class Figures:
    n: int
    seconds: float
    """Of the whole workflow, as its starter sees it."""
    findings: int
    peak_rss_mb: int
    """The worker's, which does all of it."""


def run(
    n: Annotated[int, typer.Option("--n", min=100, help="Onboardings on record and in Temporal.")] = OF,
    as_json: Json = False,
) -> None:
    """A sweep over onboardings of which some have each thing wrong."""
    cpu.refuse_elsewhere()
    refuse_without_room(DISK_MB, MEMORY_MB)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with data_folder() as folder:
        figures, misses = asyncio.run(_measured(folder, n))
    if figures.seconds > AT_MOST_S and n <= OF:
        misses.append(f"It took longer than {AT_MOST_S:g} s.")
    print(json.dumps(asdict(figures)) if as_json else _said(figures))
    for sentence in misses:
        _tell(sentence)
    raise typer.Exit(1 if misses else 0)


async def _measured(folder: Path, n: int) -> tuple[Figures, list[str]]:
    async with AsyncExitStack() as opened:
        stack = await opened.enter_async_context(embedded(folder, durable=False, quiet=True))
        settings = load()
        client, port = await connect(settings), await insist(lambda: port_to(settings))
        records = await opened.enter_async_context(pool.connect(settings.postgres_dsn.get_secret_value()))
        documents = await opened.enter_async_context(adapters.documents(settings))
        await _by_hand_only(client, settings.environment)
        crowd, begun = Crowd(n, now_utc(), settings.environment), time.monotonic()
        await crowd.on_record(records)
        await crowd.in_store(documents)
        running = await crowd.in_temporal(client)
        _tell(f"seeded {n} onboardings on record, {running} of them running, in {time.monotonic() - begun:.1f} s")
        begun = time.monotonic()
        await port.sweep()
        _tell(f"the first sweep took {time.monotonic() - begun:.1f} s; now the measured one")
        await seen_before(records)
        begun = time.monotonic()
        swept = await port.sweep()
        seconds = round(time.monotonic() - begun, 2)
        last = await Sweeping(records).last_sweep(settings.environment)
        assert last is not None
        worker = stack.parts["worker"].pid
        assert worker is not None
        figures = Figures(n, seconds, sum(last.counts.values()), peak(worker) // 2**20)
    misses = [f"It lacked {source}." for source in swept.missing]
    if last.counts != crowd.expected:
        misses.append(f"It found {last.counts} instead of {crowd.expected}.")
    return figures, misses


async def _by_hand_only(client: Client, environment: str) -> None:
    """The Schedule's own sweeps would come in between."""
    async with asyncio.timeout(60):
        while True:
            try:
                await client.get_schedule_handle(schedule_id(environment, SWEEPING)).pause()
            except RPCError:  # the worker hasn't made it yet
                await asyncio.sleep(0.2)
            else:
                return


def _said(figures: Figures) -> str:
    return (
        f"{figures.n} onboardings swept in {figures.seconds} s: {figures.findings} findings; "
        f"the worker's peak {figures.peak_rss_mb} MB"
    )


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
