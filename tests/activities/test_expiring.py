"""Ends of grants and ranges: told once, listed soonest first; what a renewal takes, and gives back if it is undone."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from activities.expiring import Watching
from activities.records import Bookkeeping
from activities.store import expiring as store
from activities.store.expiring import Expiring
from activities.store.keyed import Keyed
from activities.store.outbox import Outbox
from activities.store.pool import Pool
from activities.store.reading import Reading
from activities.store.timeline import Timeline
from activities.vouchers import Vouchers
from domain.effects import Recall, TellExpiring
from domain.expiring import soon
from domain.numbering import Range
from domain.people import Contact
from domain.reasons import Code
from tests.activities.company import MONDAY, OPERATORS, Company, closed, operated, random_range, record, undo_of
from tests.activities.test_records import ended_ready

TODAY = MONDAY.date()


@pytest.fixture
def expiring(pool: Pool) -> Expiring:
    return Expiring(pool)


@pytest.fixture
def watching(expiring: Expiring, outbox: Outbox) -> Watching:
    return at(MONDAY, expiring, outbox)


def at(now: datetime, expiring: Expiring, outbox: Outbox) -> Watching:
    return Watching(
        expiring,
        mail_domain=outbox.domain,
        operators_mail=OPERATORS,
        provider_name="Proveedor S.A.S.",
        software_name="Factura Fácil",
        clock=lambda: now,
    )


@pytest.fixture
def ready(bookkeeping: Bookkeeping, keyed: Keyed, vouchers: Vouchers) -> Any:
    async def make(*, grant: int = 300, valid: int = 300, company: Company | None = None, code: str = "DS1") -> Company:
        """A ready company whose grant and range end so many days after MONDAY."""
        company = company or Company()
        ends_at = MONDAY + timedelta(days=grant)
        await keyed.grant(company.grant(), company.started_at - timedelta(days=1), ends_at)
        claimed = await vouchers.claim_voucher_type(company.claim(lasting(TODAY + timedelta(days=valid)), code=code))
        assert claimed.refused is None
        await bookkeeping.record(ended_ready(company.begun()).model_copy(update={"waiting_on": ""}))
        return company

    return make


def lasting(until: date) -> Range:
    return random_range().model_copy(update={"valid_to": until})


async def sweep(watching: Watching) -> int:
    """As the workflow does it; how many were told."""
    count = 0
    while True:
        page = await watching.tell_expiring(TellExpiring(environment="habilitacion"))
        count += page.told
        if not page.more:
            return count


async def told(pool: Pool, company: Company) -> list[tuple[str, date]]:
    sql = "SELECT what, ends_on FROM dse.expiry_told WHERE environment = $1 AND nit = $2 ORDER BY ends_on"
    return [tuple(row) for row in await pool.fetch(sql, company.environment, company.nit)]


async def mailed(pool: Pool, recipient: str, nit: str) -> list[str]:
    """The subjects of the mails about this company to whom."""
    sql = "SELECT subject FROM dse.mail WHERE kind = 'expiring' AND recipient = $1 AND body LIKE '%' || $2 || '%'"
    return sorted(row["subject"] for row in await pool.fetch(sql, recipient, nit))


async def test_company_and_operators_are_told_once(
    pool: Pool, watching: Watching, timeline: Timeline, ready: Any
) -> None:
    company = await ready(grant=10, valid=20)
    await sweep(watching)
    assert await sweep(watching) == 0
    ends = [TODAY + timedelta(days=10), TODAY + timedelta(days=20)]
    assert await told(pool, company) == [("grant", ends[0]), ("range", ends[1])]
    assert await mailed(pool, "ana@andina.example", company.nit) == [
        "Tu certificado digital vence el 3 de diciembre de 2026",
        "Tu rango de numeración vence el 13 de diciembre de 2026",
    ]
    assert len(await mailed(pool, OPERATORS, company.nit)) == 1
    events = await timeline.entries(company.environment, company.nit)
    assert [(each.name, each.after) for each in events if each.channel != "mail"][-2:] == [
        ("expiring", f"grant {ends[0]}"),
        ("expiring", f"range {ends[1]}"),
    ]
    assert [each.seq for each in events] == list(range(1, len(events) + 1))


async def test_told_by_several_at_once_it_is_told_once(pool: Pool, watching: Watching, ready: Any) -> None:
    companies = [await ready(valid=5) for _ in range(5)]
    counts = await asyncio.gather(*(sweep(watching) for _ in range(4)))
    assert sum(counts) == 5
    for each in companies:
        assert len(await mailed(pool, "ana@andina.example", each.nit)) == 1
        assert len(await mailed(pool, OPERATORS, each.nit)) == 1


async def test_page_by_page_nobody_is_left_out(
    pool: Pool, watching: Watching, ready: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sweep(watching)
    companies = [await ready(grant=1, valid=2) for _ in range(3)]
    monkeypatch.setattr(store, "PAGE", 4)
    given = TellExpiring(environment="habilitacion")
    assert [(each.told, each.more) for each in [await watching.tell_expiring(given) for _ in range(2)]] == [
        (4, True),
        (2, False),
    ]
    assert all([len(await told(pool, each)) == 2 for each in companies])


@pytest.mark.parametrize(("days", "expected"), [(30, 0), (29, 1), (-3, 1)])
async def test_it_is_told_from_30_days_before_on_even_if_late(
    pool: Pool, watching: Watching, ready: Any, days: int, expected: int
) -> None:
    for company in (await ready(valid=days), await ready(grant=days)):
        await sweep(watching)
        assert len(await told(pool, company)) == expected


async def test_whoever_was_never_ready_is_not_told(
    pool: Pool, watching: Watching, bookkeeping: Bookkeeping, vouchers: Vouchers
) -> None:
    company = Company()
    await vouchers.claim_voucher_type(company.claim(lasting(TODAY + timedelta(days=5))))
    await bookkeeping.record(record(company.begun()))
    await sweep(watching)
    await bookkeeping.record(closed(operated(company.begun(), "cancel")))
    await sweep(watching)
    assert await told(pool, company) == []


async def test_whose_renewal_is_under_way_is_not_told_unless_it_is_cancelled(
    pool: Pool, watching: Watching, bookkeeping: Bookkeeping, ready: Any
) -> None:
    company = await ready(grant=9)
    renewal = company.again()
    await bookkeeping.record(record(renewal.begun(renew=True)))
    await sweep(watching)
    assert await told(pool, company) == []
    await bookkeeping.record(closed(operated(renewal.begun(renew=True), "cancel")))
    await sweep(watching)
    assert [what for what, _ in await told(pool, company)] == ["grant"]


async def test_who_has_renewed_is_not_told_of_what_is_replaced_but_of_the_next_end(
    pool: Pool, expiring: Expiring, outbox: Outbox, ready: Any
) -> None:
    company = await ready(grant=25, valid=25)
    await ready(grant=390, valid=300, company=company.again(), code="DS2")
    await sweep(at(MONDAY, expiring, outbox))
    assert await told(pool, company) == []
    await sweep(at(MONDAY + timedelta(days=280), expiring, outbox))
    assert await told(pool, company) == [("range", TODAY + timedelta(days=300))]


async def test_another_environment_is_another_world(pool: Pool, watching: Watching, ready: Any) -> None:
    company = await ready(valid=3, company=Company(environment="produccion"))
    await sweep(watching)
    assert await told(pool, company) == []


async def test_what_was_told_only_grows(pool: Pool, watching: Watching, ready: Any) -> None:
    await ready(valid=3)
    await sweep(watching)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only grows"):
        await pool.execute("DELETE FROM dse.expiry_told")


async def test_the_list_shows_what_ends_soonest_first_with_where_a_renewal_stands(
    expiring: Expiring, bookkeeping: Bookkeeping, ready: Any
) -> None:
    def world() -> Company:
        return Company(environment="produccion")

    both, over, good, renewing = [
        await ready(grant=grant, valid=valid, company=world())
        for grant, valid in ((20, 15), (300, -2), (300, 300), (8, 300))
    ]
    await bookkeeping.record(record(renewing.again().begun(renew=True)))
    never = world()
    await bookkeeping.record(record(never.begun()))

    async def listed(**by: Any) -> list[tuple[str, str, list[str]]]:
        rows = await expiring.listing("produccion", soon(MONDAY), now=MONDAY, **by)
        ours = {each.nit for each in (both, over, good, renewing, never)}
        found = [row.model_dump(mode="json") for row in rows if row.nit in ours]
        return [(row["nit"], row["step"], [f"{e['what']} {e['ends_on']}" for e in row["expiring"]]) for row in found]

    assert await listed() == [
        (over.nit, "ready", ["range 2026-11-21"]),
        (renewing.nit, "electronic_invoicing", ["grant 2026-12-01"]),
        (both.nit, "ready", ["range 2026-12-08", "grant 2026-12-13"]),
    ]
    assert [nit for nit, *_ in await listed(waiting_on="company")] == [renewing.nit]
    assert [nit for nit, *_ in await listed(step="ready", most=1000)] == [over.nit, both.nit]
    assert await listed(held=True) == await listed(overdue=True) == []


# renewal


async def test_a_renewal_recalls_what_the_same_partner_gave(bookkeeping: Bookkeeping, reading: Reading) -> None:
    company = Company()
    await bookkeeping.record(ended_ready(company.begun()))
    again = company.again()
    known = await bookkeeping.recall(Recall(**again.who, partner="direct", renew=True))
    assert (known.refused, known.name, known.invoicing_done) == (None, "Andina S.A.S.", True)
    assert known.contact == Contact(email="ana@andina.example")
    theirs = await bookkeeping.recall(Recall(**again.who, partner="acme", renew=True))
    assert (theirs.refused, theirs.name, theirs.contact, theirs.invoicing_done) == (None, "", Contact(), True)
    assert await reading.legality_of_start(company.environment, company.nit, renew=True) is None
    plain = await bookkeeping.recall(again.recall())
    assert (plain.refused, plain.name) == (Code.ALREADY_READY, "")


async def test_a_renewal_of_a_stranger_or_of_one_never_ready_knows_no_step(bookkeeping: Bookkeeping) -> None:
    company = Company()
    given = Recall(**company.again().who, partner="direct", renew=True)
    assert not (await bookkeeping.recall(given)).invoicing_done
    cancelled = operated(company.begun(), "cancel")
    await bookkeeping.record(closed(cancelled))
    known = await bookkeeping.recall(given)
    assert (known.name, known.invoicing_done) == ("Andina S.A.S.", False)


def ending_soon() -> Range:
    """By the records' own clock."""
    return lasting(datetime.now(UTC).date() + timedelta(days=20))


