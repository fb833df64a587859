"""Claiming ranges: constraints decide who was first."""

import asyncio

import pytest
from temporalio.exceptions import ApplicationError

from activities.records import Bookkeeping
from activities.store.reading import Reading
from activities.vouchers import Vouchers
from domain.effects import Claimed
from domain.numbering import SAMPLE_PREFIX, Claim
from domain.reasons import Code
from tests.activities.company import Company, random_range, undo_of


async def test_document_and_adjustment_note_are_recorded_once(vouchers: Vouchers, reading: Reading) -> None:
    company, wanted = Company(), random_range()
    answers = await asyncio.gather(*(vouchers.claim_voucher_type(company.claim(wanted)) for _ in range(4)))
    assert len({each.model_dump_json() for each in answers}) == 1
    document, note = answers[0].voucher_types
    assert (document.document_type, document.code, document.name) == ("05", "DS1", "Documento soporte")
    assert (note.document_type, note.code, note.name) == ("95", "DS1NA", "Nota de ajuste Documento soporte")
    assert (note.resolution, note.prefix) == (wanted.resolution, wanted.prefix)
    assert (document.resolution, document.prefix) == (wanted.resolution, wanted.prefix)
    assert await reading.is_claimed(company.claim(wanted).key)


async def test_of_two_companies_at_once_one_gets_the_range(vouchers: Vouchers) -> None:
    wanted = random_range()
    answers = await asyncio.gather(*(vouchers.claim_voucher_type(Company().claim(wanted)) for _ in range(5)))
    assert sorted(each.refused or "" for each in answers) == ["", *[Code.RANGE_TAKEN] * 4]


async def test_a_code_serves_one_voucher_type_of_a_company(vouchers: Vouchers) -> None:
    company, other = Company(), Company()
    await vouchers.claim_voucher_type(company.claim(random_range()))
    again = company.claim(random_range(), number=2)
    assert await vouchers.claim_voucher_type(again) == Claimed(refused=Code.VOUCHER_CODE_TAKEN)
    as_note = company.claim(random_range(), code="DS1NA", number=3)
    assert await vouchers.claim_voucher_type(as_note) == Claimed(refused=Code.VOUCHER_CODE_TAKEN)
    assert (await vouchers.claim_voucher_type(other.claim(random_range()))).refused is None


async def test_a_refused_claim_leaves_nothing(vouchers: Vouchers, reading: Reading) -> None:
    company, taken = Company(), random_range()
    await vouchers.claim_voucher_type(Company().claim(taken))
    refused = company.claim(taken)
    assert (await vouchers.claim_voucher_type(refused)).refused == Code.RANGE_TAKEN
    assert not await reading.is_claimed(refused.key)
    assert (await vouchers.claim_voucher_type(company.claim(random_range(), number=2))).refused is None


async def test_the_next_onboarding_takes_the_claim_over(vouchers: Vouchers, reading: Reading) -> None:
    company, wanted = Company(), random_range()
    later = company.again()
    await vouchers.claim_voucher_type(company.claim(wanted))
    assert len((await vouchers.claim_voucher_type(later.claim(wanted))).voucher_types) == 2
    assert await reading.is_claimed(later.claim(wanted).key)
    assert not await reading.is_claimed(company.claim(wanted).key)


async def test_a_takeover_that_is_refused_gives_nothing_up(vouchers: Vouchers, reading: Reading) -> None:
    company, first, second = Company(), random_range(), random_range()
    later = company.again()
    await vouchers.claim_voucher_type(company.claim(first, code="A"))
    await vouchers.claim_voucher_type(company.claim(second, code="B", number=2))
    answer = await vouchers.claim_voucher_type(later.claim(first, code="B"))
    assert answer.refused == Code.VOUCHER_CODE_TAKEN
    assert await reading.is_claimed(company.claim(first).key)


async def test_undone_it_is_free_for_others_and_lands_no_more(
    vouchers: Vouchers, bookkeeping: Bookkeeping, reading: Reading
) -> None:
    company, wanted = Company(), random_range()
    given = company.claim(wanted)
    await vouchers.claim_voucher_type(given)
    for _ in range(2):
        await bookkeeping.undo(undo_of(given))
    with pytest.raises(ApplicationError) as caught:
        await vouchers.claim_voucher_type(given)
    assert (caught.value.type, caught.value.non_retryable) == ("undone", True)
    assert (await vouchers.claim_voucher_type(Company().claim(wanted))).refused is None
    assert (await vouchers.claim_voucher_type(company.claim(random_range(), number=2))).refused is None


async def test_the_sample_listed_for_everybody_is_no_one_s(vouchers: Vouchers, reading: Reading) -> None:
    sample, company = random_range(SAMPLE_PREFIX), Company()
    for each in (Company(), company):
        assert (await vouchers.claim_voucher_type(each.claim(sample))).refused is None
    later = company.again()
    assert await reading.claims(**later.who, ranges=[sample]) == (
        Claim(resolution=sample.resolution, prefix=SAMPLE_PREFIX, own=True),
    )
    real = [Company(environment="produccion") for _ in range(2)]
    answers = [await vouchers.claim_voucher_type(each.claim(sample)) for each in real]
    assert [each.refused for each in answers] == [None, Code.RANGE_TAKEN]
