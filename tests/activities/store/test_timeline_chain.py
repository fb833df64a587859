"""The timeline's chain: one for each onboarding, whoever writes at once, and whatever is done to it is found."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from activities.records import Bookkeeping
from activities.store.pool import Pool, transaction
from activities.store.records import COMPANY
from activities.store.timeline import Entry, Timeline, Verified, verified
from domain import recording
from domain.rules import unreadable
from tests.activities.company import MONDAY, Company, operated, record, told
from tests.activities.story import story

ALL = "SELECT * FROM dse.timeline WHERE onboarding_id = $1 ORDER BY place"
SAID = ("name", "actor", "verified", "channel", "reason", "before", "after")
COVERED = ("onboarding_id", "source", "seq", "fence", "at", *SAID)


@pytest_asyncio.fixture
async def company(bookkeeping: Bookkeeping) -> Company:
    """Its whole story is on record, its mails are sent."""
    company = Company()
    for each in story(company):
        await bookkeeping.record(each)
    return company


async def checked(timeline: Timeline, company: Company, head: str = "") -> Verified:
    found = await timeline.verify(company.environment, company.nit, head)
    assert found is not None
    return found


async def tampered(pool: Pool, *changes: str, **of: object) -> None:
    """Done by a superuser who has silenced what forbids it, and who leaves no other trace."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("ALTER TABLE dse.timeline DISABLE TRIGGER ALL")
        for change in changes:
            await connection.execute(change.format(**of))
        await connection.execute("ALTER TABLE dse.timeline ENABLE TRIGGER ALL")
        await connection.execute("ALTER TABLE dse.timeline ENABLE ALWAYS TRIGGER timeline_only_grows")


# what is found


async def test_a_story_is_chained(pool: Pool, timeline: Timeline, company: Company) -> None:
    rows = await pool.fetch(ALL, company.onboarding_id)
    assert [row["place"] for row in rows] == list(range(1, len(rows) + 1))
    assert await checked(timeline, company) == Verified(intact=True, entries=len(rows), head=rows[-1]["hash"].hex())


@pytest.mark.parametrize(
    ("changes", "place", "why"),
    [
        (["UPDATE dse.timeline SET reason = 'otra' WHERE {it} AND place = 3"], 3, "not what was written"),
        (["DELETE FROM dse.timeline WHERE {it} AND place = 3"], 3, "entry 3 is missing: 4 comes"),
        (["DELETE FROM dse.timeline WHERE {it} AND place = 1"], 1, "entry 1 is missing: 2 comes"),
        (["UPDATE dse.timeline SET hash = sha256('x') WHERE {it} AND place = 3"], 3, "not what was written"),
        (
            [
                "UPDATE dse.timeline SET place = -place WHERE {it} AND place IN (3, 4)",
                "UPDATE dse.timeline SET place = 7 + place WHERE {it} AND place < 0",
            ],
            3,
            "not what was written",
        ),
        (
            [
                "UPDATE dse.timeline SET place = -place WHERE {it} AND place >= 3",
                "UPDATE dse.timeline SET place = 1 - place WHERE {it} AND place < 0",
                "INSERT INTO dse.timeline SELECT onboarding_id, source, 900, fence, 3, at, name, actor, verified,"
                " channel, reason, before, after, hash FROM dse.timeline WHERE {it} AND place = 2",
            ],
            3,
            "not what was written",
        ),
    ],
    ids=["changed word", "deleted row", "deleted start", "changed hash", "swapped rows", "inserted row"],
)
async def test_what_a_superuser_did_is_found_where_it_was_done(
    pool: Pool, timeline: Timeline, company: Company, changes: list[str], place: int, why: str
) -> None:
    await tampered(pool, *changes, it=f"onboarding_id = '{company.onboarding_id}'")
    found = await checked(timeline, company)
    assert (found.intact, found.broken_at) == (False, place)
    assert why in found.why


@pytest.mark.parametrize("cut", [1, 2, 5, 1000])
async def test_an_end_cut_off_is_found(pool: Pool, timeline: Timeline, company: Company, cut: int) -> None:
    entries = (await checked(timeline, company)).entries
    left = max(entries - cut, 0)
    it = f"onboarding_id = '{company.onboarding_id}'"
    await tampered(pool, "DELETE FROM dse.timeline WHERE {it} AND place > {left}", it=it, left=left)
    found = await checked(timeline, company)
    assert (found.intact, found.entries, found.broken_at) == (False, left, left + 1)
    assert "is missing" in found.why


