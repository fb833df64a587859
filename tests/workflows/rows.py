"""The rows as tests go through them: what moves each on, and where that leads."""

from domain.status import Status
from domain.steps import OPEN_STEPS
from tests.workflows.company import REPRESENTATIVE, VOUCHER, Company
from tests.workflows.effects import doubtful, dse_range

ROWS = tuple(step.value for step in OPEN_STEPS)
EFFECT_OF = {
    "letter_issue": "issue_letter",
    "letter_check": "check_scan",
    "certificate": "grant_certificate",
    "readiness_check": "read_back",
}
"""The effect that is under way, and held by its gate, while a company rests at one of our own rows."""


async def say(company: Company, row: str) -> None:
    """What the row waits for happens; nothing is said of what that leads to."""
    match row:
        case "electronic_invoicing":
            await company.signal("electronic_invoicing_completed", {})
        case "legal_representative":
            await company.begun("submit_representative", **REPRESENTATIVE)
        case "signed_letter":
            await company.upload()
        case "letter_review":
            await company.operate("review_signed_letter", decision="accept")
        case "letter_accepted":
            await company.command("continue_onboarding")
        case "mandated_wait":
            await company.forward(hours=3)
        case "prefix_association":
            await company.signal("prefixes_associated", {})
        case "prefix_sync":
            company.effects.lists(dse_range())
            await company.forward(hours=2)
        case "voucher_type":
            await company.begun("configure_voucher_type", **VOUCHER)
        case _:
            company.effects.open(EFFECT_OF[row])


async def reach(company: Company, row: str) -> Status:
    """Goes on from where it stands, by the shortest way, until it stays at a row."""
    if row in EFFECT_OF:
        company.effects.close(EFFECT_OF[row])
    while (status := await company.until(lambda it: it.version > 1 and not _moves(company, it))).step != row:
        if row == "letter_review":
            company.effects.verdicts[company.next_key] = doubtful()
        await say(company, status.step)
        await company.leaves(status.step)
    return status


def _moves(company: Company, status: Status) -> bool:
    """Going on by itself: an effect is under way that nothing holds, or DIAN is about to be looked at."""
    if status.step in EFFECT_OF:
        return EFFECT_OF[status.step] not in company.effects.gate
    looks_now = status.next_look_at is not None and status.next_look_at <= status.since
    return looks_now and not status.held
