"""What ends is told once; a renewal's claim takes over an older one's range or code, and gives it back if undone."""

from infra.migrations import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_sql(__file__)
