"""Answers of DIAN's that nobody has foreseen are counted, and kept to be read."""

from infra.migrations import run_sql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_sql(__file__)
