"""A part that is away is named within 5 s, with where it was looked for; nothing is lost meanwhile."""

import os
import signal
import time

import pytest

from tests.starters.conftest import Cli, Said

NOWHERE = "127.0.0.1:9"


async def timed(cli: Cli, *arguments: str, **env: str) -> Said:
    begun = time.monotonic()
    said = await cli(*arguments, "--json", **env)
    assert time.monotonic() - begun < 5
    assert (said.code, said.error["code"]) == (1, "unavailable")
    assert "Traceback" not in said.err
    return said


@pytest.mark.parametrize(
    ("part", "arguments", "env"),
    [
        ("PostgreSQL", ("list",), {"DSE_POSTGRES_DSN": f"postgresql://dse:secret@{NOWHERE}/dse"}),
        ("S3", ("letter", "NIT", "--out", "/dev/null"), {"DSE_S3_ENDPOINT": f"http://{NOWHERE}"}),
        ("Temporal", ("status", "NIT"), {"TEMPORAL_ADDRESS": NOWHERE}),
    ],
)
async def test_a_part_that_is_away_is_named(
    cli: Cli, part: str, arguments: tuple[str, ...], env: dict[str, str]
) -> None:
    nit = await cli.at_signed_letter() if part == "S3" else "900123456-8"
    said = await timed(cli, *(nit if each == "NIT" else each for each in arguments), **env)
    assert part in said.error["message"]
    assert NOWHERE in said.error["message"]
    assert "secret" not in said.out + said.err


async def test_no_worker_is_said_and_the_onboarding_answers_again_when_it_is_back(cli: Cli) -> None:
    nit = await cli.start()
    worker = cli.addresses_now().pids.worker
    assert worker is not None
    os.kill(worker, signal.SIGSTOP)
    try:
        said = await timed(cli, "hold", nit, "--reason", "x")
        assert "No worker is running" in said.error["message"]
    finally:
        os.kill(worker, signal.SIGCONT)
    assert (await cli.ok("wait", nit, "--step", "electronic_invoicing"))["step"] == "electronic_invoicing"
