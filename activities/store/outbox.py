"""The outbox: mails are written with the record that causes them, and tried until a server has taken them."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack

from activities.errors import AwayError, MailRefusedError
from activities.store.mail import Mailer, OutgoingMail, Session
from activities.store.pool import Connection, Pool, transaction

BATCH = 50
AT_ONCE_S = 5
"""How long a record's own mails may take before they are left to `keep_sending`: no mail gates a row."""
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
    ORDER BY try_at, message_id
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
        self._ask_again_at = 0.0

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

    async def send_at_once(self, onboarding_id: str) -> None:
        """Sends an onboarding's mails now, if the server answers; otherwise they stay for `keep_sending`."""
        clock = asyncio.get_running_loop().time
        if clock() < self._ask_again_at:
            return
        try:
            async with asyncio.timeout(AT_ONCE_S):
                await self.send_outstanding(onboarding_id)
        except (AwayError, TimeoutError) as error:
            self._ask_again_at = clock() + LONGEST_PAUSE_S
            _log.warning("mails stay in the outbox: %s", error or "time-out")

    async def keep_sending(self) -> None:
        """Runs beside the worker until cancelled; while a part is away it asks less and less often."""
        pause = PAUSE_S
        while True:
            try:
                while await self.send_outstanding() == BATCH:
                    pass
                pause, self._ask_again_at = PAUSE_S, 0.0
            except AwayError as error:
                pause = min(2 * pause, LONGEST_PAUSE_S)
                _log.warning("mails stay in the outbox: %s", error)
            await asyncio.sleep(pause)
