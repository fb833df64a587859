"""Timers that wake an onboarding when time alone changes something."""

import asyncio
from datetime import datetime

from temporalio import workflow


class Alarms:
    """Starts as few timers as will do, and cancels none.

    One that rings before it is needed serves as well: whoever wakes looks, and sets the next. A timer started and
    cancelled at each change would be most of what a history is made of.
    """

    def __init__(self) -> None:
        self._set: set[datetime] = set()
        self._ringing: set[asyncio.Task[None]] = set()
        self.rung = 0
        """How often one has rung: a change of it is what to wait for."""

    def wake_by(self, moment: datetime, summary: str) -> None:
        """One rings at `moment` at the latest."""
        if any(each <= moment for each in self._set):
            return
        self._set.add(moment)
        task = asyncio.create_task(self._ring(moment, summary))
        self._ringing.add(task)
        task.add_done_callback(self._ringing.discard)

    async def _ring(self, moment: datetime, summary: str) -> None:
        await workflow.sleep(moment - workflow.now(), summary=summary)
        self._set.remove(moment)
        self.rung += 1
