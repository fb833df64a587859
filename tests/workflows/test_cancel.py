"""Cancelling, by our command or by Temporal's own, undoes what was done, records the end, and completes."""

import pytest

from domain.status import Status
from tests.workflows.company import Company
from tests.workflows.conftest import Begin
from tests.workflows.rows import EFFECT_OF, ROWS, reach


def undone(company: Company) -> list[str]:
    return [key.split("/")[1] for key in company.effects.undone]


def asked_of(row: str) -> list[str]:
    """What was, or may yet be, done when a company at this row is cancelled; the last first."""
    behind = []
    if ROWS.index(row) > ROWS.index("voucher_type"):
        behind.append("claim_voucher_type")
    if ROWS.index(row) >= ROWS.index("certificate"):
        behind.append("grant_certificate")
    return behind


async def cancelled(company: Company) -> Status:
    status = await company.result()
    assert status.closed == status.step == "cancelled"
    last = company.effects.records[-1].closed
    assert last is not None
    assert last.closed == "cancelled"
    assert [mail.kind for mail in company.effects.records[-1].mails] == ["cancelled"]
    return status


@pytest.mark.parametrize("row", ROWS)
async def test_cancel_undoes_what_was_done_and_records_the_end(begin: Begin, row: str) -> None:
    company = await begin()
    await reach(company, row)
    if row in EFFECT_OF:
        await company.once(lambda: company.effects.calls[EFFECT_OF[row]] > 0)
    assert (await company.operate("cancel"))["step"] == "cancelled"
    await cancelled(company)
    assert undone(company) == asked_of(row)


@pytest.mark.parametrize("row", ["electronic_invoicing", "certificate", "prefix_sync"])
async def test_temporals_own_cancel_does_the_same(begin: Begin, row: str) -> None:
    company = await begin()
    await reach(company, row)
    await company.handle.cancel()
    await cancelled(company)
    assert undone(company) == asked_of(row)


async def test_temporals_cancel_is_taken_before_the_first_record(begin: Begin) -> None:
    company = await begin()
    await company.handle.cancel()
    await cancelled(company)


async def test_cancel_while_on_hold(begin: Begin) -> None:
    company = await begin()
    await reach(company, "mandated_wait")
    await company.operate("hold")
    await company.operate("cancel")
    status = await cancelled(company)
    assert not status.held


async def test_an_effect_that_lands_after_the_cancel_counts_no_more_and_its_key_is_undone(begin: Begin) -> None:
    company = await begin()
    await reach(company, "certificate")
    await company.once(lambda: company.effects.calls["grant_certificate"] > 0)
    await company.operate("cancel")
    company.effects.open("grant_certificate")
    await cancelled(company)
    granted = [key for key in company.effects.keys if "grant_certificate" in key]
    assert company.effects.undone == granted[:1]
    assert not any(event.name == "certificate_granted" for each in company.effects.records for event in each.events)


async def test_temporals_cancel_while_the_records_are_away_still_ends_on_record(begin: Begin) -> None:
    company = await begin()
    await reach(company, "mandated_wait")
    told = company.effects.calls["record"]
    company.effects.flaky["record"] = 3
    await company.command("tick_act", act="enable")
    await company.once(lambda: company.effects.calls["record"] >= told + 2)
    await company.handle.cancel()
    await cancelled(company)
    assert undone(company) == ["grant_certificate"]


async def test_until_it_is_settled_nothing_but_retry_is_legal(begin: Begin) -> None:
    company = await begin()
    await reach(company, "mandated_wait")
    company.effects.broken["undo"] = "no_tombstone"
    await company.operate("cancel")
    status = await company.until(lambda status: status.blocked is not None)
    assert [action.command for action in status.actions] == ["retry"]
    assert (status.closed, status.waiting_on) == (None, "operator")
    assert (await company.refused(company.operate("cancel")))[0] == "not_legal_here"
    await company.handle.cancel()
    company.effects.broken.clear()
    await company.operate("retry")
    await cancelled(company)


async def test_what_waits_for_an_outcome_is_answered_when_it_is_cancelled(begin: Begin) -> None:
    company = await begin()
    company.effects.close("issue_letter")
    await company.signal("electronic_invoicing_completed", {})
    await reach(company, "letter_issue")
    waiting = await company.begun("submit_representative", **company.person(first_names="Ana"))
    await company.operate("cancel")
    answer = await waiting.result()
    assert (answer["step"], answer["pending"]) == ("cancelled", True)
