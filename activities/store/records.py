"""Writing what an onboarding tells: projection, documents, timeline and mails, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from activities.counting import NOBODY, Counting, MailEnd
from activities.errors import ours
from activities.store import outbox
from activities.store.mail import OutgoingMail
from activities.store.pool import Pool, transaction
from domain.effects import Record
from domain.letter import Letter, Scan
from domain.state import Event

COMPANY = "INSERT INTO dse.company (environment, nit) VALUES ($1, $2) ON CONFLICT DO NOTHING"

_PROJECTION = """
    INSERT INTO dse.onboarding AS known (
        onboarding_id, environment, nit, version, name, contact, partner, external_reference,
        step, waiting_on, since, due_at, held, blocked, started_at, letter_revision, closed, status, fence, seq,
        assignee, follow_up, counted_from, overdue_noticed, next_look_at, unreadable_at
    )
    VALUES (
        $1, $2, $3, $4, $5, $6, $7, $8,
        $9, nullif($10, ''), $11, $12, $13, nullif($14, ''), $15, $16, $17, $18, $19, $20,
        nullif($21, ''), $22, $23, $24, $25, $26
    )
    ON CONFLICT (onboarding_id) DO UPDATE SET
        version = excluded.version, name = excluded.name, contact = excluded.contact,
        partner = excluded.partner, external_reference = excluded.external_reference,
        step = excluded.step, waiting_on = excluded.waiting_on, since = excluded.since,
        due_at = excluded.due_at, held = excluded.held, blocked = excluded.blocked,
        letter_revision = excluded.letter_revision, closed = excluded.closed, status = excluded.status,
        fence = excluded.fence, seq = excluded.seq, recorded_at = now(),
        assignee = excluded.assignee, follow_up = excluded.follow_up,
        counted_from = excluded.counted_from, overdue_noticed = excluded.overdue_noticed,
        next_look_at = excluded.next_look_at, unreadable_at = excluded.unreadable_at
    WHERE known.fence <= excluded.fence
        AND (known.environment, known.nit) = (excluded.environment, excluded.nit)
"""
_OURS = "SELECT EXISTS (SELECT FROM dse.onboarding WHERE (onboarding_id, environment, nit) = ($1, $2, $3))"
_REPRESENTATIVE = """
    INSERT INTO dse.representative AS known (onboarding_id, revision, data, fence) VALUES ($1, $2, $3, $4)
    ON CONFLICT (onboarding_id, revision) DO UPDATE SET data = excluded.data, fence = excluded.fence
    WHERE known.fence <= excluded.fence
"""
_LETTER = """
    INSERT INTO dse.letter AS known (
        onboarding_id, fence, revision, letter_id, key, sha256, size, template, issued_on
    )
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (onboarding_id, revision) DO UPDATE SET
        key = excluded.key, sha256 = excluded.sha256, size = excluded.size, template = excluded.template,
        fence = excluded.fence
    WHERE known.fence <= excluded.fence
"""
_SCAN = """
    INSERT INTO dse.scan AS known (
        onboarding_id, fence, key, sha256, size, revision, received_at, gone,
        judgement, reasons, measures, engine
    )
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (onboarding_id, key) DO UPDATE SET
        gone = excluded.gone, judgement = excluded.judgement, reasons = excluded.reasons,
        measures = excluded.measures, engine = excluded.engine, fence = excluded.fence
    WHERE known.fence <= excluded.fence
"""
_EVENT = """
    INSERT INTO dse.timeline (onboarding_id, seq, at, name, actor, verified, channel, reason, before, after, fence)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (onboarding_id, source, seq, fence) DO NOTHING
"""


class Records:
    def __init__(self, pool: Pool, counting: Counting = NOBODY) -> None:
        self._pool, self._counting = pool, counting

    async def write(self, given: Record, due_at: datetime | None, mails: Sequence[OutgoingMail]) -> None:
        """Everything or nothing; told twice or out of order it counts once, and what has the highest fence stands.

        Raises `ours`: the onboarding's id is another company's.
        """
        async with transaction(self._pool) as connection:
            await connection.execute(COMPANY, given.environment, given.nit)
            await connection.execute(_PROJECTION, *_projection(given, due_at))
            if not await connection.fetchval(_OURS, given.onboarding_id, given.environment, given.nit):
                raise ours("onboarding_id_taken", "The onboarding's id is another company's.")
            await connection.executemany(_REPRESENTATIVE, _representatives(given))
            await connection.executemany(_LETTER, [_letter(given, each) for each in given.letters])
            await connection.executemany(_SCAN, [_scan(given, each) for each in given.scans])
            await connection.executemany(_EVENT, [_event(given, each) for each in given.events])
            await outbox.put(connection, given.onboarding_id, mails)
            dropped = await outbox.drop_pointless(connection, given.onboarding_id, given.fence, mails)
        for kind in dropped.values():
            self._counting.mail(kind, MailEnd.DROPPED)


def _projection(given: Record, due_at: datetime | None) -> tuple[object, ...]:
    closed = given.closed.closed if given.closed is not None else None
    company = (given.environment, given.nit, given.version, given.name, given.contact, given.partner)
    row = (given.step, given.waiting_on, given.since, due_at, given.held, given.blocked, given.started_at)
    final = (given.letter_revision, closed, given.closed, given.fence, given.seq)
    desk = (given.assignee, given.follow_up)
    watched = (given.counted_from, given.overdue, given.next_look_at, given.unreadable_at)
    return given.onboarding_id, *company, given.external_reference, *row, *final, *desk, *watched


def _representatives(given: Record) -> list[tuple[object, ...]]:
    if given.representative is None:
        return []
    return [(given.onboarding_id, given.revision, given.representative, given.fence)]


def _letter(given: Record, each: Letter) -> tuple[object, ...]:
    whose, stored = (given.onboarding_id, given.fence), (each.key, each.sha256, each.size)
    return *whose, each.revision, each.letter_id, *stored, each.template, each.issued_on


def _scan(given: Record, each: Scan) -> tuple[object, ...]:
    judged: tuple[object, ...] = (None, (), {}, None)
    if (verdict := each.verdict) is not None:
        judged = (verdict.judgement, verdict.reasons, verdict.measures, verdict.engine)
    whose, stored = (given.onboarding_id, given.fence), (each.key, each.sha256, each.size)
    return *whose, *stored, each.revision, each.at, each.gone, *judged


def _event(given: Record, each: Event) -> tuple[object, ...]:
    who = (each.actor, each.verified, each.channel, each.reason)
    return given.onboarding_id, each.seq, each.at, each.name, *who, each.before, each.after, given.fence
