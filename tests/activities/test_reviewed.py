"""People's decisions as the records tell them: each with the measures of the very scan that it was about."""

import hashlib
from datetime import timedelta

from activities.records import Bookkeeping
from activities.store.reading import Reading, Reviewed
from domain import recording
from domain.letter import scans_prefix
from domain.reasons import Code, Reason
from domain.state import State
from domain.verdict import Judgement, Verdict
from tests.activities.company import MONDAY, PERSON, Company, operated, told
from tests.activities.story import learned, letter

DOUBT = (Reason.of(Code.SIGNATURE_DOUBTFUL),)


def at_signed_letter(company: Company) -> State:
    state = told(company.begun(), "electronic_invoicing_completed")
    state = told(state, "submit_representative", **PERSON.model_dump())
    return learned(state, letter(company))


def key(company: Company, name: str) -> str:
    return scans_prefix(company.environment, company.nit) + name


def doubted(state: State, company: Company, name: str, area: float) -> State:
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    state = told(state, "signed_letter_uploaded", key=key(company, name), sha256=sha256, size=7)
    measures = {"ink_area": area, "code_nit": company.nit}
    verdict = Verdict(
        key=key(company, name),
        sha256=sha256,
        judgement=Judgement.REVIEW,
        reasons=DOUBT,
        measures=measures,
        engine="letter-2",
    )
    return learned(state, verdict)


async def of(company: Company, reading: Reading) -> list[Reviewed]:
    return [each for each in await reading.reviewed() if each.nit == company.nit]


async def test_each_decision_stands_beside_its_own_scan(bookkeeping: Bookkeeping, reading: Reading) -> None:
    company = Company()
    state = doubted(at_signed_letter(company), company, "first.pdf", 11.5)
    state = operated(state, "review_signed_letter", MONDAY + timedelta(hours=1), decision="reject", code="unsigned")
    state = told(state, "signed_letter_uploaded", key="elsewhere/x.pdf", sha256="0" * 64, size=7)  # ignored
    state = doubted(state, company, "second.pdf", 26.0)
    assert not await of(company, reading)
    state = operated(state, "review_signed_letter", MONDAY + timedelta(hours=2), decision="accept")
    await bookkeeping.record(recording.record_of(state, state.since, fence=5))

    first, second = await of(company, reading)
    assert (first.decision, first.reason, first.measures["ink_area"]) == ("rejected", "unsigned", 11.5)
    assert (second.decision, second.reason, second.measures["ink_area"]) == ("accepted", None, 26.0)
    assert {each.engine for each in (first, second)} == {"letter-2"}
    assert {each.doubts for each in (first, second)} == {(Code.SIGNATURE_DOUBTFUL.value,)}
    assert first.decided_at == MONDAY + timedelta(hours=1)
    assert await reading.measures(company.environment, company.nit, key(company, "first.pdf")) == first.measures


async def test_what_never_happened_is_no_decision(bookkeeping: Bookkeeping, reading: Reading) -> None:
    """A workflow task told of an acceptance and was repeated: another scan had come before."""
    company = Company()
    begun = doubted(at_signed_letter(company), company, "first.pdf", 11.5)
    accepted = operated(begun, "review_signed_letter", decision="accept")
    replaced = doubted(begun, company, "second.pdf", 26.0)
    for number, state in enumerate((accepted, replaced)):
        await bookkeeping.record(recording.record_of(state, state.since, fence=10 + number))
    assert not await of(company, reading)


async def test_without_a_verdict_there_are_no_measures(bookkeeping: Bookkeeping, reading: Reading) -> None:
    company = Company()
    state = told(
        at_signed_letter(company), "signed_letter_uploaded", key=key(company, "x.pdf"), sha256="0" * 64, size=7
    )
    await bookkeeping.record(recording.record_of(state, state.since, fence=1))
    assert await reading.measures(company.environment, company.nit, key(company, "x.pdf")) is None
    assert await reading.measures(company.environment, company.nit, key(company, "y.pdf")) is None
