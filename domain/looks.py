"""When to look at DIAN's list, and what the passing of time makes known. Every interval is here, with its reason."""

from datetime import datetime, timedelta

from domain.change import changed
from domain.reasons import Code, Reason
from domain.state import State
from domain.steps import ROWS, Step, current_step

FLOOR = timedelta(seconds=60)
"""Between two looks for the same company, whatever people say: DIAN must not be hammered."""
SLOW = timedelta(hours=6)
"""While the company has not said that prefixes are associated: so that nobody has to click."""
SYNC = (
    (timedelta(hours=1), timedelta(minutes=5)),  # association is visible at once where it is done right
    (timedelta(hours=6), timedelta(minutes=15)),  # DIAN's validator may cache up to 60 min
    (timedelta(hours=48), timedelta(minutes=30)),
)
LATE = timedelta(hours=2)
"""After 48 h: escalated, and looked at further."""
LOOKING = (Step.MANDATED_WAIT, Step.PREFIX_ASSOCIATION, Step.PREFIX_SYNC, Step.READINESS_CHECK)


def next_look_at(state: State) -> datetime | None:
    """When the current row looks at DIAN next; None: it doesn't. A moment in the past means now."""
    step = current_step(state)
    if step not in LOOKING or state.held is not None or state.blocked is not None or not state.recalled:
        return None
    last = state.last_look
    if last is None:
        return state.since
    if Step(state.last_look_step) < step and step != Step.PREFIX_ASSOCIATION:
        return state.since  # this row's first look
    if state.news_at is not None and state.news_at > last.at:
        return max(state.news_at, last.at + FLOOR)
    match step:
        case Step.MANDATED_WAIT:
            return None
        case Step.PREFIX_ASSOCIATION:
            return last.at + SLOW
        case _ if last.at <= state.since:  # opened again by a look at a later row
            return last.at + FLOOR
        case _:
            age = last.at - state.since
            return last.at + next((interval for until, interval in SYNC if age < until), LATE)


def look_is_due(state: State, now: datetime) -> bool:
    at = next_look_at(state)
    return at is not None and at <= now


def due_at(state: State) -> datetime | None:
    """By when the current row should be done; None while on hold, and until the calendar has answered."""
    row = ROWS.get(current_step(state))
    if row is None or state.held is not None:
        return None
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
        state = changed(state, now, "overdue", {"overdue": True}, before=current_step(state).value)
    return state


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
