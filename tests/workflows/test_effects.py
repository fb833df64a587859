"""What is transient heals by itself; what isn't blocks this onboarding, and says so, until it is retried."""

from datetime import timedelta

import pytest

from domain.begin import Recalled
from domain.effects import EFFECTS
from domain.numbering import Answer, AnswerClass
from domain.reasons import Code
from tests.workflows.company import Company
from tests.workflows.conftest import Begin
from tests.workflows.effects import Effects, dse_range
from tests.workflows.rows import EFFECT_OF, ROWS, reach, say
from workflows import cards

TRIGGERS = {
    "issue_letter": ("legal_representative", "letter_issue"),
    "check_scan": ("signed_letter", "letter_check"),
    "grant_certificate": ("letter_accepted", "certificate"),
    "claim_voucher_type": ("voucher_type", "voucher_type"),
    "read_back": ("voucher_type", "readiness_check"),
}
"""Each effect, the row from which it is brought about, and the row at which it runs."""


async def brought_about(company: Company, effect: str) -> None:
    before, _ = TRIGGERS[effect]
    await reach(company, before)
    await say(company, before)


async def test_what_fails_once_heals_by_itself(begin: Begin) -> None:
    effects = Effects()
    elsewhere = ("undo", "tell_expiring", "sweep", "end_sweep")
    effects.flaky.update({effect.name: 1 for effect in EFFECTS if effect.name not in elsewhere})
    company = await begin(effects=effects)
    await reach(company, "ready")
    status = await company.result()
    assert (status.closed, status.blocked) == ("ready", None)
    assert not +effects.flaky


@pytest.mark.parametrize("effect", ["issue_letter", "read_back"])
async def test_an_effect_that_does_not_answer_at_once_is_told_and_tried_again(begin: Begin, effect: str) -> None:
    company = await begin()
    company.effects.flaky[effect] = 1
    await brought_about(company, effect)
    row = TRIGGERS[effect][1]
    await company.shown(lambda it: it.typed_search_attributes.get(cards.WAITING_ON) in ("us", "dian"))
    await company.once(lambda: company.effects.calls[effect] == 2)
    assert (row, "us" if row != "readiness_check" else "dian") in company.told()
    await company.leaves(row)


async def test_an_effect_that_answers_at_once_shows_nowhere_in_between(begin: Begin) -> None:
    company = await begin()
    await reach(company, "signed_letter")
    assert "letter_issue" not in [step for step, _ in company.told()]


@pytest.mark.parametrize("effect", ["issue_letter", "check_scan", "claim_voucher_type", "read_back"])
async def test_what_fails_for_good_blocks_until_it_is_retried(begin: Begin, effect: str) -> None:
    company = await begin()
    company.effects.broken[effect] = "mend_me"
    await brought_about(company, effect)
    row = TRIGGERS[effect][1]
    status = await company.until(lambda status: status.blocked is not None)
    assert status.blocked is not None
    assert (status.step, status.blocked.effect, status.blocked.code) == (row, effect, "mend_me")
    assert status.waiting_on == "operator"
    await company.shown(lambda it: it.typed_search_attributes.get(cards.BLOCKED_BY) == "mend_me")
    await company.once(lambda: company.effects.records[-1].blocked == "mend_me")
    calls = company.effects.calls[effect]
    await company.forward(hours=5)
    assert company.effects.calls[effect] == calls
    company.effects.broken.clear()
    await company.operate("retry")
    await company.leaves(row)


async def test_retried_in_vain_it_is_blocked_again(begin: Begin) -> None:
    company = await begin()
    company.effects.broken["issue_letter"] = "mend_me"
    await brought_about(company, "issue_letter")
    for _ in range(2):
        await company.until(lambda status: status.blocked is not None)
        await company.operate("retry")
    await company.until(lambda status: status.blocked is not None)
    assert company.effects.calls["issue_letter"] == 3


async def test_a_record_that_fails_for_good_blocks_and_is_made_up_for_after_retry(begin: Begin) -> None:
    company = await begin()
    await reach(company, "electronic_invoicing")
    company.effects.broken["record"] = "mend_me"
    await company.signal("electronic_invoicing_completed", {})
    status = await company.until(lambda status: status.blocked is not None)
    assert status.blocked is not None
    assert status.blocked.effect == "record"
    await company.shown(lambda it: it.typed_search_attributes.get(cards.BLOCKED_BY) == "mend_me")
    company.effects.broken.clear()
    await company.operate("retry")
    await company.once(lambda: company.effects.records[-1].step == "legal_representative")
    numbers = {event.seq for record in company.effects.records for event in record.events}
    assert numbers == set(range(1, len(numbers) + 1))
    await reach(company, "ready")
    assert (await company.result()).closed == "ready"


