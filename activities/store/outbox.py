"""The outbox: mails are written with the record that causes them, and tried until a server has taken them.

A mail ends sent; or dropped, once what it asks for has become pointless; or bounced, if its address takes no mail.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from functools import partial

from activities.calendar import quiet_until
from activities.clock import Clock, now_utc
from activities.counting import NOBODY, Counting, MailEnd
from activities.errors import AwayError, MailRefusedError
from activities.store.bounces import Tell, tell_bounces
from activities.store.mail import Mailer, OutgoingMail, Session
from activities.store.pool import Connection, Pool, transaction
from domain.mails import LATE, REMINDER, TURN, keeps_quiet_hours
from domain.reminders import Recipient

BATCH = 50
AT_ONCE_S = 1.5
PAUSE_S = 2.0
LONGEST_PAUSE_S = 60.0

_PUT = """
    INSERT INTO dse.mail (
        message_id, onboarding_id, kind, audience, step, recipient, subject, body, html, try_at
    )
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, now()))
    ON CONFLICT DO NOTHING
"""
_NEXT = """
    SELECT message_id, onboarding_id, kind, audience, step, recipient, subject, body, html, made_at FROM dse.mail
    WHERE sent_at IS NULL AND dropped_at IS NULL AND bounced_at IS NULL
        AND try_at <= now() AND ($1::text IS NULL OR onboarding_id = $1)
    ORDER BY try_at, length(message_id), message_id -- of one onboarding: by number
    LIMIT 1
    FOR UPDATE SKIP LOCKED
"""
_SENT = "UPDATE dse.mail SET sent_at = now(), attempts = attempts + 1 WHERE message_id = $1"
_LATER = """
    UPDATE dse.mail SET attempts = attempts + 1, try_at = now() + interval '1 minute' * 2 ^ least(attempts, 8)
    WHERE message_id = $1
"""
"""Nothing is given up: that a mail is refused may as well be our own fault."""
_BOUNCED = "UPDATE dse.mail SET bounced_at = now(), bounce_code = $2, attempts = attempts + 1 WHERE message_id = $1"
_QUIET = "UPDATE dse.mail SET try_at = $2 WHERE message_id = $1"
_DROP = """
    UPDATE dse.mail AS dropped SET dropped_at = now()
    FROM (
        SELECT mail.message_id FROM dse.mail JOIN dse.onboarding AS o USING (onboarding_id)
        WHERE onboarding_id = $1 AND mail.kind IN ('reminder', 'overdue')
            AND sent_at IS NULL AND dropped_at IS NULL AND bounced_at IS NULL
            AND (
                mail.step <> o.step OR o.held OR o.closed IS NOT NULL
                OR mail.kind = 'reminder' AND (
                    mail.audience = 'company' AND o.waiting_on IS DISTINCT FROM 'company'
                    OR o.fence = $2 AND mail.message_id <> ALL ($3)
                )
            )
        FOR UPDATE OF mail SKIP LOCKED
    ) AS pointless
    WHERE dropped.message_id = pointless.message_id
    RETURNING dropped.message_id, dropped.kind
"""
"""By what stands in the records, whoever looks. A mail being sent is not waited for: who sends it holds its row, and
waits for the onboarding's to tell that; if it is not sent, it is looked at again before the next attempt."""
_log = logging.getLogger(__name__)


async def put(connection: Connection, onboarding_id: str | None, mails: Sequence[OutgoingMail]) -> None:
    """Part of the transaction of what the mails tell; None: of many onboardings."""
    await connection.executemany(_PUT, [(mail.message_id, onboarding_id, *_words(mail)) for mail in mails])


def _words(mail: OutgoingMail) -> tuple[object, ...]:
    whom = mail.kind, mail.audience, mail.step, mail.recipient
    return *whom, mail.subject, mail.body, mail.html, mail.not_before


async def drop_pointless(
    connection: Connection, onboarding_id: str, fence: int | None = None, mails: Sequence[OutgoingMail] = ()
) -> dict[str, str]:
    """Ends what nobody needs to be reminded of any more: another row is open, it is on hold, or it has ended.

    `mails`, of the record behind this fence, ask for the row anew: if that record stands, they replace the reminders
    before. Returns what was dropped: kinds by Message-ID.
    """
    asking = [mail.message_id for mail in mails if mail.kind in (TURN, REMINDER)]
    dropped = await connection.fetch(_DROP, onboarding_id, fence if asking else None, asking)
    return {row["message_id"]: row["kind"] for row in dropped}


