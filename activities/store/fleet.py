"""What the records tell of the whole fleet at one moment: how many onboardings stand where, and what is unsent."""

from typing import NamedTuple

from activities.store.pool import Pool, transaction

_OPEN = """
    SELECT step, coalesce(waiting_on, '') AS waiting_on, held, coalesce(blocked, '') AS blocked, count(*) AS number,
        extract(epoch FROM now() - min(since))::float8 AS oldest_s,
        count(*) FILTER (WHERE due_at <= now() AND NOT held) AS overdue
    FROM dse.onboarding AS this
    WHERE environment = $1 AND closed IS NULL AND NOT EXISTS (
        SELECT FROM dse.onboarding AS later
        WHERE later.environment = this.environment AND later.nit = this.nit AND later.started_at > this.started_at
    )
    GROUP BY step, waiting_on, held, blocked
"""
_CLOSED = "SELECT closed, count(*) FROM dse.onboarding WHERE environment = $1 AND closed IS NOT NULL GROUP BY closed"
_UNSENT = """
    SELECT count(*) AS unsent,
        coalesce(
            extract(epoch FROM now() - min(CASE attempts WHEN 0 THEN try_at ELSE made_at END)
                FILTER (WHERE attempts > 0 OR try_at <= now())),
            0
        )::float8 AS oldest_s
    FROM dse.mail
    WHERE sent_at IS NULL AND dropped_at IS NULL AND bounced_at IS NULL
"""
"""One that has yet to be tried is old from the moment at which it could: it may have been kept for quiet hours."""


class Group(NamedTuple):
    """Open onboardings that are alike."""

    step: str
    waiting_on: str
    held: bool
    blocked: str
    """By what; empty: they aren't."""
    number: int
    oldest_s: float
    """How long the oldest has been in its row."""
    overdue: int


class Census(NamedTuple):
    open: list[Group]
    closed: dict[str, int]
    """How many ended, by how."""
    unsent: int
    oldest_unsent_s: float
    """For how long a mail could have been sent and wasn't; 0: none waits."""


class Fleet:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def census(self, environment: str) -> Census:
        """Mails are of all environments: there is one outbox. Raises AwayError."""
        async with transaction(self._pool) as connection:
            groups = [Group(*row) for row in await connection.fetch(_OPEN, environment)]
            closed = {row["closed"]: row["count"] for row in await connection.fetch(_CLOSED, environment)}
            mails = (await connection.fetch(_UNSENT))[0]
        return Census(groups, closed, mails["unsent"], mails["oldest_s"])
