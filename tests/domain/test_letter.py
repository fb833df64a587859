"""Wizard step 2: representative, letter, scan, verdict, Continuar and grant."""

from datetime import timedelta

import pytest

from domain import calls, recording
from domain.begin import Recalled
from domain.commands import (
    ContinueOnboarding,
    DeleteSignedLetter,
    ReviewSignedLetter,
    SignedLetterUploaded,
    SubmitRepresentative,
)
from domain.forgetting import GRANT
from domain.letter import Gone
from domain.people import Representative
from domain.reasons import Code, Refusal
from domain.state import Grant, Undo
from domain.status import documents, requirements
from domain.steps import Step
from domain.verdict import Judgement, Verdict
from tests.domain.messages import NOW, REPRESENTATIVE
from tests.domain.world import World, begun, drive_to

PERSON = Representative.model_validate(REPRESENTATIVE)


def former(days: float, person: Representative | None = PERSON) -> Recalled:
    grant = Grant(key="o-0/grant_certificate/1", starts_at=NOW - timedelta(days=9), ends_at=NOW + timedelta(days=days))
    return Recalled(grant=grant, representative=person)


def started(known: Recalled, **start: object) -> World:
    world = begun(invoicing_done=True, **start)
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


def test_a_late_grant_after_it_was_undone_has_another_key() -> None:
    world = drive_to(begun(), Step.LETTER_ACCEPTED)
    world.say(ContinueOnboarding)
    world.say(SubmitRepresentative, position="Suplente")
    drive_to(world, Step.MANDATED_WAIT)
    assert world.state.grant is not None
    assert world.state.grant.key == "o-1/grant_certificate/2"


def test_a_rejected_scan_opens_the_upload_again_with_reasons() -> None:
    world = drive_to(begun(), Step.SIGNED_LETTER)
    world.judgement = Judgement.REJECTED
    world.hear(SignedLetterUploaded)
    assert world.settle() == Step.SIGNED_LETTER
    assert [(each.field, each.code) for each in requirements(world.state)] == [("file", Code.UNSIGNED)]
    assert documents(world.state)[-1].verdict == "rejected"
    world.hear(SignedLetterUploaded)
    assert requirements(world.state) == ()


def ignored(world: World) -> str:
    return world.state.events[-1].after


def test_a_rejected_key_is_never_taken_again() -> None:
    world = drive_to(begun(), Step.SIGNED_LETTER)
    world.judgement = Judgement.REJECTED
    key = world.hear(SignedLetterUploaded).scans[0].key
    world.settle()
    world.hear(SignedLetterUploaded, key=key)
    assert ignored(world) == f"ignored: {Code.KEY_USED}"
    assert world.settle() == Step.SIGNED_LETTER


def test_a_deleted_key_is_never_taken_again() -> None:
    world = drive_to(begun(), Step.LETTER_ACCEPTED)
    world.say(DeleteSignedLetter)
    assert world.step == Step.SIGNED_LETTER
    world.hear(SignedLetterUploaded, key=world.state.scans[0].key)
    assert ignored(world) == f"ignored: {Code.KEY_USED}"


@pytest.mark.parametrize(
    "key", ["", "x.pdf", "habilitacion/900123456-9/scans/1.pdf", "habilitacion/900123456-8/scans/../1.pdf", "h" * 301]
)
def test_a_key_outside_the_companys_scans_is_only_noted(key: str) -> None:
    world = drive_to(begun(), Step.SIGNED_LETTER)
    world.hear(SignedLetterUploaded, key=key)
    assert ignored(world) == f"ignored: {Code.KEY_OUTSIDE_SCANS}"
    assert world.state.scan is None


@pytest.mark.parametrize("by_itself", [True, False])
def test_a_scan_after_continuar_is_only_noted(by_itself: bool) -> None:
    world = drive_to(begun(continue_by_itself=by_itself), Step.CERTIFICATE)
    scan = world.state.scan
    world.hear(SignedLetterUploaded)
    assert ignored(world) == f"ignored: {Code.SCAN_TOO_LATE}"
    assert world.state.scan == scan


def test_the_same_scan_said_twice_is_one() -> None:
    world = drive_to(begun(), Step.SIGNED_LETTER)
    key = world.hear(SignedLetterUploaded).scans[0].key
    before = world.state
    assert world.hear(SignedLetterUploaded, key=key) == before


