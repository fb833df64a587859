"""Wizard steps 3 and 4: acts at DIAN, which range is wanted, and the voucher type for it."""

from datetime import timedelta

import pytest

from domain.commands import ConfigureVoucherType, DeclareResolution, PrefixesAssociated, TickAct
from domain.numbering import Answer, Claim, DeclaredResolution, Look, Range
from domain.reasons import Code, Refusal
from domain.status import requirements, status
from domain.steps import Step
from tests.domain.messages import NOW, RESOLUTION, denies, dse_range, lists
from tests.domain.world import World, begun, drive_to

A, B = dse_range(), dse_range("18764000000002", "SOP", to=2031)
SAMPLE = dse_range("18760000001", "SEDS")
INVOICES = dse_range(key=True)


def waiting() -> World:
    return drive_to(begun(), Step.MANDATED_WAIT)


def syncing(*ranges: Range) -> World:
    world = drive_to(begun(), Step.PREFIX_ASSOCIATION)
    world.answer = lists(*ranges)
    world.hear(PrefixesAssociated)
    world.settle()
    return world


def refusal(world: World, kind: type = ConfigureVoucherType, **fields: object) -> Refusal:
    with pytest.raises(Refusal) as refused:
        world.say(kind, **fields)
    return refused.value


def test_request_moves_the_wait_and_its_undo_restores_it() -> None:
    world = waiting()
    end = world.state.wait_until
    world.say(TickAct, act="request", at="2026-11-24T09:00:00-05:00")
    assert world.state.wait_until == NOW + timedelta(hours=2)
    world.say(TickAct, act="request", undo=True)
    assert world.state.wait_until == end


def test_once_the_wait_is_over_request_moves_nothing() -> None:
    world = waiting()
    assert world.forward(hours=3) == Step.PREFIX_ASSOCIATION
    end = world.state.wait_until
    world.say(TickAct, act="request")
    assert world.state.wait_until == end
    world.say(TickAct, act="request", undo=True)
    assert world.settle() == Step.PREFIX_ASSOCIATION
    assert world.state.wait_over


def test_the_wait_is_over_when_a_person_says_that_prefixes_are_associated() -> None:
    world = waiting()
    world.hear(PrefixesAssociated)
    assert world.settle() == Step.PREFIX_SYNC
    world.say(TickAct, act="associate", undo=True)
    assert world.settle() == Step.MANDATED_WAIT


def test_associate_is_legal_at_every_row_and_counts_once() -> None:
    world = begun()
    world.say(TickAct, act="associate")
    before = world.state
    assert world.hear(PrefixesAssociated) == before
    assert drive_to(world, Step.PREFIX_SYNC).step == Step.PREFIX_SYNC


@pytest.mark.parametrize("act", ["enable", "request"])
def test_acts_1_and_2_are_ticked_from_the_wait_to_the_sync(act: str) -> None:
    refused = refusal(begun(), TickAct, act=act)
    assert refused.code == Code.NOT_LEGAL_HERE
    assert "«»" not in refused.message_es
    world = waiting()
    world.say(TickAct, act=act)
    assert [each.act for each in status(world.state, world.now).acts if each.done] == [act]


def test_what_was_not_ticked_is_not_undone() -> None:
    assert refusal(begun(), TickAct, act="associate", undo=True).code == Code.NOT_TICKED


def test_a_tick_names_every_bad_field() -> None:
    refused = refusal(waiting(), TickAct, act="dance", at="tomorrow", undo="perhaps")
    assert [(each.field, each.code) for each in refused.fields] == [
        ("act", Code.CHOICE),
        ("at", Code.TIME_FORMAT),
        ("undo", Code.BOOLEAN_FORMAT),
    ]


def test_nobody_has_to_click() -> None:
    world = drive_to(begun(), Step.PREFIX_ASSOCIATION)
    world.answer = lists(A)
    assert world.forward(hours=7) == Step.VOUCHER_TYPE
    assert not world.state.associated


