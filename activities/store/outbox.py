"""The outbox: mails are written with the record that causes them, and tried until a server has taken them."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress

from activities.errors import AwayError, MailRefusedError
from activities.store.mail import Mailer, OutgoingMail, Session
from activities.store.pool import Connection, Pool, transaction

BATCH = 50
AT_ONCE_S = 1.5
PAUSE_S = 2.0
LONGEST_PAUSE_S = 60.0

_PUT = """
    INSERT INTO dse.mail (message_id, onboarding_id, kind, recipient, subject, body)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT DO NOTHING
"""
_NEXT = """
    SELECT message_id, kind, recipient, subject, body, made_at FROM dse.mail
    WHERE sent_at IS NULL AND try_at <= now() AND ($1::text IS NULL OR onboarding_id = $1)
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
_log = logging.getLogger(__name__)


async def put(connection: Connection, onboarding_id: str, mails: Sequence[OutgoingMail]) -> None:
    """Part of the transaction of what the mails tell."""
    rows = [(mail.message_id, onboarding_id, *_words(mail)) for mail in mails]
    await connection.executemany(_PUT, rows)


def _words(mail: OutgoingMail) -> tuple[str, ...]:
    return mail.kind, mail.recipient, mail.subject, mail.body


class Outbox:
    def __init__(self, pool: Pool, mailer: Mailer) -> None:
        self._pool, self._mailer = pool, mailer
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
                    if session is None:
                        session = await connected.enter_async_context(self._mailer.session())
                    try:
                        await session.send(OutgoingMail(**row), row["made_at"])
                    except MailRefusedError as refusal:
                        _log.warning("a mail was refused, and will be tried later: %s", refusal)
                        await connection.execute(_LATER, row["message_id"])
                    else:
                        await connection.execute(_SENT, row["message_id"])
                        sent += 1
        return sent

    async def send_soon(self, onboarding_id: str) -> None:
        """No mail gates a row: `keep_sending` is woken; without it, a short attempt is made here."""
        if self._senders:
            self._wanted.set()
            return
        try:
            async with asyncio.timeout(AT_ONCE_S):
                await self.send_outstanding(onboarding_id)
        except Exception as error:
            _stay(error)

    async def keep_sending(self) -> None:
        """Runs beside the worker until cancelled; while a part is away it asks less and less often."""
        pause = PAUSE_S
        self._senders += 1
        try:
            while True:
                try:
                    while await self.send_outstanding() == BATCH:
                        pass
                except Exception as error:
                    _stay(error)
                    pause = min(2 * pause, LONGEST_PAUSE_S)
                    await asyncio.sleep(pause)
                else:
                    pause = PAUSE_S
                    await self._until_wanted()
        finally:
            self._senders -= 1

    async def _until_wanted(self) -> None:
        """Until a record here wants mail sent, but not for long: other workers write mails too."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PAUSE_S):
                await self._wanted.wait()
        self._wanted.clear()


def _stay(error: Exception) -> None:
    """Whatever it was, the mails are not lost, and the next attempt may do better."""
    sign = str(error) if isinstance(error, AwayError) else type(error).__name__
    _log.warning("mails stay in the outbox: %s", sign)
