"""What the records are told, and what they answer."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st
from temporalio.exceptions import ApplicationError

from activities.certificate import Certificate
from activities.records import Bookkeeping
from activities.store.pool import Pool
from activities.store.reading import Reading
from activities.store.timeline import Timeline
from domain import recording
from domain.begin import Recalled
from domain.effects import Record
from domain.fields import BOGOTA
from domain.reasons import Code
from domain.rules import unreadable
from domain.state import Blocked, Event, State
from domain.status import status
from tests.activities.company import MONDAY, PERSON, Company, closed, operated, record, told, undo_of
from tests.activities.story import story

TABLES = ("onboarding", "representative", "letter", "scan", "timeline", "mail")
NOTHING = Recalled(provider_name="Proveedor S.A.S.", software_name="Factura Fácil")
"""Known of a company that begins: whom it chooses at DIAN."""


def ended_ready(state: State) -> Record:
    final = status(state, state.since).model_copy(update={"step": "ready", "closed": "ready"})
    return record(state).model_copy(update={"step": "ready", "closed": final, "mails": ()})


async def happened(timeline: Timeline, company: Company) -> list[Event]:
    """What the workflow told, without places."""
    entries = await timeline.entries(company.environment, company.nit)
    return [unplaced(each) for each in entries if each.channel != "mail"]


def unplaced(event: Event) -> Event:
    return event.model_copy(update={"seq": 0})


async def contents(pool: Pool, company: Company) -> dict[str, list[str]]:
    """Every row about an onboarding; keys, times of writing and places apart, which differ."""
    aside = "'{onboarding_id,nit,recorded_at,made_at,try_at,sent_at,attempts,place,hash}'::text[]"
    found = {}
    for table in TABLES:
        sql = f"SELECT (to_jsonb(t) - {aside})::text AS row FROM dse.{table} AS t WHERE onboarding_id = $1"
        sql += " AND source = 'workflow'" if table == "timeline" else ""
        rows = await pool.fetch(sql, company.onboarding_id)
        plain = (row["row"].replace(company.nit, "NIT").replace(company.onboarding_id, "ID") for row in rows)
        found[table] = sorted(plain)
    return found


@settings(max_examples=12, deadline=None)
@forall(st.lists(st.integers(0, 7), max_size=8), st.permutations(range(8)))
async def test_told_twice_or_out_of_order_counts_once(
    pool: Pool, bookkeeping: Bookkeeping, twice: list[int], order: list[int]
) -> None:
    one, other = Company(), Company()
    for each in story(one):
        await bookkeeping.record(each)
    records = story(other)
    for number in (*twice, *order):
        await bookkeeping.record(records[number])
    assert await contents(pool, other) == await contents(pool, one)


async def test_told_at_the_same_time_counts_once(bookkeeping: Bookkeeping, reading: Reading, pool: Pool) -> None:
    company = Company()
    await asyncio.gather(*(bookkeeping.record(each) for each in story(company) * 2))
    sql = "SELECT seq FROM dse.happened WHERE onboarding_id = $1 AND source = 'workflow' ORDER BY seq"
    seqs = [row["seq"] for row in await pool.fetch(sql, company.onboarding_id)]
    assert seqs == list(range(1, len(seqs) + 1))
    final = await reading.final_status(company.environment, company.nit)
    assert final is not None
    assert (final.step, final.closed) == ("cancelled", "cancelled")


@pytest.mark.parametrize("late", [False, True], ids=["in order", "the first lands late"])
async def test_what_a_repeated_workflow_task_tells_otherwise_is_what_happened(
    bookkeeping: Bookkeeping, timeline: Timeline, pool: Pool, late: bool
) -> None:
    """The first told of invoicing and of a hold; repeated, it found a signal in front, and no hold."""
    company = Company()
    begun = company.begun()
    first = operated(told(begun, "electronic_invoicing_completed"), "hold")
    again = told(unreadable(begun, "nobody", b"", "0" * 64, begun.since), "electronic_invoicing_completed")
    tellings = [recording.record_of(first, first.since, fence=10), recording.record_of(again, again.since, fence=13)]
    for each in reversed(tellings) if late else tellings:
        await bookkeeping.record(each)
    assert await happened(timeline, company) == [unplaced(event) for event in again.events]
    assert (
        await pool.fetchval("SELECT held FROM dse.onboarding WHERE onboarding_id = $1", company.onboarding_id) is False
    )


async def test_a_mail_told_again_behind_another_event_is_the_same_mail(bookkeeping: Bookkeeping, pool: Pool) -> None:
    company = Company()
    begun = company.begun()
    again = unreadable(begun, "nobody", b"", "0" * 64, begun.since)
    moved = again.model_copy(update={"turn": again.seq})
    for number, state in enumerate((begun, moved)):
        await bookkeeping.record(recording.record_of(state, state.since, fence=10 + number))
    assert await pool.fetchval("SELECT count(*) FROM dse.mail WHERE onboarding_id = $1", company.onboarding_id) == 1


async def test_the_story_is_told_as_it_was(
    pool: Pool, bookkeeping: Bookkeeping, reading: Reading, timeline: Timeline
) -> None:
    company = Company()
    records = story(company)
    for each in records:
        await bookkeeping.record(each)
    assert await happened(timeline, company) == [unplaced(event) for each in records for event in each.events]
    assert await reading.final_status(company.environment, company.nit) == records[-1].closed
    kept = await contents(pool, company)
    assert len(kept["letter"]) == len(kept["representative"]) == len(kept["scan"]) == 1
    assert '"gone": "rejected"' in kept["scan"][0]
    assert "unsigned" in kept["scan"][0]
    assert len(kept["mail"]) == sum(len(each.mails) for each in records)


async def test_nothing_typed_by_anybody_stops_a_record(bookkeeping: Bookkeeping, timeline: Timeline) -> None:
    company = Company()
    typed: dict[str, Any] = {"actor": "\x00\ud800", "reason": "'; DROP TABLE dse.timeline; --"}
    state = told(company.begun(), "prefixes_associated", **typed)
    await bookkeeping.record(record(state))
    heard = (await happened(timeline, company))[-1]
    assert (heard.actor, heard.reason) == ("\ufffd?", typed["reason"])


# due dates


async def test_business_rows_are_dated_by_the_calendar(bookkeeping: Bookkeeping, reading: Reading) -> None:
    state = Company().begun()
    dates = await bookkeeping.record(record(state))
    assert dates.due_at is not None
    assert dates.due_at.astimezone(BOGOTA).isoformat() == "2026-12-15T18:00:00-05:00"  # the 8th is a holiday
    assert dates.patience_until is None
    (row,) = [each for each in await reading.listing("habilitacion", now=MONDAY) if each.nit == state.nit]
    assert row.due_at == dates.due_at


async def test_time_on_hold_is_not_counted(bookkeeping: Bookkeeping) -> None:
    held = operated(Company().begun(), "hold", MONDAY)
    assert (await bookkeeping.record(record(held))).due_at is None
    resumed = operated(held, "resume", MONDAY + timedelta(days=1))
    dates = await bookkeeping.record(record(resumed))
    assert dates.due_at is not None
    assert dates.due_at.astimezone(BOGOTA).isoformat() == "2026-12-16T18:00:00-05:00"


async def test_a_word_that_dian_denies_is_believed_for_business_hours(bookkeeping: Bookkeeping) -> None:
    at_16 = MONDAY + timedelta(hours=6)
    dates = await bookkeeping.record(record(Company().begun()).model_copy(update={"denied_since": at_16}))
    assert dates.patience_until is not None
    assert dates.patience_until.astimezone(BOGOTA).isoformat() == "2026-11-24T10:00:00-05:00"


async def test_elapsed_time_needs_no_calendar(bookkeeping: Bookkeeping, reading: Reading) -> None:
    state = Company().begun()
    due = MONDAY + timedelta(minutes=15)
    given = record(state).model_copy(update={"step": "letter_issue", "due_at": due, "mails": ()})
    assert (await bookkeeping.record(given)).due_at is None
    (row,) = [each for each in await reading.listing("habilitacion", now=MONDAY) if each.nit == state.nit]
    assert row.due_at == due


# reading


async def test_the_work_list_is_sorted_and_filtered(bookkeeping: Bookkeeping, reading: Reading) -> None:
    first, second, held, blocked, over = (Company(environment="produccion").begun() for _ in range(5))
    later, latest = MONDAY + timedelta(days=30), MONDAY + timedelta(days=31)
    out = Blocked(at=MONDAY, effect="issue_letter", code="letter_unprintable", message_es="")
    for each in (
        record(second).model_copy(update={"due_at": later}),
        record(first).model_copy(update={"due_at": MONDAY}),
        record(operated(held, "hold")),
        record(blocked.model_copy(update={"blocked": out})).model_copy(update={"due_at": latest}),
        closed(operated(over, "cancel")),
    ):
        await bookkeeping.record(each)

    mine = {each.nit for each in (first, second, held, blocked, over)}

    async def listed(**by: Any) -> list[str]:
        return [row.nit for row in await reading.listing("produccion", now=MONDAY, **by) if row.nit in mine]

    assert await listed() == [first.nit, second.nit, blocked.nit, held.nit]
    assert len(await reading.listing("produccion", now=MONDAY, most=2)) == 2
    assert await listed(held=True) == [held.nit]
    assert await listed(overdue=True) == [first.nit]
    assert await listed(waiting_on="operator") == [blocked.nit]
    assert await listed(step="electronic_invoicing", waiting_on="operator") == [blocked.nit]
    assert await listed(step="certificate") == []
    rows = {row.nit: row for row in await reading.listing("produccion", now=MONDAY)}
    assert (rows[first.nit].overdue, rows[second.nit].overdue, rows[held.nit].overdue) == (True, False, False)
    why = rows[blocked.nit].blocked
    assert why is not None
    assert why.code == "letter_unprintable"
    assert "letter_unprintable" in why.message_es


async def test_nothing_is_known_of_a_stranger(reading: Reading) -> None:
    company = Company()
    assert await reading.final_status(company.environment, company.nit) is None
    assert await reading.legality_of_start(company.environment, company.nit) is None


async def test_the_last_onboarding_is_the_company_s(
    bookkeeping: Bookkeeping, reading: Reading, timeline: Timeline
) -> None:
    """Its former workflow was terminated: nobody told the records that it was over."""
    terminated = Company()
    later = terminated.again()
    await bookkeeping.record(record(terminated.begun()))
    assert await bookkeeping.recall(later.recall()) == NOTHING
    await bookkeeping.record(record(later.begun(name="Andina Nueva S.A.S.")))
    rows = [row for row in await reading.listing("habilitacion", now=MONDAY) if row.nit == later.nit]
    assert [row.name for row in rows] == ["Andina Nueva S.A.S."]
    assert {event.at for event in await happened(timeline, later)} == {later.started_at}


# starting


async def test_a_ready_company_is_refused(bookkeeping: Bookkeeping, reading: Reading) -> None:
    company = Company()
    await bookkeeping.record(ended_ready(company.begun()))
    assert await bookkeeping.recall(company.again().recall()) == Recalled(refused=Code.ALREADY_READY)
    assert await reading.legality_of_start(company.environment, company.nit) == Code.ALREADY_READY
    elsewhere = Company(company.nit, "produccion")
    assert await bookkeeping.recall(elsewhere.recall()) == NOTHING


async def test_a_cancelled_company_begins_anew_once_that_is_settled(bookkeeping: Bookkeeping) -> None:
    company = Company()
    cancelled = operated(company.begun(), "cancel")
    await bookkeeping.record(record(cancelled))
    later = company.again()
    assert (await bookkeeping.recall(later.recall())).refused == Code.CANCELLING
    await bookkeeping.record(closed(cancelled))
    assert (await bookkeeping.recall(later.recall())).refused is None


async def test_a_recall_repeated_does_not_find_itself(bookkeeping: Bookkeeping) -> None:
    company = Company()
    await bookkeeping.record(record(operated(company.begun(), "cancel")))
    assert (await bookkeeping.recall(company.recall())).refused is None


async def test_an_onboarding_s_id_is_used_once(bookkeeping: Bookkeeping) -> None:
    company = Company()
    await bookkeeping.record(record(company.begun()))
    stranger = Company(onboarding_id=company.onboarding_id)
    assert (await bookkeeping.recall(stranger.recall())).refused == Code.INVALID_FIELDS
    await bookkeeping.record(closed(operated(company.begun(), "cancel")))
    assert (await bookkeeping.recall(company.recall())).refused == Code.INVALID_FIELDS


async def test_a_record_never_lands_on_another_company(
    bookkeeping: Bookkeeping, reading: Reading, timeline: Timeline
) -> None:
    company = Company()
    await bookkeeping.record(record(company.begun()))
    stranger = Company(onboarding_id=company.onboarding_id)
    with pytest.raises(ApplicationError) as caught:
        await bookkeeping.record(record(stranger.begun(name="Otra S.A.S.")))
    assert (caught.value.type, caught.value.non_retryable) == ("onboarding_id_taken", True)
    assert await happened(timeline, stranger) == []
    (row,) = [each for each in await reading.listing("habilitacion", now=MONDAY) if each.nit == company.nit]
    assert row.name == "Andina S.A.S."


async def test_a_grant_is_recalled_with_its_person(
    bookkeeping: Bookkeeping,
    certificate: Certificate,
) -> None:
    company = Company()
    later = company.again()
    grant = await certificate.grant_certificate(company.grant())
    await bookkeeping.record(record(company.begun()))
    known = await bookkeeping.recall(later.recall())
    assert (known.refused, known.grant, known.representative) == (None, grant, PERSON)
    await bookkeeping.undo(undo_of(company.grant()))
    assert await bookkeeping.recall(later.recall()) == NOTHING
