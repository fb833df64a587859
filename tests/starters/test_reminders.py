"""A reminder is one mail, whatever dies while it is asked for, written and sent."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from activities.errors import AwayError
from activities.store import pool
from activities.store.mail import Mailer
from activities.store.outbox import Outbox
from domain.reasons import Code
from infra.embedded.addresses import Addresses
from tests.starters.conftest import Cli

REMINDED = 4
NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)
"""In Bogotá, on a Tuesday."""
_MORNING = "UPDATE dse.mail SET try_at = now() WHERE kind = 'reminder' AND sent_at IS NULL"


async def test_a_reminder_during_kills_of_worker_and_mail_server_arrives_once(cli: Cli) -> None:
    nits = [await cli.start() for _ in range(REMINDED)]
    async with _it_being_day(cli):
        for nit in nits:
            _kill(cli, "mail", "worker")
            async with asyncio.timeout(90):
                while not await _is_reminded(cli, nit):
                    await asyncio.sleep(0.2)
        _kill(cli, "mail", "worker")
        async with asyncio.timeout(120):
            while len(found := _reminders(cli, nits)) < REMINDED:
                await asyncio.sleep(0.2)
    assert sorted(_nit_of(mail, nits) for mail in found) == sorted(nits)
    assert len({str(mail["Message-ID"]) for mail in found}) == REMINDED


@asynccontextmanager
async def _it_being_day(cli: Cli) -> AsyncIterator[None]:
    """Sends what the workers, by the real clock, may have to keep until morning: a company is not reminded at night."""
    sending = asyncio.create_task(_send_by_day(cli.addresses))
    try:
        yield
    finally:
        sending.cancel()
        await asyncio.wait([sending])


async def _send_by_day(addresses: Addresses) -> None:
    assert addresses.postgres is not None
    assert addresses.mail is not None
    async with pool.connect(addresses.postgres) as connections:
        outbox = Outbox(connections, Mailer(addresses.mail.smtp, "dse@proveedor.example"), lambda: NOON)
        while True:
            await connections.execute(_MORNING)
            with suppress(AwayError):
                await outbox.send_outstanding()
            await asyncio.sleep(0.2)


async def _is_reminded(cli: Cli, nit: str) -> bool:
    """Asked for until the answer is seen; by then it was done once."""
    said = await cli("remind", nit, "--reason", "prueba", "--json")
    return said.code == 0 or said.error["code"] == Code.REMINDED_ALREADY


def _kill(cli: Cli, *parts: str) -> None:
    pids = cli.addresses_now().pids
    for part in parts:
        if pid := getattr(pids, part):
            os.kill(pid, signal.SIGKILL)


def _reminders(cli: Cli, nits: list[str]) -> list[EmailMessage]:
    mail = cli.addresses_now().mail
    assert mail is not None
    read = (
        BytesParser(policy=policy.default).parsebytes(file.read_bytes()) for file in Path(mail.folder).glob("*.eml")
    )
    return [each for each in read if str(each["Subject"]).startswith("Recordatorio") and _nit_of(each, nits)]


def _nit_of(mail: EmailMessage, nits: list[str]) -> str:
    text = mail.get_body(("plain",))
    assert text is not None
    return next((nit for nit in nits if nit in text.get_content()), "")
