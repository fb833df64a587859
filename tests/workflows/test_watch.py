"""The sweep over what ends soon, and the Schedule that starts it."""

import asyncio
from uuid import uuid4

import pytest
from temporalio.client import ScheduleActionStartWorkflow, ScheduleOverlapPolicy
from temporalio.service import RPCError, RPCStatusCode

from domain.effects import TellExpiring, Told
from tests.workflows.effects import Effects
from tests.workflows.server import Stage
from workers.schedule import SWEEPING, WATCH, keep, schedule_id
from workers.settings import Settings
from workflows.policies import TASK_QUEUE

HABILITACION = TellExpiring(environment="habilitacion")


class Ends(Effects):
    """Tells page after page, then nothing."""

    def __init__(self, *pages: Told) -> None:
        super().__init__()
        self.pages, self.asked = list(pages), 0

    async def tell_expiring(self, given: TellExpiring) -> Told:
        assert given == HABILITACION
        self.asked += 1
        await self._enter("tell_expiring")
        return self.pages.pop(0)


async def swept(shared: Stage, ends: Ends) -> int:
    name = f"{schedule_id('habilitacion', WATCH)}-{uuid4()}"
    shared.outside.of[name] = ends
    with shared.env.with_time_skipping_disabled():
        result: int = await shared.env.client.execute_workflow("Watch", HABILITACION, id=name, task_queue=TASK_QUEUE)
    return result


async def test_it_asks_page_after_page_and_says_how_many_were_told(shared: Stage) -> None:
    ends = Ends(Told(told=100, more=True), Told(told=0, more=True), Told(told=3))
    assert await swept(shared, ends) == 103
    assert ends.asked == 3


async def test_records_that_are_away_are_waited_for(shared: Stage) -> None:
    ends = Ends(Told(told=1))
    ends.flaky["tell_expiring"] = 1
    assert await swept(shared, ends) == 1
    assert ends.asked == 2


async def test_the_schedule_is_made_once_and_then_left_as_people_leave_it(shared: Stage) -> None:
    client, settings = shared.env.client, Settings(environment="produccion")
    await asyncio.gather(*(keep(client, settings) for _ in range(3)))
    handle = client.get_schedule_handle(schedule_id("produccion", WATCH))
    try:
        made = (await handle.describe()).schedule
        assert isinstance(made.action, ScheduleActionStartWorkflow)
        assert (made.action.workflow, made.action.task_queue) == ("Watch", TASK_QUEUE)
        assert [each.hour[0].start for each in made.spec.calendars] == [7]
        assert made.spec.time_zone_name == "America/Bogota"
        assert made.policy.overlap == ScheduleOverlapPolicy.SKIP
        assert (await handle.describe()).info.next_action_times[0].hour == 12  # 07:00 in Bogotá
        await handle.pause(note="vacaciones")
        await keep(client, settings)
        assert (await handle.describe()).schedule.state.paused
    finally:
        for what in (WATCH, SWEEPING):
            await client.get_schedule_handle(schedule_id("produccion", what)).delete()


async def test_a_server_that_refuses_is_asked_again(shared: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    client, asked = shared.env.client, 0
    create = client.create_schedule

    async def refusing_first(*args: object, **options: object) -> object:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise RPCError("busy", RPCStatusCode.UNAVAILABLE, b"")
        return await create(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("workers.schedule.PAUSE", 0.01)
    monkeypatch.setattr(client, "create_schedule", refusing_first)
    await keep(client, Settings(environment="produccion"))
    assert asked == 3
    for what in (WATCH, SWEEPING):
        await client.get_schedule_handle(schedule_id("produccion", what)).delete()
