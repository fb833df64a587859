"""What operators do without moving an onboarding: another due date, a corrected field, whose it is, a note."""

from datetime import date, datetime, timedelta

import pytest

from domain.commands import (
    Assign,
    Back,
    Correct,
    Extend,
    Hold,
    MailBounced,
    Message,
    Note,
    Resume,
    SubmitRepresentative,
)
from domain.desk import CORRECTABLE, LONGEST, MAX_REMARKS
from domain.fields import BOGOTA, bogota
from domain.forgetting import lost, voids
from domain.looks import due_at
from domain.people import FIELDS
from domain.reasons import Code, Refusal
from domain.state import State
from domain.status import requirements, status
from domain.steps import OPEN_STEPS, Step, WaitsOn, waits_on
from tests.domain.messages import REPRESENTATIVE
from tests.domain.world import World, begun, drive_to, drive_to_ready, waiting_for_proof


def at(step: Step) -> World:
    return waiting_for_proof() if step == Step.READINESS_CHECK else drive_to(begun(), step)


def refused(world: World, kind: type[Message], **fields: object) -> Refusal:
    before = world.state
    with pytest.raises(Refusal) as caught:
        world.say(kind, **fields)
    assert world.state == before
    return caught.value


def due(state: State) -> datetime:
    moment = due_at(state)
    assert moment is not None
    return moment


# extend


@pytest.mark.parametrize("step", [step for step in OPEN_STEPS if step not in (Step.LETTER_ISSUE, Step.CERTIFICATE)])
def test_a_due_date_is_extended_by_so_much(step: Step) -> None:
    world = at(step)
    before = due(world.state)
    world.say(Extend, until="P5DT3H")
    assert due(world.state) == before + timedelta(days=5, hours=3)
    event = world.state.events[-1]
    assert (event.name, event.before, event.after) == ("extend", bogota(before), bogota(due(world.state)))


def test_one_that_is_past_is_extended_from_now_and_may_be_escalated_anew() -> None:
    world = at(Step.SIGNED_LETTER)
    world.forward(days=10)
    assert world.state.overdue
    world.say(Extend, until="P2D")
    assert due(world.state) == world.now + timedelta(days=2)
    assert not status(world.state, world.now).overdue
    world.mails.clear()
    world.forward(days=2)
    assert [mail.kind for mail in world.mails] == ["overdue"]


def test_it_ends_with_its_row_and_a_hold_moves_it() -> None:
    world = at(Step.SIGNED_LETTER)
    world.say(Extend, until="P9D")
    until = due(world.state)
    world.say(Hold)
    world.now += timedelta(days=1)
    world.say(Resume)
    world.settle()
    assert due(world.state) == until + timedelta(days=1)
    assert drive_to(world, Step.VOUCHER_TYPE).state.extended_to is None


@pytest.mark.parametrize(
    ("until", "code"),
    [
        ("", Code.REQUIRED),
        ("mañana", Code.TIME_FORMAT),
        ("P", Code.TIME_FORMAT),
        ("PT", Code.TIME_FORMAT),
        ("2020-01-01", Code.TIME_IN_PAST),
        ("P999D", Code.TIME_TOO_FAR),
    ],
)
def test_a_wrong_due_date_is_refused(until: str, code: Code) -> None:
    refusal = refused(at(Step.SIGNED_LETTER), Extend, until=until)
    assert [(each.field, each.code) for each in refusal.fields] == [("until", code)]


def test_an_earlier_due_date_is_refused_and_the_present_one_named() -> None:
    world = at(Step.SIGNED_LETTER)
    refusal = refused(world, Extend, until=(world.now + timedelta(hours=1)).isoformat())
    assert refusal.code == Code.DUE_LATER_ALREADY
    assert bogota(due(world.state)) in refusal.message_es


def test_on_hold_there_is_no_due_date_to_extend() -> None:
    world = at(Step.SIGNED_LETTER)
    world.say(Hold)
    assert refused(world, Extend).code == Code.NO_DUE_DATE


# correct

