"""The embedded worker's `/readyz`: what it says of real parts."""

import asyncio
import os
import signal
from collections.abc import Callable

import aiohttp

from tests.starters.conftest import Cli

Answer = tuple[int, dict[str, str]]


async def answered(cli: Cli, as_wanted: Callable[[Answer], bool]) -> Answer:
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        while True:
            async with session.get(f"{cli.addresses.health}/readyz") as answer:
                found = answer.status, await answer.json()
            if as_wanted(found):
                return found
            await asyncio.sleep(0.2)


async def test_a_part_that_hangs_makes_the_worker_unready_until_it_is_back(cli: Cli) -> None:
    _, parts = await answered(cli, lambda found: found[0] == 200)
    assert {name: said for name, said in parts.items() if name != "dian"} == {
        "temporal": "ok",
        "records": "ok",
        "documents": "ok",
    }
    s3 = cli.addresses_now().pids.s3
    assert s3 is not None
    os.kill(s3, signal.SIGSTOP)
    try:
        _, parts = await answered(cli, lambda found: found[0] == 503)
        assert parts["documents"] == "away: no answer"
        assert (parts["temporal"], parts["records"]) == ("ok", "ok")
    finally:
        os.kill(s3, signal.SIGCONT)
    assert (await answered(cli, lambda found: found[0] == 200))[1]["documents"] == "ok"