async def test_who_computes_the_chain_anew_is_found_by_a_head_noted_before(
    pool: Pool, timeline: Timeline, company: Company
) -> None:
    noted = (await checked(timeline, company)).head
    assert (await checked(timeline, company, noted)).intact
    it = f"onboarding_id = '{company.onboarding_id}'"
    await tampered(
        pool,
        "CREATE TEMP TABLE taken ON COMMIT DROP AS SELECT * FROM dse.timeline WHERE {it}",
        "UPDATE taken SET reason = 'otra' WHERE place = 3",
        "DELETE FROM dse.timeline WHERE {it}",
        "ALTER TABLE dse.timeline ENABLE TRIGGER timeline_is_chained",
        "INSERT INTO dse.timeline SELECT * FROM taken ORDER BY place",
        it=it,
    )
    assert (await checked(timeline, company)).intact
    found = await checked(timeline, company, noted)
    assert (found.intact, found.broken_at) == (False, None)
    assert "rewritten since" in found.why


async def test_a_head_of_a_former_onboarding_still_counts(
    bookkeeping: Bookkeeping, timeline: Timeline, company: Company
) -> None:
    noted = (await checked(timeline, company)).head
    await bookkeeping.record(record(company.again().begun()))
    found = await checked(timeline, company, noted)
    assert found.intact
    assert found.head != noted


async def test_of_a_stranger_nothing_is_known(timeline: Timeline) -> None:
    assert await timeline.verify("habilitacion", Company().nit) is None
    assert await timeline.entries("habilitacion", Company().nit) == []


@settings(max_examples=200, deadline=None)
@forall(st.data())
def test_no_row_is_changed_dropped_doubled_or_moved_unseen(data: st.DataObject) -> None:
    chain = list(CHAIN)
    place = data.draw(st.integers(0, len(chain) - 1))
    match data.draw(st.sampled_from(["change", "drop", "double", "move"])):
        case "change":
            chain[place] = changed(chain[place], data.draw(st.sampled_from((*COVERED, "place", "hash"))))
        case "drop":
            chain = chain[:place] + chain[place + 1 :]
        case "double":
            chain.insert(place, chain[place])
        case "move":
            other = data.draw(st.integers(0, len(chain) - 1).filter(lambda other: other != place))
            chain.insert(other, chain.pop(place))
    assert not verified(chain, {"workflow": len(CHAIN)}).intact


def changed(row: Entry, column: str) -> Mapping[str, Any]:
    value = row[column]
    match value:
        case bool():
            value = not value
        case int():
            value += 1
        case datetime():
            value += timedelta(microseconds=1)
        case bytes():
            value = value[::-1]
        case _:
            value += " "
    return {**row, column: value}


CHAIN: list[Entry] = []


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def chain(pool: Pool) -> None:
    """Twelve entries that only the workflow told."""
    events = [(seq, "step", f"row{seq}") for seq in range(1, 13)]
    onboarding_id = await entered(pool, Company())
    async with transaction(pool) as connection:
        for seq, name, after in events:
            await connection.execute(INSERT, onboarding_id, seq, 1, MONDAY, name, "", after)
        ordered = ", ".join(("onboarding_id", "place", *COVERED[1:], "hash"))
        rows = await connection.fetch(
            f"SELECT {ordered} FROM dse.timeline WHERE onboarding_id = $1 ORDER BY place", onboarding_id
        )
    CHAIN[:] = [dict(row) for row in rows]
    assert verified(CHAIN, {"workflow": len(CHAIN)}).intact


# how it grows

MOMENTS = st.integers(-(2**52), 2**53).map(lambda microseconds: MONDAY + timedelta(microseconds=microseconds))

INSERT = (
    "INSERT INTO dse.timeline (onboarding_id, seq, fence, at, name, actor, verified, channel, reason, before, after)"
    " VALUES ($1, $2, $3, $4, $5, $6, true, '', '', '', $7)"
)


