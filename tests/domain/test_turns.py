"""The turn passes to the company: it is mailed each time, once, and not while on hold."""

from datetime import timedelta

from domain.commands import (
    Back,
    Cancel,
    ConfigureVoucherType,
    Hold,
    PrefixesAssociated,
    Resume,
    Retry,
    SignedLetterUploaded,
    SubmitRepresentative,
)
from domain.mails import GRANTED, TURN, Mail
from domain.reasons import Code
from domain.steps import Step
from tests.domain.test_letter import former, started
from tests.domain.test_ranges import A, syncing, waiting
from tests.domain.world import World, begun, drive_to


def turns(world: World) -> list[str]:
    return [mail.step for mail in world.mails if mail.kind == TURN]


def test_a_retry_after_a_failed_recall_still_tells_the_company_its_turn() -> None:
    world = begun()
    call = world.call()
    assert call is not None
    world.fail(call)
    world.settle()
    assert turns(world) == []
    world.say(Retry)
    world.settle()
    assert turns(world) == ["electronic_invoicing"]


def test_a_refused_voucher_type_gives_the_turn_back() -> None:
    world = syncing(A)
    world.refuse_claim = Code.VOUCHER_CODE_TAKEN
    world.say(ConfigureVoucherType)
    world.settle()
    assert turns(world)[-2:] == ["voucher_type", "voucher_type"]


def test_a_turn_that_comes_on_hold_is_told_at_resume() -> None:
    world = drive_to(begun(), Step.LEGAL_REPRESENTATIVE)
    before = turns(world)
    world.say(Hold)
    world.say(Back, to="electronic_invoicing")
    world.settle()
    assert turns(world) == before
    world.say(Resume)
    world.settle()
    assert turns(world) == [*before, "electronic_invoicing"]


def test_patience_with_a_denied_word_stands_still_on_hold() -> None:
    world = waiting()
    world.hear(PrefixesAssociated)
    world.settle()
    since = world.state.denied_since
    assert since is not None
    world.say(Hold)
    world.now += timedelta(hours=40)
    world.say(Resume)
    world.settle()
    assert world.step == Step.PREFIX_SYNC
    assert world.state.denied_since == since + timedelta(hours=40)


def test_a_grant_of_an_earlier_onboarding_outlives_a_cancel() -> None:
    world = started(former(200))
    world.settle()
    world.say(Cancel)
    assert world.state.undo == ()


def test_it_is_revoked_once_another_representative_is_submitted() -> None:
    world = started(former(200))
    world.settle()
    world.say(SubmitRepresentative, first_names="Otra")
    assert [each.key for each in world.state.undo] == ["o-0/grant_certificate/1"]


def test_the_hundred_and_first_scan_is_only_noted() -> None:
    world = drive_to(begun(), Step.SIGNED_LETTER)
    for _ in range(101):
        world.hear(SignedLetterUploaded)
    assert len(world.state.scans) == 100
    assert world.state.events[-1].after == "ignored: scans_too_many"


def test_good_news_is_the_same_mail_wherever_it_is_told_and_a_turn_is_not() -> None:
    def key(kind: str, step: str) -> str:
        return Mail(number=1, place=3, kind=kind, step=step).key

    assert key(GRANTED, "mandated_wait") == key(GRANTED, "prefix_association")
    assert key(TURN, "signed_letter") != key(TURN, "letter_accepted")
