"""What the records are told, and what they answer."""

from datetime import datetime

from domain.change import changed
from domain.effects import Record, Recorded
from domain.looks import due_at, next_look_at
from domain.mails import TURN, mails
from domain.state import Known, State
from domain.status import status
from domain.steps import ROWS, Step, current_step, waits_on

_CHANGING_DOCUMENTS = frozenset(
    {
        "submit_representative",
        "correct",
        "letter_issued",
        "signed_letter_uploaded",
        "letter_verdict",
        "review_signed_letter",
        "delete_signed_letter",
        "recalled",
        "not_proven",
        "back",
        "cancel",
    }
)
"""Only a record of one of these carries documents: they would swell every history."""


def record_of(state: State, now: datetime, fence: int) -> Record:
    """Everything since the last record, and the projection of where it stands."""
    step, waits = current_step(state), waits_on(state)
    documents = any(event.name in _CHANGING_DOCUMENTS for event in state.events)
    return Record(
        environment=state.environment,
        nit=state.nit,
        onboarding_id=state.onboarding_id,
        version=state.version,
        fence=fence,
        seq=state.seq,
        name=state.name,
        contact=state.contact,
        partner=state.partner,
        external_reference=state.external_reference,
        step=step.value,
        waiting_on=waits.value if waits else "",
        since=state.since,
        counted_from=state.counted_from,
        due_at=due_at(state),
        denied_since=state.denied_since,
        overdue=state.overdue,
        next_look_at=next_look_at(state),
        unreadable_at=state.unreadable[-1].at if state.unreadable else None,
        held=state.held is not None,
        blocked=state.blocked.code if state.blocked else "",
        assignee=state.assignee,
        follow_up=state.follow_up,
        started_at=state.started_at,
        representative=state.representative if documents else None,
        revision=state.revision,
        events=state.events,
        letters=state.letters if documents else (),
        letter_revision=state.letter.revision if state.letter and state.cancelled_at is None else 0,
        scans=state.scans if documents else (),
        mails=mails(state),
        closed=status(state.model_copy(update={"events": ()}), now) if state.closed else None,
    )


def recorded(state: State, sent: Record, answer: Recorded) -> State:
    """The events told are on record; due dates count if the row is still the one they were asked for."""
    told = sent.events[-1].seq if sent.events else 0
    known: Known = {
        "events": tuple(event for event in state.events if event.seq > told),
        "mailed": state.mailed + len(sent.mails),
    }
    if turns := [mail.number for mail in sent.mails if mail.kind == TURN]:
        known["turn_mailed"] = turns[-1]
    if state.counted_from == sent.counted_from and state.held is None:
        known |= {"calendar_due_at": answer.due_at, "remind_at": answer.remind_at, "dated_for": sent.counted_from}
    if state.denied_since == sent.denied_since:
        known |= {"patience_until": answer.patience_until, "doubted_for": sent.denied_since}
    return state.model_copy(update=known)


def needs_record(state: State) -> bool:
    """Something happened that the records don't know, or the row's due date is still to be asked for."""
    if state.blocked is not None and state.blocked.effect == "record":
        return False
    if not state.recalled and state.blocked is None:  # a start that may yet be refused leaves no row
        return False
    row = ROWS.get(current_step(state))
    calendar = row is not None and row.allowed.elapsed is None and state.held is None
    undated = calendar and state.dated_for != state.counted_from
    doubted = state.denied_since is not None and state.doubted_for != state.denied_since
    return bool(state.events) or undated or doubted


def closing(state: State, now: datetime) -> State:
    """The state once it has ended; `status` says so when this is on record."""
    return changed(state, now, current_step(state).value, {"closed": True})


def has_ended(state: State) -> bool:
    """Ready and proven so, or cancelled with everything undone."""
    over = current_step(state) in (Step.READY, Step.CANCELLED)
    return over and state.recalled and not state.undo and not state.closed
