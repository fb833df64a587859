"""The signed letter: which scan counts, its verdict, and a person's decision on it."""

import pytest

from domain import calls, recording
from domain.commands import DeleteSignedLetter, ReviewSignedLetter, SignedLetterUploaded, SubmitRepresentative
from domain.letter import Gone
from domain.reasons import Code, Refusal
from domain.reasons_es import REJECTED_BY_HAND
from domain.state import Decision
from domain.status import documents, requirements
from domain.steps import Step
from domain.verdict import Judgement, Verdict
from tests.domain.world import World, begun, drive_to


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


def test_the_current_scans_bytes_under_another_key_are_only_noted() -> None:
    world = drive_to(begun(), Step.LETTER_ACCEPTED)
    scan = world.state.scan
    assert scan is not None
    world.hear(SignedLetterUploaded, sha256=scan.sha256.upper())
    assert ignored(world) == f"ignored: {Code.SCAN_IS_CURRENT}"
    assert world.state.scan == scan


def test_bytes_that_were_rejected_may_be_tried_again() -> None:
    """What made their check fail may be mended: the object was missing, the engine is another one."""
    world = drive_to(begun(), Step.SIGNED_LETTER)
    world.judgement = Judgement.REJECTED
    sha256 = world.hear(SignedLetterUploaded).scans[0].sha256
    world.settle()
    world.judgement = Judgement.ACCEPTED
    world.hear(SignedLetterUploaded, sha256=sha256)
    assert world.settle() == Step.LETTER_ACCEPTED


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


def in_review(continue_by_itself: bool = False) -> World:
    world = drive_to(begun(continue_by_itself=continue_by_itself), Step.SIGNED_LETTER)
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


@pytest.mark.parametrize("code", REJECTED_BY_HAND)
def test_what_left_the_decision_open_then_tells_the_company_what_to_do(code: str) -> None:
    world = in_review()
    world.say(ReviewSignedLetter, decision="reject", code=code)
    assert [note.message_es for note in world.state.notes] == [REJECTED_BY_HAND[code]]
    assert "adjúntala" in REJECTED_BY_HAND[code] or "escanéala" in REJECTED_BY_HAND[code]
    assert REJECTED_BY_HAND[code] != Code(code).es()


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
    sent = recording.record_of(world.state, world.now, fence=world.state.version)
    assert (len(sent.letters), len(sent.scans), sent.letter_revision) == (1, 1, 1)
    world.record()
    sent = recording.record_of(world.state, world.now, fence=world.state.version)
    assert (sent.letters, sent.scans, sent.representative) == ((), (), None)


def test_a_decision_counts_for_its_scan_alone() -> None:
    world = in_review()
    decision = Decision(key="another", accepted=True, actor="ana")
    assert not world.state.model_copy(update={"decision": decision}).scan_accepted
    assert world.say(ReviewSignedLetter).scan_accepted


def test_a_scan_counts_for_its_revision_alone() -> None:
    world = in_review()
    assert world.state.scan is not None
    assert world.state.model_copy(update={"revision": 2}).scan is None
