"""An effect under way says that it lives: a killed worker is noticed within seconds, whatever time the effect has."""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

BEAT = timedelta(seconds=2.5)
"""Below a third of the policies' time-out: a loaded worker isn't taken for a dead one. Short effects never beat."""


class Heartbeat(Interceptor):
    """Through its answer an effect also learns that its workflow has cancelled it."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Beating(next)


class _Beating(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        beating = asyncio.create_task(_beat())
        try:
            return await super().execute_activity(input)
        finally:
            beating.cancel()


async def _beat() -> None:
    while True:
        await asyncio.sleep(BEAT.total_seconds())
        activity.heartbeat()