async def entered(pool: Pool, company: Company) -> str:
    """An onboarding on record of which nothing is told yet."""
    await pool.execute(COMPANY, company.environment, company.nit)
    await pool.execute(
        "INSERT INTO dse.onboarding (onboarding_id, environment, nit, version, fence, seq, name, contact, partner,"
        " external_reference, step, since, held, started_at, letter_revision)"
        " VALUES ($1, $2, $3, 1, 1, 0, '', '{}', '', '', '', now(), false, now(), 0)",
        company.onboarding_id,
        company.environment,
        company.nit,
    )
    return company.onboarding_id


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE dse.timeline SET actor = 'x'",
        "DELETE FROM dse.timeline",
        "TRUNCATE dse.timeline",
        "TRUNCATE dse.onboarding CASCADE",
        "MERGE INTO dse.timeline USING (SELECT 1) AS x ON true WHEN MATCHED THEN DELETE",
    ],
)
@pytest.mark.parametrize("role", ["origin", "replica"])
async def test_nothing_but_growing_is_allowed_even_where_triggers_are_silenced(
    pool: Pool, change: str, role: str
) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(f"SET LOCAL session_replication_role = {role}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only grows"):
            async with connection.transaction():
                await connection.execute(change)


async def test_place_and_hash_are_not_the_writer_s_to_choose(
    pool: Pool, timeline: Timeline, bookkeeping: Bookkeeping
) -> None:
    company = Company()
    await bookkeeping.record(record(company.begun()))
    before = (await checked(timeline, company)).entries
    await pool.execute(
        "INSERT INTO dse.timeline VALUES ($1, 'watch', 77, 9, 500, now(), 'x', '', true, '', '', '', '', 'x'::bytea)",
        company.onboarding_id,
    )
    assert (await checked(timeline, company)).intact
    last = (await pool.fetch(ALL, company.onboarding_id))[-1]
    assert (last["place"], last["seq"], len(last["hash"])) == (before + 1, 1, 32)


@settings(max_examples=20, deadline=None)
@forall(st.lists(st.tuples(st.text(), st.text(), MOMENTS)), st.data())
async def test_whatever_is_typed_and_in_whatever_session_it_is_hashed_alike(
    pool: Pool, timeline: Timeline, entries: list[tuple[str, str, datetime]], data: st.DataObject
) -> None:
    company = Company()
    zone = data.draw(st.sampled_from(["UTC", "America/Bogota", "Asia/Kathmandu"]))
    style = data.draw(st.sampled_from(["ISO", "SQL, DMY", "German"]))
    onboarding_id = await entered(pool, company)
    async with transaction(pool) as connection:
        await connection.execute(f"SET LOCAL TimeZone = '{zone}'")
        await connection.execute(f"SET LOCAL DateStyle = '{style}'")
        for seq, (actor, after, at) in enumerate(entries, 1):
            await connection.execute(INSERT, onboarding_id, seq, 1, at, "x", actor, after)
    found = await checked(timeline, company)
    assert (found.intact, found.entries) == (True, len(entries)), found.why


async def test_two_writers_at_once_keep_one_chain(pool: Pool, timeline: Timeline) -> None:
    company = Company()
    onboarding_id = await entered(pool, company)

    async def write(fence: int) -> None:
        for seq in range(1, 31):
            async with transaction(pool) as connection:
                for number in (2 * seq - 1, 2 * seq):
                    await connection.execute(INSERT, onboarding_id, number, fence, MONDAY, "x", "", "")

    await asyncio.gather(*(write(fence) for fence in range(1, 5)))
    found = await checked(timeline, company)
    assert (found.intact, found.entries) == (True, 240), found.why


async def test_records_and_mails_told_at_once_keep_one_chain(
    bookkeeping: Bookkeeping, timeline: Timeline, pool: Pool
) -> None:
    company = Company()
    await asyncio.gather(*(bookkeeping.record(each) for each in story(company) * 3))
    found = await checked(timeline, company)
    assert found.intact, found.why


async def test_what_a_repeated_workflow_task_tells_otherwise_leaves_a_gap_in_one_chain(
    bookkeeping: Bookkeeping, timeline: Timeline
) -> None:
    company = Company()
    begun = company.begun()
    first = operated(told(begun, "electronic_invoicing_completed"), "hold")
    again = told(unreadable(begun, "nobody", b"", "0" * 64, begun.since), "electronic_invoicing_completed")
    for state, fence in ((first, 10), (again, 13)):
        await bookkeeping.record(recording.record_of(state, state.since, fence=fence))
    entries = await timeline.entries(company.environment, company.nit)
    places = [each.seq for each in entries]
    assert places == sorted(set(places))
    assert places[0] > 1
    found = await checked(timeline, company)
    assert (found.intact, found.entries) == (True, places[-1])
    assert "hold" not in {each.name for each in entries}
