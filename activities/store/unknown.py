"""DIAN's answers with a code that we don't know: counted, and kept for people to read, within bounds."""

from datetime import datetime
from hashlib import sha256

from activities.store.pool import Pool, transaction
from domain.values import Value

MOST = 200
"""Different bodies kept of an environment; beside them, codes that are only counted."""
MOST_OF_CODE = 20
"""Different bodies of one code: where each names its company, one code would leave no room for the next."""
OTHERS = "[…]"
"""Stands for all codes beyond the most."""

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('unknown_answer/' || $1::text, 0))"
_KEEP = """
    INSERT INTO dse.unknown_answer AS kept (environment, code, sha256, body, first_at, last_at, times)
    SELECT $1, $2, $3, $4, $5, $5, 1
    WHERE EXISTS (SELECT FROM dse.unknown_answer WHERE (environment, code, sha256) = ($1, $2, $3))
        OR (
            SELECT count(*) < $6 AND count(*) FILTER (WHERE code = $2) < $7 FROM dse.unknown_answer
            WHERE environment = $1 AND (body = '') = ($4 = '')
        )
    ON CONFLICT (environment, code, sha256) DO UPDATE SET
        first_at = least(kept.first_at, excluded.first_at), last_at = greatest(kept.last_at, excluded.last_at),
        times = kept.times + 1
    RETURNING true
"""
_LISTING = """
    SELECT code, times, first_at, last_at, body FROM dse.unknown_answer
    WHERE environment = $1
    ORDER BY last_at DESC, code, sha256
"""


class UnknownAnswer(Value):
    """One body, and how often it came."""

    code: str
    times: int
    first_at: datetime
    last_at: datetime
    body: str
    """Without secrets; empty: different ones, beyond those that are kept."""


class Unknown:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep(self, environment: str, code: str, body: str, at: datetime) -> None:
        """Counts an answer with this sanitised body, which is kept if there is room. Raises AwayError, `ours`."""
        async with transaction(self._pool) as connection:
            await connection.execute(_LOCK, environment)  # who counts what is kept must see what others keep
            for known_as, text, most in ((code, body, MOST), (code, "", MOST), (OTHERS, "", MOST + 1)):
                digest = sha256(text.encode("utf-8", "replace")).hexdigest()
                row = (environment, known_as, digest, text, at)
                if await connection.fetchval(_KEEP, *row, most, MOST_OF_CODE):
                    return

    async def listing(self, environment: str) -> list[UnknownAnswer]:
        """What was kept, what came last first. Raises AwayError."""
        async with transaction(self._pool) as connection:
            rows = await connection.fetch(_LISTING, environment)
        return [UnknownAnswer(**row) for row in rows]
