"""The records: companies, onboardings, letters, scans, grants, voucher types, timeline, mails."""

from infra.migrations import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_sql(__file__)