class Outbox:
    def __init__(self, pool: Pool, mailer: Mailer, clock: Clock = now_utc, counting: Counting = NOBODY) -> None:
        self._pool, self._mailer, self._clock, self._counting = pool, mailer, clock, counting
        self._senders = 0
        self._wanted = asyncio.Event()

    @property
    def domain(self) -> str:
        """Message-IDs end in it."""
        return self._mailer.domain

    async def send_outstanding(self, onboarding_id: str | None = None) -> int:
        """Sends what is due, at most a batch, of this onboarding or of all; how many were sent.

        Each mail is locked while it is sent, so that two senders never take the same. Raises AwayError.
        """
        sent = 0
        async with AsyncExitStack() as connected:
            session: Session | None = None  # only if there is something to send
            for _ in range(BATCH):
                async with transaction(self._pool) as connection:
                    row = await connection.fetchrow(_NEXT, onboarding_id)
                    if row is None:
                        break
                    mail = OutgoingMail(**row)
                    if not await self._may_go(connection, row["onboarding_id"], mail):
                        continue
                    if session is None:
                        session = await connected.enter_async_context(self._mailer.session())
                    end = await _ended(connection, session, mail, row["made_at"])
                    self._counting.mail(mail.kind, end)
                    sent += end == MailEnd.SENT
        return sent

    async def _may_go(self, connection: Connection, onboarding_id: str, mail: OutgoingMail) -> bool:
        """Looked at again: it may have waited for days."""
        if mail.kind not in (REMINDER, LATE):
            return True
        dropped = await drop_pointless(connection, onboarding_id)
        for kind in dropped.values():
            self._counting.mail(kind, MailEnd.DROPPED)
        if mail.message_id in dropped:
            return False
        now = self._clock()
        earliest = quiet_until(now) if keeps_quiet_hours(mail.kind, mail.audience) else now
        if earliest > now:
            await connection.execute(_QUIET, mail.message_id, earliest)
        return earliest <= now

    async def send_soon(self, onboarding_id: str) -> None:
        """No mail gates a row: `keep_sending` is woken; without it, a short attempt is made here."""
        if self._senders:
            self._wanted.set()
            return
        try:
            async with asyncio.timeout(AT_ONCE_S):
                await self.send_outstanding(onboarding_id)
        except Exception as error:
            self._stay("mails stay in the outbox", error)

    async def keep_sending(self, tell: Tell) -> None:
        """Runs beside the worker until cancelled, and tells what bounced.

        While a part is away it asks less and less often.
        """
        pause = PAUSE_S
        self._senders += 1
        works = (
            ("mails stay in the outbox", self._send_all),
            ("bounces stay untold", partial(tell_bounces, self._pool, tell)),
        )
        try:
            while True:
                failed = False
                for stays, work in works:
                    try:
                        await work()
                    except Exception as error:
                        self._stay(stays, error)
                        failed = True
                if failed:
                    pause = min(2 * pause, LONGEST_PAUSE_S)
                    await asyncio.sleep(pause)
                else:
                    pause = PAUSE_S
                    await self._until_wanted()
        finally:
            self._senders -= 1

    async def _send_all(self) -> None:
        while await self.send_outstanding() == BATCH:
            pass

    async def _until_wanted(self) -> None:
        """Until a record here wants mail sent, but not for long: other workers write mails too."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PAUSE_S):
                await self._wanted.wait()
        self._wanted.clear()

    def _stay(self, stays: str, error: Exception) -> None:
        """Whatever it was, nothing is lost, and the next attempt may do better."""
        if isinstance(error, AwayError):
            self._counting.away(error.part)
        _log.warning(stays, extra={"error": str(error) if isinstance(error, AwayError) else type(error).__name__})


async def _ended(connection: Connection, session: Session, mail: OutgoingMail, made_at: datetime) -> MailEnd:
    """What the server says of it, which is on record then."""
    try:
        await session.send(mail, made_at)
    except MailRefusedError as refusal:
        if refusal.for_good:
            _lost(mail.audience, refusal.code)
            await connection.execute(_BOUNCED, mail.message_id, refusal.code)
            return MailEnd.BOUNCED
        _log.warning("a mail was refused, and will be tried later", extra={"error": str(refusal)})
        await connection.execute(_LATER, mail.message_id)
        return MailEnd.REFUSED
    await connection.execute(_SENT, mail.message_id)
    return MailEnd.SENT


def _lost(audience: Recipient, code: str) -> None:
    """Of a company's mail its workflow makes an operators' task; of ours nobody else would hear."""
    if audience == Recipient.COMPANY:
        _log.warning("a mail bounced", extra={"code": code})
    else:
        _log.error("an address of ours takes no mail", extra={"audience": audience.value, "code": code})
