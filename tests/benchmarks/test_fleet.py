"""A benchmark's workers: one that can't be kept alive ends the run, and the others with it."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.fleet import kept_alive
from infra.embedded.errors import PartFailed
from infra.embedded.supervise import Supervised
from tests.infra.embedded.scene import alive, eventually
from tests.infra.embedded.test_supervise import supervised

WELL = "echo worker ready; exec sleep 60"
NEVER = "echo the licence has run out; exit 3"


def once(mark: Path) -> str:
    return f"if [ -e {mark} ]; then {NEVER}; fi; touch {mark}; echo worker ready"


async def a_run(began: asyncio.Event, *workers: Supervised) -> None:
    async with asyncio.timeout(30), kept_alive(workers):
        began.set()
        await asyncio.Event().wait()


@pytest.mark.parametrize("begins", [False, True], ids=["not started", "not started again"])
async def test_a_worker_that_cannot_be_kept_alive_ends_the_run(tmp_path: Path, begins: bool) -> None:
    for name in ("well", "ill"):
        (tmp_path / name).mkdir()
    well = supervised(WELL, tmp_path / "well")
    ill = supervised(once(tmp_path / "mark") if begins else NEVER, tmp_path / "ill")
    began = asyncio.Event()
    with pytest.raises(PartFailed, match="the licence has run out"):
        await a_run(began, ill, well)
    assert began.is_set() is begins
    await eventually(lambda: not alive(well.pid or 0))


async def test_what_a_run_raises_comes_out_as_it_is(tmp_path: Path) -> None:
    well = supervised(WELL, tmp_path)
    with pytest.raises(LookupError):
        await a_run(Mute(), well)
    await eventually(lambda: not alive(well.pid or 0))


class Mute(asyncio.Event):
    def set(self) -> None:
        raise LookupError
