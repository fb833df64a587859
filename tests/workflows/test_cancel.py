"""Cancelling, by our command or by Temporal's own, undoes what was done, records the end, and completes."""

import pytest

from domain import effects
from domain.state import Undo
from domain.status import Status
from tests.workflows.company import Company
from tests.workflows.conftest import Begin
from tests.workflows.effects import Effects
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


def assert_told_once(company: Company) -> None:
    numbers = [event.seq for record in company.effects.records for event in record.events]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("row", ROWS)
async def test_cancel_undoes_what_was_done_and_records_the_end(begin: Begin, row: str) -> None:
    company = await begin()
    await reach(company, row)
    if row in EFFECT_OF:
        await company.once(lambda: company.effects.calls[EFFECT_OF[row]] > 0)
    assert (await company.operate("cancel"))["step"] == "cancelled"
    await cancelled(company)
    assert undone(company) == asked_of(row)


class OneByOne(Effects):
    """Each compensation fails by a name of its own."""

    async def undo(self, given: Undo) -> effects.Done:
        await self._enter(f"undo {given.effect}")
        return await super().undo(given)


FAILING_FIRST = [(row, each) for row in ROWS for each in (*(f"undo {effect}" for effect in asked_of(row)), "record")]
"""Every row with each compensation that a cancel asks for there; the last one puts the end on record."""


@pytest.mark.parametrize(("row", "failing"), FAILING_FIRST)
async def test_what_fails_for_good_at_first_is_undone_after_retry_and_only_then_has_it_ended(
    begin: Begin, row: str, failing: str
) -> None:
    company = await begin(effects=OneByOne())
    await reach(company, row)
    company.effects.broken[failing] = "mend_me"
    await company.operate("cancel")
    status = await company.until(lambda status: status.blocked is not None)
    assert status.blocked is not None
    assert (status.blocked.code, status.closed) == ("mend_me", None)
    behind = asked_of(row)
    before = behind[: behind.index(failing.removeprefix("undo "))] if failing != "record" else behind
    assert undone(company) == before
    company.effects.broken.clear()
    await company.operate("retry")
    await cancelled(company)
    assert undone(company) == behind
    assert_told_once(company)


@pytest.mark.parametrize(("row", "failing"), FAILING_FIRST)
async def test_what_is_away_for_a_while_is_undone_once_it_is_back(begin: Begin, row: str, failing: str) -> None:
    company = await begin(effects=OneByOne())
    await reach(company, row)
    tried = company.effects.calls[failing]
    company.effects.flaky[failing] = 2
    await company.operate("cancel")
    await cancelled(company)
    assert company.effects.calls[failing] >= tried + 3
    assert undone(company) == asked_of(row)
    assert_told_once(company)


@pytest.mark.parametrize("failing", ["undo claim_voucher_type", "undo grant_certificate"])
async def test_a_claim_under_way_is_undone_before_the_grant_whichever_fails_first(begin: Begin, failing: str) -> None:
    company = await begin(effects=OneByOne())
    await reach(company, "voucher_type")
    company.effects.close("claim_voucher_type")
    await company.begun("configure_voucher_type", **company.voucher())
    await company.once(lambda: company.effects.calls["claim_voucher_type"] > 0)
    company.effects.broken[failing] = "mend_me"
    await company.operate("cancel")
    await company.until(lambda status: status.blocked is not None)
    company.effects.open("claim_voucher_type")
    company.effects.broken.clear()
    await company.operate("retry")
    await cancelled(company)
    assert undone(company) == ["claim_voucher_type", "grant_certificate"]


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
