"""Wizard step 4: the voucher type for the wanted range."""

import pytest

from domain.commands import Back, ConfigureVoucherType
from domain.reasons import Code
from domain.status import requirements, status
from domain.steps import Step
from tests.domain.messages import dse_range, lists
from tests.domain.test_ranges import A, B, refusal, syncing
from tests.domain.world import drive_to_ready


def test_the_voucher_type_claims_the_range_as_document_and_adjustment_note() -> None:
    world = syncing(A)
    world.say(ConfigureVoucherType)
    assert world.settle() == Step.READINESS_CHECK or world.state.closed
    assert {each.document_type for each in world.state.voucher_types} == {"05", "95"}
    assert status(world.state, world.now).range == A


def test_several_ranges_are_to_be_chosen_from() -> None:
    world = syncing(A, B)
    assert world.step == Step.VOUCHER_TYPE
    refused = refusal(world, resolution="", prefix="")
    assert refused.code == Code.CHOOSE_RANGE
    assert "18764000000002 SOP, 18764000000001 DSA" in refused.message_es
    world.say(ConfigureVoucherType, resolution=A.resolution, prefix="dsa")
    assert world.state.wish is not None
    assert world.state.wish.range == A


def test_a_range_that_is_not_offered_is_refused() -> None:
    assert [each.code for each in refusal(syncing(A), prefix="ZZZ").fields] == [Code.RANGE_NOT_OFFERED]


def test_every_bad_field_of_a_voucher_type_is_told_at_once() -> None:
    refused = refusal(
        syncing(A), code="", name="x" * 61, next_number="0", automatic_numbering="perhaps", in_use="", prefix="ZZZ"
    )
    assert [(each.field, each.code) for each in refused.fields] == [
        ("code", Code.REQUIRED),
        ("name", Code.TOO_LONG),
        ("next_number", Code.NUMBER_FORMAT),
        ("automatic_numbering", Code.BOOLEAN_FORMAT),
        ("in_use", Code.REQUIRED),
        ("resolution", Code.RANGE_NOT_OFFERED),
    ]


def test_a_range_whose_prefix_ends_in_a_digit_is_not_taken_and_the_company_is_told() -> None:
    world = syncing(dse_range(prefix="DS1"))
    assert world.step == Step.PREFIX_SYNC
    assert [(each.field, each.code) for each in requirements(world.state)] == [("prefix", Code.PREFIX_ENDS_IN_DIGIT)]


@pytest.mark.parametrize(("number", "fits"), [(1, True), (5000, True), (5001, False)])
def test_the_next_number_lies_inside_the_range(number: int, fits: bool) -> None:
    world = syncing(A)
    if fits:
        world.say(ConfigureVoucherType, next_number=number)
        assert world.state.wish is not None
    else:
        refused = refusal(world, next_number=number)
        assert [(each.field, each.code) for each in refused.fields] == [("next_number", Code.NEXT_NUMBER_OUTSIDE)]
        assert "1–5000" in refused.fields[0].message_es


@pytest.mark.parametrize(
    ("code", "field"),
    [(Code.VOUCHER_CODE_TAKEN, "code"), (Code.UNDONE, "resolution")],
)
def test_a_refused_claim_is_told_and_can_be_said_again(code: Code, field: str) -> None:
    world = syncing(A)
    world.refuse_claim = code
    world.say(ConfigureVoucherType)
    assert world.settle() == Step.VOUCHER_TYPE
    assert [(each.field, each.code) for each in requirements(world.state)] == [(field, code)]
    drive_to_ready(world)


def test_a_range_that_somebody_else_took_meanwhile_is_no_candidate_any_more() -> None:
    world = syncing(A)
    world.refuse_claim = Code.RANGE_TAKEN
    world.say(ConfigureVoucherType)
    assert world.settle() == Step.PREFIX_SYNC
    assert world.state.wanted == ()
    assert [(each.field, each.code) for each in requirements(world.state)] == [("resolution", Code.RANGE_TAKEN)]


def test_another_voucher_type_is_not_said_while_one_is_under_way() -> None:
    world = syncing(A)
    world.say(ConfigureVoucherType)
    assert refusal(world).code == Code.NOT_LEGAL_HERE


def test_going_back_to_the_voucher_type_undoes_its_claim() -> None:
    world = syncing(A)
    world.say(ConfigureVoucherType)
    world.failures = (Code.PROVIDER_CERTIFICATE,)
    assert world.settle() == Step.READINESS_CHECK
    world.say(Back, to="voucher_type")
    assert [each.key for each in world.state.undo] == ["o-1/claim_voucher_type/1"]
    world.settle()
    world.say(ConfigureVoucherType)
    call = world.call()
    assert call is not None
    assert call.input.model_dump()["key"] == "o-1/claim_voucher_type/2"


@pytest.mark.parametrize("taken", [True, False])
def test_a_range_that_can_never_serve_is_no_dead_end(taken: bool) -> None:
    world = syncing(A if taken else dse_range(prefix="DS1"))
    if taken:
        world.refuse_claim = Code.RANGE_TAKEN
        world.say(ConfigureVoucherType)
        world.settle()
    world.answer, world.refuse_claim = lists(B), None  # the company got another resolution, and associated it
    world.forward(days=30)
    world.say(ConfigureVoucherType, resolution=B.resolution, prefix=B.prefix)
    assert world.settle() == Step.READY
