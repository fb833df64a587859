"""Going back: what is forgotten and undone, what stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain import calls
from domain.commands import (
    Back,
    ConfigureVoucherType,
    ElectronicInvoicingCompleted,
    PrefixesAssociated,
)
from domain.forgetting import CLAIM, GRANT
from domain.reasons import Code, Refusal
from domain.steps import Step
from tests.domain.test_readiness import checking
from tests.domain.world import begun, drive_to, drive_to_ready


def test_a_claim_whose_wish_was_forgotten_counts_for_nothing() -> None:
    world = drive_to(begun(), Step.VOUCHER_TYPE)
    world.say(ConfigureVoucherType)
    call = world.call()
    assert call is not None
    world.say(Back, to="legal_representative")
    assert [each.effect for each in world.state.undo] == [GRANT, CLAIM]
    assert not calls.still_wanted(world.state, call, world.now)
    after = calls.learned(world.state, call, world.result_of(call, world.now), world.now)
    assert after.voucher_types == ()
    assert after.chosen is None


@pytest.mark.parametrize("kind", [ElectronicInvoicingCompleted, PrefixesAssociated])
def test_going_back_forgets_decisions_and_proofs_not_dians_facts(kind: type) -> None:
    world = checking(Code.PROVIDER_CERTIFICATE)
    listed = world.state.listed
    world.say(Back, to="electronic_invoicing")
    assert world.step == Step.ELECTRONIC_INVOICING
    assert world.state.listed == listed
    assert (world.state.representative, world.state.grant, world.state.voucher_types) == (None, None, ())
    early = replace(world)
    moment = world.now - timedelta(minutes=1)
    early.hear(kind, occurred_at=moment.isoformat())
    assert early.state.events[-1].after == "ignored: before the way back"
    early.hear(kind, occurred_at=moment.isoformat(), message_id="m")
    assert early.state.events[-1].after != "ignored: before the way back"
    world.hear(kind, occurred_at=world.now.isoformat())
    assert world.state.events[-1].after != "ignored: before the way back"
    drive_to_ready(world)


def test_going_back_clears_the_flags_of_start() -> None:
    world = drive_to(begun(invoicing_done=True, continue_by_itself=True), Step.PREFIX_ASSOCIATION)
    world.say(Back, to="electronic_invoicing")
    assert world.step == Step.ELECTRONIC_INVOICING
    assert not world.state.continue_by_itself


@pytest.mark.parametrize("dry_run", [True, "1", "yes", "sí"])
def test_a_dry_run_changes_nothing(dry_run: object) -> None:
    world = drive_to(begun(), Step.PREFIX_ASSOCIATION)
    before = world.state
    assert world.say(Back, to="signed_letter", dry_run=dry_run) == before


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "letter_issue"}, Code.BACK_TARGET),
        ({"to": "ready"}, Code.BACK_TARGET),
        ({"to": "nowhere"}, Code.INVALID_FIELDS),
        ({"to": "signed_letter", "dry_run": "perhaps"}, Code.INVALID_FIELDS),
    ],
)
def test_back_goes_only_to_earlier_rows_that_wait_on_people(fields: dict[str, object], code: Code) -> None:
    world = drive_to(begun(), Step.PREFIX_ASSOCIATION)
    with pytest.raises(Refusal) as refused:
        world.say(Back, **fields)
    assert refused.value.code == code
