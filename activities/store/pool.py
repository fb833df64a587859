"""Connections to the records, and the one way to use one: a transaction whose errors tell no data."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic_core import to_jsonable_python

from activities.errors import AwayError, ConflictError, ours

Row: TypeAlias = asyncpg.Record
Pool: TypeAlias = "asyncpg.Pool[Row]"
Connection: TypeAlias = "PoolConnectionProxy[Row]"

CONNECT_S = 3
ACQUIRE_S = 5
QUERY_S = 10
"""All below the shortest start-to-close time-out of an effect: the error is ours to word, not Temporal's."""
_OF_THE_DATA = ("22", "23")
"""SQLSTATE classes (data exception, integrity constraint) that no repetition mends."""


def connect(dsn: str, most: int = 10) -> Pool:
    """A pool that connects on demand: to be entered before use, which works with PostgreSQL away."""
    return asyncpg.create_pool(
        dsn,
        min_size=0,
        max_size=most,
        timeout=CONNECT_S,
        command_timeout=QUERY_S,
        server_settings={"application_name": "dse", "timezone": "UTC"},
        init=_speak,
    )


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """All or nothing. PostgreSQL's own words may quote rows: they stay here.

    Raises AwayError, ConflictError, `ours`.
    """
    try:
        async with pool.acquire(timeout=ACQUIRE_S) as connection, connection.transaction():
            yield connection
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        raise _worded(error) from None


async def answers(pool: Pool) -> None:
    """The records are there, for us. Raises AwayError."""
    async with transaction(pool) as connection:
        await connection.execute("SELECT 1")


def _worded(error: Exception) -> Exception:
    name = type(error).__name__
    if isinstance(error, asyncpg.UniqueViolationError):
        return ConflictError(error.constraint_name or name)
    state = error.sqlstate or "" if isinstance(error, asyncpg.PostgresError) else ""
    unsendable = isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError)
    if unsendable or state.startswith(_OF_THE_DATA):
        constraint = getattr(error, "constraint_name", None) or ""
        return ours("records_refused", f"The records refused a row: {name} {state} {constraint}".rstrip())
    return AwayError("records", f"{name} {state}".rstrip())


async def _speak(connection: "asyncpg.Connection[Row]") -> None:
    """Values, and lists of them, go into jsonb as they are; all text is made storable."""
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=_json, decoder=json.loads)
    await connection.set_type_codec("text", schema="pg_catalog", encoder=_storable, decoder=str)


def _json(value: object) -> str:
    return json.dumps(_storable(to_jsonable_python(value)), ensure_ascii=False)


def _storable(value: object) -> object:
    """Without NULs and lone surrogates, which anybody may send and PostgreSQL refuses."""
    match value:
        case str():
            return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
        case dict():
            return {_storable(key): _storable(each) for key, each in value.items()}
        case list():
            return [_storable(each) for each in value]
        case _:
            return value
