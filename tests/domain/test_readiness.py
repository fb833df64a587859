"""The last read-back, its failures, and both ends."""

from datetime import timedelta

import pytest

from domain import calls, recording
from domain.commands import (
    Cancel,
    ConfigureVoucherType,
    ElectronicInvoicingCompleted,
    Retry,
    SignedLetterUploaded,
    SubmitRepresentative,
)
from domain.effects import RECORD, Done
from domain.forgetting import CLAIM, GRANT
from domain.numbering import Answer, Range
from domain.reasons import Code, Refusal
from domain.status import documents, requirements, status, wizard_title
from domain.steps import Step, WaitsOn, waits_on
from tests.domain.messages import OURS, UNKNOWN, denies, dse_range, lists
from tests.domain.world import World, begun, drive_to, drive_to_ready


def checking(*failures: Code) -> World:
    """A voucher type is claimed; the read-back, an hour later, finds these failures."""
    world = drive_to(begun(), Step.VOUCHER_TYPE)
    world.now += timedelta(hours=1)
    world.say(ConfigureVoucherType)
    world.failures = failures
    world.settle()
    return world


def test_a_voucher_type_that_is_not_on_record_is_asked_for_again() -> None:
    world = checking(Code.VOUCHER_MISSING)
    assert world.step == Step.VOUCHER_TYPE
    assert world.state.voucher_types == ()
    grant = world.state.grant
    drive_to_ready(world)
    assert world.state.grant == grant


def test_a_row_opened_again_waits_the_floor() -> None:
    world = checking(Code.VOUCHER_MISSING)
    count = world.state.looks
    world.say(ConfigureVoucherType)
    assert world.settle() == Step.READINESS_CHECK
    assert world.state.looks == count
    world.forward(seconds=60)
    assert world.state.looks == count + 1


def test_a_grant_out_of_date_forgets_wizard_step_2() -> None:
    world = checking(Code.GRANT_EXPIRED)
    assert world.step == Step.LEGAL_REPRESENTATIVE
    assert requirements(world.state)[0].code == Code.CERTIFICATE_MUST_BE_UPDATED
    assert [each.effect for each in world.kept] == [CLAIM]  # the grant is undone by now
    assert all(each.void for each in documents(world.state))
    drive_to_ready(world)


def test_the_providers_certificate_out_of_date_is_ours_and_forgets_nothing() -> None:
    world = checking(Code.PROVIDER_CERTIFICATE)
    assert world.step == Step.READINESS_CHECK
    count = world.state.looks
    world.forward(hours=1)
    assert 2 <= world.state.looks - count <= 20
    world.failures = ()
    assert world.forward(hours=1) == Step.READY


@pytest.mark.parametrize("answer", [lists(), denies("301"), lists(dse_range("18764000000009"))])
def test_a_range_gone_from_dians_list_is_waited_for_again(answer: Answer) -> None:
    world = drive_to(begun(), Step.VOUCHER_TYPE)
    world.say(ConfigureVoucherType)
    world.answer = answer
    expected = Step.VOUCHER_TYPE if any(each.prefix for each in answer.ranges) else Step.PREFIX_SYNC
    assert world.settle() == expected
    assert world.state.proven_at is None
    if expected == Step.PREFIX_SYNC:
        world.answer = lists(dse_range())
        world.forward(hours=1)
        assert world.step == Step.READY


def test_a_next_number_outside_the_range_that_dian_lists_by_now_is_asked_for_again() -> None:
    world = drive_to(begun(), Step.VOUCHER_TYPE)
    world.say(ConfigureVoucherType)
    world.answer = lists(dse_range().model_copy(update={"from_number": 100}))
    assert world.settle() == Step.VOUCHER_TYPE
    assert [(each.field, each.code) for each in requirements(world.state)] == [
        ("next_number", Code.NEXT_NUMBER_OUTSIDE)
    ]
    assert "100" in requirements(world.state)[0].message_es
    assert [each.effect for each in world.kept] == [GRANT]  # the claim is undone by now
    world.say(ConfigureVoucherType, next_number="100")
    assert world.forward(minutes=5) == Step.READY


def test_what_is_proven_is_the_range_as_dian_lists_it_now() -> None:
    world = drive_to(begun(), Step.VOUCHER_TYPE)
    world.say(ConfigureVoucherType)
    longer = dse_range().model_copy(update={"to_number": 9_000_000})
    world.answer = lists(longer)
    assert world.settle() == Step.READY
    assert world.state.chosen == longer


@pytest.mark.parametrize(
    "listed",
    [dse_range(key=True), dse_range(to=2025), dse_range().model_copy(update={"from_number": 2, "prefix": "D1"})],
)
def test_a_range_that_serves_no_more_proves_nothing(listed: Range) -> None:
    world = drive_to(begun(), Step.VOUCHER_TYPE)
    world.say(ConfigureVoucherType)
    world.answer = lists(listed)
    assert world.settle() == Step.PREFIX_SYNC
    assert world.state.proven_at is None


