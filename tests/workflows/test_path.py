"""The whole path, with the times it takes in reality, and what it costs."""

import asyncio

from temporalio.api.enums.v1 import EventType

from domain.reasons import Code
from tests.workflows.conftest import Begin
from tests.workflows.effects import dse_range, pending, rejected
from tests.workflows.rows import reach

MAX_EVENTS, MAX_BYTES = 190, 80_000
OF_SKIPPED_TIME = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
)
"""What only these tests' way with time puts there."""


async def test_from_start_to_ready_at_a_persons_pace_the_history_stays_short(begin: Begin) -> None:
    company = await begin()
    await company.rests("electronic_invoicing")
    await company.signal("electronic_invoicing_completed", {})
    await company.rests("legal_representative")
    await company.represent()
    await company.rests("signed_letter")
    company.effects.verdicts[company.key("bad")] = rejected(Code.UNSIGNED)
    await company.upload("bad")
    await company.until(lambda status: status.step == "signed_letter" and bool(status.requirements))
    await company.once(lambda: company.effects.records[-1].events[-1].before == "letter_check")
    await company.upload()
    await company.rests("letter_accepted")
    await company.command("continue_onboarding")
    await company.rests("mandated_wait")
    await asyncio.gather(*(company.command("tick_act", act=act) for act in ("enable", "request")))
    await company.forward(hours=3)
    await company.rests("prefix_association")
    company.effects.lists(dse_range())
    await company.signal("prefixes_associated", {})
    await company.rests("voucher_type")
    await company.configure()
    assert (await company.result()).closed == "ready"
    history = await company.handle.fetch_history()
    assert sum(event.event_type not in OF_SKIPPED_TIME for event in history.events) <= MAX_EVENTS
    assert sum(event.ByteSize() for event in history.events) <= MAX_BYTES


async def test_the_mandated_wait_takes_its_three_hours_and_not_less(begin: Begin) -> None:
    company = await begin()
    await reach(company, "mandated_wait")
    await company.forward(hours=2, minutes=58)
    assert (await company.status()).step == "mandated_wait"
    await company.forward(minutes=3)
    await company.at("prefix_association")


async def test_act_2_moves_the_end_of_the_wait_and_its_undo_restores_it(begin: Begin) -> None:
    company = await begin()
    await reach(company, "mandated_wait")
    await company.forward(hours=1)
    await company.command("tick_act", act="request")
    await company.forward(hours=2, minutes=30)
    assert (await company.status()).step == "mandated_wait"
    await company.command("tick_act", act="request", undo=True)
    await company.at("prefix_association")


async def test_denied_and_pending_answers_are_told_once_each_and_never_passed(begin: Begin) -> None:
    company = await begin()
    company.effects.answer = pending("402", "pendiente")
    await reach(company, "prefix_sync")
    for code in ("301", "402", "301"):
        company.effects.answer = pending(code)
        await company.forward(minutes=15)
        status = await company.status()
        assert status.last_dian is not None
        assert (status.step, status.last_dian.code) == ("prefix_sync", code)
    answers = [e.after for each in company.effects.records for e in each.events if e.name == "dian_answered"]
    assert answers == ["pending 402 (0)", "pending 301 (0)", "pending 402 (0)", "pending 301 (0)"]
