"""Going back forgets decisions and proofs from there on, undoes what lies behind, and can always go forward again."""

import asyncio

import pytest

from tests.workflows.company import Company
from tests.workflows.conftest import Begin
from tests.workflows.effects import dse_range
from tests.workflows.rows import EFFECT_OF, ROWS, reach

PEOPLE = (
    "electronic_invoicing",
    "legal_representative",
    "signed_letter",
    "letter_review",
    "letter_accepted",
    "prefix_association",
    "voucher_type",
)


def targets(row: str) -> list[str]:
    """The nearest and the first. What DIAN lists, and a verdict that leaves no doubt, are not forgotten."""
    listed = ROWS.index(row) > ROWS.index("prefix_sync")
    never = {"letter_review"} | ({"prefix_association"} if listed else set())
    earlier = [each for each in reversed(PEOPLE) if ROWS.index(each) < ROWS.index(row) and each not in never]
    return list(dict.fromkeys([earlier[0], earlier[-1]]))


@pytest.mark.parametrize("row", ["letter_accepted", "certificate", "prefix_sync", "readiness_check"])
async def test_back_to_the_nearest_row_and_to_the_first_and_forward_again(begin: Begin, row: str) -> None:
    company = await begin()
    for target in targets(row):
        await reach(company, row)
        assert (await company.operate("back", to=target))["step"] == target
        for effect in EFFECT_OF.values():
            company.effects.open(effect)
    await reach(company, "ready")
    assert (await company.result()).closed == "ready"


async def test_back_undoes_the_grant_and_the_claim_that_lie_behind_it(begin: Begin) -> None:
    company = await begin()
    await reach(company, "readiness_check")
    await company.operate("back", to="signed_letter")
    await company.once(lambda: len(company.effects.undone) == 2)
    kinds = [key.split("/")[1] for key in company.effects.undone]
    assert kinds == ["claim_voucher_type", "grant_certificate"]
    company.effects.open("read_back")
    await reach(company, "ready")
    granted = [key for key in company.effects.keys if "grant_certificate" in key]
    assert len(set(granted)) == 2


async def test_back_keeps_what_dian_lists_and_the_acts_already_done(begin: Begin) -> None:
    company = await begin()
    await reach(company, "mandated_wait")
    await company.command("tick_act", act="enable")
    await company.operate("back", to="letter_accepted")
    await company.command("continue_onboarding")
    status = await company.at("mandated_wait")
    assert [act.done for act in status.acts] == [True, False, False]


async def test_back_with_dry_run_only_says_what_would_become_void(begin: Begin) -> None:
    company = await begin()
    status = await reach(company, "voucher_type")
    answer = await company.operate("back", to="signed_letter", dry_run=True)
    assert answer["voids"] == ["scan", "grant", "association"]
    assert (await company.status()).version == status.version


async def test_a_row_that_is_no_target_is_refused_with_those_that_are(begin: Begin) -> None:
    company = await begin()
    await reach(company, "signed_letter")
    code, details = await company.refused(company.operate("back", to="voucher_type"))
    assert code == "back_target"
    assert "electronic_invoicing, legal_representative" in details["message_es"]


async def test_a_fact_from_before_the_way_back_is_ignored(begin: Begin) -> None:
    company = await begin(invoicing_done=True)
    await reach(company, "legal_representative")
    long_ago = "2020-01-01T08:00:00"
    await company.operate("back", to="electronic_invoicing")
    await company.signal("electronic_invoicing_completed", {"occurred_at": long_ago})
    status = await company.at("electronic_invoicing")
    await company.once(lambda: told(company, "ignored: before the way back"))
    assert status.wizard_step == 1
    await company.signal("electronic_invoicing_completed", {})
    await company.at("legal_representative")


def told(company: Company, words: str) -> bool:
    return any(event.after == words for record in company.effects.records for event in record.events)


async def test_two_ways_back_at_once_leave_one_sound_onboarding(begin: Begin) -> None:
    company = await begin()
    company.effects.lists(dse_range())
    await reach(company, "voucher_type")
    answers = await asyncio.gather(
        company.operate("back", to="signed_letter"),
        company.operate("back", to="letter_accepted"),
        return_exceptions=True,
    )
    assert any(isinstance(answer, dict) for answer in answers)
    await reach(company, "ready")
    assert (await company.result()).closed == "ready"