@pytest.mark.parametrize("answer", [UNKNOWN, OURS])
def test_an_answer_that_is_none_of_dians_proves_nothing_and_forgets_nothing(answer: Answer) -> None:
    world = drive_to(begun(), Step.VOUCHER_TYPE)
    world.say(ConfigureVoucherType)
    world.answer = answer
    assert world.settle() == Step.READINESS_CHECK
    assert world.state.voucher_claimed


def test_another_range_taken_instead_undoes_the_first_claim() -> None:
    world = drive_to(begun(), Step.VOUCHER_TYPE)
    world.say(ConfigureVoucherType)
    world.answer = lists(dse_range("18764000000009"))
    world.settle()
    world.say(ConfigureVoucherType)
    assert [each.key for each in world.state.undo] == ["o-1/claim_voucher_type/1"]
    assert world.forward(minutes=1) == Step.READY
    assert [each.key for each in world.kept if each.effect == CLAIM] == ["o-1/claim_voucher_type/2"]


def test_ready_is_closed_once_it_is_on_record() -> None:
    world = drive_to(begun(), Step.VOUCHER_TYPE)
    world.say(ConfigureVoucherType)
    while not world.state.closed:
        assert status(world.state, world.now).closed is None
        assert world.turn()
    assert status(world.state, world.now).closed is None
    sent = recording.record_of(world.state, world.now, fence=world.state.version)
    assert sent.closed is not None
    assert sent.closed.closed == "ready"
    world.settle()
    assert status(world.state, world.now).closed == "ready"
    assert waits_on(world.state) is None
    assert wizard_title(world.step) == "Lista para emitir documento soporte electrónico"
    assert not world.turn()


def test_once_closed_facts_are_only_noted_and_commands_refused() -> None:
    world = drive_to_ready(begun())
    world.hear(SignedLetterUploaded, message_id="late")
    assert world.state.events[-1].after == "ignored: closed"
    before = world.state
    assert world.hear(SignedLetterUploaded, message_id="late") == before
    for kind in (Cancel, SubmitRepresentative, Retry):
        with pytest.raises(Refusal):
            world.say(kind)


def test_cancel_undoes_grant_and_claim_the_last_first_and_then_ends() -> None:
    world = checking(Code.PROVIDER_CERTIFICATE)
    world.say(Cancel)
    assert [each.effect for each in world.state.undo] == [GRANT, CLAIM]
    assert waits_on(world.state) == WaitsOn.US
    assert world.turn()
    assert [each.effect for each in world.state.undo] == [GRANT]
    assert status(world.state, world.now).closed is None
    assert world.settle() == Step.CANCELLED
    assert world.state.undo == ()
    assert status(world.state, world.now).closed == "cancelled"
    assert all(each.void for each in documents(world.state))
    assert recording.record_of(world.state, world.now, fence=world.state.version).letter_revision == 0


def test_cancel_before_anything_was_done_undoes_nothing() -> None:
    world = begun()
    world.say(Cancel)
    assert world.state.undo == ()
    assert not recording.has_ended(world.state)  # the records are asked first
    assert world.settle() == Step.CANCELLED
    assert world.state.closed


def test_an_undo_that_fails_waits_on_an_operator() -> None:
    world = drive_to(begun(), Step.PREFIX_ASSOCIATION)
    world.say(Cancel)
    call = world.call()
    assert call is not None
    world.fail(call)
    assert waits_on(world.state) == WaitsOn.OPERATOR
    world.settle()
    assert not world.state.closed
    world.say(Retry)
    world.settle()
    assert world.state.closed


def test_an_effect_that_failed_for_good_is_not_asked_for_until_retry() -> None:
    world = begun()
    call = world.call()
    assert call is not None
    world.fail(call, "OSError")
    blocked = status(world.state, world.now).blocked
    assert blocked is not None
    assert (blocked.effect, blocked.code) == ("recall", "OSError")
    assert "OSError" in blocked.message_es
    assert world.call() is None
    world.say(Retry)
    assert world.call() == call


def test_a_record_that_failed_for_good_is_not_tried_again_until_retry() -> None:
    world = begun()
    assert not recording.needs_record(world.state)  # a start that may yet be refused leaves no row
    world.settle()
    world.hear(ElectronicInvoicingCompleted)
    call = calls.Call(RECORD, recording.record_of(world.state, world.now, fence=world.state.version))
    world.fail(call)
    assert not recording.needs_record(world.state)
    world.say(Retry)
    assert recording.needs_record(world.state)


def test_retry_without_a_cause_is_refused() -> None:
    world = begun()
    with pytest.raises(Refusal) as refused:
        world.say(Retry)
    assert refused.value.code == Code.NOT_BLOCKED


def test_a_result_nobody_asked_for_is_our_own_error() -> None:
    world = begun()
    call = world.call()
    assert call is not None
    with pytest.raises(TypeError):
        calls.learned(world.state, call, Done(), world.now)
