"""Reading the records: what is known of a company, the work list, who has claimed what."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from activities.store.pool import Pool, Row, transaction
from domain.numbering import SAMPLE_PREFIX, Claim, Range
from domain.people import Contact, Representative
from domain.reasons import Code
from domain.state import Grant
from domain.status import Status
from domain.steps import Step
from domain.values import Value

_LAST = """
    SELECT closed, step FROM dse.onboarding
    WHERE environment = $1 AND nit = $2 AND onboarding_id <> $3
    ORDER BY started_at DESC, onboarding_id DESC
    LIMIT 1
"""
_FORMER = """
    SELECT partner, name, contact, EXISTS (
        SELECT FROM dse.onboarding WHERE environment = $1 AND nit = $2 AND closed = 'ready'
    ) AS was_ready
    FROM dse.onboarding
    WHERE environment = $1 AND nit = $2 AND onboarding_id <> $3
    ORDER BY started_at DESC, onboarding_id DESC
    LIMIT 1
"""
_SAME_ID = "SELECT environment, nit, closed FROM dse.onboarding WHERE onboarding_id = $1"
_LIVE_GRANT = """
    SELECT effect_key AS key, starts_at, ends_at, representative FROM dse.certificate_grant
    WHERE environment = $1 AND nit = $2 AND revoked_at IS NULL
    ORDER BY starts_at DESC
    LIMIT 1
"""
_GRANT_ENDS = "SELECT ends_at FROM dse.certificate_grant WHERE effect_key = $1 AND revoked_at IS NULL"
_IS_CLAIMED = "SELECT EXISTS (SELECT FROM dse.voucher_type WHERE effect_key = $1 AND released_at IS NULL)"
_CLAIMS = """
    WITH looked AS (UPDATE dse.onboarding SET looked_at = now() WHERE onboarding_id = $3)
    SELECT resolution, prefix, nit = $2 AS own FROM dse.voucher_type
    WHERE environment = $1 AND onboarding_id <> $3 AND released_at IS NULL AND document_type = '05'
        AND (resolution, prefix) IN (
            SELECT * FROM jsonb_to_recordset($4) AS listed (resolution text, prefix text)
        )
        AND (nit = $2 OR NOT ($1 = 'habilitacion' AND prefix = $5))
"""
_FINAL_STATUS = """
    SELECT status FROM dse.onboarding
    WHERE environment = $1 AND nit = $2 AND closed IS NOT NULL
    ORDER BY started_at DESC, onboarding_id DESC
    LIMIT 1
"""
_LISTING = """
    SELECT nit, name, partner, step, waiting_on, since, due_at, coalesce(due_at <= $2, false) AS overdue,
        held, blocked, assignee, follow_up
    FROM dse.onboarding AS this
    WHERE environment = $1 AND closed IS NULL AND step NOT IN ('ready', 'cancelled')
        AND ($3::text IS NULL OR step = $3)
        AND ($4::text IS NULL OR waiting_on = $4)
        AND (NOT $5 OR due_at <= $2)
        AND (NOT $6 OR held)
        AND ($8::date IS NULL OR follow_up <= $8)
        AND ($9::text IS NULL OR assignee = $9)
        AND NOT EXISTS (
            SELECT FROM dse.onboarding AS later
            WHERE later.environment = this.environment AND later.nit = this.nit
                AND later.started_at > this.started_at
        )
    ORDER BY due_at NULLS LAST, since, nit
    LIMIT $7
"""
_MEASURES = """
    SELECT measures FROM dse.scan JOIN dse.onboarding USING (onboarding_id)
    WHERE environment = $1 AND nit = $2 AND key = $3 AND judgement IS NOT NULL
    ORDER BY started_at DESC, onboarding_id DESC
    LIMIT 1
"""
_REVIEWED = """
    SELECT o.environment, o.nit, said.at AS decided_at, said.after AS decision,
        scan.engine, scan.measures, scan.reasons
    FROM dse.timeline AS told
    JOIN dse.onboarding AS o USING (onboarding_id)
    CROSS JOIN LATERAL (
        SELECT * FROM dse.happened AS h
        WHERE h.onboarding_id = told.onboarding_id AND h.source = told.source
            AND h.seq = told.seq AND h.fence = told.fence
    ) AS said
    CROSS JOIN LATERAL (
        SELECT u.after AS key FROM dse.happened AS u
        WHERE u.onboarding_id = told.onboarding_id AND u.seq < told.seq AND u.source = 'workflow'
            AND u.name = 'signed_letter_uploaded' AND u.after NOT LIKE 'ignored: %'
        ORDER BY u.seq DESC
        LIMIT 1
    ) AS uploaded
    JOIN dse.scan ON scan.onboarding_id = told.onboarding_id AND scan.key = uploaded.key
    WHERE told.name = 'review_signed_letter'
    ORDER BY said.at, o.nit
"""


class BlockedBy(Value):
    code: str
    message_es: str


class ListRow(Value):
    """One line of the work list; `contract.md` fixes these names."""

    nit: str
    name: str
    partner: str
    step: str
    waiting_on: str | None
    since: datetime
    due_at: datetime | None
    overdue: bool
    held: bool
    blocked: BlockedBy | None
    assignee: str | None
    follow_up: date | None = None
    """On which day somebody wanted to look again."""


class Former(Value):
    """A company's last onboarding before the one that asks."""

    partner: str
    name: str
    contact: Contact
    was_ready: bool
    """That one, or any earlier."""


