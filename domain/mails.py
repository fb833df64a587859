"""Which mails events cause: the turn passed to the company; good news; reminders; whoever must know that it is late."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from domain.explaining import explained
from domain.looks import OVERDUE, due_at
from domain.reasons import Reason
from domain.reminders import REMIND, Recipient, reminded_party
from domain.state import Event, State
from domain.steps import WaitsOn, current_step, waits_on
from domain.values import Value

TURN, GRANTED, READY, CANCELLED = "turn", "certificate_granted", "ready", "cancelled"
REMINDER, LATE = "reminder", "overdue"


class Mail(Value):
    """One mail; sent once per key."""

    number: int
    """Its event's."""
    place: int = 0
    """How many mails went before it."""
    kind: str
    step: str
    notes: tuple[Reason, ...] = ()
    meaning: str = ""
    """Of DIAN's last answer, where the company is to act there; a `Meaning`."""
    to: Recipient = Recipient.COMPANY
    nth: int = 0
    """Which of this row's reminders it is, from 1 on."""
    waits_on: str = ""
    since: datetime | None = None
    due_at: datetime | None = None
    """Both of the row, where the mail speaks of waiting."""
    assignee: str = ""

    @property
    def key(self) -> str:
        """What tells it from all others of its onboarding: its place and what it says, in whatever order that came.

        Good news is the same wherever the onboarding stands when it is told.
        """
        where = [self.step, *(note.code for note in self.notes)] if self.kind == TURN else []
        nth = [self.step, str(self.nth)] if self.kind in (REMINDER, LATE) else []
        said = "/".join([self.kind, *where, *nth])
        return f"{self.place}-{hashlib.sha256(said.encode()).hexdigest()[:4]}"


def keeps_quiet_hours(kind: str, to: Recipient) -> bool:
    return kind == REMINDER and to == Recipient.COMPANY


def mails(state: State) -> tuple[Mail, ...]:
    """The mails that what is not yet recorded causes; a turn that comes on hold is told at resume."""
    found = [mail for event in state.events for mail in _of_event(state, event)]
    if state.turn > state.turn_mailed and waits_on(state) == WaitsOn.COMPANY and state.held is None:
        found.append(_what_to_do(state, state.turn, TURN))
    return tuple(mail.model_copy(update={"place": state.mailed + index}) for index, mail in enumerate(found))


def _of_event(state: State, event: Event) -> Iterator[Mail]:
    """What is told late speaks of a row only if that is still the open one."""
    step, party = current_step(state), reminded_party(state)
    if event.name in (GRANTED, READY, CANCELLED):
        yield Mail(number=event.seq, kind=event.name, step=step)
    elif event.name == REMIND and party is not None and event.at >= state.since:
        nth = int(event.after)
        yield _waiting(_what_to_do(state, event.seq, REMINDER), state).model_copy(update={"to": party, "nth": nth})
    elif event.name == OVERDUE and event.after and event.before == step and state.held is None:
        late = Mail(number=event.seq, kind=LATE, step=step, notes=state.notes, to=Recipient(event.after))
        yield _waiting(late, state)


def _what_to_do(state: State, number: int, kind: str) -> Mail:
    step = current_step(state)
    means = explained(state) if step in ACT_OF_ROW else None
    return Mail(number=number, kind=kind, step=step, notes=state.notes, meaning=means.code if means else "")


def _waiting(mail: Mail, state: State) -> Mail:
    waits = waits_on(state)
    row = {"waits_on": waits.value if waits else "", "since": state.since, "due_at": due_at(state)}
    return mail.model_copy(update={**row, "assignee": state.assignee})


ACT_OF_ROW = {"prefix_association": "associate"}