PRINTED = {"first_names", "last_names", "document_type", "document_number", "place_of_issue", "position"}
OTHERS = {
    "name": "Café del Valle S.A.S.",
    "external_reference": "P-77",
    "contact_name": "Luz Dary",
    "contact_email": "luz.dary@cafe.example",
    "contact_mobile": "3019998877",
    "first_names": "Ana",
    "last_names": "Ruiz",
    "document_type": "22",
    "document_number": "612345",
    "place_of_issue": "Cali",
    "email": "ana@cafe.example",
    "mobile": "3019998877",
    "address": "Calle 1 # 2-3",
    "municipality": "05001",
    "position": "Presidenta",
}


def value_of(state: State, field: str) -> str:
    if field in FIELDS:
        assert state.representative is not None
        return str(getattr(state.representative, field))
    if field.startswith("contact_"):
        return str(getattr(state.contact, field.removeprefix("contact_")))
    return str(getattr(state, field))


@pytest.mark.parametrize("field", CORRECTABLE)
def test_a_corrected_field_voids_what_the_letter_prints_of_it_and_nothing_else(field: str) -> None:
    world = at(Step.PREFIX_ASSOCIATION)
    if field == "document_type":
        world.say(Correct, field="document_number", value="612345")
        drive_to(world, Step.PREFIX_ASSOCIATION)
    before = world.state
    world.say(Correct, field=field, value=OTHERS[field])
    assert value_of(world.state, field) == OTHERS[field]
    event = next(each for each in world.state.events if each.name == "correct")
    assert (event.before, event.after) == (f"{field} {value_of(before, field)}".rstrip(), f"{field} {OTHERS[field]}")
    voided = field in PRINTED | {"municipality", "name"}
    assert (lost(before, world.state) == ("letter", "scan", "grant")) == voided
    assert (world.step == Step.PREFIX_ASSOCIATION) == (not voided)
    assert world.state.acts == before.acts
    assert drive_to_ready(world).state.revision == before.revision + voided


def test_the_same_value_again_voids_nothing() -> None:
    world = at(Step.PREFIX_ASSOCIATION)
    world.say(Correct, field="name", value=world.state.name)
    world.say(Correct, field="position", value=value_of(world.state, "position"))
    assert world.step == Step.PREFIX_ASSOCIATION


def test_the_name_is_corrected_before_any_letter_and_voids_none() -> None:
    world = at(Step.LEGAL_REPRESENTATIVE)
    world.say(Correct, field="name", value="Café del Valle S.A.S.")
    assert (world.state.name, world.state.revision) == ("Café del Valle S.A.S.", 0)


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("nit", "1", ("field", Code.CHOICE)),
        ("", "", ("field", Code.CHOICE)),
        ("name", "", ("name", Code.REQUIRED)),
        ("name", "😀", ("name", Code.UNPRINTABLE)),
        ("contact_email", "nadie", ("contact_email", Code.EMAIL_FORMAT)),
        ("contact_mobile", "12", ("contact_mobile", Code.MOBILE_FORMAT)),
        ("municipality", "Bogotá", ("municipality", Code.MUNICIPALITY_CODE)),
        ("document_type", "41", None),
        ("document_type", "47", ("document_number", Code.DOCUMENT_NUMBER)),
        ("position", "x" * 501, ("value", Code.TOO_LONG)),
    ],
)
def test_a_correction_is_validated_as_on_entry(field: str, value: str, wrong: tuple[str, Code] | None) -> None:
    world = at(Step.SIGNED_LETTER)
    if wrong is None:
        world.say(Correct, field=field, value=value)
        return
    assert wrong in [(each.field, each.code) for each in refused(world, Correct, field=field, value=value).fields]


def test_no_representative_can_be_corrected_before_one_is_known() -> None:
    assert refused(at(Step.LEGAL_REPRESENTATIVE), Correct, field="position", value="Gerente").code == (
        Code.NOTHING_TO_CORRECT
    )


# assign, note


def test_an_onboarding_is_somebodys_then_nobodys() -> None:
    world = at(Step.SIGNED_LETTER)
    world.say(Assign, who="ana.perez")
    assert status(world.state, world.now).assignee == "ana.perez"
    world.say(Assign, who="-")
    assert status(world.state, world.now).assignee is None
    assert (world.state.events[-1].before, world.state.events[-1].after) == ("ana.perez", "-")


@pytest.mark.parametrize("who", ["", "ana perez", "ana@cafe.example", "-ana", "x" * 61])
def test_an_assignee_is_a_user_name(who: str) -> None:
    assert [each.field for each in refused(at(Step.SIGNED_LETTER), Assign, who=who).fields] == ["who"]


