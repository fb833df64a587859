"""Whom a row reminds and how often, and who is told once it is overdue. The moments are the calendar's answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.change import SYSTEM, Who, changed
from domain.state import Known, State
from domain.steps import ROWS, Allowed, Step, WaitsOn, current_step, waits_on


class Recipient(StrEnum):
    COMPANY = "company"
    OPERATORS = "operators"
    SUPERVISORS = "supervisors"
    """Whoever answers for what operators, or we, are late with."""


class Policy(NamedTuple):
    """Beside the step table: what happens while a row isn't done."""

    first: Allowed
    """From the row's beginning; of a business day it is the morning."""
    every: Allowed
    most: int
    """So many reminders; none where nobody's mail makes it go faster."""
    escalates_to: Recipient
    """At the row's due date, once: the same person is not told of being late."""


def _daily(first: int, every: int, most: int) -> Policy:
    return Policy(Allowed(business_days=first), Allowed(business_days=every), most, Recipient.OPERATORS)


def _unreminded(escalates_to: Recipient) -> Policy:
    return Policy(Allowed(), Allowed(), 0, escalates_to)


POLICIES: Mapping[Step, Policy] = {
    Step.ELECTRONIC_INVOICING: _daily(3, 4, 3),
    Step.LEGAL_REPRESENTATIVE: _daily(1, 1, 2),
    Step.LETTER_ISSUE: _unreminded(Recipient.SUPERVISORS),
    Step.SIGNED_LETTER: _daily(2, 2, 2),
    Step.LETTER_CHECK: _unreminded(Recipient.SUPERVISORS),
    Step.LETTER_REVIEW: Policy(Allowed(business_hours=2), Allowed(business_hours=2), 1, Recipient.SUPERVISORS),
    Step.LETTER_ACCEPTED: _daily(1, 1, 1),
    Step.CERTIFICATE: _unreminded(Recipient.SUPERVISORS),
    Step.MANDATED_WAIT: _unreminded(Recipient.OPERATORS),
    Step.PREFIX_ASSOCIATION: _daily(2, 3, 3),
    Step.PREFIX_SYNC: _unreminded(Recipient.OPERATORS),
    Step.VOUCHER_TYPE: _daily(1, 1, 2),
    Step.READINESS_CHECK: _unreminded(Recipient.OPERATORS),
}
REMIND = "remind"
"""The event: our own as an operator's."""
AGAIN_AFTER = timedelta(hours=1)
"""Two operators who remind at once write one mail."""


def reminded_party(state: State) -> Recipient | None:
    """Whom a reminder would go to now; None: nobody's mail makes it go faster, or it is on hold."""
    row = ROWS.get(current_step(state))
    if row is None or state.held is not None or waits_on(state) != row.waits_on:
        return None
    return {WaitsOn.COMPANY: Recipient.COMPANY, WaitsOn.OPERATOR: Recipient.OPERATORS}.get(row.waits_on)


def next_reminder_at(state: State) -> datetime | None:
    if reminded_party(state) is None or state.reminded >= len(state.remind_at):
        return None
    return state.remind_at[state.reminded]


def reminded_if_due(state: State, now: datetime) -> State:
    """One reminder, however many moments passed unseen."""
    at = next_reminder_at(state)
    if at is None or at > now:
        return state
    return reminded(state, now, SYSTEM, {"reminded": sum(each <= now for each in state.remind_at)})


def reminded(state: State, now: datetime, who: Who, known: Known) -> State:
    number = state.reminders + 1
    known = {**known, "reminders": number, "reminded_at": now}
    return changed(state, now, REMIND, known, who=who, after=str(number))
