"""Onboardings started by the hundred, parked on the company, touched and woken."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from activities.store.pool import Pool, transaction
from benchmarks.insist import insist
from domain.commands import ElectronicInvoicingCompleted, PrefixesAssociated, Start, StartContact
from domain.nit import check_digit
from domain.steps import Step
from starters.port import Port

AT_ONCE = 16
"""Starts and signals that the client has under way: enough to keep two cores busy."""
EARLY = 10
"""Every tenth comes with invoicing done: it parks one row further, whose due date is the earlier one."""
SAMPLE = 100
"""Histories that are looked into."""
STALLED_S = 60.0
"""Seconds without any progress after which whoever isn't there is left behind."""
_TIMED_OUT = EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT
_PARKED = (Step.ELECTRONIC_INVOICING, Step.LEGAL_REPRESENTATIVE)
_ON_RECORD = "SELECT count(*) FROM dse.onboarding WHERE step = ANY($1)"
_STILL_THERE = "SELECT count(*) FROM dse.onboarding WHERE step = $1 AND nit = ANY($2)"
_UNSENT = "SELECT count(*) FROM dse.mail WHERE sent_at IS NULL"


@dataclass
class Crowd:
    port: Port
    client: Client
    records: Pool
    started: int = 0
    left_behind: int = 0

    async def grow(self, to: int) -> None:
        """Starts the missing ones; returns when all are parked and mailed, or none comes to rest any more."""
        await _a_few_at_once(self._start, range(self.started, to))
        self.started = to
        self.left_behind = await _settled(self._not_parked)
        await self.rest()

    async def _start(self, number: int) -> None:
        await self.port.launch(
            Start(
                nit=nit(number),
                name=f"Empresa {number} S.A.S.",
                contact=StartContact(name="Ana Ruiz", email=f"ana@e{number}.example"),
                invoicing_done=is_early(number),
            )
        )

    async def _not_parked(self) -> int:
        """Whoever lacks its row on record or the attribute of one: both come after the first workflow task."""
        on_record = await self._count(_ON_RECORD, list(_PARKED))
        steps = ", ".join(f"'{step}'" for step in _PARKED)
        published = await self.client.count_workflows(f"DseStep IN ({steps}) AND ExecutionStatus = 'Running'")
        return self.started - min(on_record, published.count)

    async def timed_out(self) -> float:
        """Workflow tasks that nobody took or ended in time, for each onboarding; counted in some histories."""
        sample = range(0, self.started, max(1, self.started // SAMPLE))
        histories = [await self.port.handle(nit(number)).fetch_history() for number in sample]
        events = [event for history in histories for event in history.events]
        return sum(event.event_type == _TIMED_OUT for event in events) / len(histories)

    async def touch(self, numbers: Sequence[int]) -> None:
        """Says something that moves no row: each has then done a workflow task on the worker that runs now."""
        await _a_few_at_once(self._touch, numbers)

    async def _touch(self, number: int) -> None:
        await self.port.signal(nit(number), PrefixesAssociated())
        await self.port.status(nit(number))  # answered only once the signal has been worked on

    async def wake(self, numbers: Sequence[int]) -> None:
        """Says that invoicing is done, and waits for the next row; whoever doesn't come to it is left behind."""
        invoicing_done = ElectronicInvoicingCompleted()
        await _a_few_at_once(lambda number: self.port.signal(nit(number), invoicing_done), numbers)
        nits = [nit(number) for number in numbers]
        self.left_behind += await _settled(lambda: self._count(_STILL_THERE, Step.ELECTRONIC_INVOICING, nits))

    async def rest(self) -> None:
        """Until the last mail has left: nothing is under way then."""
        await _settled(lambda: self._count(_UNSENT))

    async def _count(self, sql: str, *given: object) -> int:
        async with transaction(self.records) as connection:
            return int(await connection.fetchval(sql, *given))


def nit(number: int) -> str:
    digits = str(800_000_000 + number)
    return f"{digits}-{check_digit(digits)}"


def is_early(number: int) -> bool:
    return number % EARLY == 0


async def _a_few_at_once(work: Callable[[int], Awaitable[None]], numbers: Iterable[int]) -> None:
    waiting = iter(numbers)

    async def one_after_another() -> None:
        for number in waiting:
            await insist(partial(work, number))

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(one_after_another())


async def _settled(left: Callable[[], Awaitable[int]]) -> int:
    """Waits until nothing is left, or until that stops shrinking; what is left then."""
    clock = asyncio.get_running_loop().time
    least, since = await left(), clock()
    while least and clock() - since < STALLED_S:
        await asyncio.sleep(0.05)
        if (now := await left()) < least:
            least, since = now, clock()
    return least
