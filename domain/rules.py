"""What may be said now, and what becomes known when it is said. The workflow asks here before every change."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from domain import decisions, desk
from domain.change import Who, changed, who_says
from domain.commands import (
    MESSAGES,
    Assign,
    Back,
    Cancel,
    ConfigureVoucherType,
    ContinueOnboarding,
    Correct,
    DeclareResolution,
    DeleteSignedLetter,
    ElectronicInvoicingCompleted,
    Extend,
    Hold,
    MailBounced,
    Message,
    Note,
    PrefixesAssociated,
    Remind,
    Resume,
    Retry,
    ReviewSignedLetter,
    SignedLetterUploaded,
    SubmitRepresentative,
    TickAct,
)
from domain.fields import Fields, bogota, parse_time
from domain.forgetting import back_targets
from domain.looks import LOOKING, due_at
from domain.reasons import Code, Refusal
from domain.state import State, Unreadable
from domain.steps import current_step
from domain.texts_es import ROW_TITLES

MAX_UNREADABLE = 50
MAX_MESSAGE_IDS = 500
MAX_MESSAGE_ID = 200
"""Longer ones don't serve to tell messages apart: what is kept of each onboarding must stay small."""
Decide = Callable[[State, Any, Who, datetime], State]


class Rule(NamedTuple):
    """What a message makes known, and what must hold besides its rows for it to be legal (None: nothing)."""

    decide: Decide
    unless: Callable[[State], Code | None] = lambda _: None


RULES: Mapping[type[Message], Rule] = {
    ElectronicInvoicingCompleted: Rule(decisions.invoicing_completed),
    SubmitRepresentative: Rule(decisions.submit_representative),
    SignedLetterUploaded: Rule(decisions.scan_uploaded),
    DeleteSignedLetter: Rule(decisions.delete_scan),
    ContinueOnboarding: Rule(decisions.continue_onboarding),
    ReviewSignedLetter: Rule(decisions.review_scan),
    DeclareResolution: Rule(decisions.declare_resolution),
    TickAct: Rule(decisions.tick_act),
    PrefixesAssociated: Rule(decisions.prefixes_associated, lambda s: Code.NOT_LEGAL_HERE if s.associated else None),
    ConfigureVoucherType: Rule(
        decisions.configure_voucher_type, lambda s: Code.NOT_LEGAL_HERE if s.wish is not None else None
    ),
    Hold: Rule(decisions.hold, lambda s: Code.HELD_ALREADY if s.held is not None else None),
    Resume: Rule(decisions.resume, lambda s: Code.NOT_HELD if s.held is None else None),
    Back: Rule(decisions.back, lambda s: None if back_targets(s) else Code.BACK_TARGET),
    Cancel: Rule(decisions.cancel),
    Retry: Rule(
        decisions.retry,
        lambda s: None if s.blocked is not None or current_step(s) in LOOKING else Code.NOT_BLOCKED,
    ),
    Extend: Rule(desk.extend, lambda s: Code.NO_DUE_DATE if due_at(s) is None else None),
    Correct: Rule(desk.correct),
    Assign: Rule(desk.assign),
    Note: Rule(desk.note),
    Remind: Rule(desk.remind, desk.not_remindable),
    MailBounced: Rule(desk.mail_bounced, lambda s: Code.NOT_LEGAL_HERE if s.bounced is not None else None),
}


def illegal(state: State, kind: type[Message]) -> Code | None:
    """Why this message is not legal now; None: it is. The one place where legality is stated."""
    if current_step(state) not in kind.card.rows or (state.closed and kind is not Retry):
        return Code.NOT_LEGAL_HERE
    return RULES[kind].unless(state)


def offered(state: State) -> tuple[type[Message], ...]:
    return tuple(kind for kind in MESSAGES if illegal(state, kind) is None)


def command(state: State, message: Message, now: datetime) -> State:
    """What is known once the command is done. Raises Refusal; said twice (by message id) it counts once."""
    if message.malformed:
        raise Refusal(Code.WRONG_ARGUMENTS)
    if _seen(state, message):
        return state
    if message.expected_version and message.expected_version != str(state.version):
        raise Refusal(Code.STALE_VERSION, right=state.version)
    code = illegal(state, type(message))
    if code is not None:
        raise _refusal(state, code)
    fields, card = Fields(), message.card
    fields.text("actor", message.actor, 300, required=card.needs_actor or card.needs_reason)
    fields.text("reason", message.reason, 300, required=card.needs_reason)
    fields.text("message_id", message.message_id, MAX_MESSAGE_ID, required=False)
    try:
        following = RULES[type(message)].decide(state, message, who_says(message), now)
    except Refusal as refusal:
        if refusal.code == Code.INVALID_FIELDS and fields.errors:  # all that is wrong at once
            raise Refusal(Code.INVALID_FIELDS, fields=(*refusal.fields, *fields.errors)) from None
        raise
    fields.refuse_if_wrong()
    return _remembered(following, message)


def fact(state: State, message: Message, now: datetime) -> State:
    """What is known once the fact has been heard: at any row, in any order, any number of times."""
    if _seen(state, message):
        return state
    if state.closed:
        return _remembered(
            changed(state, now, message.card.name, who=who_says(message), after="ignored: closed"), message
        )
    occurred = parse_time(message.occurred_at or "")
    if not message.message_id and occurred is not None and state.back_at is not None and occurred < state.back_at:
        return changed(state, now, message.card.name, who=who_says(message), after="ignored: before the way back")
    return _remembered(RULES[type(message)].decide(state, message, who_says(message), now), message)


def unreadable(state: State, name: str, payload: bytes, sha256: str, now: datetime) -> State:
    """A signal that nobody could read is kept: its name, time, size and hash, of the last 50."""
    kept = Unreadable(name=name[:100], at=now, size=len(payload), sha256=sha256)
    last = (*state.unreadable, kept)[-MAX_UNREADABLE:]
    count = state.unreadable_count + 1
    return changed(state, now, "unreadable_signal", {"unreadable": last, "unreadable_count": count}, before=kept.name)


def _seen(state: State, message: Message) -> bool:
    return bool(message.message_id) and message.message_id in state.message_ids


def _remembered(state: State, message: Message) -> State:
    if not message.message_id or len(message.message_id) > MAX_MESSAGE_ID:
        return state
    return state.model_copy(update={"message_ids": (*state.message_ids, message.message_id)[-MAX_MESSAGE_IDS:]})


def _refusal(state: State, code: Code) -> Refusal:
    step = current_step(state)
    legal = ", ".join(kind.card.name for kind in offered(state)) or "—"
    hint = f"It stands at {step}. Legal now: {legal}."
    right = legal
    if code == Code.BACK_TARGET:
        right = "—"  # no target is open
    elif code == Code.HELD_ALREADY and state.held is not None:
        right = f"{state.held.actor}, {bogota(state.held.at)}, «{state.held.reason}»"
    return Refusal(code, hint=hint, step=ROW_TITLES[step], given=step, right=right)