async def test_a_record_that_takes_long_is_neither_lost_nor_blocks(begin: Begin) -> None:
    company = await begin()
    await reach(company, "electronic_invoicing")
    company.effects.close("record")
    calls = company.effects.calls["record"]
    await company.signal("electronic_invoicing_completed", {})
    await company.once(lambda: company.effects.calls["record"] == calls + 2)
    company.effects.open("record")
    await company.rests("legal_representative")
    assert (await company.status()).blocked is None


async def test_while_everything_is_away_the_history_hardly_grows(begin: Begin) -> None:
    company = await begin(invoicing_done=True)
    await company.rests("legal_representative")
    company.effects.flaky.update({"record": 2, "issue_letter": 2})
    before = await company.quiet()
    await say(company, "legal_representative")
    await company.rests("signed_letter")
    assert await company.quiet() - before < 60


async def test_a_look_at_dian_that_is_ours_to_mend_keeps_looking_and_blocks_nobody(begin: Begin) -> None:
    company = await begin()
    company.effects.answer = Answer(answer_class=AnswerClass.OURS, code="certificate", description="vencido")
    await reach(company, "prefix_sync")
    before = company.effects.calls["look_up_ranges"]
    await company.forward(minutes=11)
    status = await company.status()
    assert (status.step, status.blocked) == ("prefix_sync", None)
    assert company.effects.calls["look_up_ranges"] == before + 4
    await reach(company, "voucher_type")


async def test_a_code_that_is_taken_fails_the_update_and_another_one_is_asked_for(begin: Begin) -> None:
    company = await begin()
    await reach(company, "voucher_type")
    company.effects.refuse_claim = Code.VOUCHER_CODE_TAKEN
    refused, details = await company.refused(company.configure())
    assert refused == Code.VOUCHER_CODE_TAKEN
    assert [(each["field"], each["code"]) for each in details["fields"]] == [("code", refused)]
    assert [each.code for each in (await company.status()).requirements] == [refused]
    company.effects.refuse_claim = None
    await company.configure(code="DS2")
    await company.result()


async def test_a_range_that_is_taken_fails_the_update_and_another_one_is_looked_for(begin: Begin) -> None:
    company = await begin()
    await reach(company, "voucher_type")
    company.effects.refuse_claim = Code.RANGE_TAKEN
    company.effects.lists(dse_range("18764000000002", "DSB"))
    refused, details = await company.refused(company.configure())
    assert refused == Code.RANGE_TAKEN
    assert [(each["field"], each["code"]) for each in details["fields"]] == [("resolution", refused)]
    company.effects.refuse_claim = None
    await company.forward(minutes=31)
    await company.until(lambda status: status.range is not None and status.range.prefix == "DSB")
    await reach(company, "ready")
    assert (await company.result()).closed == "ready"


@pytest.mark.parametrize("row", list(EFFECT_OF)[:3])
async def test_a_corrected_representative_while_an_effect_is_under_way_starts_the_letter_anew(
    begin: Begin, row: str
) -> None:
    company = await begin()
    await reach(company, row)
    effect = EFFECT_OF[row]
    await company.once(lambda: company.effects.calls[effect] > 0)
    waiting = await company.begun("submit_representative", **company.person(last_names="Rojas"))
    company.effects.open(effect)
    assert (await waiting.result())["letter"]["revision"] == 2
    status = await company.at("signed_letter")
    letters = [each for each in status.documents if each.kind == "letter"]
    assert letters[-1].revision == 2
    assert [each.void for each in letters] == [True] * (len(letters) - 1) + [False]
    assert len(company.effects.undone) == (1 if row == "certificate" else 0)
    await reach(company, "ready")
    assert (await company.result()).closed == "ready"


def test_every_row_of_ours_is_tried() -> None:
    assert {row for _, row in TRIGGERS.values()} >= set(EFFECT_OF)
    assert set(EFFECT_OF) < set(ROWS)


async def test_while_dian_is_down_the_wait_ends_all_the_same_and_the_company_is_told(begin: Begin) -> None:
    company = await begin(effects=Effects(Recalled(mandated_wait=timedelta(seconds=2))), invoicing_done=True)
    company.effects.flaky["look_up_ranges"] = 1000
    await reach(company, "letter_accepted")
    await company.command("continue_onboarding")
    await company.once(lambda: company.effects.records[-1].step == "prefix_association")
    assert [mail.step for mail in company.effects.records[-1].mails] == ["prefix_association"]
    await company.command("tick_act", act="enable")
    await company.once(lambda: company.effects.records[-1].events[-1].name == "tick_act")
    company.effects.flaky.clear()
