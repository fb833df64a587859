"""The Schedules by which Temporal starts what looks over many companies: what ends soon, and what is stuck."""

import asyncio
import logging
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
)
from temporalio.service import RPCError

from domain.effects import SWEEP, TELL_EXPIRING, SweepOf, TellExpiring
from workers.settings import Settings
from workflows.policies import TASK_QUEUE
from workflows.sweep import SweepWorkflow
from workflows.watch import WatchWorkflow

WATCH, SWEEPING = "watch", "sweep"
HOUR = 7
"""In Bogotá: operators find it when they begin."""
EVERY = timedelta(minutes=5)
"""Between two sweeps: what is late by minutes is told before a customer calls."""
PAUSE = 60.0
"""Seconds between two attempts to make a Schedule while Temporal refuses it."""
log = logging.getLogger("dse.worker")


def schedule_id(environment: str, what: str) -> str:
    return f"dse:{environment}:{what}"


def watching(environment: str) -> Schedule:
    """Daily. One missed is made up for within a day; later the next one tells what it would have told."""
    return Schedule(
        action=ScheduleActionStartWorkflow(
            WatchWorkflow.run,
            TellExpiring(environment=environment),
            id=schedule_id(environment, WATCH),  # the server adds the time
            task_queue=TASK_QUEUE,
            static_summary=TELL_EXPIRING.summary_es,
        ),
        spec=ScheduleSpec(
            calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(HOUR)])], time_zone_name="America/Bogota"
        ),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(days=1)),
    )


def sweeping(environment: str) -> Schedule:
    """One missed is not made up for: the next one sees all that it would have seen."""
    return Schedule(
        action=ScheduleActionStartWorkflow(
            SweepWorkflow.run,
            SweepOf(environment=environment),
            id=schedule_id(environment, SWEEPING),
            task_queue=TASK_QUEUE,
            static_summary=SWEEP.summary_es,
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(minutes=1)),
    )


async def keep(client: Client, settings: Settings) -> None:
    """Makes the Schedules that there are none of; tried until Temporal has them, beside the worker.

    One that exists is left as it is, whatever it says: operators move or pause it in Temporal's UI, and workers of two
    versions would else undo each other's. Deleted, it is made anew by the next worker that starts.
    """
    environment = settings.environment
    await asyncio.gather(
        _make(client, schedule_id(environment, WATCH), watching(environment)),
        _make(client, schedule_id(environment, SWEEPING), sweeping(environment)),
    )


async def _make(client: Client, name: str, schedule: Schedule) -> None:
    while True:
        try:
            await client.create_schedule(name, schedule)
        except ScheduleAlreadyRunningError:
            return
        except RPCError as error:
            log.warning("not scheduled yet", extra={"schedule": name, "error": error.status.name})
            await asyncio.sleep(PAUSE)
        else:
            log.info("scheduled", extra={"schedule": name})
            return
