"""What people ask of many onboardings at once, and how long the answers take."""

import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from activities.store.pool import transaction
from activities.store.reading import Reading
from benchmarks.parked.crowd import Crowd
from domain.steps import Step

TIMES = 20
FIRST = 100
_EARLIER = "SELECT max(due_at) FROM dse.onboarding WHERE step = $1"


async def overdue_count_ms(crowd: Crowd, now: datetime) -> float:
    """Temporal counts, as its UI and alerts do."""
    late = f"DseWaitingOn = 'company' AND DseDueAt < '{now.isoformat()}' AND ExecutionStatus = 'Running'"

    async def count() -> int:
        return (await crowd.client.count_workflows(late)).count

    return await _median_ms(count)


async def first_by_due_date_ms(crowd: Crowd, environment: str, now: datetime) -> float:
    """The records list, as `./dse list --overdue --first` does."""
    reading = Reading(crowd.records)

    async def read() -> int:
        return len(await reading.listing(environment, now=now, overdue=True, most=FIRST))

    return await _median_ms(read)


async def when_the_early_are_overdue(crowd: Crowd) -> datetime:
    """A moment at which every tenth is late: those a row further have the earlier due date."""
    async with transaction(crowd.records) as connection:
        due_at: datetime = await connection.fetchval(_EARLIER, Step.LEGAL_REPRESENTATIVE)
    return due_at + timedelta(seconds=1)


async def _median_ms(ask: Callable[[], Awaitable[int]]) -> float:
    """Raises LookupError if there is nothing to find: a question without an answer is too easy."""
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        if not await ask():
            raise LookupError("nothing is overdue")
        taken.append(time.perf_counter() - begun)
    return round(1000 * statistics.median(taken), 2)
