"""Onboardings that wait for a person: what each costs while it waits, and what it takes to wake them."""

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer

from activities.store import pool
from benchmarks import cpu
from benchmarks.parked.crowd import Crowd, nit
from benchmarks.parked.figures import Figures
from benchmarks.parked.machine import Machine
from benchmarks.parked.plot import drawn
from benchmarks.parked.questions import first_by_due_date_ms, overdue_count_ms, when_the_early_are_overdue
from benchmarks.parked.waking import Sleepers
from benchmarks.throwaway import data_folder
from starters.cli.common import Json
from starters.cli.stack import embedded
from starters.port import Port
from workers.settings import load
from workers.temporal import connect

FIRST = 1_000
"""What is measured with all is compared with these."""
QUIET_S = 20.0


def run(
    n: Annotated[int, typer.Option("--n", min=20, help="How many.")] = 5_000,
    caches: Annotated[
        list[int] | None, typer.Option("--cache", help="Also with a cache of this size; repeatable.")
    ] = None,
    constants: Annotated[list[str] | None, typer.Option("--with", help="TASKS_AT_ONCE=100, or STICKY=10.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw the caches into this SVG file.")] = None,
    as_json: Json = False,
) -> None:
    """Onboardings parked on a person: memory, bytes, idle CPU, restart, lists, waking."""
    cpu.refuse_elsewhere()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each onboarding that the sandbox loads is compiled anew
    with data_folder() as folder:
        figures = asyncio.run(_measured(folder, n, caches or [], constants or []))
    if plot is not None:
        plot.write_text(drawn(figures.n, figures.caches))
    print(figures.to_json() if as_json else figures.told())
    if figures.left_behind:
        raise typer.Exit(1)


async def _measured(folder: Path, n: int, caches: Sequence[int], constants: Sequence[str]) -> Figures:
    begun = time.monotonic()
    async with AsyncExitStack() as open_:
        stack = await open_.enter_async_context(embedded(folder, durable=False, quiet=True))
        settings = load()
        client = await connect(settings)
        records = await open_.enter_async_context(pool.connect(settings.postgres_dsn.get_secret_value()))
        crowd = Crowd(Port(client, settings.environment, settings.temporal_address), client, records)
        machine, figures = Machine(stack, records), Figures(n)
        if constants:
            await machine.change_worker(constants)
        await _park(crowd, machine, figures)
        _told(f"{n} are parked; a quiet time, then what people ask")
        figures.idle_cpu_percent = await machine.idle(QUIET_S)
        late = await when_the_early_are_overdue(crowd)
        figures.overdue_count_ms = await overdue_count_ms(crowd, late)
        figures.first_100_ms = await first_by_due_date_ms(crowd, settings.environment, late)
        sleepers = Sleepers(crowd, machine, 1 + len(caches))
        figures.take_woken(await sleepers.wake())
        _told("some are woken; now the worker is killed")
        figures.take_restarts("at_n", await machine.restarts(crowd.port, nit(n - 1)))
        for size in caches:
            _told(f"a cache of {size}")
            figures.caches.append(await sleepers.wake_with_cache(size, constants))
        figures.left_behind, figures.wall_s = crowd.left_behind, round(time.monotonic() - begun, 1)
    return figures


async def _park(crowd: Crowd, machine: Machine, figures: Figures) -> None:
    """The first thousand, then all: what they need of memory and disk, and how fast they came to rest."""
    server, temporal, postgres = machine.server_rss(), machine.temporal_bytes(), await machine.postgres_bytes()
    first, begun = min(FIRST, figures.n), time.monotonic()
    await crowd.grow(first)
    lasted, small = time.monotonic() - begun, machine.worker_rss()
    _told(f"{first} are parked; now the worker is killed")
    figures.take_restarts("at_1000", await machine.restarts(crowd.port, nit(first - 1)))
    await crowd.touch(range(first))  # the new worker remembers them as the killed one did
    begun = time.monotonic()
    await crowd.grow(figures.n)
    figures.started_per_s = round(figures.n / (lasted + time.monotonic() - begun), 1)
    figures.timed_out_each = round(await crowd.timed_out(), 2)
    figures.take_worker_rss(small, machine.worker_rss())
    figures.server_bytes_each = (machine.server_rss() - server) // figures.n
    figures.temporal_db_bytes_each = (machine.temporal_bytes() - temporal) // figures.n
    figures.postgres_bytes_each = (await machine.postgres_bytes() - postgres) // figures.n


def _told(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