@pytest.mark.parametrize("kind", [Assign, Note])
def test_whose_it_is_and_what_was_noted_need_an_actor_and_no_reason(kind: type[Message]) -> None:
    fields = refused(at(Step.SIGNED_LETTER), kind, actor="").fields
    assert [(each.field, each.code) for each in fields] == [("actor", Code.REQUIRED)]


@pytest.mark.parametrize("kind", [Extend, Correct])
def test_what_changes_it_needs_both(kind: type[Message]) -> None:
    assert [each.field for each in refused(at(Step.SIGNED_LETTER), kind, actor="", reason="").fields] == [
        "actor",
        "reason",
    ]


def test_notes_are_kept_with_the_day_on_which_to_look_again() -> None:
    world = at(Step.SIGNED_LETTER)
    day = world.now.astimezone(BOGOTA).date() + timedelta(days=3)
    world.say(Note, text="Llamar el lunes", follow_up=day.isoformat())
    assert world.state.follow_up == day
    world.say(Note, text="Otra cosa")
    shown = status(world.state, world.now)
    assert (shown.follow_up, [each.text for each in shown.remarks]) == (day, ["Llamar el lunes", "Otra cosa"])
    world.say(Note, text="Resuelto", follow_up="-")
    assert world.state.follow_up is None
    assert (world.state.events[-1].before, world.state.events[-1].after) == (day.isoformat(), "Resuelto → -")
    for number in range(20):
        world.say(Note, text=str(number))
    assert len(world.state.remarks) == MAX_REMARKS


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("lunes", Code.DATE_FORMAT),
        ("2020-01-01", Code.TIME_IN_PAST),
        ((date(2026, 11, 24) + LONGEST + timedelta(days=2)).isoformat(), Code.TIME_TOO_FAR),
    ],
)
def test_a_wrong_follow_up_is_refused(day: str, code: Code) -> None:
    fields = refused(at(Step.SIGNED_LETTER), Note, text="x", follow_up=day).fields
    assert [(each.field, each.code) for each in fields] == [("follow_up", code)]


# two at once


def test_the_second_to_hold_reads_what_the_first_did() -> None:
    world = at(Step.SIGNED_LETTER)
    world.say(Hold, actor="ana.perez", reason="la empresa está de vacaciones")
    sentence = refused(world, Hold, actor="luis.gil").message_es
    for part in ("ana.perez", bogota(world.now), "la empresa está de vacaciones"):
        assert part in sentence


def test_a_dry_run_names_the_range_too() -> None:
    world = at(Step.READINESS_CHECK)
    assert voids(world.state, Step.VOUCHER_TYPE) == ("range", "voucher_type")
    assert refused(world, Back, to="readiness_check").code == Code.BACK_TARGET


# mail that doesn't arrive


def test_a_dead_address_is_an_operators_task_until_it_is_corrected() -> None:
    world = at(Step.SIGNED_LETTER)
    world.hear(MailBounced)
    assert waits_on(world.state) == WaitsOn.OPERATOR
    assert [each.field for each in requirements(world.state)] == ["contact_email"]
    assert world.state.contact.email not in "".join(event.model_dump_json() for event in world.state.events)
    world.settle()
    world.mails.clear()
    world.say(Correct, field="contact_email", value="otra@cafe.example")
    world.settle()
    assert waits_on(world.state) == WaitsOn.COMPANY
    assert [mail.kind for mail in world.mails] == ["turn"], "the company is told what to do, at its new address"


def test_a_bounce_of_another_address_changes_nothing_but_the_timeline() -> None:
    world = at(Step.SIGNED_LETTER)
    world.hear(MailBounced, address="vieja@cafe.example")
    assert world.state.bounced is None
    assert world.state.events[-1].after == "ignored: another address"


def test_a_bounce_on_a_row_of_ours_waits_for_nobody() -> None:
    world = at(Step.PREFIX_SYNC)
    world.hear(MailBounced)
    assert waits_on(world.state) == WaitsOn.DIAN


def test_the_representative_may_still_be_submitted_while_mail_bounces() -> None:
    world = at(Step.LEGAL_REPRESENTATIVE)
    world.hear(MailBounced)
    world.say(SubmitRepresentative, **REPRESENTATIVE)
    assert world.settle() == Step.SIGNED_LETTER
