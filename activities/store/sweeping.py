"""What a sweep reads of the records, and what it finds: kept here, so that no history grows with it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from activities.store import outbox
from activities.store.mail import OutgoingMail
from activities.store.pool import Pool, Row, transaction
from domain.findings import Finding, FindingCode, Source

_NOW = "SELECT now()"
_OPEN = """
    SELECT nit, step, coalesce(waiting_on, '') AS waiting_on, held, blocked IS NOT NULL AS blocked,
        started_at, recorded_at, due_at, overdue_noticed, next_look_at, unreadable_at,
        coalesce(counted_from, since) AS counted_from,
        CASE WHEN looked_at > recorded_at THEN looked_at END AS looked_since,
        letter_revision > 0
            OR EXISTS (
                SELECT FROM dse.certificate_grant AS own
                WHERE own.environment = this.environment AND own.nit = this.nit
                    AND own.onboarding_id = this.onboarding_id AND revoked_at IS NULL
            )
            OR EXISTS (
                SELECT FROM dse.voucher_type AS own
                WHERE own.environment = this.environment AND own.nit = this.nit
                    AND own.onboarding_id = this.onboarding_id AND released_at IS NULL
            ) AS holds
    FROM dse.onboarding AS this
    WHERE environment = $1 AND closed IS NULL AND NOT EXISTS (
        SELECT FROM dse.onboarding AS later
        WHERE later.environment = this.environment AND later.nit = this.nit AND later.started_at > this.started_at
    )
"""
_ALIVE_THOUGH_CANCELLED = """
    WITH live AS (
        SELECT onboarding_id, nit FROM dse.certificate_grant WHERE environment = $1 AND revoked_at IS NULL
        UNION
        SELECT onboarding_id, nit FROM dse.voucher_type WHERE environment = $1 AND released_at IS NULL
    )
    SELECT DISTINCT live.nit
    FROM live JOIN dse.onboarding AS own USING (onboarding_id)
    WHERE own.closed = 'cancelled'
        OR own.closed IS NULL -- and was terminated; whoever came after it didn't become ready by what it left
            AND (
                SELECT closed FROM dse.onboarding AS last
                WHERE last.environment = $1 AND last.nit = live.nit
                ORDER BY started_at DESC, onboarding_id DESC
                LIMIT 1
            ) = 'cancelled'
            AND NOT EXISTS (
                SELECT FROM dse.onboarding AS ready
                WHERE ready.environment = $1 AND ready.nit = live.nit AND ready.closed = 'ready'
            )
"""
_READY_WITHOUT_RANGE = """
    SELECT nit, max(recorded_at) AS since FROM dse.onboarding AS this
    WHERE environment = $1 AND closed = 'ready' AND NOT EXISTS (
        SELECT FROM dse.voucher_type AS claimed
        WHERE claimed.environment = this.environment AND claimed.nit = this.nit AND released_at IS NULL
            AND document_type = '05'
    )
    GROUP BY nit
"""
_REACHED = "SELECT reached FROM dse.sweep_pass WHERE environment = $1 AND source = $2"
_FILED = """
    SELECT nit, key, judged FROM (
        SELECT onboarding_id, key, true AS judged FROM dse.letter
        UNION ALL
        SELECT onboarding_id, key, coalesce(judgement IN ('accepted', 'review'), false) FROM dse.scan
        UNION ALL
        SELECT onboarding_id, before, false FROM dse.timeline WHERE name = 'signed_letter_uploaded' AND before <> ''
    ) AS filed JOIN dse.onboarding USING (onboarding_id)
    WHERE environment = $1 AND nit COLLATE "C" > $2
    ORDER BY nit COLLATE "C"
    LIMIT $3
"""
_LOOKED = """
    INSERT INTO dse.sweep_pass AS known (environment, source, looked_at, reached) VALUES ($1, $2, $3, $4)
    ON CONFLICT (environment, source) DO UPDATE SET looked_at = excluded.looked_at, reached = excluded.reached
    WHERE known.looked_at < excluded.looked_at OR known.looked_at > now() -- a clock that was wrong
    RETURNING true
