"""Writing what an onboarding tells: projection, documents, timeline and mails, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from activities.store import outbox
from activities.store.mail import OutgoingMail
from activities.store.pool import Connection, Pool, transaction
from domain.effects import Record
from domain.letter import Letter, Scan
from domain.state import Event

COMPANY = "INSERT INTO dse.company (environment, nit) VALUES ($1, $2) ON CONFLICT DO NOTHING"

_PROJECTION = """
    INSERT INTO dse.onboarding AS known (
        onboarding_id, environment, nit, version, name, contact, partner, external_reference,
        step, waiting_on, since, due_at, held, blocked, started_at, letter_revision, closed, status
    )
    VALUES (
        $1, $2, $3, $4, $5, $6, $7, $8,
        $9, nullif($10, ''), $11, $12, $13, nullif($14, ''), $15, $16, $17, $18
    )
    ON CONFLICT (onboarding_id) DO UPDATE SET
        version = excluded.version, name = excluded.name, contact = excluded.contact,
        partner = excluded.partner, external_reference = excluded.external_reference,
        step = excluded.step, waiting_on = excluded.waiting_on, since = excluded.since,
        due_at = excluded.due_at, held = excluded.held, blocked = excluded.blocked,
        letter_revision = excluded.letter_revision, closed = excluded.closed, status = excluded.status,
        recorded_at = now()
    WHERE known.version <= excluded.version
    RETURNING true
"""
_REPRESENTATIVE = """
    INSERT INTO dse.representative (onboarding_id, revision, data) VALUES ($1, $2, $3)
    ON CONFLICT (onboarding_id, revision) DO UPDATE SET data = excluded.data, recorded_at = now()
"""
_LETTER = """
    INSERT INTO dse.letter (onboarding_id, revision, letter_id, key, sha256, size, template, issued_on)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (onboarding_id, revision) DO UPDATE SET
        key = excluded.key, sha256 = excluded.sha256, size = excluded.size, template = excluded.template
"""
_SCAN = """
    INSERT INTO dse.scan (
        onboarding_id, key, sha256, size, revision, received_at, gone, judgement, reasons, measures, engine
    )
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (onboarding_id, key) DO UPDATE SET
        gone = excluded.gone, judgement = excluded.judgement, reasons = excluded.reasons,
        measures = excluded.measures, engine = excluded.engine
"""
_EVENT = """
    INSERT INTO dse.timeline (onboarding_id, seq, at, name, actor, verified, channel, reason, before, after)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT DO NOTHING
"""


class Records:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def write(self, given: Record, due_at: datetime | None, mails: Sequence[OutgoingMail]) -> None:
        """Everything or nothing; told twice or out of order it counts once, and the newest version stands."""
        async with transaction(self._pool) as connection:
            await connection.execute(COMPANY, given.environment, given.nit)
            if await _projected(connection, given, due_at):
                await _documents(connection, given)
            events = [(given.onboarding_id, *_event(each)) for each in given.events]
            await connection.executemany(_EVENT, events)
            await outbox.put(connection, given.onboarding_id, mails)


async def _projected(connection: Connection, given: Record, due_at: datetime | None) -> bool:
    """False: the records know a newer version already."""
    newest: bool | None = await connection.fetchval(
        _PROJECTION,
        given.onboarding_id,
        given.environment,
        given.nit,
        given.version,
        given.name,
        given.contact,
        given.partner,
        given.external_reference,
        given.step,
        given.waiting_on,
        given.since,
        due_at,
        given.held,
        given.blocked,
        given.started_at,
        given.letter_revision,
        given.closed.closed if given.closed is not None else None,
        given.closed,
    )
    return bool(newest)


async def _documents(connection: Connection, given: Record) -> None:
    whose = given.onboarding_id
    person, revision = given.representative, given.letter_revision
    if person is not None and (revision or not given.letters):  # else it is the next letter's, not yet issued
        await connection.execute(_REPRESENTATIVE, whose, revision, person)
    await connection.executemany(_LETTER, [(whose, *_letter(each)) for each in given.letters])
    await connection.executemany(_SCAN, [(whose, *_scan(each)) for each in given.scans])


def _letter(each: Letter) -> tuple[object, ...]:
    return each.revision, each.letter_id, each.key, each.sha256, each.size, each.template, each.issued_on


def _scan(each: Scan) -> tuple[object, ...]:
    judged: tuple[object, ...] = (None, (), {}, None)
    if (verdict := each.verdict) is not None:
        judged = (verdict.judgement, verdict.reasons, verdict.measures, verdict.engine)
    return each.key, each.sha256, each.size, each.revision, each.at, each.gone, *judged


def _event(each: Event) -> tuple[object, ...]:
    who = (each.actor, each.verified, each.channel, each.reason)
    return each.seq, each.at, each.name, *who, each.before, each.after
