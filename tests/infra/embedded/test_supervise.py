"""A part that will not start or stop, and what becomes of the stack then."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from infra.embedded import supervise
from infra.embedded.errors import PartFailed, ProgramMissing
from infra.embedded.part import Part
from infra.embedded.postgres import pg_bin
from infra.embedded.stack import running
from infra.embedded.supervise import Supervised
from tests.infra.embedded.scene import alive, eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


def supervised(script: str, logs: Path, said: list[str] | None = None, **options: Any) -> Supervised:
    """A part in a line of shell, which is ready when it says so."""
    part = Part(**{"name": "worker", "command": ["/bin/sh", "-c", script], "ready": "worker ready", **options})
    return Supervised(part, logs, lambda _, line: (said if said is not None else []).append(line), lambda: None)


async def test_a_part_that_dies_at_start_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    part = supervised("echo the licence has run out; exit 3", tmp_path)
    with pytest.raises(PartFailed) as failure:
        await part.run()
    sentence = str(failure.value)
    assert "worker died at start 5 times in a row" in sentence
    assert "the licence has run out" in sentence
    assert str(tmp_path / "worker.log") in sentence
    assert (tmp_path / "worker.log").read_text().count("the licence has run out") == 5


async def test_a_part_that_is_never_ready_is_given_up_and_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "START_S", 0.3)
    part = supervised("exec sleep 60", tmp_path)
    with pytest.raises(PartFailed, match="was not ready after"):
        await part.run()
    await eventually(lambda: not alive(part.pid or 0))


async def test_a_part_that_dies_later_is_started_again_and_again(tmp_path: Path) -> None:
    said: list[str] = []
    part = supervised("echo worker ready", tmp_path, said)
    keeping = asyncio.create_task(part.run())
    await eventually(lambda: part.restarts >= 3)
    keeping.cancel()
    await part.stop()
    assert said[:2] == ["worker ready", "supervisor: worker ended (exit 0): starting it again"]


async def test_a_part_that_ignores_being_asked_to_stop_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "GRACE_S", 0.2)
    said: list[str] = []
    part = supervised("trap '' TERM; echo worker ready; while :; do sleep 1; done", tmp_path, said)
    keeping = asyncio.create_task(part.run())
    await part.ready.wait()
    keeping.cancel()
    await part.stop()
    assert not alive(part.pid or 0)
    assert "did not stop" in said[-1]


async def test_a_part_that_cannot_start_ends_the_whole_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "ATTEMPTS", 1)
    with pytest.raises(PartFailed, match=r"(?s)dian died at start.*--software-code"):
        async with running(tmp_path, parts=["mail", "dian"], dian_args=()):
            pytest.fail("it is not to start")
    assert not (tmp_path / "stack.json").exists()


async def test_a_stack_whose_part_is_beyond_help_interrupts_its_body(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "ATTEMPTS", 1)

    async def body() -> None:
        async with running(tmp_path, parts=["mail"]) as stack:
            (tmp_path / "mail").rmdir()
            (tmp_path / "mail").touch()  # no folder any more: it can't start again
            stack.parts["mail"].kill()
            await asyncio.sleep(20)

    with pytest.raises(PartFailed, match="mail died at start"):
        await body()


async def test_a_missing_postgres_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DSE_PG_BIN", str(tmp_path))
    with pytest.raises(ProgramMissing, match=r"DSE_PG_BIN=.* has no initdb"):
        pg_bin()