"""
"""Its row is locked by it: of two passes at once the one that looked later stands, whichever ends first."""
_FOUND = """
    INSERT INTO dse.finding AS known (
        environment, source, code, nit, since, waiting_on, subject, settles, first_seen, last_seen
    )
    SELECT $1, $2, found.*, $3, $3
    FROM unnest($4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::interval[]) AS found
    ON CONFLICT (environment, source, code, nit) DO UPDATE SET
        since = excluded.since, waiting_on = excluded.waiting_on, subject = excluded.subject,
        settles = excluded.settles, last_seen = excluded.last_seen,
        first_seen = CASE -- another difference has yet to settle, too
            WHEN excluded.settles > interval '0' AND known.subject <> excluded.subject THEN excluded.first_seen
            ELSE least(known.first_seen, excluded.first_seen)
        END
"""
_SOLVED = """
    DELETE FROM dse.finding
    WHERE environment = $1 AND source = $2 AND last_seen <> $3
        AND ($4 = '' OR nit COLLATE "C" > $4) AND ($5 = '' OR nit COLLATE "C" <= $5)
"""
_CLOCK = "clock"
"""The source of what the sweep itself finds."""
_CLOCK_SOLVED = "DELETE FROM dse.finding WHERE environment = $1 AND source = $2"
_COUNTED = """
    SELECT code, count(*) FROM dse.finding
    WHERE environment = $1 AND last_seen - first_seen >= settles
    GROUP BY code
"""
_ENDED = """
    INSERT INTO dse.sweep AS known (environment, started_at, finished_at, seconds, missing)
    VALUES ($1, $2, now(), $3, $4)
    ON CONFLICT (environment) DO UPDATE SET
        started_at = excluded.started_at, finished_at = excluded.finished_at, seconds = excluded.seconds,
        missing = excluded.missing
"""
_LAST = """
    SELECT finished_at, seconds, missing, now() - finished_at AS age FROM dse.sweep WHERE environment = $1
"""
_FINDINGS = """
    SELECT code, nit, coalesce(since, first_seen) AS since, waiting_on, subject, source, place
    FROM (
        SELECT *, row_number() OVER (PARTITION BY code ORDER BY coalesce(since, first_seen), nit) AS place
        FROM dse.finding
        WHERE environment = $1 AND last_seen - first_seen >= settles AND ($2::text IS NULL OR code = $2)
    ) AS found
    WHERE $3::bigint IS NULL OR place <= $3
    ORDER BY since, nit, code
"""
_WRITTEN = "SELECT EXISTS (SELECT FROM dse.mail WHERE message_id = $1)"


class Filed(NamedTuple):
    """A document that the records know."""

    nit: str
    key: str
    judged: bool
    """It must be there: a letter, or a scan that somebody could read."""


class LastSweep(NamedTuple):
    finished_at: datetime
    age: timedelta
    """By the records' clock, which also said when it ended."""
    seconds: float
    missing: tuple[str, ...]
    """Sources that it lacked; none: it was a whole one."""
    counts: dict[str, int]
    """How many findings of each code; none of those that aren't named."""


class Known(NamedTuple):
    """A finding on record."""

    finding: Finding
    stale: bool
    """Its source was away during the last sweep: it is what was known before."""


