"""Onboardings as companies reach them: spoken to over the port, looked at in the work list."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from activities.store.reading import Reading
from benchmarks.bare import completed
from domain.commands import Message, Start
from domain.outcome import Outcome
from domain.steps import Step
from starters.errors import StarterError
from starters.port import Port

PATIENCE_S = 120.0
_LOOK_S = 0.05
T = TypeVar("T")


async def _patiently(asked: Callable[[], Awaitable[T]]) -> T:
    """The port gives up as soon as a person would: on a busy machine it is asked again."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with suppress(StarterError):
                return await asked()


class Workflows:
    """Whoever waits for a row doesn't query the workflow: one look at the records serves all, and costs no engine."""

    def __init__(self, port: Port, reading: Reading, environment: str) -> None:
        self._port, self._reading, self._environment = port, reading, environment
        self._steps: dict[str, Step] = {}
        self._looked = asyncio.Event()

    async def start(self, start: Start) -> None:
        """Asks for no status afterwards, as nobody asks the bare workflow for one."""
        await _patiently(lambda: self._port.launch(start))

    async def signal(self, nit: str, message: Message) -> None:
        await _patiently(lambda: self._port.signal(nit, message))

    async def command(self, nit: str, message: Message) -> Outcome:
        once = message.model_copy(update={"message_id": str(uuid4())})
        return await _patiently(lambda: self._port.command(nit, once))

    async def until(self, nit: str, step: Step) -> None:
        async with asyncio.timeout(PATIENCE_S):
            if step == Step.READY:
                await completed(self._port.handle(nit))
            else:
                while self._steps.get(nit, Step.ELECTRONIC_INVOICING) < step:
                    await self._looked.wait()

    async def keep_looking(self) -> None:
        while True:
            rows = await self._reading.listing(self._environment, now=datetime.now(UTC))
            self._steps = {row.nit: Step(row.step) for row in rows}
            self._looked.set()
            self._looked.clear()
            await asyncio.sleep(_LOOK_S)

    async def history(self, nit: str) -> tuple[int, int]:
        """How many events it has, and how many bytes they are."""
        return await self._port.history(nit)
