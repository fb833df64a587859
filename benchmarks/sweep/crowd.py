"""Onboardings as the records and Temporal's visibility show them, without anybody who works on them."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from activities.store.documents import Documents
from activities.store.pool import Pool, transaction
from activities.visibility import PROBLEMS
from benchmarks.parked.crowd import nit
from domain.begin import workflow_id
from domain.findings import MANY_LOOKS, FindingCode
from domain.letter import letter_key
from workflows import cards

QUEUE = "nobody"
"""No worker asks for it: what is started there stays as it is."""
AT_ONCE = 32
WITH_LETTER = 10
"""Every tenth has a letter; what one costs, its name in the store's list, doesn't depend on the row."""
EVERY = 100
"""Of so many one has each thing wrong with it."""
_COMPANIES = "INSERT INTO dse.company (environment, nit) SELECT $1, unnest($2::text[])"
_ROWS = """
    INSERT INTO dse.onboarding (
        onboarding_id, environment, nit, version, fence, seq, name, contact, partner, external_reference,
        step, waiting_on, since, due_at, held, started_at, letter_revision, closed, status, recorded_at,
        next_look_at, overdue_noticed, counted_from, unreadable_at
    )
    SELECT 'o' || nit, $1, nit, 1, 1, 0, 'Empresa S.A.S.', '{}', 'direct', '',
        step, nullif(waiting_on, ''), $3, due_at, false, $3, revision, closed,
        CASE WHEN closed IS NOT NULL THEN '{}'::jsonb END, $3, look_at, noticed, $3, unreadable_at
    FROM jsonb_to_recordset($2) AS given (
        nit text, step text, waiting_on text, due_at timestamptz, revision integer, closed text,
        look_at timestamptz, noticed boolean, unreadable_at timestamptz
    )
"""
_LETTERS = """
    INSERT INTO dse.letter (onboarding_id, revision, letter_id, key, sha256, size, template, issued_on, fence)
    SELECT 'o' || nit, 1, nit, key, '', 1, '1', now()::date, 1
    FROM unnest($1::text[], $2::text[]) AS given (nit, key)
"""
_SEEN_BEFORE = "UPDATE dse.finding SET first_seen = first_seen - interval '2 minutes'"


class Case(NamedTuple):
    """One thing that is wrong, the row that has it, and what the sweep is to say of it."""

    codes: tuple[FindingCode, ...] = ()
    row: dict[str, Any] = {}
    runs: bool = True
    shows: str = ""
    """The step that visibility shows, if another."""
    failing: bool = False


_C = FindingCode


def cases(now: datetime) -> list[Case]:
    """The last is everybody else's. An object without a record would have to be an hour old: that is not seeded."""
    past = now - timedelta(hours=1)
    return [
        Case((_C.OVERDUE_ON_US,), {"step": "letter_check", "waiting_on": "us", "due_at": past}),
        Case((_C.OVERDUE_ON_DIAN,), {"step": "prefix_sync", "waiting_on": "dian", "due_at": past}),
        Case((_C.OVERDUE_ON_COMPANY,), {"due_at": past}),
        Case(
            (_C.OVERDUE_ON_OPERATOR, _C.REVIEW_OLD),
            {"step": "letter_review", "waiting_on": "operator", "due_at": past},
        ),
        Case((_C.OVERDUE_ON_COMPANY, _C.DUE_UNNOTICED), {"due_at": past, "noticed": False}),
        Case((_C.LOOK_LATE,), {"step": "prefix_sync", "waiting_on": "dian", "look_at": past}),
        Case((_C.PROJECTION_DIFFERS,), shows="letter_check"),
        Case((_C.GRANT_ALIVE,), {"revision": 1}, runs=False),
        Case((_C.READY_WITHOUT_RANGE,), {"step": "ready", "waiting_on": "", "closed": "ready"}, runs=False),
        Case((_C.UNREADABLE_SIGNALS,), {"unreadable_at": past}),
        Case((_C.TASK_FAILING,), failing=True),
        Case((_C.LETTER_WITHOUT_OBJECT,), {"revision": 1}),
        Case(),
    ]


class Crowd:
    def __init__(self, n: int, now: datetime, environment: str) -> None:
        self._n, self._environment = n, environment
        self._begun = now - timedelta(days=10)
        self._cases = cases(now)

    @property
    def expected(self) -> dict[str, int]:
        """How many of each code a sweep is to find."""
        found = Counter(code.value for number in range(self._n) for code in self._case(number).codes)
        if found[_C.LOOK_LATE] > MANY_LOOKS:
            found[_C.LOOK_LATE] = 1
        return dict(found)

    def _case(self, number: int) -> Case:
        return self._cases[min(number % EVERY, len(self._cases) - 1)]

    async def on_record(self, records: Pool) -> None:
        calm = {"step": "signed_letter", "waiting_on": "company", "revision": 0, "closed": None, "noticed": True}
        rows = [{**calm, "nit": nit(number), **self._case(number).row} for number in range(self._n)]
        lettered = [nit(number) for number in range(self._n) if self._has_letter(number)]
        keys = [self._key(each) for each in lettered]
        async with transaction(records) as connection:
            await connection.execute(_COMPANIES, self._environment, [row["nit"] for row in rows])
            await connection.execute(_ROWS, self._environment, rows, self._begun)
            await connection.execute(_LETTERS, lettered, keys)
            await connection.execute("ANALYZE")

    async def in_store(self, documents: Documents) -> None:
        stored = [
            number
            for number in range(self._n)
            if self._has_letter(number) and _C.LETTER_WITHOUT_OBJECT not in self._case(number).codes
        ]
        await _a_few_at_once(lambda number: documents.put(self._key(nit(number)), b"%PDF-"), stored)

    async def in_temporal(self, client: Client) -> int:
        """Started, and left alone; how many run."""
        running = [number for number in range(self._n) if self._case(number).runs]
        await _a_few_at_once(lambda number: self._start(client, number), running)
        async with asyncio.timeout(60):
            while (await client.count_workflows('WorkflowType = "Onboarding"')).count < len(running):
                await asyncio.sleep(0.2)
        return len(running)

    async def _start(self, client: Client, number: int) -> None:
        case = self._case(number)
        step = case.shows or case.row.get("step", "signed_letter")
        pairs: list[SearchAttributePair[Any]] = [
            SearchAttributePair(cards.ENVIRONMENT, self._environment),
            SearchAttributePair(cards.STEP, step),
            SearchAttributePair(cards.WAITING_ON, case.row.get("waiting_on", "company")),
        ]
        if case.failing:
            problems = SearchAttributeKey.for_keyword_list(PROBLEMS)
            pairs.append(SearchAttributePair(problems, ["category=WorkflowTaskFailed"]))
        await client.start_workflow(
            "Onboarding",
            id=workflow_id(self._environment, nit(number)),
            task_queue=QUEUE,
            search_attributes=TypedSearchAttributes(pairs),
        )

    def _has_letter(self, number: int) -> bool:
        return number % WITH_LETTER == 1 or _C.LETTER_WITHOUT_OBJECT in self._case(number).codes

    def _key(self, nit: str) -> str:
        return letter_key(self._environment, nit, nit, 1)


async def seen_before(records: Pool) -> None:
    """As if the last sweep had been two minutes ago: what differs counts from its second sight on."""
    async with transaction(records) as connection:
        await connection.execute(_SEEN_BEFORE)


async def _a_few_at_once(work: Callable[[int], Awaitable[object]], numbers: Iterable[int]) -> None:
    waiting = iter(numbers)

    async def one_after_another() -> None:
        for number in waiting:
            await work(number)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(one_after_another())
