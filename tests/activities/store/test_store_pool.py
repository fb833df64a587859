"""What a transaction says when it fails: enough to mend it, nothing of the data."""

from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest
from temporalio.exceptions import ApplicationError

from activities.errors import AwayError, ConflictError
from activities.store.pool import Pool, connect, transaction
from domain.people import Contact
from infra.embedded.ports import held

SECRET = "52123456"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT $1::text::int / 0 + 'María'::int",
        "INSERT INTO dse.company (environment, nit) VALUES ('María', $1)",
        "INSERT INTO dse.company (environment, nit) VALUES ('produccion', nullif($1, $1))",
        "SELECT repeat('María', 1)::date + $1::int",
    ],
)
async def test_rows_that_no_repetition_mends_are_ours(pool: Pool, sql: str) -> None:
    with pytest.raises(ApplicationError) as caught:
        async with transaction(pool) as connection:
            await connection.execute(sql, SECRET)
    assert caught.value.type == "records_refused"
    assert caught.value.non_retryable
    assert caught.value.__cause__ is None
    assert SECRET not in str(caught.value)
    assert "María" not in str(caught.value)


async def test_a_broken_uniqueness_names_its_constraint_alone(pool: Pool) -> None:
    with pytest.raises(ConflictError) as caught:
        async with transaction(pool) as connection:
            await connection.execute("INSERT INTO dse.tombstone VALUES ($1, 'x'), ($1, 'x')", SECRET)
    assert str(caught.value) == "tombstone_pkey"


async def test_a_connection_that_breaks_is_away_and_the_next_one_works(pool: Pool) -> None:
    with pytest.raises(AwayError, match="records: "):
        async with transaction(pool) as connection:
            await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    async with transaction(pool) as connection:
        assert await connection.fetchval("SELECT 1") == 1


async def test_a_closed_pool_is_away(dsn: str) -> None:
    async with connect(dsn) as closing:
        pass
    with pytest.raises(AwayError):
        async with transaction(closing):
            pass


async def test_no_server_is_away_and_stops_nobody_from_starting(tmp_path: Path) -> None:
    with held(tmp_path / "ports.json") as ports:
        async with connect(f"postgresql://dse@127.0.0.1:{ports['postgres']}/dse") as pool:
            with pytest.raises(AwayError, match="ConnectionRefusedError"):
                async with transaction(pool):
                    pass


async def test_whatever_people_type_can_be_stored(pool: Pool) -> None:
    async with transaction(pool) as connection:
        assert await connection.fetchval("SELECT $1::text", "a\x00b\ud800c") == "a\ufffdb?c"
        kept = await connection.fetchval("SELECT $1::jsonb", {"a\x00": ["\x00", Contact(name="\ud800")]})
    assert kept == {"a\ufffd": ["\ufffd", {"name": "?", "email": "", "mobile": ""}]}


async def test_all_or_nothing(pool: Pool) -> None:
    with suppress(RuntimeError):
        async with transaction(pool) as connection:
            await connection.execute("INSERT INTO dse.tombstone VALUES ('nothing', 'x')")
            raise RuntimeError
    assert await pool.fetchval("SELECT count(*) FROM dse.tombstone WHERE effect_key = 'nothing'") == 0


async def test_the_plain_driver_would_tell_the_row(pool: Pool) -> None:
    """Why errors are worded anew."""
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await pool.execute("INSERT INTO dse.company VALUES ('moon', $1)", SECRET)
    assert SECRET in str(caught.value)
