"""What becomes of mails: quiet hours, ended rows, hard bounces, servers that refuse, say later, or are gone."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from activities.clock import now_utc
from activities.errors import AwayError
from activities.records import Bookkeeping
from activities.store import outbox as outbox_module
from activities.store.bounces import Bounce, tell_bounces
from activities.store.keyed import Keyed
from activities.store.mail import Mailer
from activities.store.outbox import Outbox
from activities.store.pool import Pool
from activities.store.reading import Reading
from activities.store.records import Records
from domain.effects import Record
from domain.fields import BOGOTA
from domain.mails import LATE, REMINDER, TURN, Mail
from domain.reminders import Recipient
from domain.state import State
from tests.activities.company import MONDAY, OPERATORS, SENDER, Company, closed, operated, record, told
from tests.activities.store.smtp import Server, serving
from tests.activities.store.test_store_mail import outgoing, until

STEP = "electronic_invoicing"
NIGHT = datetime(2027, 3, 5, 20, 0, tzinfo=BOGOTA)
"""A Friday to come; the 22nd is a holiday."""


class Desk:
    """The effects' end of one onboarding, whose mails go to a server that a test chooses."""

    def __init__(self, pool: Pool, reading: Reading, keyed: Keyed, server: Server) -> None:
        self.pool, self.server, self.now = pool, server, MONDAY
        self.company = Company()
        self.outbox = self._outbox(server.port)
        self._parts = Records(pool), reading, keyed
        self.books = self._books(self.outbox)
        self.mails = 0

    def _outbox(self, port: int) -> Outbox:
        return Outbox(self.pool, Mailer(f"smtp://127.0.0.1:{port}", SENDER, answers=OPERATORS), lambda: self.now)

    def _books(self, outbox: Outbox) -> Bookkeeping:
        return Bookkeeping(
            *self._parts,
            outbox,
            mandated_wait=timedelta(hours=3),
            provider_name="Proveedor S.A.S.",
            software_name="Factura Fácil",
            operators_mail="operators@x.example",
            supervisors_mail="supervisors@x.example",
            clock=lambda: self.now,
        )

    def begun(self) -> State:
        return self.company.begun(contact={"email": "ana@x.example"})

    async def tell(self, state: State, *mails: Mail, fence: int | None = None, **other: Any) -> Record:
        """A record that causes these mails, and no others."""
        placed = tuple(mail.model_copy(update={"place": self.mails + n}) for n, mail in enumerate(mails))
        self.mails += len(mails)
        given = record(state).model_copy(update={"mails": placed, **({"fence": fence} if fence else {}), **other})
        await self.books.record(given)
        return given

    async def row(self) -> list[dict[str, Any]]:
        rows = await outgoing(self.pool, self.company.onboarding_id)
        return sorted(rows, key=lambda row: str(row["message_id"]))

    async def ends(self) -> list[str]:
        """How each mail ended, in their order."""
        return [_end(row) for row in await self.row()]

    async def later(self) -> int:
        """Time has come to try all again; how many were sent."""
        sql = "UPDATE dse.mail SET try_at = now() WHERE onboarding_id = $1 AND sent_at IS NULL"
        await self.pool.execute(sql, self.company.onboarding_id)
        return await self.outbox.send_outstanding(self.company.onboarding_id)


def _end(row: dict[str, Any]) -> str:
    ends = [end for end in ("sent", "dropped", "bounced") if row[f"{end}_at"] is not None]
    assert len(ends) < 2
    return ends[0] if ends else "waits"


def reminder(nth: int = 1, step: str = STEP, **other: Any) -> Mail:
    fields = {"number": 1, "kind": REMINDER, "step": step, "nth": nth, "waits_on": "company", "since": MONDAY}
    return Mail.model_validate({**fields, **other})


def late(to: Recipient = Recipient.OPERATORS) -> Mail:
    return Mail(number=1, kind=LATE, step=STEP, to=to, waits_on="company", since=MONDAY, due_at=MONDAY)


def turn() -> Mail:
    return Mail(number=1, kind=TURN, step=STEP)


@pytest_asyncio.fixture
async def desk(pool: Pool, reading: Reading, keyed: Keyed) -> AsyncIterator[Desk]:
    async with serving() as server:
        yield Desk(pool, reading, keyed, server)


# to whom, and when


async def test_each_mail_goes_to_whom_it_is_for(desk: Desk) -> None:
    await desk.tell(desk.begun(), turn(), late(), late(Recipient.SUPERVISORS))
    assert desk.server.got == ["ana@x.example", "operators@x.example", "supervisors@x.example"]
    assert [(row["audience"], row["step"]) for row in await desk.row()] == [
        ("company", STEP),
        ("operators", STEP),
        ("supervisors", STEP),
    ]


