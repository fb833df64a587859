"""Every effect's time-out and retries.

Retries have no end: what is transient heals, and what isn't is raised as not retryable.
"""

from datetime import timedelta
from enum import Enum
from typing import Any, TypedDict

from temporalio.common import RetryPolicy

from domain import effects
from domain.effects import Effect

TASK_QUEUE = "dse"
DIAN_TASK_QUEUE = "dse-dian"
"""Calls to DIAN have a queue of their own: its rate limit holds for the whole fleet."""

_ALIVE = timedelta(seconds=10)
"""A worker that says nothing for so long is dead, and the effect is tried again elsewhere: all that a kill costs."""
_QUICK = timedelta(seconds=20)
"""A database's answer, or a letter. Below what an update waits for the first try of these (`OUTCOME_WITHIN`)."""
_START_TO_CLOSE = {
    effects.CHECK_SCAN.name: timedelta(seconds=60),
    effects.LOOK_UP_RANGES.name: timedelta(seconds=75),  # above DIAN's own 65 s
    effects.READ_BACK.name: timedelta(seconds=75),
}


class Retries(Enum):
    """How often an effect is tried."""

    ONCE = "once"
    FOR_EVER = "for ever"


ONCE, RETRIES = Retries.ONCE, Retries.FOR_EVER
_ONCE = RetryPolicy(maximum_attempts=1)
_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=1)
)
RETRY_DIAN = RetryPolicy(
    initial_interval=timedelta(seconds=2), backoff_coefficient=2, maximum_interval=timedelta(minutes=5)
)
"""The effects spread these pauses themselves after what DIAN answers; after what else fails they hold as they are."""


class LocalOptions(TypedDict):
    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy
    summary: str


def at_once(effect: Effect[Any, Any]) -> LocalOptions:
    """Within the workflow task: well below the task's own 10 s."""
    return {"start_to_close_timeout": timedelta(seconds=3), "retry_policy": _ONCE, "summary": effect.summary_es}


class BriefOptions(TypedDict):
    task_queue: str
    schedule_to_close_timeout: timedelta
    start_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy


WITHIN_A_MINUTE: BriefOptions = {
    "task_queue": TASK_QUEUE,
    "schedule_to_close_timeout": timedelta(seconds=30),
    "start_to_close_timeout": timedelta(seconds=25),
    "heartbeat_timeout": _ALIVE,
    "retry_policy": _RETRY,
}
"""For a sweep, of which each part ends by then, done or not: two of them, one after the other, are its whole time."""


class Options(TypedDict):
    task_queue: str
    start_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy
    summary: str


def options(effect: Effect[Any, Any], retries: Retries) -> Options:
    for_ever = RETRY_DIAN if effect.at_dian else _RETRY
    return {
        "task_queue": DIAN_TASK_QUEUE if effect.at_dian else TASK_QUEUE,
        "start_to_close_timeout": _START_TO_CLOSE.get(effect.name, _QUICK),
        "heartbeat_timeout": _ALIVE,
        "retry_policy": _ONCE if retries is ONCE else for_ever,
        "summary": effect.summary_es,
    }
