"""The Schedule by which Temporal starts the watch over what ready companies hold."""

import asyncio
import logging
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
)
from temporalio.service import RPCError

from domain.effects import TELL_EXPIRING, TellExpiring
from workers.settings import Settings
from workflows.policies import TASK_QUEUE
from workflows.watch import WatchWorkflow

HOUR = 7
"""In Bogotá: operators find it when they begin."""
PAUSE = 60.0
"""Seconds between two attempts to make the Schedule while Temporal refuses it."""
log = logging.getLogger("dse.worker")


def schedule_id(environment: str) -> str:
    return f"dse:{environment}:watch"


def watching(environment: str) -> Schedule:
    """Daily. A sweep missed is made up for within a day; later the next one tells what it would have told."""
    return Schedule(
        action=ScheduleActionStartWorkflow(
            WatchWorkflow.run,
            TellExpiring(environment=environment),
            id=schedule_id(environment),  # the server adds the time
            task_queue=TASK_QUEUE,
            static_summary=TELL_EXPIRING.summary_es,
        ),
        spec=ScheduleSpec(
            calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(HOUR)])], time_zone_name="America/Bogota"
        ),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(days=1)),
    )


async def watch(client: Client, settings: Settings) -> None:
    """Makes the Schedule where there is none; tried until Temporal has one, beside the worker.

    One that exists is left as it is, whatever it says: operators move or pause it in Temporal's UI, and workers of two
    versions would else undo each other's. Deleted, it is made anew by the next worker that starts.
    """
    name = schedule_id(settings.environment)
    while True:
        try:
            await client.create_schedule(name, watching(settings.environment))
        except ScheduleAlreadyRunningError:
            return
        except RPCError as error:
            log.warning("the watch is not scheduled yet", extra={"schedule": name, "error": error.status.name})
            await asyncio.sleep(PAUSE)
        else:
            log.info("the watch is scheduled", extra={"schedule": name})
            return
