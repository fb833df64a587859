"""DIAN is down for a while: how often it is called before, meanwhile and afterwards, and whether all go on."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import aiohttp
import typer

from activities.clock import now_utc
from activities.store import pool
from activities.store.keyed import Keyed
from benchmarks.dian_outage.calls import Call, answered, busiest, per_second, read
from benchmarks.dian_outage.crowd import Crowd
from benchmarks.dian_outage.figures import Figures, most_probes
from benchmarks.dian_outage.fleet import WORKERS, working
from benchmarks.dian_outage.worker import pauses, shorter
from benchmarks.insist import insist
from benchmarks.room import refuse_without_room
from benchmarks.throwaway import data_folder
from domain import looks
from infra.embedded.part import PARTS
from starters.cli.common import Json, port_to
from starters.cli.stack import embedded
from workers.settings import load

DISK_MB, MEMORY_MB = 700, 1800
FAULT, GOOD = "html_503", "100"
MANY = 100_000
EVERY = shorter(looks.PACES[0].close)
"""How often each onboarding is looked at."""
NEAR = 1.1
"""The limit, by the load."""
NOTICED_S = 5.0
"""What the fleet has to notice that DIAN is down."""
RETURN = timedelta(seconds=1)
"""The first second of the return doesn't count."""
WINDOW = timedelta(seconds=5)
PATIENCE_S = 240.0


def run(
    n: Annotated[int, typer.Option("--n", min=20, help="Onboardings.")] = 500,
    outage: Annotated[float, typer.Option(min=10, help="How long DIAN is down, in seconds.")] = 90.0,
    as_json: Json = False,
) -> None:
    """DIAN down while onboardings look at it: calls before, during and after, and who is lost."""
    refuse_without_room(DISK_MB, MEMORY_MB)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each onboarding that the sandbox loads is compiled anew
    with data_folder() as folder:
        figures = asyncio.run(_measured(folder, n, outage))
    probes = probes_per_s(outage)
    print(figures.to_json() if as_json else figures.told(probes))
    misses = list(figures.misses(probes))
    for sentence in misses:
        _say(sentence)
    raise typer.Exit(1 if misses else 0)


def probes_per_s(outage: float) -> float:
    """What the workers may ask of a DIAN that is down for so many seconds, to find out whether it is back."""
    lasted = outage - NOTICED_S
    return WORKERS * most_probes(pauses(), lasted) / lasted


async def _measured(folder: Path, n: int, outage: float) -> Figures:
    limit = round(max(2.0, NEAR * n / EVERY.total_seconds()), 1)
    parts = [each for each in PARTS if each != "worker"]
    async with AsyncExitStack() as opened:
        stack = await opened.enter_async_context(embedded(folder, durable=False, quiet=True, parts=parts))
        await opened.enter_async_context(working(stack, limit))
        assert stack.addresses.dian is not None
        session = await opened.enter_async_context(aiohttp.ClientSession(raise_for_status=True))
        settings = load()
        records = await opened.enter_async_context(pool.connect(settings.postgres_dsn.get_secret_value()))
        dian = _Dian(session, stack.addresses.dian.admin)
        crowd = Crowd(await insist(lambda: port_to(settings)), Keyed(records), stack.addresses.dian.admin, n)
        _say(f"starting {n} onboardings; the limit is {limit} calls a second")
        begun = now_utc()
        await crowd.start(begun - settings.mandated_wait)
        await dian.all_answered(n, begun, PATIENCE_S)
        _say("all have been looked at; now as it normally is")
        calm = now_utc()
        await asyncio.sleep(EVERY.total_seconds())
        down = now_utc()
        await dian.fail(MANY)
        _say(f"DIAN is down for {outage:g} s")
        await asyncio.sleep(outage)
        up = now_utc()
        await dian.fail(0)
        _say("DIAN is back")
        calls = await dian.all_answered(n, up, PATIENCE_S)
        looked_at = answered(calls, up, GOOD)
        first = min(looked_at.values(), default=up)
        all_looked_at = max(looked_at.values()) - up if len(looked_at) == n else None
        return Figures(
            n=n,
            before_per_s=round(per_second(calls, calm, down), 2),
            during_per_s=round(per_second(calls, down + timedelta(seconds=NOTICED_S), up), 2),
            after_max_per_s=round(busiest(calls, first + RETURN, WINDOW), 2),
            limit_per_s=limit,
            all_looked_at_s=None if all_looked_at is None else round(all_looked_at.total_seconds(), 1),
            lost=await crowd.not_looking(up),
        )


class _Dian:
    """The simulator's admin side."""

    def __init__(self, session: aiohttp.ClientSession, admin: str) -> None:
        self._session, self._admin = session, admin

    async def fail(self, count: int) -> None:
        async with self._session.post(f"{self._admin}/faults", json={"name": FAULT, "count": count}):
            pass

    async def calls(self) -> list[Call]:
        async with self._session.get(f"{self._admin}/calls") as answer:
            return read(await answer.json())

    async def all_answered(self, n: int, since: datetime, patience: float) -> list[Call]:
        """All calls, once so many companies have been answered since then and a window has passed, or no later than
        patience allows."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        while clock() - begun < patience:
            calls = await self.calls()
            first = answered(calls, since, GOOD)
            if len(first) >= n and now_utc() - min(first.values()) > RETURN + 2 * WINDOW:
                break
            await asyncio.sleep(1)
        return calls


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
