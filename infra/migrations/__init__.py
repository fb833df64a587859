"""The records' schema, step by step: Alembic keeps the order, plain SQL says what each step does.

Alembic only renders (its offline mode); asyncpg runs what it rendered: one transaction, one driver, one DSN.
"""

import io
from pathlib import Path

import asyncpg
from alembic import command, op
from alembic.config import Config
from alembic.script import ScriptDirectory

_HERE = Path(__file__).parent
_LOCK = 0x647365  # "dse": whoever migrates holds it, the others wait and find nothing left to do


class SchemaTooNewError(Exception):
    """The records were migrated by a later release than this one: nothing was changed."""


async def migrate(dsn: str) -> None:
    """Bring the records at `postgresql://…` to the newest schema.

    Said again, or by two at once, it counts once. Raises SchemaTooNewError.
    """
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
            await connection.execute("CREATE SCHEMA IF NOT EXISTS dse")
            sql = pending(await _version(connection))
            if sql:
                await connection.execute(sql)
    finally:
        await connection.close()


def pending(version: str | None) -> str:
    """The SQL that brings records of this version (None: empty ones) to the newest.

    Raises SchemaTooNewError.
    """
    rendered = io.StringIO()
    config = Config(output_buffer=rendered)
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    if version is not None and version not in {script.revision for script in scripts.walk_revisions()}:
        raise SchemaTooNewError(f"The records' schema {version} is unknown here: install a later release.")
    if version == scripts.get_current_head():
        return ""
    command.upgrade(config, f"{version or 'base'}:head", sql=True)
    return rendered.getvalue()


def run_sql(file: str) -> None:
    """What a step does: the SQL file beside it, as it stands."""
    text = Path(file).with_suffix(".sql").read_text(encoding="utf-8")
    op.execute(text.rstrip().removesuffix(";").replace(":", r"\:"))  # a colon is no bind parameter here


async def _version(connection: "asyncpg.Connection[asyncpg.Record]") -> str | None:
    if await connection.fetchval("SELECT to_regclass('dse.schema_version')") is None:
        return None
    found: str | None = await connection.fetchval("SELECT version_num FROM dse.schema_version")
    return found
