"""Where an onboarding begins: at the first row that the start and the records don't already know to be done."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.service import RPCError

from domain.begin import Recalled
from domain.people import Representative
from domain.reasons import Code
from domain.state import Grant
from tests.workflows.company import REPRESENTATIVE, raw
from tests.workflows.conftest import Begin
from tests.workflows.effects import Effects
from tests.workflows.rows import reach

PERSON = Representative.model_validate(REPRESENTATIVE)


def granted(good_for: timedelta, since: timedelta = timedelta(days=30)) -> Effects:
    """The records hold a grant from an earlier onboarding."""
    now = datetime.now(UTC)
    grant = Grant(key="earlier/grant_certificate/1", starts_at=now - since, ends_at=now + good_for)
    return Effects(Recalled(grant=grant, representative=PERSON))


async def test_a_new_company_begins_at_step_1(begin: Begin) -> None:
    status = await reach(await begin(), "electronic_invoicing")
    assert (status.wizard_step, status.waiting_on) == (1, "company")


async def test_invoicing_done_begins_at_step_2(begin: Begin) -> None:
    company = await begin(invoicing_done=True)
    status = await reach(company, "legal_representative")
    assert status.wizard_step == 2
    assert [each.code for each in status.requirements] == [Code.REQUIRED] * 10


async def test_a_grant_still_good_begins_past_step_2_with_its_wait_already_over(begin: Begin) -> None:
    company = await begin(invoicing_done=True, effects=granted(timedelta(days=200)))
    await reach(company, "prefix_association")
    assert company.effects.calls["grant_certificate"] == 0
    await reach(company, "ready")
    assert (await company.result()).closed == "ready"


async def test_a_grant_begun_an_hour_ago_still_waits_two_hours(begin: Begin) -> None:
    company = await begin(invoicing_done=True, effects=granted(timedelta(days=200), since=timedelta(hours=1)))
    await reach(company, "mandated_wait")
    await company.forward(hours=1, minutes=55)
    assert (await company.status()).step == "mandated_wait"
    await company.forward(minutes=6)
    await company.at("prefix_association")


async def test_a_grant_that_ends_within_30_days_must_be_updated(begin: Begin) -> None:
    company = await begin(invoicing_done=True, effects=granted(timedelta(days=29)))
    status = await reach(company, "legal_representative")
    assert status.requirements[0].code == Code.CERTIFICATE_MUST_BE_UPDATED
    await reach(company, "mandated_wait")
    assert company.effects.calls["grant_certificate"] == 1


async def test_a_corrected_representative_voids_a_reused_grant(begin: Begin) -> None:
    company = await begin(invoicing_done=True, effects=granted(timedelta(days=200)))
    await reach(company, "prefix_association")
    await company.represent(first_names="Ana Lucía")
    await company.at("signed_letter")
    await company.once(lambda: company.effects.undone == ["earlier/grant_certificate/1"])


async def test_continue_by_itself_asks_for_no_continuar(begin: Begin) -> None:
    company = await begin(invoicing_done=True, continue_by_itself=True)
    await reach(company, "signed_letter")
    await company.upload()
    await company.at("mandated_wait")


@pytest.mark.parametrize("code", [Code.ALREADY_READY, Code.CANCELLING])
async def test_a_start_that_the_records_refuse_fails_the_workflow_by_its_code(begin: Begin, code: Code) -> None:
    company = await begin(effects=Effects(Recalled(refused=code)))
    assert (await company.failure()).type == code


WRONG = {
    "a wrong check digit": ({"nit": "900123456-1"}, "nit_check_digit"),
    "no check digit": ({"nit": "900123456"}, "nit_check_digit_missing"),
    "another company's id": ({"nit": "800197268-4", "name": "A", "contact": {"email": "a@b.co"}}, "invalid_fields"),
    "an object without anything": ({}, "nit_format"),
    "a string": ("900123456-8", "nit_format"),
    "a number": (9001234568, "nit_format"),
    "a list": ([1], "nit_format"),
    "JSON null": (raw(b"null"), "nit_format"),
}


@pytest.mark.parametrize("given", list(WRONG))
async def test_a_start_that_makes_no_sense_fails_the_workflow_by_its_code(begin: Begin, given: str) -> None:
    start, code = WRONG[given]
    failure = await (await begin(start)).failure()
    assert failure.type == code
    assert failure.details[0]["message_es"]


@pytest.mark.parametrize("given", [{"nothing": True}, {}], ids=["no input", "None"])
async def test_a_start_without_input_fails_too_and_does_not_keep_the_id(begin: Begin, given: dict[str, bool]) -> None:
    company = await begin(*(() if given else (None,)), **given)
    assert (await company.failure()).type == "nit_format"


async def test_what_is_said_to_a_start_that_makes_no_sense_does_not_keep_it_alive(begin: Begin) -> None:
    company = await begin({"nit": "1"})
    with suppress(RPCError):  # it may have ended already
        await company.handle.signal("prefixes_associated", {})
    assert (await company.failure()).type == "nit_format"


async def test_a_start_tells_every_bad_field(begin: Begin) -> None:
    fields: dict[str, Any] = {"name": "", "contact": {"email": "no", "mobile": "1"}, "invoicing_done": "tal vez"}
    failure = await (await begin(**fields)).failure()
    assert failure.type == "invalid_fields"
    wrong = [each["field"] for each in failure.details[0]["fields"]]
    assert wrong == ["name", "invoicing_done", "contact.email", "contact.mobile"]
