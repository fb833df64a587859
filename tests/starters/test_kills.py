"""kill -9 of a part while a company is mid-way: it is started again, and the onboarding goes on by itself."""

import asyncio
import os
import signal

import pytest

from tests.starters.conftest import Cli


@pytest.mark.parametrize("part", ["worker", "postgres", "s3", "temporal"])
async def test_a_killed_part_comes_back_and_the_onboarding_goes_on(cli: Cli, part: str) -> None:
    nit = await cli.at_signed_letter()
    scan = await cli.scan_of(nit)
    pid = _pid(cli, part)
    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(90):
        while (await cli("upload", nit, str(scan), "--json")).code != 0:
            await asyncio.sleep(0.2)
        while (await cli("continue", nit, "--json")).code != 0 and not await _is_at(cli, nit, "mandated_wait"):
            await asyncio.sleep(0.2)
    await cli.ok("wait", nit, "--step", "mandated_wait", "--timeout", "90")
    assert _pid(cli, part) != pid


def _pid(cli: Cli, part: str) -> int:
    pid: int = getattr(cli.addresses_now().pids, part)
    return pid


async def _is_at(cli: Cli, nit: str, step: str) -> bool:
    said = await cli("status", nit, "--json")
    return said.code == 0 and said.json["step"] == step
