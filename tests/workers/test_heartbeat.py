"""An effect under way says that it lives, as often as the policies' time-out needs it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from domain.effects import EFFECTS
from workers import heartbeat
from workers.heartbeat import BEAT, Heartbeat
from workflows.policies import RETRIES, options


class Under(ActivityInboundInterceptor):
    """The activity itself: goes on until `enough`."""

    def __init__(self, enough: asyncio.Event) -> None:
        self.enough = enough

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        await self.enough.wait()
        return "done"


async def perform(enough: asyncio.Event, beats: list[Sequence[Any]]) -> Any:
    """The activity with its interceptor; each beat is noted, and the third is enough."""
    environment = ActivityEnvironment()

    def beat(*details: Any) -> None:
        beats.append(details)
        if len(beats) == 3:
            enough.set()

    environment.on_heartbeat = beat
    inbound = Heartbeat().intercept_activity(Under(enough))

    async def body() -> Any:
        return await inbound.execute_activity(ExecuteActivityInput(perform, (), None, {}))

    return await environment.run(body)


async def test_it_beats_while_the_effect_is_under_way_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "BEAT", timedelta(milliseconds=5))
    beats: list[Sequence[Any]] = []
    async with asyncio.timeout(10):
        assert await perform(asyncio.Event(), beats) == "done"
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert not any(task.get_coro().__qualname__ == "_beat" and not task.cancelling() for task in others)  # type: ignore[union-attr]


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
def test_every_effect_waits_for_three_beats(effect: Any) -> None:
    assert options(effect, RETRIES)["heartbeat_timeout"] > 3 * BEAT
