"""What a storm leaves behind when it is called off."""

import asyncio
import sys
from pathlib import Path

import pytest

from benchmarks.chaos.storm import Storm
from infra.embedded.part import Part
from infra.embedded.supervise import Supervised

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); time.sleep(600)"


async def test_a_strike_that_is_called_off_has_ended_its_part(tmp_path: Path) -> None:
    part = Part(name="s3", command=[sys.executable, "-c", STUBBORN], ready="up")
    struck = Supervised(part, tmp_path, lambda *_: None, lambda: None)
    alive = asyncio.create_task(struck.run())
    storm = Storm({"s3": struck}, lambda: 0.0)
    strike = asyncio.create_task(storm.strike("s3", gently=True))
    try:
        async with asyncio.timeout(30):
            while not storm.kills:
                await asyncio.sleep(0.01)
            strike.cancel()
            with pytest.raises(asyncio.CancelledError):
                await strike
            assert struck.restarts == 1
    finally:
        alive.cancel()
        await asyncio.gather(alive, return_exceptions=True)
        await struck.stop(asked=False)
