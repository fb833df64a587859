"""Wizard step 2: representative, letter, scan, verdict, Continuar and grant."""

from datetime import timedelta

import pytest

from domain import calls
from domain.begin import Recalled
from domain.commands import (
    ContinueOnboarding,
    SubmitRepresentative,
)
from domain.forgetting import GRANT
from domain.letter import Gone
from domain.people import Representative
from domain.reasons import Code, Refusal
from domain.state import Grant, Undo
from domain.status import documents, requirements
from domain.steps import Step
from tests.domain.messages import NOW, REPRESENTATIVE
from tests.domain.world import World, begun, drive_to

PERSON = Representative.model_validate(REPRESENTATIVE)


def former(days: float, person: Representative | None = PERSON) -> Recalled:
    grant = Grant(key="o-0/grant_certificate/1", starts_at=NOW - timedelta(days=9), ends_at=NOW + timedelta(days=days))
    return Recalled(grant=grant, representative=person)


def started(known: Recalled) -> World:
    world = begun(invoicing_done=True)
    world.recalled = known
    return world


def test_a_grant_good_for_30_days_enters_past_step_2_and_past_the_wait() -> None:
    world = started(former(30))
    assert world.settle() == Step.PREFIX_ASSOCIATION
    assert world.state.representative == PERSON
    assert world.state.wait_over


def test_a_young_grant_still_waits_from_its_own_start() -> None:
    grant = Grant(key="k", starts_at=NOW - timedelta(hours=2), ends_at=NOW + timedelta(days=300))
    world = started(Recalled(grant=grant, representative=PERSON))
    assert world.settle() == Step.MANDATED_WAIT
    assert world.state.wait_until == NOW + timedelta(hours=1)


def test_a_grant_good_for_less_says_that_the_certificate_must_be_updated() -> None:
    world = started(former(29.99))
    assert world.settle() == Step.LEGAL_REPRESENTATIVE
    assert requirements(world.state)[0].code == Code.CERTIFICATE_MUST_BE_UPDATED
    drive_to(world, Step.MANDATED_WAIT)
    assert not world.state.certificate_outdated


@pytest.mark.parametrize(("first_names", "step"), [("María José", Step.PREFIX_ASSOCIATION), ("Ana", Step.LETTER_ISSUE)])
def test_a_reused_grant_belongs_to_its_representative(first_names: str, step: Step) -> None:
    world = started(former(200))
    world.say(SubmitRepresentative, first_names=first_names)
    call = world.call()
    assert call is not None
    world.learn(call)
    assert world.step == step


def test_a_reused_grant_without_a_representative_on_record_is_not_taken_for_another_one() -> None:
    world = started(former(200, None))
    world.say(SubmitRepresentative)
    assert world.settle() == Step.SIGNED_LETTER


def granted() -> World:
    return drive_to(begun(), Step.PREFIX_ASSOCIATION)


def test_a_corrected_representative_voids_letter_scan_verdict_continuar_and_grant() -> None:
    world = granted()
    grant, scan = world.state.grant, world.state.scan
    assert grant is not None
    assert scan is not None
    world.say(SubmitRepresentative, last_names="Peña Gómez")
    state = world.state
    assert (state.letter, state.scan, state.grant, state.continued_key) == (None, None, None, "")
    assert state.scans[-1].gone == Gone.VOID
    assert state.undo == (Undo(effect=GRANT, key=grant.key),)
    assert state.wait_over
    assert world.settle() == Step.SIGNED_LETTER
    assert [(each.revision, each.void) for each in documents(world.state)] == [(1, True), (2, False), (1, True)]
    drive_to(world, Step.PREFIX_ASSOCIATION)
    assert world.state.grant is not None
    assert world.state.grant.key != grant.key


def test_a_correction_of_what_is_not_printed_voids_nothing() -> None:
    world = granted()
    before = world.state
    world.say(SubmitRepresentative, email="otra@empresa.example", address="Carrera 7", mobile="3110000000")
    assert world.step == Step.PREFIX_ASSOCIATION
    assert (world.state.grant, world.state.scan, world.state.revision) == (before.grant, before.scan, 1)


def test_a_correction_while_the_grant_is_under_way_undoes_it() -> None:
    world = drive_to(begun(), Step.LETTER_ACCEPTED)
    world.say(ContinueOnboarding)
    call = world.call()
    assert call is not None
    world.say(SubmitRepresentative, position="Suplente")
    assert world.state.undo == (Undo(effect=GRANT, key="o-1/grant_certificate/1"),)
    assert not calls.still_wanted(world.state, call, world.now)


def test_the_wait_counts_from_the_first_grant() -> None:
    world = drive_to(begun(), Step.MANDATED_WAIT)
    end = world.state.wait_until
    world.now += timedelta(hours=1)
    world.say(SubmitRepresentative, position="Suplente")
    assert drive_to(world, Step.MANDATED_WAIT).state.wait_until == end


def test_a_late_grant_after_it_was_undone_has_another_key() -> None:
    world = drive_to(begun(), Step.LETTER_ACCEPTED)
    world.say(ContinueOnboarding)
    world.say(SubmitRepresentative, position="Suplente")
    drive_to(world, Step.MANDATED_WAIT)
    assert world.state.grant is not None
    assert world.state.grant.key == "o-1/grant_certificate/2"


def test_bad_data_of_a_representative_is_refused_field_by_field() -> None:
    world = begun()
    with pytest.raises(Refusal) as refused:
        world.say(SubmitRepresentative, mobile="1", email=None)
    assert refused.value.code == Code.INVALID_FIELDS
    assert [each.field for each in refused.value.fields] == ["email", "mobile"]
    assert world.state.representative is None
