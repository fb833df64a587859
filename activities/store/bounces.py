"""Mails that bounced are told to their workflows: at least once, whatever is killed between."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from activities.store.pool import Pool, transaction
from domain.values import Value


class Bounce(Value):
    """A company's address takes no mail."""

    environment: str
    nit: str
    message_id: str
    address: str
    code: str
    """The mail server's, like 550 5.1.1."""


Tell: TypeAlias = Callable[[Bounce], Awaitable[None]]
"""Returns once the workflow has it, or there is none to tell. Raises AwayError: it is to be told later."""

_UNTOLD = """
    SELECT o.environment, o.nit, mail.message_id, mail.recipient AS address, mail.bounce_code AS code
    FROM dse.mail JOIN dse.onboarding AS o USING (onboarding_id)
    WHERE bounced_at IS NOT NULL AND bounce_told_at IS NULL AND audience = 'company'
    ORDER BY random() -- one that can't be told keeps none waiting
    LIMIT 1
    FOR UPDATE OF mail SKIP LOCKED
"""
_TOLD = "UPDATE dse.mail SET bounce_told_at = now() WHERE message_id = $1"


async def tell_bounces(pool: Pool, tell: Tell) -> None:
    """Tells all that are untold. Raises AwayError: the rest stays untold."""
    while True:
        async with transaction(pool) as connection:
            row = await connection.fetchrow(_UNTOLD)
            if row is None:
                return
            await tell(Bounce(**row))
            await connection.execute(_TOLD, row["message_id"])
