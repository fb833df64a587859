"""Mail and its outbox, against real servers."""

import asyncio
import email
import email.policy
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest

from activities.errors import AwayError, MailRefusedError
from activities.records import Bookkeeping
from activities.store import outbox as outbox_module
from activities.store.bounces import Bounce
from activities.store.mail import Mailer, OutgoingMail, message_id
from activities.store.outbox import Outbox, put
from activities.store.pool import Pool, transaction
from activities.store.records import Records
from infra.embedded.addresses import Mail
from tests.activities.company import MONDAY, SENDER, Company, record
from tests.activities.store.smtp import serving


def written(to: str = "ana@andina.example", **other: str) -> OutgoingMail:
    words = {
        "message_id": message_id("x", "1", "y.example"),
        "kind": "turn",
        "subject": "Próximo paso",
        "body": "Hola, Andina:\n\nAdjunta la carta.\n.\nAdiós",
    }
    return OutgoingMail.model_validate({**words, "recipient": to, **other})


def received(folder: str, onboarding_id: str) -> list[EmailMessage]:
    files = sorted(Path(folder).glob(f"{onboarding_id}.*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


async def recorded(pool: Pool, *mails: OutgoingMail) -> str:
    """An onboarding on record, with mails in the outbox."""
    company = Company()
    await Records(pool).write(record(company.begun()), None, mails)
    return company.onboarding_id


async def nobody_hears(bounce: Bounce) -> None:
    raise AssertionError("nothing bounced")


async def unsent(pool: Pool, onboarding_id: str) -> int:
    return sum(each["sent_at"] is None for each in await outgoing(pool, onboarding_id))


async def all_sent(pool: Pool, onboarding_id: str) -> bool:
    return await unsent(pool, onboarding_id) == 0


async def until(true: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(10):
        while not await true():
            await asyncio.sleep(0.01)


def numbered(count: int) -> list[OutgoingMail]:
    """Mails to n1, n2, …"""
    name = Company().onboarding_id
    numbers = range(1, count + 1)
    return [written(f"n{each}@x.example", message_id=message_id(name, str(each), "y.example")) for each in numbers]


async def outgoing(pool: Pool, onboarding_id: str) -> list[dict[str, object]]:
    rows = await pool.fetch("SELECT * FROM dse.mail WHERE onboarding_id = $1", onboarding_id)
    return [dict(row) for row in rows]


async def test_a_record_sends_its_mail(bookkeeping: Bookkeeping, mail: Mail) -> None:
    company = Company()
    await bookkeeping.record(record(company.begun()))
    (got,) = received(mail.folder, company.onboarding_id)
    assert re.fullmatch(rf"<{company.onboarding_id}\.0-[0-9a-f]{{4}}@proveedor\.example>", got["Message-ID"])
    assert (got["From"], got["To"]) == (SENDER, "ana@andina.example")
    assert got["Subject"].startswith("Documento soporte electrónico: Terminar la habilitación")
    plain, page = got.iter_parts()
    assert (got.get_content_type(), plain.get_content_type(), page.get_content_type()) == (
        "multipart/alternative",
        "text/plain",
        "text/html",
    )
    for part in (plain, page):
        assert part.get_content_charset() == "utf-8"
        assert "Hola, Andina S.A.S." in part.get_content()


async def test_a_record_told_twice_mails_once(bookkeeping: Bookkeeping, pool: Pool) -> None:
    given = record(Company().begun())
    await bookkeeping.record(given)
    sent = await outgoing(pool, given.onboarding_id)
    await bookkeeping.record(given)
    assert await outgoing(pool, given.onboarding_id) == sent
    assert [each["attempts"] for each in sent] == [1]


async def test_no_mail_server_holds_nothing_up_and_loses_nothing(
    pool: Pool, mail: Mail, bookkeeping: Bookkeeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving() as gone:
        pass
    nobody = Outbox(pool, Mailer(f"smtp://127.0.0.1:{gone.port}", SENDER))
    monkeypatch.setattr(bookkeeping, "_outbox", nobody)
    company = Company()
    await bookkeeping.record(record(company.begun()))
    assert await unsent(pool, company.onboarding_id) == 1
    with pytest.raises(AwayError, match="mail: "):
        await nobody.send_outstanding(company.onboarding_id)
    assert await Outbox(pool, Mailer(mail.smtp, SENDER)).send_outstanding(company.onboarding_id) == 1
    assert len(received(mail.folder, company.onboarding_id)) == 1


async def test_a_refused_mail_waits_its_turn_and_keeps_none_from_going(pool: Pool) -> None:
    async with serving(n1="554 not from you", n2="450 later") as server:
        outbox = Outbox(pool, Mailer(f"smtp://127.0.0.1:{server.port}", SENDER))
        whose = await recorded(pool, *numbered(3))
        assert await outbox.send_outstanding(whose) == 1
        assert server.got == ["n3@x.example"]
        assert await outbox.send_outstanding(whose) == 0
        server.refuses.clear()
        await pool.execute("UPDATE dse.mail SET try_at = now() WHERE onboarding_id = $1", whose)
        assert await outbox.send_outstanding(whose) == 2


async def test_a_server_that_shuts_down_is_away_and_refuses_no_mail(pool: Pool) -> None:
    async with serving(n1="421 bye") as server:
        outbox = Outbox(pool, Mailer(f"smtp://127.0.0.1:{server.port}", SENDER))
        whose = await recorded(pool, *numbered(1))
        with pytest.raises(AwayError, match="421"):
            await outbox.send_outstanding(whose)
    assert [each["attempts"] for each in await outgoing(pool, whose)] == [0]


async def test_many_senders_send_each_mail_once(pool: Pool) -> None:
    async with serving() as server:
        outbox = Outbox(pool, Mailer(f"smtp://127.0.0.1:{server.port}", SENDER))
        whose = await recorded(pool, *numbered(20))
        sent = await asyncio.gather(*(outbox.send_outstanding(whose) for _ in range(4)))
        assert sum(sent) == 20
        assert sorted(server.got) == sorted(f"n{number}@x.example" for number in range(1, 21))


async def test_the_rest_is_sent_beside_the_worker(
    pool: Pool,
    mail: Mail,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox_module, "BATCH", 2)
    mails = numbered(5)
    whose = await recorded(pool, *mails)
    name = mails[0].message_id.partition(".")[0].strip("<")
    task = asyncio.create_task(Outbox(pool, Mailer(mail.smtp, SENDER)).keep_sending(nobody_hears))
    await until(partial(all_sent, pool, whose))
    task.cancel()
    assert len(received(mail.folder, name)) == 5


async def test_a_record_wakes_the_sender_and_does_not_wait_for_it(
    pool: Pool,
    bookkeeping: Bookkeeping,
    outbox: Outbox,
    mail: Mail,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox_module, "PAUSE_S", 60.0)
    task = asyncio.create_task(outbox.keep_sending(nobody_hears))
    for _ in range(2):
        company = Company()
        await bookkeeping.record(record(company.begun()))
        await until(partial(all_sent, pool, company.onboarding_id))
        assert len(received(mail.folder, company.onboarding_id)) == 1
    task.cancel()


async def test_the_sender_outlives_whatever_happens(
    pool: Pool,
    mail: Mail,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    outbox, broken = Outbox(pool, Mailer(mail.smtp, SENDER)), asyncio.Event()

    def breaks(self: Mailer) -> object:
        broken.set()
        raise LookupError("ana@andina.example")

    def said() -> set[tuple[str, str]]:
        lines = (each for each in caplog.records if each.name == outbox_module.__name__)
        return {(each.getMessage(), each.__dict__["error"]) for each in lines}

    async def warned() -> bool:
        return bool(said())

    monkeypatch.setattr(outbox_module, "LONGEST_PAUSE_S", 0.01)
    await recorded(pool, *numbered(1))
    with monkeypatch.context() as patched:
        patched.setattr(Mailer, "session", breaks)
        task = asyncio.create_task(outbox.keep_sending(nobody_hears))
        await broken.wait()
        await until(warned)
    assert said() == {("mails stay in the outbox", "LookupError")}
    assert not task.done()
    task.cancel()


async def test_nobody_adds_headers(mail: Mail) -> None:
    async with Mailer(mail.smtp, SENDER).session() as session:
        for field in ("subject", "recipient", "message_id"):
            with pytest.raises(MailRefusedError):
                await session.send(written(**{field: "x@y.example\r\nBcc: all@y.example"}), MONDAY)
        await session.send(written(), MONDAY)


async def test_a_mail_sent_again_is_the_same(mail: Mail) -> None:
    again = written(message_id=message_id("again", "1", "y.example"), html="<p>Hola, Andina:</p>" * 20)
    copies = []
    for _ in range(2):
        async with Mailer(mail.smtp, SENDER).session() as session:
            await session.send(again, MONDAY)
        copies += received(mail.folder, "again")
    got, second = copies
    assert got.as_bytes() == second.as_bytes()
    assert datetime.strptime(got["Date"], "%a, %d %b %Y %H:%M:%S %z") == MONDAY
    plain, page = got.iter_parts()
    assert plain.get_content().splitlines() == again.body.splitlines()
    assert page.get_content().strip() == again.html


@pytest.mark.parametrize("name", ["a b", "<x>", "a@b", "é\r\nX: y", "a/b"])
def test_a_message_id_is_one_token_whatever_an_onboarding_is_called(name: str) -> None:
    assert re.fullmatch(r"<[A-Za-z0-9%._~-]+\.7@y\.example>", message_id(name, "7", "y.example"))


@pytest.mark.parametrize("url", ["http://x", "smtp:/x", ""])
def test_what_is_no_mail_server(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://host:port"):
        Mailer(url, SENDER)


async def test_mails_belong_to_the_transaction_that_causes_them(pool: Pool) -> None:
    whose = await recorded(pool)
    with suppress(RuntimeError):
        async with transaction(pool) as connection:
            await put(connection, whose, [written(message_id=message_id(whose, "1", "y.example"))])
            raise RuntimeError
    assert await unsent(pool, whose) == 0
