"""One company's wait for its association, by the rules that the workflow follows, and by a fixed poll."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.calendar import due, open_near
from benchmarks.looks.business import hours_between
from benchmarks.looks.population import Company
from domain import calls, effects, looks, recording, rules
from domain.begin import begin, workflow_id
from domain.commands import PrefixesAssociated, Start, StartContact
from domain.numbering import Look
from domain.state import Grant, State
from domain.steps import DENIED_WORD, ROWS, Step, current_step

NIT = "900123456-8"


@dataclass(frozen=True)
class Played:
    looked: tuple[datetime, ...]
    """Every look, from the certificate to the one that finds the range; the read-back of step 4 is one more."""
    delay_s: float
    """Until the range was found, from the word of who tells, else from the association, in business hours."""
    told: bool
    too_early: bool


def ours(company: Company) -> Played:
    state, now, looked = _waiting(company), company.granted, list[datetime]()
    word = company.word
    while current_step(state) < Step.VOUCHER_TYPE:
        state = looks.time_passed(state, now)
        call = calls.next_call(state, now)
        if call is not None:
            looked.append(now)
            look = Look(at=now, answer=company.asks(now), open_near=open_near(now))
            state = calls.learned(state, call, look, now)
        elif recording.needs_record(state):
            state = _recorded(state, now)
        else:
            alarm = looks.next_alarm(state)
            assert alarm is not None
            if word is not None and word <= alarm:
                now, word = max(now, word), None
                state = rules.fact(state, PrefixesAssociated(), now)
            else:
                now = max(now, alarm)
    return _played(company, looked)


def fixed(company: Company, every: timedelta) -> Played:
    """A look when the wait is over, then one at each interval, and one at a person's word."""
    looked, now = [company.granted], company.waited
    word = company.word
    while True:
        looked.append(now)
        if now >= company.associated:
            return _played(company, looked)
        now += every
        if word is not None and word <= now:
            now, word = word, None


def _played(company: Company, looked: list[datetime]) -> Played:
    told = company.word is not None and not company.tells_too_early
    begun = company.word if told and company.word is not None else company.associated
    return Played(tuple(looked), 3600 * hours_between(begun, looked[-1]), told, company.tells_too_early)


def _waiting(company: Company) -> State:
    """Just granted its certificate."""
    start = Start(nit=NIT, name="Andina", contact=StartContact(email="ana@andina.example"), invoicing_done="true")
    at = company.granted
    state = begin(start, workflow_id("habilitacion", NIT), f"company-{company.number}", at)
    grant = Grant(key="g", starts_at=at, ends_at=at + timedelta(days=365))
    return state.model_copy(update={"recalled": True, "grant": grant, "wait_from": at, "since": at, "events": ()})


def _recorded(state: State, now: datetime) -> State:
    """The records' answer: what the calendar says of the row, and of a word that DIAN denies."""
    sent = recording.record_of(state, now, fence=state.version)
    row = ROWS[current_step(state)]
    answer = effects.Recorded(
        due_at=due(sent.counted_from, row.allowed),
        patience_until=due(sent.denied_since, DENIED_WORD) if sent.denied_since is not None else None,
    )
    return recording.recorded(state, sent, answer)
