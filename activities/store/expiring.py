"""Grants and ranges of ready companies that end: found in the records, page by page, and told once."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from activities.store import outbox
from activities.store.mail import OutgoingMail
from activities.store.pool import Pool, transaction
from activities.store.reading import ListRow, blocked_by
from domain.expiring import Ending, Expiry

PAGE = 100
"""Ends told in one transaction, and in one mail to operators."""

_TELL = """
    WITH due AS (
        SELECT ending.nit, last.name, ending.what, ending.ends_on, ending.resolution, ending.prefix, ending.ends_at,
            last.onboarding_id, last.contact ->> 'email' AS recipient
        FROM dse.ending
        CROSS JOIN LATERAL (
            SELECT * FROM dse.onboarding AS o
            WHERE o.environment = ending.environment AND o.nit = ending.nit
            ORDER BY o.started_at DESC, o.onboarding_id DESC
            LIMIT 1
        ) AS last
        WHERE ending.environment = $1 AND ending.ends_at < $2
            AND last.closed IS NOT NULL -- else a renewal is under way
            AND EXISTS (
                SELECT FROM dse.onboarding AS o
                WHERE o.environment = ending.environment AND o.nit = ending.nit AND o.closed = 'ready'
            )
            AND NOT EXISTS (
                SELECT FROM dse.expiry_told AS told
                WHERE told.environment = ending.environment AND told.nit = ending.nit
                    AND told.what = ending.what AND told.ends_on = ending.ends_on
            )
        ORDER BY ending.ends_at, ending.nit
        LIMIT $3
    ), told AS (
        INSERT INTO dse.expiry_told (environment, nit, what, ends_on, onboarding_id)
        SELECT $1, nit, what, ends_on, onboarding_id FROM due
        ON CONFLICT DO NOTHING
        RETURNING nit, what, ends_on
    )
    SELECT due.*, told.nit IS NOT NULL AS told
    FROM due LEFT JOIN told USING (nit, what, ends_on)
    ORDER BY ends_at, nit
"""
_LISTING = """
    SELECT last.nit, name, partner, step, waiting_on, since, due_at, coalesce(due_at <= $3, false) AS overdue,
        held, blocked, assignee, expiring
    FROM (
        SELECT environment, nit, min(ends_at) AS soonest,
            jsonb_agg(jsonb_build_object('what', what, 'ends_on', ends_on) ORDER BY ends_at, what) AS expiring
        FROM dse.ending
        WHERE environment = $1 AND ends_at < $2
        GROUP BY environment, nit
    ) AS ending
    CROSS JOIN LATERAL (
        SELECT * FROM dse.onboarding AS o
        WHERE o.environment = ending.environment AND o.nit = ending.nit
        ORDER BY o.started_at DESC, o.onboarding_id DESC
        LIMIT 1
    ) AS last
    WHERE EXISTS (
            SELECT FROM dse.onboarding AS o
            WHERE o.environment = ending.environment AND o.nit = ending.nit AND o.closed = 'ready'
        )
        AND ($4::text IS NULL OR step = $4)
        AND ($5::text IS NULL OR waiting_on = $5)
        AND (NOT $6 OR due_at <= $3)
        AND (NOT $7 OR held)
    ORDER BY soonest, last.nit
    LIMIT $8
"""


class Due(Expiry):
    """An end to be told, and to whom."""

    onboarding_id: str
    """The company's last one: its mail and its timeline are where this is told."""
    recipient: str


class ExpiringRow(ListRow):
    """A line of the work list with what ends; `contract.md` fixes these names."""

    expiring: tuple[Ending, ...]


Words = Callable[[Due], OutgoingMail]
Summary = Callable[[Sequence[Due]], OutgoingMail]


class Expiring:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def tell(self, environment: str, before: datetime, words: Words, summary: Summary) -> tuple[int, bool]:
        """Tells the next ends before this moment: how many, and whether there may be more.

        That they were told and the mails that tell them are on record together. Of two who look at once, one tells. A
        company whose renewal is under way is left alone.
        """
        async with transaction(self._pool) as connection:
            rows = await connection.fetch(_TELL, environment, before, PAGE)
            told = [Due(**row) for row in rows if row["told"]]
            for each in told:
                await outbox.put(connection, each.onboarding_id, [words(each)])
            if told:
                await outbox.put(connection, told[0].onboarding_id, [summary(told)])
        return len(told), len(rows) == PAGE

    async def listing(
        self,
        environment: str,
        before: datetime,
        *,
        now: datetime,
        step: str | None = None,
        waiting_on: str | None = None,
        overdue: bool = False,
        held: bool = False,
        most: int | None = None,
    ) -> list[ExpiringRow]:
        """Every company that has been ready and of which something ends before this moment, soonest first.

        A renewal under way shows where it stands.
        """
        by: tuple[Any, ...] = (now, step, waiting_on, overdue, held, most)
        async with transaction(self._pool) as connection:
            rows = await connection.fetch(_LISTING, environment, before, *by)
        return [ExpiringRow(**{**row, "blocked": blocked_by(row["blocked"])}) for row in rows]
