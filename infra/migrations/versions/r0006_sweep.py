"""What the sweep found, and what it needs to know of each open onboarding; a mail may concern no single one."""

from infra.migrations import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_sql(__file__)
