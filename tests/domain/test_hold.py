"""What a hold keeps still, and what goes on meanwhile; which of the calendar's answers count."""

from datetime import timedelta

from domain import calls, looks, recording
from domain.commands import (
    ElectronicInvoicingCompleted,
    Hold,
    PrefixesAssociated,
    Resume,
    SubmitRepresentative,
    TickAct,
)
from domain.effects import Recorded
from domain.mails import mails
from domain.steps import Step
from tests.domain.messages import denies, lists
from tests.domain.test_looks import associating, said
from tests.domain.world import begun, drive_to


def test_a_hold_keeps_due_dates_still_and_resume_shifts_them() -> None:
    world = begun()
    world.settle()
    due = looks.due_at(world.state)
    assert due == world.now + timedelta(days=3)
    world.now += timedelta(days=2)
    world.say(Hold)
    assert looks.due_at(world.state) is None
    world.forward(days=20)
    assert not world.state.overdue
    world.say(Resume)
    world.settle()
    assert looks.due_at(world.state) == due + timedelta(days=20)


def test_an_elapsed_due_date_is_shifted_too() -> None:
    world = said(lists())
    due = looks.due_at(world.state)
    assert due is not None
    world.say(Hold)
    world.forward(hours=5)
    assert looks.next_look_at(world.state) is None
    world.say(Resume)
    assert looks.due_at(world.state) == due + timedelta(hours=5)


def test_facts_are_taken_on_hold_and_acted_on_at_resume() -> None:
    world = associating()
    world.say(Hold)
    world.now += timedelta(hours=1)
    world.hear(PrefixesAssociated)
    count = world.state.looks
    assert world.forward(hours=2) == Step.PREFIX_SYNC
    assert world.state.looks == count
    world.say(Resume)
    assert looks.due_at(world.state) == world.state.since + timedelta(hours=50)
    world.settle()
    assert world.state.looks == count + 1


def test_a_hold_does_not_stop_dians_wait() -> None:
    world = drive_to(begun(), Step.MANDATED_WAIT)
    world.settle()
    world.say(Hold)
    assert world.forward(hours=3) == Step.PREFIX_ASSOCIATION


def test_a_hold_keeps_the_result_of_an_effect_under_way() -> None:
    world = begun(invoicing_done=True)
    world.settle()
    world.say(SubmitRepresentative)
    call = world.call()
    assert call is not None
    world.say(Hold)
    assert calls.next_call(world.state, world.now) is None
    world.learn(call)
    assert world.step == Step.SIGNED_LETTER


def test_a_due_date_of_another_row_is_not_taken() -> None:
    world = begun()
    sent = recording.record_of(world.state, world.now, fence=world.state.version)
    world.now += timedelta(minutes=1)
    world.say(TickAct, act="associate")
    world.say(Hold)
    answer = recording.recorded(world.state, sent, Recorded(due_at=world.now))
    assert answer.calendar_due_at is None
    assert [each.name for each in answer.events] == ["tick_act", "hold"]


def test_a_patience_asked_for_before_dian_denied_is_not_taken() -> None:
    world = said(lists())
    sent = recording.record_of(world.state, world.now, fence=world.state.version)
    world.answer = denies("401")
    world.forward(minutes=6)
    after = recording.recorded(world.state, sent, Recorded(patience_until=world.now))
    assert after.patience_until == world.state.patience_until
    assert after.patience_until != world.now


def test_a_mail_is_sent_once() -> None:
    world = begun()
    world.settle()
    assert len(world.mails) == 1
    assert mails(world.state) == ()


def test_a_denied_word_is_not_forgotten_on_hold() -> None:
    world = said(denies("401"))
    world.say(Hold)
    assert world.forward(hours=10) == Step.PREFIX_SYNC
    assert looks.time_passed(world.state, world.now) == world.state


def test_the_next_row_counts_its_own_time() -> None:
    world = begun()
    world.settle()
    world.say(Hold)
    world.now += timedelta(days=2)
    world.say(Resume)
    world.forward(days=4)
    assert world.state.overdue
    world.hear(ElectronicInvoicingCompleted)
    assert not world.state.overdue
    assert world.state.counted_from == world.now
    world.settle()
    assert looks.due_at(world.state) == world.now + timedelta(days=3)
