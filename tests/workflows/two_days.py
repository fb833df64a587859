"""48 hours of looking at DIAN take a while even where time is skipped: they pass beside the other tests."""

from dataclasses import dataclass

from domain.status import Status
from tests.workflows.company import Company
from tests.workflows.effects import dse_range, pending
from tests.workflows.rows import reach


@dataclass(frozen=True)
class TwoDays:
    """One company whose range DIAN lists only after two days, and how it stood."""

    company: Company
    begun: Status
    nearly: Status
    escalated: Status
    found: Status


async def two_days(company: Company) -> TwoDays:
    company.effects.answer = pending("402", "pendiente")
    begun = await reach(company, "prefix_sync")
    await company.forward(hours=47, minutes=50)
    nearly = await company.until(lambda status: status.version > 0)
    await company.forward(hours=6)
    escalated = await company.until(lambda status: status.overdue)
    company.effects.lists(dse_range())
    await company.forward(days=3)  # a weekend may come first
    return TwoDays(company, begun, nearly, escalated, await company.at("voucher_type"))
