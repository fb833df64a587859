"""The records' schema: brought up once, whoever asks, and how it protects what it holds."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from activities.store.pool import Pool
from infra.migrations import SchemaTooNewError, migrate, pending
from tests.activities.company import Company, record


@pytest_asyncio.fixture
async def empty(dsn: str) -> AsyncIterator[str]:
    """A database of its own, with nothing in it."""
    name = f"t{uuid.uuid4().hex}"
    server = await asyncpg.connect(dsn)
    await server.execute(f"CREATE DATABASE {name}")
    yield dsn.rpartition("/")[0] + f"/{name}"
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()


async def test_two_at_once_make_one_schema_and_again_changes_nothing(empty: str) -> None:
    await asyncio.gather(migrate(empty), migrate(empty), migrate(empty))
    await migrate(empty)
    connection = await asyncpg.connect(empty)
    assert await connection.fetchval("SELECT count(*) FROM dse.schema_version") == 1
    assert await connection.fetchval("SELECT count(*) FROM dse.onboarding") == 0
    await connection.close()


async def test_records_of_a_later_release_are_left_alone(empty: str) -> None:
    await migrate(empty)
    connection = await asyncpg.connect(empty)
    await connection.execute("UPDATE dse.schema_version SET version_num = '9999'")
    await connection.close()
    with pytest.raises(SchemaTooNewError):
        await migrate(empty)


def test_the_newest_needs_nothing() -> None:
    assert "CREATE TABLE dse.onboarding" in pending(None)
    assert "CREATE TABLE dse.onboarding" not in pending("0001")
    assert pending("0006") == ""


@pytest.mark.parametrize(
    "change",
    ["UPDATE dse.timeline SET actor = 'x'", "DELETE FROM dse.timeline", "TRUNCATE dse.timeline"],
)
async def test_the_timeline_only_grows(pool: Pool, change: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only grows"):
        await pool.execute(change)


async def test_a_closed_onboarding_has_a_status(pool: Pool) -> None:
    given = record(Company().begun())
    await pool.execute("INSERT INTO dse.company VALUES ($1, $2)", given.environment, given.nit)
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute(
            "INSERT INTO dse.onboarding (onboarding_id, environment, nit, version, name, contact, partner,"
            " external_reference, step, since, held, started_at, letter_revision, closed, fence, seq)"
            " VALUES ($1, $2, $3, 1, '', '{}', '', '', 'ready', now(), false, now(), 0, 'ready', 1, 1)",
            given.onboarding_id,
            given.environment,
            given.nit,
        )