@pytest.mark.parametrize(
    ("ranges", "declared", "wanted"),
    [
        ((), None, ()),
        ((A,), None, (A,)),
        ((A, B), None, (B, A)),  # longest validity first
        ((A, B), A, (A,)),
        ((B,), A, ()),
        ((INVOICES,), None, ()),
        ((INVOICES,), INVOICES, ()),
        ((SAMPLE,), None, ()),
        ((SAMPLE,), SAMPLE, (SAMPLE,)),
        ((SAMPLE, A), None, (A,)),
        ((dse_range(to=2025),), None, ()),
    ],
)
def test_which_range_is_wanted(ranges: tuple[Range, ...], declared: Range | None, wanted: tuple[Range, ...]) -> None:
    look = Look(at=NOW, answer=lists(*ranges))
    said = DeclaredResolution(resolution=declared.resolution, prefix=declared.prefix) if declared is not None else None
    assert look.wanted(said) == wanted
    assert look.declared_is_for_invoices(said) == (declared == INVOICES)


@pytest.mark.parametrize(
    ("own", "valid_to", "free"),
    [
        (False, NOW + timedelta(days=300), False),
        (True, NOW + timedelta(days=30), True),
        (True, NOW + timedelta(days=29), False),
    ],
)
def test_a_claimed_range_is_free_only_in_the_companys_own_renewal(own: bool, valid_to: object, free: bool) -> None:
    each = A.model_copy(update={"valid_to": (valid_to if isinstance(valid_to, type(NOW)) else NOW).date()})
    claims = (Claim(resolution=RESOLUTION, prefix="DSA", own=own), Claim(resolution="1", prefix="DSA", own=False))
    assert bool(Look(at=NOW, answer=lists(each), claims=claims).wanted(None)) == free


def test_a_range_that_dian_lists_twice_is_one() -> None:
    assert syncing(A, A).state.wanted == (A,)


@pytest.mark.parametrize("answer", [denies("401"), denies("301"), denies("302"), lists(), lists(INVOICES)])
def test_the_sync_is_never_passed_without_the_range(answer: Answer) -> None:
    world = waiting()
    world.answer = answer
    world.hear(PrefixesAssociated)
    assert world.forward(hours=3.5) < Step.VOUCHER_TYPE


def test_a_declared_invoice_range_is_told() -> None:
    world = syncing(INVOICES)
    world.say(DeclareResolution)
    assert [each.code for each in requirements(world.state)] == [Code.RANGE_IS_FOR_INVOICES]


def test_the_declared_resolution_is_corrected_and_looked_for_at_once() -> None:
    world = syncing()
    world.say(DeclareResolution)
    world.answer = lists(B)
    assert world.forward(hours=1) == Step.PREFIX_SYNC
    world.say(DeclareResolution, resolution=B.resolution, prefix="sop")
    assert world.settle() == Step.VOUCHER_TYPE
    assert world.state.wanted == (B,)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"prefix": "DS1"}, Code.PREFIX_ENDS_IN_DIGIT),
        ({"prefix": "DSABC"}, Code.PREFIX_FORMAT),
        ({"prefix": "Ñ"}, Code.PREFIX_FORMAT),
        ({"prefix": ""}, Code.REQUIRED),
        ({"resolution": ""}, Code.REQUIRED),
        ({"resolution": "1876400000"}, Code.RESOLUTION_FORMAT),
        ({"resolution": "187640000000011"}, Code.TOO_LONG),
        ({"resolution": "١٨٧٦٤٠٠٠٠٠٠٠٠١"}, Code.RESOLUTION_FORMAT),
    ],
)
def test_a_wrong_declaration_is_told_field_by_field(fields: dict[str, object], code: Code) -> None:
    assert [each.code for each in refusal(waiting(), DeclareResolution, **fields).fields] == [code]