async def test_a_turn_says_until_when_by_the_calendar(desk: Desk) -> None:
    await desk.tell(desk.begun(), turn())
    (row,) = await desk.row()
    for words in (row["body"], row["html"]):
        assert "Tienes plazo hasta el martes 15 de diciembre de 2026, 6:00 p. m., hora de Bogotá." in words
        assert "ana@x.example" not in words


async def test_a_company_is_reminded_only_in_waking_hours_whoever_else_at_once(desk: Desk) -> None:
    desk.now = NIGHT
    review = reminder(to=Recipient.OPERATORS, step="letter_review", waits_on="operator")
    await desk.tell(desk.begun(), reminder(), late())
    assert await desk.ends() == ["waits", "sent"]
    assert (await desk.row())[0]["try_at"] == datetime(2027, 3, 8, 7, tzinfo=BOGOTA)
    await desk.tell(desk.begun(), review, step="letter_review", waiting_on="operator", fence=100)
    assert desk.server.got == ["operators@x.example", "operators@x.example"]


async def test_quiet_hours_are_kept_by_what_is_tried_again(desk: Desk) -> None:
    desk.server.refuses["ana@x.example"] = "450 later"
    await desk.tell(desk.begun(), reminder())
    desk.server.refuses.clear()
    desk.now = NIGHT
    assert await desk.later() == 0
    assert (await desk.row())[0]["try_at"] == datetime(2027, 3, 8, 7, tzinfo=BOGOTA)
    desk.now = datetime(2027, 3, 8, 7, tzinfo=BOGOTA)
    assert await desk.later() == 1


async def test_what_is_read_after_the_due_date_says_that_it_has_passed(desk: Desk) -> None:
    desk.now = NIGHT
    due = NIGHT + timedelta(hours=1)
    await desk.tell(desk.begun(), reminder(due_at=due))
    assert "El plazo venció el viernes 5 de marzo de 2027, 9:00 p. m." in (await desk.row())[0]["body"]


# ended rows


@pytest_asyncio.fixture
async def asleep(desk: Desk) -> Desk:
    """One whose reminder waits for the morning."""
    desk.now = NIGHT
    await desk.tell(desk.begun(), reminder())
    assert await desk.ends() == ["waits"]
    return desk


async def test_reminders_end_with_their_row_at_once(asleep: Desk) -> None:
    await asleep.tell(told(asleep.begun(), "electronic_invoicing_completed"))
    assert await asleep.ends() == ["dropped"]
    asleep.now = MONDAY
    assert await asleep.later() == 0
    assert asleep.server.got == []


@pytest.mark.parametrize("other", [{"waiting_on": "us"}, {"waiting_on": "operator", "blocked": "undone"}])
async def test_reminders_end_when_it_is_not_the_company_s_turn_any_more(asleep: Desk, other: dict[str, str]) -> None:
    await asleep.tell(asleep.begun(), fence=100, **other)
    assert await asleep.ends() == ["dropped"]


async def test_reminders_end_with_a_hold_and_with_the_onboarding(asleep: Desk) -> None:
    held = operated(asleep.begun(), "hold")
    await asleep.tell(held)
    assert await asleep.ends() == ["dropped"]
    await asleep.tell(operated(held, "resume"), reminder(2))
    assert await asleep.ends() == ["dropped", "waits"]
    await asleep.books.record(closed(operated(operated(held, "resume"), "cancel")).model_copy(update={"mails": ()}))
    assert await asleep.ends() == ["dropped", "dropped"]


async def test_a_word_about_anything_else_ends_nothing(asleep: Desk) -> None:
    await asleep.tell(operated(asleep.begun(), "note", text="llamar el lunes"), fence=100)
    assert await asleep.ends() == ["waits"]


async def test_only_the_newest_reminder_goes_and_none_beside_a_new_turn(asleep: Desk) -> None:
    await asleep.tell(asleep.begun(), reminder(2), fence=100)
    await asleep.tell(asleep.begun(), reminder(3), fence=101)
    assert await asleep.ends() == ["dropped", "dropped", "waits"]
    await asleep.tell(asleep.begun(), late(), fence=102)
    assert await asleep.ends() == ["dropped", "dropped", "waits", "sent"]
    await asleep.tell(asleep.begun(), turn(), fence=103)
    assert await asleep.ends() == ["dropped", "dropped", "dropped", "sent", "sent"]


