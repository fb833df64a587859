"""When to look at DIAN's list, and what the passing of time makes known. Every interval is here, with its reason."""

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.change import changed
from domain.numbering import Look
from domain.opening import after_open, open_between
from domain.reasons import Code, Reason
from domain.reminders import POLICIES, next_reminder_at, reminded_if_due
from domain.state import Known, State
from domain.steps import ROWS, Step, current_step

FLOOR = timedelta(seconds=60)
"""Between two looks for the same company, whatever people say: DIAN must not be hammered."""
EAGER = timedelta(hours=1)
"""So long after a person's word we look whatever the hour: association is visible at once where it is done right. Each
pause is as long as the word is old."""
BELIEVED = timedelta(hours=1)
"""Every pause after that, in business hours: DIAN's validator may cache for 60 min."""
DOUBTED = timedelta(hours=48), timedelta(hours=2)
"""By then it is escalated, and looked at so often further."""


class Pace(NamedTuple):
    """How often we look for an association that nobody has told of, in business hours."""

    until: timedelta
    """Of business hours since DIAN's wait was over."""
    close: timedelta
    """DIAN says that a resolution waits to be associated (302), or lists ranges already."""
    far: timedelta
    """It says that there is none yet (301), that nothing is authorised (401), or something else."""


PACES = (
    Pace(timedelta(hours=4), timedelta(minutes=13), timedelta(minutes=30)),  # half of all associate by then
    Pace(timedelta(hours=18), timedelta(hours=1), timedelta(hours=4)),
    Pace(timedelta.max, timedelta(hours=5), timedelta(hours=10)),
)
"""Found by `./dse bench looks`, which counts what they cost and how late they are (`docs/dian.md`)."""
OVERDUE = "overdue"
"""The event; its `after` says who is told."""
QUIET = timedelta(hours=48)
"""Nights and holidays don't keep us from looking for longer."""
SPREAD = 0.1
"""Of a pause, more or less, so that no two companies keep step."""
LONGEST = {
    Step.PREFIX_ASSOCIATION: PACES[-1].far * (1 + SPREAD),
    Step.PREFIX_SYNC: DOUBTED[1] * (1 + SPREAD),
    Step.READINESS_CHECK: DOUBTED[1] * (1 + SPREAD),
}
"""Of all pauses between two looks at the same row, in business hours; never more than QUIET."""
_CLOSE = frozenset({"302", "100"})
LOOKING = (Step.MANDATED_WAIT, Step.PREFIX_ASSOCIATION, Step.PREFIX_SYNC, Step.READINESS_CHECK)


def next_look_at(state: State) -> datetime | None:
    """When the current row looks at DIAN next; None: it doesn't. A moment in the past means now."""
    step = current_step(state)
    if step not in LOOKING or state.held is not None or state.blocked is not None or not state.recalled:
        return None
    last = state.last_look
    if last is None:
        return state.since
    if Step(state.last_look_step) < step:  # this row's first look
        return state.since if step != Step.PREFIX_ASSOCIATION else max(state.since, last.at + FLOOR)
    if state.news_at is not None and state.news_at > last.at:
        return max(state.news_at, last.at + FLOOR)
    match step:
        case Step.MANDATED_WAIT:
            return None
        case Step.PREFIX_ASSOCIATION:
            return _unasked(state, last)
        case _ if last.at <= state.since:  # opened again by a look at a later row
            return last.at + FLOOR
        case _:
            return _told(state, last)


def _unasked(state: State, last: Look) -> datetime:
    """Nobody has said that prefixes are associated: DIAN's last answer says how near that is."""
    begun = state.since if state.wait_until is None else state.wait_until
    passed = open_between(begun, last.at, last.open_near)
    pace = next(each for each in PACES if passed < each.until)
    return _business(state, last, pace.close if last.answer.code in _CLOSE else pace.far)


def _told(state: State, last: Look) -> datetime:
    """Somebody has said so, or a voucher type is claimed: DIAN should list the range."""
    word = max(state.since, state.news_at or state.since)
    age = last.at - word
    if age < EAGER:
        return last.at + max(age, FLOOR)
    until, pause = DOUBTED
    return _business(state, last, BELIEVED if last.at - state.since < until else pause)


def _business(state: State, last: Look, pause: timedelta) -> datetime:
    """After a pause counted in business hours."""
    seed = hashlib.sha256(f"{state.onboarding_id}/{state.looks}".encode()).digest()
    spread = pause * (1 - SPREAD + 2 * SPREAD * seed[0] / 255)
    latest = last.at + max(spread, QUIET)
    return min(after_open(last.at, spread, last.open_near) or latest, latest)


def look_is_due(state: State, now: datetime) -> bool:
    at = next_look_at(state)
    return at is not None and at <= now


def due_at(state: State) -> datetime | None:
    """By when the current row should be done; None while on hold, and until the calendar has answered."""
    row = ROWS.get(current_step(state))
    if row is None or state.held is not None:
        return None
    if state.extended_to is not None:
        return state.extended_to
    if row.allowed.elapsed is None:
        return state.calendar_due_at
    begin = state.since
    if row.step == Step.MANDATED_WAIT and state.wait_until is not None:
        begin = max(state.since, state.wait_until)
    return begin + state.paused + row.allowed.elapsed


def next_alarm(state: State) -> datetime | None:
    """When to look at DIAN, or to see what time alone has changed; moved by whatever moves its causes."""
    moments = [next_look_at(state), next_change(state)]
    return min((moment for moment in moments if moment is not None), default=None)


def next_change(state: State) -> datetime | None:
    """The next moment at which time alone changes something."""
    step = current_step(state)
    moments = [
        None if state.overdue else due_at(state),
        next_reminder_at(state),
        state.wait_until if step == Step.MANDATED_WAIT else None,
        state.patience_until if state.denied_since is not None and state.held is None else None,
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def time_passed(state: State, now: datetime) -> State:
    """What time alone has made known by `now`."""
    step = current_step(state)
    waiting = Step.MANDATED_WAIT <= step <= Step.PREFIX_SYNC and not state.wait_over
    if waiting and state.wait_until is not None and state.wait_until <= now:
        state = changed(state, now, "wait_over", {"wait_over": True})
    if state.held is not None:
        return state
    if state.denied_since is not None and state.patience_until is not None and state.patience_until <= now:
        state = _word_forgotten(state, now)
    due = due_at(state)
    if not state.overdue and due is not None and due <= now:
        return _escalated(state, now)
    return reminded_if_due(state, now)


def _escalated(state: State, now: datetime) -> State:
    """The row is overdue; somebody is told so unless they were before a hold. Who was late needs no reminder then."""
    step = current_step(state)
    told = "" if state.escalated else POLICIES[step].escalates_to
    known: Known = {"overdue": True, "escalated": True, "reminded": sum(each <= now for each in state.remind_at)}
    return changed(state, now, OVERDUE, known, before=step.value, after=told)


def _word_forgotten(state: State, now: datetime) -> State:
    """DIAN has denied a person's word for 4 business hours: the word is forgotten, the row opens with the reason."""
    return changed(
        state,
        now,
        "association_denied",
        {
            "acts": {act: at for act, at in state.acts.items() if act != "associate"},
            "notes": (Reason.of(Code.ASSOCIATION_DENIED),),
            "wait_over": True,  # the word had ended it
        },
    )
