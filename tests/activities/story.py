"""One onboarding's whole story, record by record, as its workflow would tell it."""

from datetime import date, timedelta

from domain import calls, recording
from domain.effects import Record, Recorded
from domain.letter import Letter, letter_key, scans_prefix
from domain.reasons import Code, Reason
from domain.state import State
from domain.verdict import Judgement, Verdict
from tests.activities.company import PERSON, Company, closed, operated, record, told


def story(company: Company) -> list[Record]:
    """From start to a rejected scan, a hold and cancellation: eight records."""
    records: list[Record] = []

    def tell(state: State, last: Record | None = None) -> State:
        records.append(last or record(state))
        return recording.recorded(state, records[-1], Recorded())

    now = company.started_at + timedelta(hours=1)
    state = tell(company.begun())
    state = tell(told(state, "electronic_invoicing_completed", now))
    state = told(state, "submit_representative", now, **PERSON.model_dump())
    state = tell(learned(state, letter(company)))
    key = scans_prefix(company.environment, company.nit) + "carta.pdf"
    state = tell(told(state, "signed_letter_uploaded", now, key=key, sha256="0" * 64, size=7))
    why = (Reason.of(Code.UNSIGNED),)
    verdict = Verdict(key=key, sha256="0" * 64, judgement=Judgement.REJECTED, reasons=why)
    state = tell(learned(state, verdict))
    state = tell(operated(state, "hold", now))
    state = tell(operated(state, "cancel", now))
    tell(state, closed(state, now))
    return records


def letter(company: Company, revision: int = 1) -> Letter:
    return Letter(
        letter_id="l1",
        revision=revision,
        key=letter_key(company.environment, company.nit, "l1", revision),
        sha256="1" * 64,
        size=1000,
        template="1",
        issued_on=date(2026, 11, 23),
    )


def learned(state: State, result: object) -> State:
    """What is known with the result of the effect that the state asks for."""
    call = calls.next_call(state, state.since)
    assert call is not None
    return calls.learned(state, call, result, state.since)