class Reviewed(Value):
    """A person's decision on a scan, beside what the engine had told of it."""

    environment: str
    nit: str
    decided_at: datetime
    decision: str
    """accepted or rejected."""
    reason: str | None
    """Why it was rejected."""
    engine: str
    doubts: tuple[str, ...]
    """The codes for which it was for a person to decide."""
    measures: dict[str, str | int | float | bool | None]


class Reading:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def legality_of_start(
        self, environment: str, nit: str, onboarding_id: str = "", *, renew: bool = False
    ) -> Code | None:
        """Why this company can't begin (anew); None: it can. `onboarding_id` is the one that asks, if any.

        Its last onboarding decides. Ready: there is nothing left to do, unless it renews. Cancelled, but not settled:
        what it granted and claimed is still to be undone; if its workflow was terminated meanwhile, resetting that
        finishes it. Neither: it still runs (a start gives it back), or was terminated: this one replaces it.
        """
        same = await self._one(_SAME_ID, onboarding_id)
        if same is not None and (same["closed"] or (same["environment"], same["nit"]) != (environment, nit)):
            return Code.INVALID_FIELDS  # its effects' keys are used up, or another company's
        last = await self._one(_LAST, environment, nit, onboarding_id)
        if last is None:
            return None
        if last["closed"] == Step.READY:
            return None if renew else Code.ALREADY_READY
        unsettled = last["closed"] is None and last["step"] == Step.CANCELLED
        return Code.CANCELLING if unsettled else None

    async def former(self, environment: str, nit: str, onboarding_id: str = "") -> Former | None:
        """The company's last onboarding but the one that asks, if it had any."""
        row = await self._one(_FORMER, environment, nit, onboarding_id)
        return None if row is None else Former(**row)

    async def live_grant(self, environment: str, nit: str) -> tuple[Grant, Representative] | None:
        """The company's last grant that was not revoked, be it in date or not, and for whom it was made."""
        row = await self._one(_LIVE_GRANT, environment, nit)
        if row is None:
            return None
        return Grant(**row), Representative.model_validate(row["representative"])

    async def grant_ends_at(self, key: str) -> datetime | None:
        """None: no grant is live under this key."""
        row = await self._one(_GRANT_ENDS, key)
        return None if row is None else row["ends_at"]

    async def is_claimed(self, key: str) -> bool:
        """Whether voucher types are live under this key."""
        row = await self._one(_IS_CLAIMED, key)
        return bool(row and row[0])

    async def claims(
        self, environment: str, nit: str, onboarding_id: str, ranges: Iterable[Range]
    ) -> tuple[Claim, ...]:
        """Who else holds these ranges, which DIAN lists: other companies, or this one since an earlier onboarding.

        That it was looked is on record by this: a look that tells nothing new makes no record of its own.
        """
        rows = await self._all(_CLAIMS, environment, nit, onboarding_id, list(ranges), SAMPLE_PREFIX)
        return tuple(Claim(**row) for row in rows)

    async def final_status(self, environment: str, nit: str) -> Status | None:
        """The status with which the company's last closed onboarding ended."""
        row = await self._one(_FINAL_STATUS, environment, nit)
        return None if row is None else Status.model_validate(row["status"])

    async def listing(
        self,
        environment: str,
        *,
        now: datetime,
        step: str | None = None,
        waiting_on: str | None = None,
        overdue: bool = False,
        held: bool = False,
        follow_up: date | None = None,
        assignee: str | None = None,
        most: int | None = None,
    ) -> list[ListRow]:
        """Every company's open onboarding that fits, by due date, those without one last; at most so many.

        `follow_up`: those that somebody wanted to look at again by that day.
        """
        which = (step, waiting_on, overdue, held, most, follow_up, assignee)
        rows = await self._all(_LISTING, environment, now, *which)
        return [ListRow(**{**row, "blocked": blocked_by(row["blocked"])}) for row in rows]

    async def measures(self, environment: str, nit: str, key: str) -> dict[str, Any] | None:
        """What was measured on this scan of the company's; None: no verdict on it is on record (yet)."""
        row = await self._one(_MEASURES, environment, nit, key)
        return None if row is None else row["measures"]

    async def reviewed(self) -> list[Reviewed]:
        """Every decision that a person took on a scan, in the order of time, in all environments."""
        return [_reviewed(row) for row in await self._all(_REVIEWED)]

    async def _one(self, sql: str, *given: object) -> Row | None:
        async with transaction(self._pool) as connection:
            return await connection.fetchrow(sql, *given)

    async def _all(self, sql: str, *given: object) -> list[Row]:
        async with transaction(self._pool) as connection:
            return await connection.fetch(sql, *given)


def blocked_by(code: str | None) -> BlockedBy | None:
    return None if code is None else BlockedBy(code=code, message_es=Code.EFFECT_FAILED.es(given=code))


def _reviewed(row: Row) -> Reviewed:
    decision, _, reason = row["decision"].partition(": ")
    doubts = [reason["code"] for reason in row["reasons"]]
    told = {"decision": decision, "reason": reason or None, "engine": row["engine"] or "", "doubts": doubts}
    return Reviewed(**{**{name: row[name] for name in ("environment", "nit", "decided_at", "measures")}, **told})
