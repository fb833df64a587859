"""What is done once under its key: grants and claims, and how they are taken back.

A key is locked while it is done or undone: an effect that lands after its undo finds the tombstone.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime

from activities.errors import undone
from activities.store.pool import Connection, Pool, transaction
from activities.store.records import COMPANY
from domain.effects import ClaimVoucherType, GrantCertificate
from domain.numbering import RENEWAL_MARGIN, VoucherType
from domain.state import Grant, Undo

RANGE_TAKEN = "voucher_type_range"
CODE_TAKEN = "voucher_type_code"
"""The unique indexes by which a claim is refused."""

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
_TAKEN_BACK = """
    SELECT EXISTS (SELECT FROM dse.tombstone WHERE effect_key = $1)
        OR EXISTS (
            SELECT
            FROM dse.onboarding AS this
            JOIN dse.onboarding AS later USING (environment, nit)
            WHERE this.onboarding_id = $2 AND later.started_at > this.started_at
        )
"""
_GRANT = """
    INSERT INTO dse.certificate_grant (
        effect_key, environment, nit, onboarding_id, revision, representative, starts_at, ends_at
    )
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_GRANTED = "SELECT starts_at, ends_at FROM dse.certificate_grant WHERE effect_key = $1"
_CLAIMED = """
    SELECT document_type, code, name, resolution, prefix, next_number
    FROM dse.voucher_type
    WHERE effect_key = $1 AND released_at IS NULL
    ORDER BY document_type
"""
_TAKE_OVER = """
    UPDATE dse.voucher_type SET released_at = now(), taken_over_by = $6
    WHERE environment = $1 AND nit = $2 AND onboarding_id <> $3 AND resolution = $4 AND prefix = $5
        AND released_at IS NULL
"""
_CODE_PASSES_ON = """
    UPDATE dse.voucher_type SET code_passed_to = $6
    WHERE environment = $1 AND nit = $2 AND onboarding_id <> $3 AND document_type = $4 AND code = $5
        AND released_at IS NULL AND code_passed_to IS NULL
        AND valid_to < (now() AT TIME ZONE 'UTC')::date + $7::integer
"""
_CLAIM = """
    INSERT INTO dse.voucher_type (
        effect_key, document_type, environment, nit, onboarding_id, code, name, next_number,
        resolution, prefix, from_number, to_number, valid_from, valid_to, automatic_numbering, in_use
    )
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
"""
_TOMBSTONE = "INSERT INTO dse.tombstone (effect_key, effect) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_REVOKE = "UPDATE dse.certificate_grant SET revoked_at = now() WHERE effect_key = $1 AND revoked_at IS NULL"
_RELEASE = """
    UPDATE dse.voucher_type SET released_at = now() WHERE effect_key = $1 AND released_at IS NULL
    RETURNING document_type
"""
_GIVE_RANGE_BACK = "UPDATE dse.voucher_type SET released_at = NULL, taken_over_by = NULL WHERE taken_over_by = $1"
_GIVE_CODE_BACK = "UPDATE dse.voucher_type SET code_passed_to = NULL WHERE code_passed_to = $1"


class Keyed:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def grant(self, given: GrantCertificate, starts_at: datetime, ends_at: datetime) -> Grant:
        """The grant under this key: the one recorded already, else this one. Raises `undone`."""
        async with self._doing(given) as connection:
            if known := await connection.fetchrow(_GRANTED, given.key):
                return Grant(key=given.key, **known)
            whose = (given.environment, given.nit, given.onboarding_id, given.revision, given.representative)
            await connection.execute(_GRANT, given.key, *whose, starts_at, ends_at)
        return Grant(key=given.key, starts_at=starts_at, ends_at=ends_at)

    async def claim(self, given: ClaimVoucherType, types: Collection[VoucherType]) -> tuple[VoucherType, ...]:
        """The voucher types under this key: those recorded already, else these.

        A range that the company claimed in an earlier onboarding is taken over from it. A code passes on from a
        voucher type whose range ends within the margin, which stays claimed. Raises ConflictError, `undone`.
        """
        company, wish = (given.environment, given.nit, given.onboarding_id), given.wish
        asked = wish.range
        bounds = (asked.from_number, asked.to_number, asked.valid_from, asked.valid_to)
        async with self._doing(given) as connection:
            if known := await connection.fetch(_CLAIMED, given.key):
                return tuple(VoucherType(**row) for row in known)
            await connection.execute(_TAKE_OVER, *company, asked.resolution, asked.prefix, given.key)
            for each in types:
                code = (each.document_type, each.code)
                await connection.execute(_CODE_PASSES_ON, *company, *code, given.key, RENEWAL_MARGIN.days)
                row = (each.document_type, *company, each.code, each.name, each.next_number)
                rest = (each.resolution, each.prefix, *bounds, wish.automatic_numbering, wish.in_use)
                await connection.execute(_CLAIM, given.key, *row, *rest)
        return tuple(types)

    async def undo(self, given: Undo) -> None:
        """Nothing lands under this key any more; what has landed is revoked or released, what it took given back."""
        async with transaction(self._pool) as connection:
            await connection.execute(_LOCK, given.key)
            await connection.execute(_TOMBSTONE, given.key, given.effect)
            await connection.execute(_REVOKE, given.key)
            if await connection.fetch(_RELEASE, given.key):  # else somebody else may hold by now what it took
                await connection.execute(_GIVE_RANGE_BACK, given.key)
                await connection.execute(_GIVE_CODE_BACK, given.key)

    @asynccontextmanager
    async def _doing(self, given: GrantCertificate | ClaimVoucherType) -> AsyncIterator[Connection]:
        """A transaction that holds the key. Raises `undone`: taken back, or its onboarding was replaced."""
        async with transaction(self._pool) as connection:
            await connection.execute(_LOCK, given.key)
            if await connection.fetchval(_TAKEN_BACK, given.key, given.onboarding_id):
                raise undone()
            await connection.execute(COMPANY, given.environment, given.nit)
            yield connection
