"""The sweep ends, whatever is away, and says what it lacked."""

import asyncio
from uuid import uuid4

import pytest
from temporalio.client import (
    ScheduleActionStartWorkflow,
    ScheduleOverlapPolicy,
    WorkflowFailureError,
    WorkflowHandle,
)
from temporalio.exceptions import ApplicationError, CancelledError

from domain.effects import EndSweep, LookedThrough, LookThrough, SweepOf, Swept
from domain.findings import Source
from tests.workflows.effects import Effects
from tests.workflows.server import Stage
from workers.schedule import EVERY, SWEEPING, WATCH, keep, schedule_id
from workers.settings import Settings
from workflows.policies import TASK_QUEUE

HABILITACION = SweepOf(environment="habilitacion")


class Sources(Effects):
    """Each source finds three; some are away for good, or disagree about the time."""

    def __init__(self, *away: str, apart: bool = False) -> None:
        super().__init__()
        self.away, self.apart = away, apart
        self.asked: list[LookThrough] = []
        self.ended: list[EndSweep] = []

    async def sweep(self, given: LookThrough) -> LookedThrough:
        self.asked.append(given)
        await self._enter("sweep")
        self._refuse(given.source)
        return LookedThrough(found=0 if self.apart else 3, clocks_apart=self.apart)

    async def end_sweep(self, given: EndSweep) -> Swept:
        self.ended.append(given)
        await self._enter("end_sweep")
        self._refuse("end")
        missing = tuple(each for each in Source if each not in given.found)
        return Swept(found=sum(given.found.values()), missing=missing, told=True)

    def _refuse(self, what: str) -> None:
        if what in self.away:
            raise ApplicationError("away", type="away", non_retryable=True)


async def begun(shared: Stage, sources: Sources) -> WorkflowHandle[SweepOf, Swept]:
    name = f"{schedule_id('habilitacion', SWEEPING)}-{uuid4()}"
    shared.outside.of[name] = sources
    return await shared.env.client.start_workflow(
        "Sweep", HABILITACION, id=name, task_queue=TASK_QUEUE, result_type=Swept
    )


async def swept(shared: Stage, sources: Sources) -> Swept:
    with shared.env.with_time_skipping_disabled():
        return await (await begun(shared, sources)).result()


async def test_all_sources_are_looked_through_at_one_moment_and_counted(shared: Stage) -> None:
    sources = Sources()
    assert await swept(shared, sources) == Swept(found=9, missing=(), told=True)
    assert {each.source for each in sources.asked} == set(Source)
    (end,) = sources.ended
    assert {each.at for each in sources.asked} == {end.at}
    assert end.ended_at >= end.at


@pytest.mark.parametrize("source", Source)
async def test_a_source_that_is_away_makes_it_partial(shared: Stage, source: Source) -> None:
    sources = Sources(source)
    assert await swept(shared, sources) == Swept(found=6, missing=(source,), told=True)
    assert source not in sources.ended[0].found


async def test_where_clocks_disagree_nothing_was_looked_through(shared: Stage) -> None:
    sources = Sources(apart=True)
    assert await swept(shared, sources) == Swept(found=0, missing=tuple(Source), told=True)
    assert sources.ended[0].clocks_apart


async def test_records_that_are_away_at_the_end_leave_the_sweep_untold(shared: Stage) -> None:
    assert await swept(shared, Sources("end")) == Swept(found=9, missing=tuple(Source), told=False)


async def test_what_fails_in_passing_is_asked_again(shared: Stage) -> None:
    sources = Sources()
    sources.flaky["sweep"] = 2
    assert await swept(shared, sources) == Swept(found=9, missing=(), told=True)
    assert len(sources.asked) == 5


async def test_it_ends_within_a_minute_though_nothing_answers(shared: Stage) -> None:
    sources = Sources()
    sources.flaky["sweep"] = sources.flaky["end_sweep"] = 1000
    handle = await begun(shared, sources)
    swept = await handle.result()
    described = await handle.describe()
    assert swept == Swept(found=0, missing=tuple(Source), told=False)
    assert described.close_time is not None
    assert (described.close_time - described.start_time).total_seconds() < 70


@pytest.mark.parametrize("part", ["sweep", "end_sweep"])
async def test_cancelled_by_a_person_it_ends(shared: Stage, part: str) -> None:
    sources = Sources()
    sources.close(part)
    with shared.env.with_time_skipping_disabled():
        handle = await begun(shared, sources)
        async with asyncio.timeout(20):
            while not sources.calls[part]:
                await asyncio.sleep(0.02)
        await handle.cancel()
        with pytest.raises(WorkflowFailureError) as failed:
            await handle.result()
    sources.open(part)
    assert isinstance(failed.value.cause, CancelledError)


async def test_a_schedule_starts_it_every_five_minutes_one_at_a_time(shared: Stage) -> None:
    client = shared.env.client
    await keep(client, Settings(environment="produccion"))
    handle = client.get_schedule_handle(schedule_id("produccion", SWEEPING))
    try:
        made = (await handle.describe()).schedule
        assert isinstance(made.action, ScheduleActionStartWorkflow)
        assert (made.action.workflow, made.action.task_queue) == ("Sweep", TASK_QUEUE)
        assert [each.every for each in made.spec.intervals] == [EVERY]
        assert made.policy.overlap == ScheduleOverlapPolicy.SKIP
    finally:
        for what in (WATCH, SWEEPING):
            await client.get_schedule_handle(schedule_id("produccion", what)).delete()
