"""Alembic's entry point: renders SQL, never connects (see `infra.migrations`)."""

from alembic import context

context.configure(
    dialect_name="postgresql",
    dialect_opts={"paramstyle": "named"},  # else every % is doubled
    version_table="schema_version",
    version_table_schema="dse",
    transactional_ddl=False,  # the transaction is `migrate`'s
)
context.run_migrations()
