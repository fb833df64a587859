"""Looks at the simulated DIAN, what becomes of answers that say nothing of a company, and the last read-back."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.testing import ActivityEnvironment

from activities.certificate import Certificate
from activities.clock import now_utc
from activities.dian.breaker import PAUSES, TRIPS, Breaker, Mode
from activities.dian.certificate import Credentials
from activities.dian.client import DianClient
from activities.ranges import Ranges, pause
from activities.records import Bookkeeping
from activities.store.pool import Pool, connect, transaction
from activities.store.reading import Reading
from activities.store.unknown import Unknown
from activities.vouchers import Vouchers
from domain.effects import LookUpRanges, ReadBack
from domain.nit import without_check_digit
from domain.numbering import AnswerClass, Claim
from domain.reasons import Code
from infra.dian_simulator.person import Person
from infra.embedded.addresses import Dian
from infra.embedded.ports import held
from tests.activities.company import Company, random_range, undo_of
from workflows.policies import RETRY_DIAN


async def acts(dian: Dian, company: Company, **wanted: object) -> None:
    async with aiohttp.ClientSession() as http:
        for act in ("enable", "request", "associate"):
            url = f"{dian.admin}/companies/{without_check_digit(company.nit)}/{act}"
            async with http.post(url, json=wanted) as answer:
                answer.raise_for_status()


def read_back_of(company: Company) -> ReadBack:
    claim = company.claim(random_range())
    return ReadBack(**company.who, claim_key=claim.key, grant_key=company.grant().key)


async def test_before_anything_is_done_at_dian_a_look_is_pending(ranges: Ranges) -> None:
    look = await ranges.look_up_ranges(LookUpRanges(**Company().who))
    assert look.answer.answer_class == AnswerClass.PENDING
    assert look.claims == ()
    assert abs(look.at - now_utc()) < timedelta(minutes=1)


async def test_a_look_tells_who_holds_a_range(ranges: Ranges, dian_at: Dian, vouchers: Vouchers) -> None:
    company, wanted = Company(), random_range()
    await acts(dian_at, company, resolution=wanted.resolution, prefix=wanted.prefix)
    look = await ranges.look_up_ranges(LookUpRanges(**company.who))
    assert any(each.same_as(wanted) for each in look.answer.ranges)
    assert look.claims == ()

    await vouchers.claim_voucher_type(company.claim(wanted))
    assert (await ranges.look_up_ranges(LookUpRanges(**company.who))).claims == ()
    held = Claim(resolution=wanted.resolution, prefix=wanted.prefix, own=True)
    assert (await ranges.look_up_ranges(LookUpRanges(**company.again().who))).claims == (held,)
    stranger = Company()
    await acts(dian_at, stranger, resolution=wanted.resolution, prefix=wanted.prefix)
    look = await ranges.look_up_ranges(LookUpRanges(**stranger.who))
    assert look.claims == (held.model_copy(update={"own": False}),)


async def fail(dian: Dian, name: str, count: int) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{dian.admin}/faults", json={"name": name, "count": count}) as answer,
    ):
        answer.raise_for_status()


async def calls(dian: Dian, company: Company) -> int:
    async with Person(dian.admin, without_check_digit(company.nit)) as person:
        return await person.calls()


async def failed(ranges: Ranges, company: Company, attempt: int = 1) -> ApplicationError:
    """How a look ended that says nothing of the company."""
    env = ActivityEnvironment()
    env.info = replace(env.default_info(), attempt=attempt, retry_policy=RETRY_DIAN)
    with pytest.raises(ApplicationError) as caught:
        await env.run(ranges.look_up_ranges, LookUpRanges(**company.who))
    assert not caught.value.non_retryable
    assert caught.value.category == ApplicationErrorCategory.BENIGN
    return caught.value


@pytest.fixture
def breaker() -> Breaker:
    return Breaker()


@pytest.fixture
def own(dian: DianClient, reading: Reading, unknown: Unknown, credentials: Credentials, breaker: Breaker) -> Ranges:
    """Looks of a worker whose breaker no other test has heard of."""
    return Ranges(dian, reading, unknown, credentials, breaker)


async def test_dian_s_weakness_is_repeated_after_a_pause_that_grows_and_is_no_error_in_the_logs(
    own: Ranges, dian_at: Dian
) -> None:
    for attempt, longest in ((1, 2), (4, 16)):
        await fail(dian_at, "html_503", 1)
        error = await failed(own, Company(), attempt)
        assert (error.type, error.message) == ("dian_transient", "DIAN: http_503")
        assert error.next_retry_delay is not None
        assert longest / 2 <= error.next_retry_delay.total_seconds() <= longest


async def test_a_refusal_of_the_whole_fleet_parks_nobody(own: Ranges, dian_at: Dian) -> None:
    company = Company()
    await fail(dian_at, "invalid_security", 1)
    error = await failed(own, company)
    assert (error.type, error.message) == ("dian_refuses_us", "DIAN refuses us: InvalidSecurity")
    look = await own.look_up_ranges(LookUpRanges(**company.who))
    assert look.answer.answer_class == AnswerClass.PENDING


@pytest.mark.parametrize("fault", ["html_503", "invalid_security"])
async def test_while_dian_is_down_or_refuses_us_it_is_not_asked(
    own: Ranges, dian_at: Dian, breaker: Breaker, fault: str
) -> None:
    company = Company()
    await fail(dian_at, fault, TRIPS)
    tried = [await failed(own, company) for _ in range(TRIPS + 5)]
    assert await calls(dian_at, company) == TRIPS
    assert breaker.mode == Mode.PROBING
    assert {error.type for error in tried[TRIPS:]} == {"dian_resting"}
    for error in tried[TRIPS - 1 :]:
        assert error.next_retry_delay is not None
        assert PAUSES.rest <= error.next_retry_delay <= PAUSES.longest_rest


async def test_a_call_that_is_cancelled_says_nothing_of_dian(own: Ranges, dian_at: Dian, breaker: Breaker) -> None:
    company = Company()
    await fail(dian_at, "timeout", TRIPS)
    for number in range(1, TRIPS + 1):
        look = asyncio.create_task(own.look_up_ranges(LookUpRanges(**company.who)))
        while await calls(dian_at, company) < number:
            await asyncio.sleep(0.01)
        look.cancel()
        with pytest.raises(asyncio.CancelledError):
            await look
    assert breaker.mode == Mode.CLOSED


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.message for each in caplog.records if each.name == "activities.ranges"]


async def test_an_answer_that_nobody_has_foreseen_is_pending_kept_and_told_once(
    own: Ranges, dian_at: Dian, unknown: Unknown, caplog: pytest.LogCaptureFixture
) -> None:
    before = {each.body: each.times for each in await unknown.listing("habilitacion")}  # by other tests
    await fail(dian_at, "unknown_code", 2)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            look = await own.look_up_ranges(LookUpRanges(**Company().who))
            assert (look.answer.answer_class, look.answer.unknown) == (AnswerClass.PENDING, True)
    (kept,) = (each for each in await unknown.listing("habilitacion") if each.code == look.answer.code)
    assert kept.times - before.get(kept.body, 0) == 2
    assert "Created>[…]<" in kept.body  # each tells its own time
    assert look.answer.description in kept.body
    assert abs(kept.last_at - look.at) < timedelta(minutes=1)
    assert warnings(caplog) == ["dian answered with an unknown code"]
    assert [getattr(each, "code", "") for each in caplog.records] == [look.answer.code]


async def test_a_look_does_not_fail_because_its_answer_can_t_be_kept(
    dian: DianClient,
    dian_at: Dian,
    reading: Reading,
    credentials: Credentials,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await fail(dian_at, "unknown_code", 1)
    with held(tmp_path / "ports.json") as ports, caplog.at_level(logging.WARNING):
        async with connect(f"postgresql://dse@127.0.0.1:{ports['postgres']}/dse") as nowhere:
            ranges = Ranges(dian, reading, Unknown(nowhere), credentials, Breaker())
            look = await ranges.look_up_ranges(LookUpRanges(**Company().who))
    assert look.answer.unknown
    assert warnings(caplog) == ["dian answered with an unknown code", "an unknown answer was not kept"]


async def test_nor_does_it_wait_for_that_for_long(
    own: Ranges, dian_at: Dian, pool: Pool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("activities.ranges.KEEPING_S", 0.2)
    await fail(dian_at, "unknown_code", 1)
    async with transaction(pool) as connection:
        await connection.execute("LOCK TABLE dse.unknown_answer")
        with caplog.at_level(logging.WARNING):
            look = await own.look_up_ranges(LookUpRanges(**Company().who))
    assert look.answer.unknown
    assert warnings(caplog)[-1] == "an unknown answer was not kept"
    assert caplog.records[-1].__dict__["error"] == "TimeoutError"


@given(st.integers(1, 10**6), st.text(max_size=36))
def test_a_pause_lies_between_half_and_the_whole_of_the_policy_s(attempt: int, onboarding_id: str) -> None:
    whole = min(timedelta(seconds=2) * 2 ** min(attempt - 1, 30), timedelta(minutes=5))
    assert whole / 2 <= pause(RETRY_DIAN, attempt, onboarding_id) <= whole


def test_onboardings_that_fail_together_come_back_apart() -> None:
    pauses = sorted(pause(RETRY_DIAN, 20, str(number)).total_seconds() for number in range(500))
    assert max(later - earlier for earlier, later in pairwise(pauses)) < 10
    assert pauses[-1] - pauses[0] > 140


async def test_a_read_back_proves_grant_and_voucher_types(
    ranges: Ranges, dian_at: Dian, certificate: Certificate, vouchers: Vouchers, bookkeeping: Bookkeeping
) -> None:
    company, wanted = Company(), random_range()
    await acts(dian_at, company, resolution=wanted.resolution, prefix=wanted.prefix)
    asked = read_back_of(company)
    proof = await ranges.read_back(asked)
    assert proof.failures == (Code.GRANT_EXPIRED, Code.VOUCHER_MISSING)
    await certificate.grant_certificate(company.grant())
    await vouchers.claim_voucher_type(company.claim(wanted))
    proof = await ranges.read_back(asked)
    assert (proof.failures, proof.look.answer.answer_class) == ((), AnswerClass.DONE)
    for each in (company.grant(), company.claim(wanted)):
        await bookkeeping.undo(undo_of(each))
    assert (await ranges.read_back(asked)).failures == (Code.GRANT_EXPIRED, Code.VOUCHER_MISSING)


@pytest.mark.parametrize(
    ("days", "failures"),
    [(364, []), (366, [Code.GRANT_EXPIRED]), (731, [Code.GRANT_EXPIRED, Code.PROVIDER_CERTIFICATE])],
)
async def test_a_read_back_sees_what_time_has_undone(
    dian: DianClient,
    reading: Reading,
    unknown: Unknown,
    credentials: Credentials,
    certificate: Certificate,
    vouchers: Vouchers,
    days: int,
    failures: list[Code],
) -> None:
    company = Company()
    await certificate.grant_certificate(company.grant())
    await vouchers.claim_voucher_type(company.claim(random_range()))
    later = Ranges(dian, reading, unknown, credentials, Breaker(), lambda: now_utc() + timedelta(days))
    assert list((await later.read_back(read_back_of(company))).failures) == failures
