"""The timeline is chained by hash, and tells of mails and of ends as of all else; mails know why they ended unsent."""

from infra.migrations import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_sql(__file__)
