"""What becomes of mails: quiet hours, ended rows, servers that refuse, say later, or are gone."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import pytest
import pytest_asyncio

from activities.clock import now_utc
from activities.errors import AwayError
from activities.store.pool import Pool
from domain.fields import BOGOTA
from domain.reminders import Recipient
from tests.activities.company import MONDAY, closed, operated, record, told
from tests.activities.store.desk import STEP, Desk, late, reminder, turn
from tests.activities.store.smtp import serving

NIGHT = datetime(2027, 3, 5, 20, 0, tzinfo=BOGOTA)
"""A Friday to come; the 22nd is a holiday."""


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
