"""Granting the provider's certificate, once under its key, and taking that back."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.certificate import Certificate
from activities.clock import now_utc
from activities.dian.certificate import Credentials
from activities.records import Bookkeeping
from activities.store.keyed import Keyed
from activities.store.reading import Reading
from tests.activities.company import PERSON, Company, record, undo_of

YEAR = timedelta(days=365)


async def test_a_grant_is_made_once_under_its_key(certificate: Certificate, reading: Reading) -> None:
    company = Company()
    grants = await asyncio.gather(*(certificate.grant_certificate(company.grant()) for _ in range(4)))
    assert len(set(grants)) == 1
    assert grants[0].key == company.grant().key
    assert grants[0].ends_at - grants[0].starts_at == YEAR
    assert await reading.live_grant(company.environment, company.nit) == (grants[0], PERSON)


async def test_a_grant_never_outlives_the_certificate(keyed: Keyed, credentials: Credentials) -> None:
    near_the_end = credentials.good_until - timedelta(days=40)
    certificate = Certificate(keyed, credentials, YEAR, lambda: near_the_end)
    grant = await certificate.grant_certificate(Company().grant())
    assert (grant.starts_at, grant.ends_at) == (near_the_end, credentials.good_until)


async def test_a_certificate_out_of_date_parks_nobody(keyed: Keyed, credentials: Credentials) -> None:
    too_late = credentials.good_until + timedelta(seconds=1)
    certificate = Certificate(keyed, credentials, YEAR, lambda: too_late)
    with pytest.raises(ApplicationError) as caught:
        await certificate.grant_certificate(Company().grant())
    assert (caught.value.type, caught.value.non_retryable) == ("provider_certificate", False)


async def test_undone_it_is_revoked_and_lands_no_more(
    certificate: Certificate, bookkeeping: Bookkeeping, reading: Reading
) -> None:
    company = Company()
    for given in (company.grant(1), company.grant(2)):  # the second is undone before it lands
        if given.key.endswith("1"):
            await certificate.grant_certificate(given)
        for _ in range(2):
            await bookkeeping.undo(undo_of(given))
        with pytest.raises(ApplicationError) as caught:
            await certificate.grant_certificate(given)
        assert (caught.value.type, caught.value.non_retryable) == ("undone", True)
        assert await reading.grant_ends_at(given.key) is None
    assert await reading.live_grant(company.environment, company.nit) is None


async def test_whichever_comes_first_an_undone_grant_is_not_live(
    certificate: Certificate, bookkeeping: Bookkeeping, reading: Reading
) -> None:
    for _ in range(10):
        given = Company().grant()
        both = (certificate.grant_certificate(given), bookkeeping.undo(undo_of(given)))
        await asyncio.gather(*both, return_exceptions=True)
        assert await reading.grant_ends_at(given.key) is None


async def test_an_onboarding_that_was_replaced_grants_no_more(
    certificate: Certificate, bookkeeping: Bookkeeping
) -> None:
    terminated = Company()
    later = terminated.again()
    await bookkeeping.record(record(terminated.begun()))
    await certificate.grant_certificate(terminated.grant())
    await bookkeeping.record(record(later.begun()))
    with pytest.raises(ApplicationError, match="taken back"):
        await certificate.grant_certificate(terminated.grant(2))
    grant = await certificate.grant_certificate(later.grant())
    assert abs(grant.starts_at - now_utc()) < timedelta(minutes=1)