class Sweeping:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def now(self) -> datetime:
        """By the records' clock."""
        async with transaction(self._pool) as connection:
            now: datetime = await connection.fetchval(_NOW)
        return now

    async def open_rows(self, environment: str) -> list[Row]:
        """Every company's open onboarding."""
        return await self._all(_OPEN, environment)

    async def ended_wrong(self, environment: str) -> list[Finding]:
        """Of companies whose onboarding has ended: what lives on, and what is missing."""
        alive = await self._all(_ALIVE_THOUGH_CANCELLED, environment)
        bare = await self._all(_READY_WITHOUT_RANGE, environment)
        return [
            *(Finding(FindingCode.GRANT_ALIVE, row["nit"]) for row in alive),
            *(Finding(FindingCode.READY_WITHOUT_RANGE, row["nit"], row["since"]) for row in bare),
        ]

    async def reached(self, environment: str) -> str:
        """The company at which the last look through the documents stopped; empty: they are begun anew."""
        rows = await self._all(_REACHED, environment, Source.DOCUMENTS)
        return rows[0]["reached"] if rows else ""

    async def filed(self, environment: str, after: str, most: int) -> list[Filed]:
        """The documents of the companies after this one, by company."""
        return [Filed(**row) for row in await self._all(_FILED, environment, after, most)]

    async def keep(
        self,
        environment: str,
        source: Source,
        looked_at: datetime,
        found: Sequence[Finding],
        *,
        after: str = "",
        reached: str = "",
    ) -> None:
        """Replaces what was known of this source, of the companies beyond `after` up to `reached`."""
        async with transaction(self._pool) as connection:
            if await connection.fetchval(_LOOKED, environment, source, looked_at, reached):
                await connection.execute(_FOUND, environment, source, looked_at, *_columns(found))
                await connection.execute(_SOLVED, environment, source, looked_at, after, reached)

    async def end(
        self,
        environment: str,
        started_at: datetime,
        seconds: float,
        missing: Collection[Source],
        clock_jump: Finding | None,
    ) -> None:
        """The sweep is over, with whatever it lacked."""
        async with transaction(self._pool) as connection:
            if clock_jump is None:
                await connection.execute(_CLOCK_SOLVED, environment, _CLOCK)
            else:
                now = await connection.fetchval(_NOW)
                await connection.execute(_FOUND, environment, _CLOCK, now, *_columns([clock_jump]))
            await connection.execute(_ENDED, environment, started_at, seconds, sorted(missing))

    async def tell(self, mail: OutgoingMail) -> None:
        """Into the outbox, once for each Message-ID."""
        async with transaction(self._pool) as connection:
            await outbox.put(connection, None, [mail])

    async def is_told(self, message_id: str) -> bool:
        return bool((await self._all(_WRITTEN, message_id))[0][0])

    async def last_sweep(self, environment: str) -> LastSweep | None:
        """When a sweep last ended and what it found; None: none ever has."""
        rows = await self._all(_LAST, environment)
        if not rows:
            return None
        counts = {row["code"]: row["count"] for row in await self._all(_COUNTED, environment)}
        return LastSweep(counts=counts, **{**rows[0], "missing": tuple(rows[0]["missing"])})

    async def findings(
        self, environment: str, *, code: FindingCode | None = None, most_of_each: int | None = None
    ) -> list[Known]:
        """What is wrong by the last sweep, the oldest first."""
        last = await self._all(_LAST, environment)
        missing = set(last[0]["missing"]) if last else set()
        rows = await self._all(_FINDINGS, environment, code, most_of_each)
        return [Known(_finding(row), row["source"] in missing) for row in rows]

    async def _all(self, sql: str, *given: object) -> list[Row]:
        async with transaction(self._pool) as connection:
            return await connection.fetch(sql, *given)


def _finding(row: Row) -> Finding:
    return Finding(FindingCode(row["code"]), row["nit"], row["since"], row["waiting_on"], row["subject"])


def _columns(found: Iterable[Finding]) -> tuple[list[object], ...]:
    """Of two of one code and company the first stays."""
    distinct = list({(each.code, each.nit): each for each in reversed(list(found))}.values())
    return (
        [each.code.value for each in distinct],
        [each.nit for each in distinct],
        [each.since for each in distinct],
        [each.waiting_on for each in distinct],
        [each.subject for each in distinct],
        [each.settles for each in distinct],
    )
