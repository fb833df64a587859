"""The one way a state changes: a new version, an event that says what happened, and the row's clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from domain.commands import Message
from domain.state import Event, Known, State
from domain.steps import WaitsOn, current_step, waits_on
from domain.values import Value


class Who(Value):
    """Who says something, and how it reached us. Only the gateway's word (`channel=gateway`) is verified."""

    actor: str = ""
    channel: str = "temporal"
    verified: bool = False
    reason: str = ""


SYSTEM = Who(actor="dse", channel="workflow", verified=True)
NOTHING: Mapping[str, object] = MappingProxyType({})
_LONGEST = 300


def who_says(message: Message) -> Who:
    return Who(actor=(message.actor or "")[:_LONGEST], reason=(message.reason or "")[:_LONGEST])


def changed(
    state: State,
    now: datetime,
    name: str,
    known: Mapping[str, object] = NOTHING,
    *,
    who: Who = SYSTEM,
    before: str = "",
    after: str = "",
) -> State:
    """`state` with what is known now; an event tells of it, and a second one if the step moved by it."""
    if unknown := known.keys() - State.model_fields.keys():
        raise KeyError(unknown)
    following = state.model_copy(update={**known, "version": state.version + 1})
    following = _told(following, now, name, who, before, after)
    old, new = current_step(state), current_step(following)
    if old != new:
        following = _told(following.model_copy(update=_FRESH_CLOCK | {"since": now}), now, "step", SYSTEM, old, new)
    anew = old != new or waits_on(state) != WaitsOn.COMPANY or state.seq == 0
    if anew and waits_on(following) == WaitsOn.COMPANY:
        following = following.model_copy(update={"turn": following.seq})
    return following


_FRESH_CLOCK: Known = {
    "paused": timedelta(0),
    "calendar_due_at": None,
    "dated_for": None,
    "doubted_for": None,
    "extended_to": None,
    "overdue": False,
    "escalated": False,
    "remind_at": (),
    "reminded": 0,
    "reminders": 0,
    "reminded_at": None,
    "patience_until": None,
    "denied_since": None,
}
"""What belongs to the row that was left."""


def _told(state: State, at: datetime, name: str, who: Who, before: str, after: str) -> State:
    event = Event(
        seq=state.seq + 1,
        at=at,
        name=name,
        actor=who.actor,
        channel=who.channel,
        verified=who.verified,
        reason=who.reason,
        before=before,
        after=after,
    )
    return state.model_copy(update={"seq": event.seq, "events": (*state.events, event)})
