"""What operators do to an onboarding without moving it: another due date, a corrected field, whose it is, a note."""

import re
from datetime import date, datetime, timedelta

from domain import forgetting
from domain.begin import checked_start
from domain.change import Who, changed
from domain.commands import Assign, Correct, Extend, MailBounced, Message, Note, Start, StartContact
from domain.fields import BOGOTA, Fields, bogota, one_line
from domain.looks import due_at
from domain.people import FIELDS, Representative, representative
from domain.reasons import Code, FieldError, Refusal
from domain.reminders import AGAIN_AFTER, Recipient, reminded, reminded_party
from domain.state import Bounce, Known, Remark, State

LONGEST = timedelta(days=366)
"""A due date or a follow-up further ahead is a slip of the keyboard."""
MAX_REMARKS = 10
"""The timeline keeps them all."""
NONE = "-"
_ASSIGNEE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,58}[A-Za-z0-9])?")
"""No mail address: it is a search attribute, which is never encrypted."""
_CONTACT = {"contact_name": "contact.name", "contact_email": "contact.email", "contact_mobile": "contact.mobile"}
CORRECTABLE = ("name", "external_reference", *_CONTACT, *FIELDS)


def extend(state: State, message: Extend, who: Who, now: datetime) -> State:
    due = due_at(state)
    assert due is not None  # else it isn't legal
    fields = Fields()
    until = fields.future("until", message.until, now, max(now, due), LONGEST)
    fields.refuse_if_wrong()
    if until <= due:
        raise Refusal(Code.DUE_LATER_ALREADY, right=bogota(due))
    known: Known = {"extended_to": until, "overdue": False, "escalated": False}
    return changed(state, now, message.card.name, known, who=who, before=bogota(due), after=bogota(until))


def correct(state: State, message: Correct, who: Who, now: datetime) -> State:
    """What depends on the field becomes void: on what the letter prints, letter, scan, verdict, Continuar and grant."""
    fields = Fields()
    field = fields.choice("field", message.field, CORRECTABLE)
    fields.text("value", message.value, 500, required=False)
    fields.refuse_if_wrong()
    value = one_line(message.value)
    if field in FIELDS:
        before, known = _corrected_person(state, field, value)
    else:
        before, known = _corrected_company(state, field, value)
        if "bounced" in known:  # the new address is told what to do: no reminder is owed for the time before
            known["reminded"] = sum(each <= now for each in state.remind_at)
    return changed(
        state, now, message.card.name, known, who=who, before=f"{field} {before}".rstrip(), after=f"{field} {value}"
    )


def _corrected_person(state: State, field: str, value: str) -> tuple[str, Known]:
    person = state.representative
    if person is None:
        raise Refusal(Code.NOTHING_TO_CORRECT)
    before = person.model_dump()
    corrected = representative({**before, field: value})
    if not isinstance(corrected, Representative):
        raise Refusal(Code.INVALID_FIELDS, fields=corrected)
    anew = {} if corrected.printed == person.printed else forgetting.next_letter(state)
    return before[field], {"representative": corrected, **anew}


def _corrected_company(state: State, field: str, value: str) -> tuple[str, Known]:
    contact = state.contact
    before = {
        "name": state.name,
        "external_reference": state.external_reference,
        **{name: getattr(contact, inner.removeprefix("contact.")) for name, inner in _CONTACT.items()},
    }
    after = {**before, field: value}
    try:
        _, contact = checked_start(
            Start(
                nit=state.nit,
                name=after["name"],
                external_reference=after["external_reference"],
                contact=StartContact(
                    name=after["contact_name"], email=after["contact_email"], mobile=after["contact_mobile"]
                ),
            )
        )
    except Refusal as refusal:
        raise Refusal(refusal.code, fields=[_renamed(error) for error in refusal.fields]) from None
    known: Known = {"name": after["name"], "external_reference": after["external_reference"], "contact": contact}
    if contact.email != state.contact.email:
        known["bounced"] = None
    if after["name"] != state.name and state.representative is not None:
        known |= forgetting.next_letter(state)
    return before[field], known


def _renamed(error: FieldError) -> FieldError:
    return error.model_copy(update={"field": error.field.replace(".", "_")})


def assign(state: State, message: Assign, who: Who, now: datetime) -> State:
    fields = Fields()
    name = fields.text("who", message.who, 60)
    if name == NONE:
        name = ""
    elif name and not fields.errors and not _ASSIGNEE.fullmatch(name):
        fields.wrong("who", Code.ASSIGNEE_FORMAT)
    fields.refuse_if_wrong()
    return changed(
        state, now, message.card.name, {"assignee": name}, who=who, before=state.assignee, after=name or NONE
    )


def note(state: State, message: Note, who: Who, now: datetime) -> State:
    fields = Fields()
    text = fields.text("text", message.text, 500)
    day = _follow_up(fields, message.follow_up, now)
    fields.refuse_if_wrong()
    remark = Remark(at=now, actor=who.actor, text=text)
    known: Known = {"remarks": (*state.remarks, remark)[-MAX_REMARKS:]}
    after = text
    if message.follow_up:
        known["follow_up"] = day
        after = f"{text} → {day or NONE}"
    before = state.follow_up.isoformat() if state.follow_up is not None else ""
    return changed(state, now, message.card.name, known, who=who, before=before, after=after)


def _follow_up(fields: Fields, given: str | None, now: datetime) -> date | None:
    if not given or given == NONE:
        return None
    today = now.astimezone(BOGOTA).date()
    try:
        day = date.fromisoformat(given)
    except ValueError:
        fields.wrong("follow_up", Code.DATE_FORMAT)
        return None
    if day < today:
        fields.wrong("follow_up", Code.TIME_IN_PAST)
    elif day > today + LONGEST:
        fields.wrong("follow_up", Code.TIME_TOO_FAR, right=LONGEST.days)
    return day


def not_remindable(state: State) -> Code | None:
    if state.bounced is not None:
        return Code.MAIL_BOUNCED
    return None if reminded_party(state) == Recipient.COMPANY else Code.NOBODY_TO_REMIND


def remind(state: State, message: Message, who: Who, now: datetime) -> State:
    last = state.reminded_at
    if last is not None and now < last + AGAIN_AFTER:
        raise Refusal(Code.REMINDED_ALREADY, right=bogota(last))
    return reminded(state, now, who, {})


def mail_bounced(state: State, message: MailBounced, who: Who, now: datetime) -> State:
    """It counts if it is the address that we would write to next; its event never shows it."""
    code = one_line(message.code)[:40]
    if message.address != state.contact.email:
        return changed(state, now, message.card.name, who=who, before=code, after="ignored: another address")
    if state.bounced is not None:
        return state
    bounce = Bounce(at=now, address=state.contact.email, code=code)
    return changed(state, now, message.card.name, {"bounced": bounce}, who=who, after=code)
