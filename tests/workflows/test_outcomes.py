"""A command that waits for an outcome answers with it, or soon without it: it never holds anybody up."""

import asyncio

import pytest

from tests.workflows.company import REPRESENTATIVE, VOUCHER
from tests.workflows.conftest import Begin
from tests.workflows.rows import reach


async def test_the_representatives_answer_is_the_letter(begin: Begin) -> None:
    company = await begin(invoicing_done=True)
    answer = await company.represent()
    assert (answer["pending"], answer["letter"]["revision"]) == (False, 1)


async def test_a_change_that_is_not_printed_keeps_the_letter(begin: Begin) -> None:
    company = await begin(invoicing_done=True)
    await reach(company, "letter_accepted")
    answer = await company.represent(email="otra@empresa.example")
    assert (answer["letter"]["revision"], answer["step"]) == (1, "letter_accepted")


@pytest.mark.slow  # an effect under way lets no time be skipped
async def test_without_an_outcome_it_answers_after_30_seconds_that_it_is_pending(begin: Begin) -> None:
    company = await begin(invoicing_done=True)
    await reach(company, "legal_representative")
    company.effects.close("issue_letter")
    waiting = await company.begun("submit_representative", **REPRESENTATIVE)
    await asyncio.wait_for(company.forward(seconds=31), 60)
    assert (await waiting.result())["pending"]
    company.effects.open("issue_letter")


async def test_before_its_turn_it_answers_at_once_that_the_letter_is_to_come(begin: Begin) -> None:
    company = await begin()
    await reach(company, "electronic_invoicing")
    answer = await company.represent()
    assert (answer["pending"], answer["letter"], answer["step"]) == (True, None, "electronic_invoicing")


async def test_a_voucher_type_undone_meanwhile_is_refused(begin: Begin) -> None:
    company = await begin()
    await reach(company, "voucher_type")
    company.effects.close("claim_voucher_type")
    waiting = await company.begun("configure_voucher_type", **VOUCHER)
    await company.operate("back", to="legal_representative")
    assert (await company.refused(waiting.result()))[0] == "undone"
    company.effects.open("claim_voucher_type")


async def test_on_hold_it_answers_at_once_that_it_is_pending(begin: Begin) -> None:
    company = await begin(invoicing_done=True)
    await reach(company, "legal_representative")
    await company.operate("hold")
    answer = await company.represent()
    assert (answer["pending"], answer["letter"]) == (True, None)


async def test_it_answers_at_once_when_what_it_waits_for_is_put_on_hold_or_blocked(begin: Begin) -> None:
    company = await begin()
    await reach(company, "voucher_type")
    company.effects.close("claim_voucher_type")
    waiting = await company.begun("configure_voucher_type", **VOUCHER)
    await company.operate("hold")
    assert (await waiting.result())["pending"]
    await company.operate("resume")
    company.effects.broken["claim_voucher_type"] = "mend_me"
    company.effects.open("claim_voucher_type")
    await company.until(lambda status: status.blocked is not None)


async def test_a_second_voucher_type_waits_until_the_first_is_answered(begin: Begin) -> None:
    company = await begin()
    await reach(company, "voucher_type")
    company.effects.close("claim_voucher_type")
    first = await company.begun("configure_voucher_type", **VOUCHER)
    assert (await company.refused(company.configure()))[0] == "not_legal_here"
    company.effects.open("claim_voucher_type")
    assert not (await first.result())["pending"]


async def test_a_corrected_representative_answers_the_one_before_it(begin: Begin) -> None:
    company = await begin(invoicing_done=True)
    await reach(company, "letter_issue")
    first = await company.begun("submit_representative", **company.person(position="Subgerente"))
    second = await company.begun("submit_representative", **company.person(position="Presidenta"))
    company.effects.open("issue_letter")
    assert (await second.result())["letter"]["revision"] == 3
    assert (await first.result())["step"] in ("letter_issue", "signed_letter")
