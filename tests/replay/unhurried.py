"""A company that speaks only to a workflow at rest: what it says, and when, never races, so commands repeat exactly."""

import asyncio
from typing import Any

from temporalio.client import WorkflowUpdateHandle

from tests.workflows.company import Company


class Unhurried(Company):
    """At rest: no workflow task is due or under way, nor any effect but those that the test holds."""

    async def rest(self) -> None:
        async with asyncio.timeout(60):
            while not await self._rests():
                await asyncio.sleep(0.02)

    async def _rests(self) -> bool:
        described = (await self.handle.describe()).raw_description
        under_way = {each.activity_type.name for each in described.pending_activities}
        return not described.HasField("pending_workflow_task") and under_way <= self.effects.gate.keys()

    async def forward(self, **time: float) -> None:
        """A minute more: a fast-forward that ends just when a timer fires may run on to the next one."""
        await self.rest()
        await super().forward(**{**time, "minutes": time.get("minutes", 0) + 1})

    async def signal(self, name: str, /, *args: Any) -> None:
        await self.rest()
        await super().signal(name, *args)

    async def update(self, name: str, args: list[Any], id: str = "") -> dict[str, Any]:
        await self.rest()
        return await super().update(name, args, id)

    async def begun(self, name: str, /, **fields: Any) -> WorkflowUpdateHandle[Any]:
        await self.rest()
        return await super().begun(name, **fields)