def test_a_newer_scan_replaces_the_one_before_and_its_decision() -> None:
    world = in_review()
    world.say(ReviewSignedLetter)
    world.hear(SignedLetterUploaded)
    assert world.state.scans[0].gone == Gone.REPLACED
    assert world.state.decision is None
    assert world.step == Step.LETTER_CHECK


def test_a_scan_before_the_letter_counts_for_revision_1() -> None:
    world = begun(invoicing_done=True)
    world.hear(SignedLetterUploaded)
    world.settle()
    world.say(SubmitRepresentative)
    assert world.settle() == Step.LETTER_ACCEPTED
    assert [each.revision for each in world.state.scans] == [1]


@pytest.mark.parametrize(("size", "kept"), [(1000, 1000), ("1e9", -1), ("١٢", -1), (None, -1), ("9" * 12, -1)])
def test_a_scans_size_is_what_was_said_or_none_at_all(size: object, kept: int) -> None:
    world = begun()
    assert world.hear(SignedLetterUploaded, size=size).scans[0].size == kept


@pytest.mark.parametrize(
    ("judgement", "step"),
    [
        (Judgement.ACCEPTED, Step.MANDATED_WAIT),
        (Judgement.REVIEW, Step.LETTER_REVIEW),
        (Judgement.REJECTED, Step.SIGNED_LETTER),
    ],
)
def test_continue_by_itself_acts_only_on_an_accepted_verdict(judgement: Judgement, step: Step) -> None:
    world = drive_to(begun(continue_by_itself=True), Step.SIGNED_LETTER)
    world.judgement = judgement
    world.hear(SignedLetterUploaded)
    assert world.settle() == step


def test_continue_by_itself_acts_on_a_persons_accept() -> None:
    world = in_review(continue_by_itself=True)
    world.say(ReviewSignedLetter)
    assert world.step == Step.CERTIFICATE


def in_review(**start: object) -> World:
    world = drive_to(begun(**start), Step.SIGNED_LETTER)
    world.judgement = Judgement.REVIEW
    world.hear(SignedLetterUploaded)
    assert world.settle() == Step.LETTER_REVIEW
    return world


def test_review_accepts() -> None:
    world = in_review()
    scan = world.state.scan
    assert scan is not None
    world.say(ReviewSignedLetter, sha256=scan.sha256.upper())
    assert world.step == Step.LETTER_ACCEPTED


def test_review_rejects_with_a_reason_that_the_company_reads() -> None:
    world = in_review()
    world.say(ReviewSignedLetter, decision="reject", code="unsigned")
    assert world.step == Step.SIGNED_LETTER
    assert [note.code for note in world.state.notes] == [Code.UNSIGNED]
    assert documents(world.state)[-1].verdict == "rejected"


def test_review_of_another_scan_is_refused() -> None:
    world = in_review()
    with pytest.raises(Refusal) as refused:
        world.say(ReviewSignedLetter, sha256="0" * 64)
    assert refused.value.code == Code.SCAN_CHANGED


def test_review_names_every_bad_field() -> None:
    with pytest.raises(Refusal) as refused:
        in_review().say(ReviewSignedLetter, decision="maybe", code="ugly", actor="")
    assert [each.field for each in refused.value.fields] == ["decision", "code", "actor"]


def test_a_verdict_on_another_scan_counts_for_nothing() -> None:
    world = drive_to(begun(), Step.SIGNED_LETTER)
    world.hear(SignedLetterUploaded)
    call = world.call()
    assert call is not None
    verdict = Verdict(key="another", sha256="", judgement=Judgement.ACCEPTED)
    assert calls.learned(world.state, call, verdict, world.now) == world.state


def test_documents_go_on_record_with_what_changed_them_only() -> None:
    world = drive_to(begun(), Step.SIGNED_LETTER)
    world.hear(SignedLetterUploaded)
    sent = recording.record_of(world.state, world.now)
    assert (len(sent.letters), len(sent.scans), sent.letter_revision) == (1, 1, 1)
    world.record()
    sent = recording.record_of(world.state, world.now)
    assert (sent.letters, sent.scans, sent.representative) == ((), (), None)
