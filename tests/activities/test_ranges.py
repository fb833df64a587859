"""Looks at the simulated DIAN, and the last read-back."""

from datetime import timedelta

import aiohttp
import pytest
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.certificate import Certificate
from activities.clock import now_utc
from activities.dian.certificate import Credentials
from activities.dian.client import DianClient
from activities.ranges import Ranges
from activities.records import Bookkeeping
from activities.store.reading import Reading
from activities.vouchers import Vouchers
from domain.effects import LookUpRanges, ReadBack
from domain.nit import without_check_digit
from domain.numbering import AnswerClass, Claim
from domain.reasons import Code
from infra.embedded.addresses import Dian
from tests.activities.company import Company, random_range, undo_of


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


async def test_dian_s_weakness_is_repeated_and_no_error_in_the_logs(ranges: Ranges, dian_at: Dian) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{dian_at.admin}/faults", json={"name": "html_503", "count": 1}) as answer,
    ):
        answer.raise_for_status()
    with pytest.raises(ApplicationError, match="503") as caught:
        await ranges.look_up_ranges(LookUpRanges(**Company().who))
    assert (caught.value.type, caught.value.non_retryable) == ("dian_transient", False)
    assert caught.value.category == ApplicationErrorCategory.BENIGN


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
    credentials: Credentials,
    certificate: Certificate,
    vouchers: Vouchers,
    days: int,
    failures: list[Code],
) -> None:
    company = Company()
    await certificate.grant_certificate(company.grant())
    await vouchers.claim_voucher_type(company.claim(random_range()))
    later = Ranges(dian, reading, credentials, lambda: now_utc() + timedelta(days))
    assert list((await later.read_back(read_back_of(company))).failures) == failures
