"""Records of an older schema are chained when they are brought up: nothing of them is lost."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest_asyncio

import infra.migrations
from activities.store.pool import connect
from activities.store.timeline import Timeline
from infra.migrations import migrate

VERSIONS = Path(infra.migrations.__file__).parent / "versions"
OLD = ("0001", "0002", "0003", "0004")
RECORDED = """
    INSERT INTO dse.company VALUES ('habilitacion', '900123456-8');
    INSERT INTO dse.onboarding (
        onboarding_id, environment, nit, version, fence, seq, name, contact, partner, external_reference, step, since,
        held, started_at, letter_revision
    )
    SELECT id, 'habilitacion', '900123456-8', 1, 13, seq, '', '{}', '', '', '', now(), false, started_at, 0
    FROM (VALUES ('a', 2, '2026-01-01'::timestamptz), ('b', 3, '2026-02-01')) AS o (id, seq, started_at);
    INSERT INTO dse.timeline (onboarding_id, seq, fence, at, name, actor, verified, channel, reason, before, after)
    SELECT id, seq, fence, '2026-02-01T10:00:00.123456-05'::timestamptz + seq * interval '1 s', name, 'ana "ñ" \\ 💼',
        seq = 1, 'cli', E'two\\nlines', 'x', 'y'
    FROM (VALUES
        ('b', 3, 13, 'step'), ('a', 2, 5, 'step'), ('b', 2, 10, 'hold'), ('b', 1, 10, 'started'), ('b', 2, 13, 'back'),
        ('a', 1, 5, 'started'), ('b', 3, 10, 'never'), ('b', 4, 10, 'beyond')
    ) AS told (id, seq, fence, name);
    INSERT INTO dse.mail (message_id, onboarding_id, kind, recipient, subject, body, made_at, sent_at)
    VALUES ('<2@x>', 'b', 'ready', 'c@x.example', 's', 'b', '2026-02-03', NULL),
        ('<1@x>', 'b', 'turn', 'c@x.example', 's', 'b', '2026-02-02', '2026-02-05');
    INSERT INTO dse.expiry_told VALUES ('habilitacion', '900123456-8', 'range', '2026-03-01', 'b', '2026-02-04');
"""


@pytest_asyncio.fixture
async def old(dsn: str) -> AsyncIterator[str]:
    """A database of its own, as it was before timelines were chained, with records in it."""
    name = f"t{uuid.uuid4().hex}"
    server = await asyncpg.connect(dsn)
    await server.execute(f"CREATE DATABASE {name}")
    address = dsn.rpartition("/")[0] + f"/{name}"
    connection = await asyncpg.connect(address)
    await connection.execute("CREATE SCHEMA dse; CREATE TABLE dse.schema_version (version_num varchar(32) PRIMARY KEY)")
    for version in OLD:
        (file,) = VERSIONS.glob(f"r{version}_*.sql")
        await connection.execute(file.read_text(encoding="utf-8"))
    await connection.execute("INSERT INTO dse.schema_version VALUES ($1)", OLD[-1])
    await connection.execute(RECORDED)
    await connection.close()
    yield address
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()


async def rows(address: str, sql: str) -> list[Any]:
    connection = await asyncpg.connect(address)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


KEPT = (
    "SELECT onboarding_id, seq, fence, at, name, actor, verified, channel, reason, before, after FROM dse.timeline"
    " {which} ORDER BY onboarding_id, seq, fence"
)


async def test_every_entry_survives_in_order_and_in_one_chain_with_mails_and_ends_after_it(old: str) -> None:
    before = await rows(old, KEPT.format(which=""))
    await migrate(old)
    assert await rows(old, KEPT.format(which="WHERE source = 'workflow'")) == before
    async with connect(old) as pool:
        timeline = Timeline(pool)
        found = await timeline.verify("habilitacion", "900123456-8")
        assert found is not None
        assert (found.intact, found.entries) == (True, 10), found.why
        former = (await rows(old, "SELECT encode(hash, 'hex') FROM dse.timeline WHERE onboarding_id = 'a'"))[-1][0]
        again = await timeline.verify("habilitacion", "900123456-8", former)
        assert again is not None
        assert again.intact, again.why
        entries = await timeline.entries("habilitacion", "900123456-8")
    assert [(each.seq, each.name, each.after) for each in entries] == [
        (1, "started", "y"),
        (3, "back", "y"),
        (5, "step", "y"),
        (7, "mail_written", "turn <1@x>"),
        (8, "mail_written", "ready <2@x>"),
        (9, "expiring", "range 2026-03-01"),
        (10, "mail_sent", "turn <1@x>"),
    ]
    assert (entries[0].actor, entries[0].reason, entries[0].verified) == ('ana "ñ" \\ 💼', "two\nlines", True)


async def test_mails_that_wait_go_on_waiting_and_are_told_when_they_end(old: str) -> None:
    await migrate(old)
    assert (
        await rows(old, "SELECT html, step, dropped_at, bounced_at, bounce_code FROM dse.mail")
        == [("", "", None, None, "")] * 2
    )
    assert await rows(old, "SELECT message_id FROM dse.mail WHERE sent_at IS NULL") == [("<2@x>",)]
    await rows(old, "UPDATE dse.mail SET sent_at = now() WHERE message_id = '<2@x>'")
    assert (await rows(old, "SELECT name, seq, place FROM dse.timeline ORDER BY place DESC LIMIT 1")) == [
        ("mail_sent", 4, 11)
    ]