async def test_a_record_behind_a_lower_fence_ends_nothing(desk: Desk) -> None:
    """Told late, it speaks of another row, of a hold, and of a reminder: none of that happened, or counts any more."""
    desk.now = NIGHT
    stands = record(desk.begun()).model_copy(update={"mails": (reminder(2),), "fence": 10})
    await desk.books.record(stands)
    for was in (
        {"step": "signed_letter"},
        {"held": True},
        {"waiting_on": "us"},
        {"mails": (turn().model_copy(update={"place": 5}),)},
    ):
        await desk.books.record(stands.model_copy(update={"mails": (), **was, "fence": 9}))
    assert (await desk.ends())[0] == "waits"
    old = reminder(1, step="signed_letter", place=7)
    await desk.books.record(stands.model_copy(update={"mails": (old,), "step": "signed_letter", "fence": 9}))
    assert (await desk.ends())[-1] == "dropped"  # its own, which came too late


async def test_a_record_told_twice_sends_and_ends_nothing_twice(desk: Desk) -> None:
    given = await desk.tell(desk.begun(), turn(), reminder())
    before = await desk.row()
    await desk.books.record(given)
    assert await desk.row() == before
    assert len(set(desk.server.ids)) == len(desk.server.ids) == 2


async def test_a_record_does_not_wait_for_a_mail_that_is_being_sent(asleep: Desk, pool: Pool) -> None:
    """That one ends by itself before it is tried again."""
    name = (await asleep.row())[0]["message_id"]
    async with pool.acquire() as sender, sender.transaction():
        await sender.execute("SELECT FROM dse.mail WHERE message_id = $1 FOR UPDATE", name)
        async with asyncio.timeout(5):
            await asleep.tell(told(asleep.begun(), "electronic_invoicing_completed"))
    assert await asleep.ends() == ["waits"]
    assert await asleep.later() == 0
    assert await asleep.ends() == ["dropped"]


# servers


async def test_greylisting_delays_a_mail_and_sends_it_once(desk: Desk) -> None:
    desk.server.refuses["ana@x.example"] = "451 4.7.1 greylisted"
    await desk.tell(desk.begun(), turn())
    (row,) = await desk.row()
    assert timedelta(seconds=30) < row["try_at"] - now_utc() < timedelta(seconds=90)
    assert await desk.outbox.send_outstanding(desk.company.onboarding_id) == 0
    assert desk.server.asked == 1
    desk.server.refuses.clear()
    assert await desk.later() == 1
    assert await desk.later() == 0
    assert desk.server.ids == [row["message_id"]]


async def test_a_server_gone_for_a_day_loses_nothing_and_floods_nobody(desk: Desk) -> None:
    """Three reminders were written meanwhile, one of a row that is done: one goes, and what else was to be said."""
    back, gone = desk.outbox, None
    async with serving() as once:
        gone = once.port
    desk.outbox = desk._outbox(gone)
    desk.books = desk._books(desk.outbox)
    invoiced = told(desk.begun(), "electronic_invoicing_completed")
    after = partial(desk.tell, invoiced, step="legal_representative")
    await desk.tell(desk.begun(), turn(), reminder(), late(), fence=1)
    await after(turn().model_copy(update={"step": "legal_representative"}), fence=2)
    await after(reminder(1, step="legal_representative"), fence=3)
    await after(reminder(2, step="legal_representative"), fence=4)
    with pytest.raises(AwayError):
        await desk.later()
    assert desk.server.got == []
    desk.outbox = back
    assert await desk.later() == 3
    assert await desk.ends() == ["sent", "dropped", "dropped", "sent", "dropped", "sent"]
    assert await desk.later() == 0
    assert len(set(desk.server.ids)) == len(desk.server.ids) == 3


# bounces

FOR_GOOD = [
    ("550 no such user", "550"),
    ("550 5.1.1 user unknown", "550 5.1.1"),
    ("550-5.1.1 no such account.\r\n550 5.1.1 read about it at 5.9.9.9", "550 5.1.1"),
    ("550 5.4.1 recipient address rejected: access denied", "550 5.4.1"),
    ("551 5.1.6 moved", "551 5.1.6"),
    ("553 sorry, that mailbox doesn't exist (#5.1.1)", "553 5.1.1"),
    ("554 5.2.1 mailbox disabled", "554 5.2.1"),
    ("556 5.1.10 takes no mail", "556 5.1.10"),
]
MAY_PASS = [
    "552 5.2.2 mailbox full",
    "550 5.2.2 over quota",
    "554 5.7.1 spam",
    "554 no",
    "550 5.7.1 relaying denied",
    "553 not in my list of allowed hosts (#5.7.1)",
    "550 5.1.8 bad sender",
    "550 5.1.7 bad sender's syntax",
    "552 too much",
    "450 4.2.1 greylisted",
    "450 5.1.1 soon",
    "451 later",
    "452 4.5.3 too many",
]


