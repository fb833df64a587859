"""Who is reminded of a row, how often, and who is told that it is overdue."""

from datetime import datetime, timedelta

import pytest

from domain.commands import (
    Correct,
    ElectronicInvoicingCompleted,
    Extend,
    Hold,
    MailBounced,
    Remind,
    Resume,
    SignedLetterUploaded,
)
from domain.looks import next_alarm
from domain.mails import Mail
from domain.reasons import Code, Refusal
from domain.reminders import POLICIES, Recipient, next_reminder_at
from domain.state import Remark
from domain.status import status
from domain.steps import OPEN_STEPS, ROWS, Step, WaitsOn
from domain.verdict import Judgement
from tests.domain.world import World, begun, drive_to, waiting_for_proof

REMINDED = [step for step in OPEN_STEPS if POLICIES[step].most]


def at(step: Step) -> World:
    world = begun()
    if step == Step.LETTER_REVIEW:
        world.judgement = Judgement.REVIEW
        drive_to(world, Step.SIGNED_LETTER)
        world.judgement = Judgement.REVIEW
        world.hear(SignedLetterUploaded)
        world.settle()
    elif step == Step.READINESS_CHECK:
        world = waiting_for_proof()
    elif step != Step.ELECTRONIC_INVOICING:
        drive_to(world, step)
    world.settle()
    world.mails.clear()
    return world


def sent(world: World, kind: str = "reminder") -> list[Mail]:
    return [mail for mail in world.mails if mail.kind == kind]


@pytest.mark.parametrize("step", OPEN_STEPS)
def test_every_row_has_its_policy_and_reminds_before_it_is_due(step: Step) -> None:
    policy, allowed = POLICIES[step], ROWS[step].allowed
    person = ROWS[step].waits_on in (WaitsOn.COMPANY, WaitsOn.OPERATOR)
    assert bool(policy.most) == person
    last = (
        policy.first.business_days + (policy.most - 1) * policy.every.business_days,
        policy.first.business_hours + (policy.most - 1) * policy.every.business_hours,
    )
    assert not person or last < (allowed.business_days, allowed.business_hours)
    late = Recipient.OPERATORS if ROWS[step].waits_on in (WaitsOn.COMPANY, WaitsOn.DIAN) else Recipient.SUPERVISORS
    assert policy.escalates_to == late


@pytest.mark.parametrize("step", REMINDED)
def test_a_row_is_reminded_so_often_and_escalated_once(step: Step) -> None:
    world = at(step)
    assert world.step == step
    world.forward(days=2.9)
    reminders = min(POLICIES[step].most, 2)  # this world's calendar: one a day, due after three
    assert [mail.nth for mail in sent(world)] == list(range(1, reminders + 1))
    party = Recipient.OPERATORS if step == Step.LETTER_REVIEW else Recipient.COMPANY
    assert {mail.to for mail in sent(world)} == {party}
    assert not sent(world, "overdue")
    world.forward(days=20)
    assert [mail.to for mail in sent(world, "overdue")] == [POLICIES[step].escalates_to]
    assert len(sent(world)) == reminders, "nobody is reminded of what is escalated"
    assert len({mail.key for mail in world.mails}) == len(world.mails)


def test_a_reminder_says_what_the_row_waits_for() -> None:
    world = at(Step.SIGNED_LETTER)
    since = world.state.since
    world.forward(days=1)
    (mail,) = sent(world)
    assert (mail.step, mail.since, mail.due_at) == ("signed_letter", since, since + timedelta(days=3))


def test_reminders_end_when_the_row_does_and_begin_anew_with_the_next() -> None:
    world = at(Step.ELECTRONIC_INVOICING)
    world.forward(days=1)
    world.hear(ElectronicInvoicingCompleted)
    world.settle()
    world.mails.clear()
    world.forward(hours=23)
    assert not sent(world)
    world.forward(hours=2)
    assert [(mail.step, mail.nth) for mail in sent(world)] == [("legal_representative", 1)]


def test_one_asked_for_just_before_the_row_ended_is_not_sent() -> None:
    world = at(Step.ELECTRONIC_INVOICING)
    world.now += timedelta(hours=1)
    world.say(Remind)
    world.now += timedelta(seconds=1)
    world.hear(ElectronicInvoicingCompleted)
    world.settle()
    assert [mail.kind for mail in world.mails] == ["turn"]


def test_on_hold_nobody_is_reminded_and_at_resume_the_rest_follows() -> None:
    world = at(Step.ELECTRONIC_INVOICING)
    world.forward(days=1)
    world.say(Hold)
    world.forward(days=9)
    assert len(sent(world)) == 1
    assert not sent(world, "overdue")
    world.say(Resume)
    world.forward(days=1)
    assert [mail.nth for mail in sent(world)] == [1, 2]


def test_several_moments_that_passed_unseen_make_one_reminder() -> None:
    world = at(Step.ELECTRONIC_INVOICING)
    world.now += timedelta(days=2.5)
    world.settle()
    assert [mail.nth for mail in sent(world)] == [1]


def test_an_overdue_row_that_was_held_is_not_escalated_twice() -> None:
    world = at(Step.SIGNED_LETTER)
    world.forward(days=4)
    world.say(Hold)
    world.forward(days=1)
    world.say(Resume)
    world.forward(days=20)
    assert len(sent(world, "overdue")) == 1
    assert world.state.overdue


def test_a_dead_address_gets_no_reminder() -> None:
    world = at(Step.SIGNED_LETTER)
    world.hear(MailBounced)
    world.forward(days=2.5)
    assert not sent(world)
    world.say(Correct, field="contact_email", value="otra@cafe.example")
    world.settle()
    assert [mail.kind for mail in world.mails] == ["turn"]
    assert next_reminder_at(world.state) is None, "its moments passed while nobody could be reminded"


def test_an_operator_reminds_now_once_an_hour() -> None:
    world = at(Step.SIGNED_LETTER)
    world.say(Remind)
    world.settle()
    assert [(mail.nth, mail.to) for mail in sent(world)] == [(1, Recipient.COMPANY)]
    with pytest.raises(Refusal) as refused:
        world.say(Remind)
    assert refused.value.code == Code.REMINDED_ALREADY
    world.now += timedelta(hours=1)
    world.say(Remind)


@pytest.mark.parametrize("step", [Step.PREFIX_SYNC, Step.READINESS_CHECK, Step.LETTER_REVIEW])
def test_there_is_nobody_to_remind_where_no_company_is_waited_for(step: Step) -> None:
    with pytest.raises(Refusal) as refused:
        at(step).say(Remind)
    assert refused.value.code == Code.NOBODY_TO_REMIND


def test_there_is_nobody_to_remind_by_an_address_that_is_dead() -> None:
    world = at(Step.SIGNED_LETTER)
    world.hear(MailBounced)
    with pytest.raises(Refusal) as refused:
        world.say(Remind)
    assert refused.value.code == Code.MAIL_BOUNCED


def test_the_next_reminder_is_an_alarm_and_shown() -> None:
    world = at(Step.ELECTRONIC_INVOICING)
    expected: datetime = world.state.since + timedelta(days=1)
    assert next_alarm(world.state) == expected
    assert status(world.state, world.now).next_reminder_at == expected
    assert status(world.state, world.now).remarks == ()
    assert Remark.model_fields.keys() == {"at", "actor", "text"}


def test_an_extended_row_is_reminded_as_before() -> None:
    world = at(Step.ELECTRONIC_INVOICING)
    world.say(Extend, until="P9D")
    world.forward(days=4)
    assert [mail.nth for mail in sent(world)] == [1, 2, 3]
    assert not sent(world, "overdue")
