"""What the timeline tells of mails and of ends that were told: which, never to whom; and nobody waits for that."""

import asyncio

import pytest

from activities.records import Bookkeeping
from activities.store.mail import OutgoingMail, message_id
from activities.store.outbox import put
from activities.store.pool import Pool, transaction
from activities.store.records import Records
from activities.store.timeline import Timeline
from domain.state import Event
from tests.activities.company import MONDAY, Company, record

SENT = "UPDATE dse.mail SET sent_at = now() WHERE message_id = $1"


def mail_of(company: Company) -> OutgoingMail:
    return OutgoingMail(
        message_id=message_id(company.onboarding_id, "1", "y.example"),
        kind="turn",
        recipient="ana@andina.example",
        subject="Próximo paso",
        body="Hola, Andina",
    )


async def written(pool: Pool, company: Company) -> str:
    """The Message-ID of a mail on record that nobody sends."""
    mail = mail_of(company)
    await Records(pool).write(record(company.begun()), None, [mail])
    return mail.message_id


async def told_of_mails(timeline: Timeline, company: Company) -> list[Event]:
    entries = await timeline.entries(company.environment, company.nit)
    return [each for each in entries if each.name.startswith("mail_")]


async def is_intact(timeline: Timeline, company: Company) -> bool:
    found = await timeline.verify(company.environment, company.nit)
    return found is not None and found.intact


@pytest.mark.parametrize(
    ("change", "name", "reason"),
    [
        ("sent_at = now()", "mail_sent", ""),
        ("dropped_at = now()", "mail_dropped", ""),
        ("bounced_at = now(), bounce_code = '550 5.1.1'", "mail_bounced", "550 5.1.1"),
    ],
)
async def test_a_mail_s_life_is_told_once_each_and_names_nobody(
    pool: Pool, timeline: Timeline, change: str, name: str, reason: str
) -> None:
    company = Company()
    which = await written(pool, company)
    await pool.execute("UPDATE dse.mail SET step = 'signed_letter' WHERE message_id = $1", which)
    for _ in range(2):
        await pool.execute("UPDATE dse.mail SET attempts = attempts + 1, try_at = now() WHERE message_id = $1", which)
        await pool.execute(f"UPDATE dse.mail SET {change} WHERE message_id = $1", which)
    first, last = await told_of_mails(timeline, company)
    assert (first.name, first.after, first.reason) == ("mail_written", f"turn {which}", "")
    assert (last.name, last.after, last.reason) == (name, f"turn signed_letter {which}", reason)
    assert {(each.actor, each.verified, each.channel, each.before) for each in (first, last)} == {
        ("dse", True, "mail", "")
    }
    assert "andina" not in str((first, last)).lower()
    assert await is_intact(timeline, company)


async def test_a_mail_told_again_is_not_written_twice(pool: Pool, timeline: Timeline) -> None:
    company = Company()
    await written(pool, company)
    await written(pool, company)
    assert [each.name for each in await told_of_mails(timeline, company)] == ["mail_written"]


async def test_what_is_undone_was_not_told(pool: Pool, timeline: Timeline) -> None:
    company = Company()
    which = await written(pool, company)
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(SENT, which)
        await transaction.rollback()
    assert [each.name for each in await told_of_mails(timeline, company)] == ["mail_written"]
    assert await is_intact(timeline, company)


async def test_a_record_that_tells_a_mail_again_while_it_is_being_sent_does_not_wait_for_that(
    pool: Pool, timeline: Timeline
) -> None:
    """Else each would wait for the other: the sender holds the mail and wants the onboarding."""
    company = Company()
    which = await written(pool, company)
    async with transaction(pool) as recording, asyncio.timeout(5):
        await recording.execute(
            "UPDATE dse.onboarding SET version = version + 1 WHERE onboarding_id = $1", company.onboarding_id
        )
        sending = asyncio.create_task(pool.execute(SENT, which))
        await until_waiting(pool)
        await put(recording, company.onboarding_id, [mail_of(company)])
        assert not sending.done()
    await sending
    assert [each.name for each in await told_of_mails(timeline, company)] == ["mail_written", "mail_sent"]


async def until_waiting(pool: Pool) -> None:
    """Until somebody waits for a lock."""
    while not await pool.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
        await asyncio.sleep(0.01)


async def test_mails_sent_and_records_written_at_once_end_in_one_chain(
    bookkeeping: Bookkeeping, pool: Pool, timeline: Timeline
) -> None:
    company = Company()
    which = await written(pool, company)
    given = record(company.begun()).model_copy(update={"mails": ()})
    again = [given.model_copy(update={"fence": given.fence + number}) for number in range(1, 8)]
    await asyncio.gather(*(bookkeeping.record(each) for each in again), pool.execute(SENT, which))
    assert [each.name for each in await told_of_mails(timeline, company)] == ["mail_written", "mail_sent"]
    assert await is_intact(timeline, company)


async def test_an_end_that_was_told_is_an_entry_whatever_the_session_s_date_style(
    pool: Pool, timeline: Timeline
) -> None:
    company = Company()
    await Records(pool).write(record(company.begun()), None, ())
    async with transaction(pool) as connection:
        await connection.execute("SET LOCAL DateStyle = 'German'")
        await connection.execute(
            "INSERT INTO dse.expiry_told (environment, nit, what, ends_on, onboarding_id)"
            " VALUES ($1, $2, 'grant', $3, $4)",
            company.environment,
            company.nit,
            MONDAY.date(),
            company.onboarding_id,
        )
    last = (await timeline.entries(company.environment, company.nit))[-1]
    assert (last.name, last.after, last.actor, last.verified) == ("expiring", "grant 2026-11-23", "dse", True)
    assert await is_intact(timeline, company)