class Ears:
    """Workflows as far as mails go: they hear, or are away."""

    def __init__(self) -> None:
        self.heard, self.fails = list[Bounce](), list[Exception]()

    async def __call__(self, bounce: Bounce) -> None:
        if self.fails:
            raise self.fails.pop()
        self.heard.append(bounce)

    def of(self, desk: Desk) -> list[Bounce]:
        """The stack is shared: other tests' bounces may be heard as well."""
        return [bounce for bounce in self.heard if bounce.nit == desk.company.nit]


@pytest.mark.parametrize(("said", "code"), FOR_GOOD)
async def test_an_address_that_takes_no_mail_is_tried_once_and_told(desk: Desk, said: str, code: str) -> None:
    desk.server.refuses["ana@x.example"] = said
    await desk.tell(desk.begun(), turn())
    (row,) = await desk.row()
    assert (await desk.ends(), row["bounce_code"], row["bounce_told_at"]) == (["bounced"], code, None)
    assert await desk.later() == 0
    assert desk.server.asked == 1
    ears = Ears()
    for _ in range(2):
        await tell_bounces(desk.pool, ears)
    whose = {"environment": "habilitacion", "nit": desk.company.nit}
    assert ears.of(desk) == [Bounce(**whose, message_id=row["message_id"], address="ana@x.example", code=code)]


@pytest.mark.parametrize("said", MAY_PASS)
async def test_what_may_pass_or_be_our_own_fault_is_tried_again(desk: Desk, said: str) -> None:
    desk.server.refuses["ana@x.example"] = said
    await desk.tell(desk.begun(), turn())
    assert await desk.ends() == ["waits"]
    desk.server.refuses.clear()
    assert await desk.later() == 1


async def test_a_bounce_is_told_until_it_was_heard(desk: Desk) -> None:
    """Temporal was away; then the sender was killed after it was heard: it is heard again, with the same id."""
    desk.server.refuses["ana@x.example"] = "550 no"
    await desk.tell(desk.begun(), turn())
    ears = Ears()
    await tell_bounces(desk.pool, ears)
    ears.heard.clear()
    await desk.pool.execute(
        "UPDATE dse.mail SET bounce_told_at = NULL WHERE onboarding_id = $1", desk.company.onboarding_id
    )
    ears.fails.append(AwayError("temporal", "UNAVAILABLE"))
    with pytest.raises(AwayError):
        await tell_bounces(desk.pool, ears)

    async def killed(bounce: Bounce) -> None:
        await ears(bounce)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await tell_bounces(desk.pool, killed)
    await tell_bounces(desk.pool, ears)
    first, second = ears.of(desk)
    assert first == second
    assert (await desk.row())[0]["bounce_told_at"] is not None


async def test_bounces_are_told_beside_the_worker_also_while_mail_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.server.refuses["ana@x.example"] = "550 no"
    await desk.tell(desk.begun(), turn())
    monkeypatch.setattr(outbox_module, "LONGEST_PAUSE_S", 0.01)
    ears = Ears()
    ears.fails.append(AwayError("temporal", "UNAVAILABLE"))
    async with serving() as gone:
        pass
    task = asyncio.create_task(desk._outbox(gone.port).keep_sending(ears))

    async def heard() -> bool:
        return bool(ears.of(desk))

    await until(heard)
    task.cancel()


async def test_an_address_of_ours_that_bounces_is_an_error_in_the_logs(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.server.refuses |= {"operators@x.example": "550 5.1.1 operators@x.example?", "ana@x.example": "550 ana?"}
    await desk.tell(desk.begun(), turn(), late())
    assert await desk.ends() == ["bounced", "bounced"]
    lines = [each for each in caplog.records if each.name == outbox_module.__name__]
    assert [(each.levelno, each.getMessage(), each.__dict__["code"]) for each in lines] == [
        (logging.WARNING, "a mail bounced", "550"),
        (logging.ERROR, "an address of ours takes no mail", "550 5.1.1"),
    ]
    ears = Ears()
    await tell_bounces(desk.pool, ears)
    assert [bounce.address for bounce in ears.of(desk)] == ["ana@x.example"]