async def test_a_renewal_takes_the_code_of_a_range_that_ends_soon_beside_it(
    vouchers: Vouchers, reading: Reading, bookkeeping: Bookkeeping
) -> None:
    company, old, new = Company(), ending_soon(), random_range("DSB")
    renewal = company.again()
    await vouchers.claim_voucher_type(company.claim(old))
    claimed = await vouchers.claim_voucher_type(renewal.claim(new))
    assert [each.code for each in claimed.voucher_types] == ["DS1", "DS1NA"]
    assert await reading.is_claimed(company.claim(old).key)
    assert await reading.is_claimed(renewal.claim(new).key)
    stranger = Company()
    assert (await vouchers.claim_voucher_type(stranger.claim(old))).refused == Code.RANGE_TAKEN
    for _ in range(2):
        await bookkeeping.undo(undo_of(renewal.claim(new)))
    other = renewal.claim(new, number=2)
    assert (await vouchers.claim_voucher_type(other)).refused is None  # the code was given back, and passes on again


async def test_the_code_of_a_range_that_is_good_is_not_free(vouchers: Vouchers) -> None:
    company = Company()
    await vouchers.claim_voucher_type(company.claim(random_range()))
    refused = await vouchers.claim_voucher_type(company.again().claim(random_range("DSB")))
    assert refused.refused == Code.VOUCHER_CODE_TAKEN


async def test_a_renewal_undone_gives_back_the_range_that_it_took_over(
    vouchers: Vouchers, reading: Reading, bookkeeping: Bookkeeping
) -> None:
    company, own = Company(), random_range()
    renewal = company.again()
    await vouchers.claim_voucher_type(company.claim(own))
    await vouchers.claim_voucher_type(renewal.claim(own))
    assert not await reading.is_claimed(company.claim(own).key)
    for _ in range(2):
        await bookkeeping.undo(undo_of(renewal.claim(own)))
    assert await reading.is_claimed(company.claim(own).key)
    assert (await vouchers.claim_voucher_type(Company().claim(own))).refused == Code.RANGE_TAKEN


async def test_what_was_taken_over_further_is_not_given_back(
    vouchers: Vouchers, reading: Reading, bookkeeping: Bookkeeping
) -> None:
    """The second onboarding's workflow was terminated, and reset once the third had claimed."""
    first, own = Company(), random_range()
    second = first.again()
    third = second.again()
    for each in (first, second, third):
        await vouchers.claim_voucher_type(each.claim(own))
    await bookkeeping.undo(undo_of(second.claim(own)))
    assert [await reading.is_claimed(each.claim(own).key) for each in (first, second, third)] == [False, False, True]
