"""The sweep over real records and documents: what it finds, what it keeps, what it does while a part is away."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from activities.errors import AwayError
from activities.store.documents import Documents, Listed
from activities.store.pool import connect
from activities.store.reading import Reading
from activities.store.sweeping import Filed, Sweeping
from activities.sweep import Sweep, extent, lost
from domain.effects import LookThrough
from domain.findings import CLOCKS_APART, Finding, FindingCode, Source
from domain.letter import letter_key, scans_prefix
from domain.rules import unreadable
from infra.embedded.addresses import S3
from tests.activities.company import (
    MONDAY,
    OPERATORS,
    PERSON,
    Company,
    closed,
    operated,
    record,
    told,
)
from tests.activities.story import learned, letter
from tests.activities.sweep.conftest import ENVIRONMENT, HOUR, MINUTE, Scene, ago
from tests.activities.test_records import ended_ready

TUESDAY_AT_8 = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
SUNDAY_AT_8 = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


async def test_nobody_is_late_and_nothing_is_found(scene: Scene) -> None:
    await scene.company()
    assert await scene.look(Source.RECORDS) == 0
    assert await scene.found() == {}


async def test_who_is_late_is_found_and_whoever_is_not_any_more_is_solved(scene: Scene) -> None:
    late = await scene.company(due_at=ago(hours=1))
    unnoticed = await scene.company(due_at=ago(hours=1), waiting_on="us", overdue_noticed=False)
    await scene.company(due_at=ago(hours=1), held=True)
    assert await scene.look(Source.RECORDS) == 3
    found = await scene.found()
    assert found == {
        "overdue_on_company": [late.nit],
        "overdue_on_us": [unnoticed.nit],
        "due_unnoticed": [unnoticed.nit],
    }
    await scene.change(late, due_at=None)
    await scene.look(Source.RECORDS)
    assert "overdue_on_company" not in await scene.found()


async def test_what_a_record_says_is_judged_as_the_workflow_knows_it(scene: Scene) -> None:
    company = Company(started_at=ago(days=1))
    state = unreadable(company.begun(), "nobody", b"x", "0" * 64, ago(hours=1))
    await scene.books.record(record(state.model_copy(update={"overdue": True})))
    await scene.change(company, due_at=ago(hours=1))
    await scene.look(Source.RECORDS)
    assert await scene.found() == {"overdue_on_company": [company.nit], "unreadable_signals": [company.nit]}


async def test_a_look_that_was_made_makes_the_next_one_late_only_after_the_longest_pause(scene: Scene) -> None:
    company = await scene.company(step="prefix_association", next_look_at=ago(hours=1))
    sync = await scene.company(step="prefix_sync", next_look_at=ago(hours=1))
    await scene.look(Source.RECORDS)
    assert {code: set(nits) for code, nits in (await scene.found()).items()} == {"look_late": {company.nit, sync.nit}}
    for each in (company, sync):
        await Reading(scene.pool).claims(**each.who, ranges=())
    await scene.look(Source.RECORDS)
    assert await scene.found() == {}
    for each in (company, sync):
        await scene.change(each, recorded_at=ago(days=4), looked_at=ago(days=3))
    await scene.look(Source.RECORDS)
    assert len((await scene.found())["look_late"]) == 2
    await scene.change(company, step="mandated_wait")
    await scene.look(Source.RECORDS)
    assert await scene.found() == {"look_late": [sync.nit]}


async def test_a_letter_is_old_by_business_hours(scene: Scene) -> None:
    friday = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)  # 17:00 in Bogotá: one hour is left of the week
    company = await scene.company(step="letter_review", waiting_on="operator", counted_from=friday)
    for at, old in ((MONDAY - MINUTE, False), (MONDAY + 3 * HOUR, True)):
        scene.store.at = at
        await scene.look(Source.RECORDS)
        assert (await scene.found()).get("review_old", []) == ([company.nit] if old else [])


async def test_a_ready_company_has_a_range_or_is_found(scene: Scene) -> None:
    company = Company()
    await scene.books.record(ended_ready(company.begun()))
    await scene.look(Source.RECORDS)
    assert await scene.found() == {"ready_without_range": [company.nit]}


async def test_what_a_cancelled_onboarding_left_alive_is_found(scene: Scene) -> None:
    company, later = Company(), MONDAY + timedelta(days=300)
    await scene.keyed.grant(company.grant(), MONDAY, later)
    await scene.books.record(record(company.begun()))
    await scene.look(Source.RECORDS)
    assert await scene.found() == {}
    await scene.books.record(closed(operated(company.begun(), "cancel")))
    await scene.look(Source.RECORDS)
    assert await scene.found() == {"grant_alive": [company.nit]}


async def test_what_a_terminated_one_left_is_found_if_nobody_became_ready_by_it(scene: Scene) -> None:
    terminated = Company()
    await scene.keyed.grant(terminated.grant(), MONDAY, MONDAY + timedelta(days=300))
    await scene.books.record(record(terminated.begun()))
    following = terminated.again()
    await scene.books.record(record(following.begun()))
    await scene.look(Source.RECORDS)
    assert await scene.found() == {}
    await scene.books.record(closed(operated(following.begun(), "cancel")))
    await scene.look(Source.RECORDS)
    assert await scene.found() == {"grant_alive": [terminated.nit]}


async def with_letter(scene: Scene) -> tuple[Company, str]:
    company = Company()
    state = told(company.begun(), "electronic_invoicing_completed")
    state = told(state, "submit_representative", **PERSON.model_dump())
    issued = letter(company)
    await scene.books.record(record(learned(state, issued)))
    return company, issued.key


async def test_a_letter_without_its_object_is_found_until_it_is_back(scene: Scene) -> None:
    company, key = await with_letter(scene)
    await scene.look(Source.DOCUMENTS)
    assert await scene.found() == {"letter_without_object": [company.nit]}
    await scene.documents.put(key, b"%PDF")
    await scene.look(Source.DOCUMENTS)
    assert await scene.found() == {}


async def test_an_object_that_nobody_told_of_is_found_once_it_is_old(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = await scene.company()
    prefix = scans_prefix(ENVIRONMENT, company.nit)
    await scene.documents.put(f"{prefix}carta.pdf", b"%PDF")
    await scene.look(Source.DOCUMENTS)
    assert await scene.found() == {}
    monkeypatch.setattr("activities.sweep.SIGNAL_OVERDUE", timedelta(0))
    await scene.look(Source.DOCUMENTS)
    (known,) = [each for each in await scene.store.findings(ENVIRONMENT) if each.finding.nit == company.nit]
    assert known.finding.subject == f"{prefix}carta.pdf"
    assert "carta.pdf" in known.finding.why_es


async def test_a_scan_that_was_told_but_not_taken_is_known_by_the_timeline(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.sweep.SIGNAL_OVERDUE", timedelta(0))
    company = Company()
    key = scans_prefix(ENVIRONMENT, company.nit) + "otra.pdf"
    await scene.documents.put(key, b"%PDF")
    same: dict[str, Any] = {"sha256": "0" * 64, "size": 1}
    taken = told(company.begun(), "signed_letter_uploaded", key=f"{key}.pdf", **same)
    ignored = told(taken, "signed_letter_uploaded", key=key, **same)
    await scene.books.record(record(ignored))
    await scene.look(Source.DOCUMENTS)
    assert company.nit not in (await scene.found()).get("object_without_record", [])


async def test_many_documents_are_looked_through_part_by_part(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("activities.sweep.MOST_DOCUMENTS", 4)
    monkeypatch.setattr("activities.store.documents.PAGE", 2)
    companies = [await with_letter(scene) for _ in range(7)]
    for _, key in companies[:4]:
        await scene.documents.put(key, b"%PDF")
    lacking = sorted(company.nit for company, _ in companies[4:])
    for _ in range(20):
        await scene.look(Source.DOCUMENTS)
        if not await scene.store.reached(ENVIRONMENT):
            break
    else:
        pytest.fail("it never came to the end")
    assert sorted((await scene.found())["letter_without_object"]) == lacking


def test_one_company_that_fills_the_list_is_passed_over() -> None:
    assert extent(["1", "2", "3"], ["1"], more=False, more_filed=False) == ("", True)
    assert extent(["1", "2", "3"], ["1"], more=True, more_filed=False) == ("2", True)
    assert extent(["1", "2", "3"], ["1", "1", "2"], more=True, more_filed=True) == ("1", True)
    assert extent(["2"], ["1"], more=True, more_filed=False) == ("2", False)


def test_folders_that_are_no_company_s_are_not_ours() -> None:
    old = Listed("habilitacion/backups/x", MONDAY)
    assert list(lost({"backups": [old]}, [], MONDAY + timedelta(days=1))) == []
    rejected = Filed("900123456-8", letter_key(ENVIRONMENT, "900123456-8", "l", 1), judged=False)
    assert list(lost({}, [rejected], MONDAY)) == []


async def test_clocks_that_disagree_are_the_one_finding_and_nothing_is_forgotten(scene: Scene) -> None:
    late = await scene.company(due_at=ago(hours=1))
    await scene.look(Source.RECORDS)
    await scene.change(late, due_at=None)
    for off in (CLOCKS_APART + MINUTE, -CLOCKS_APART - MINUTE):
        for source in (Source.RECORDS, Source.DOCUMENTS):
            assert await scene.look(source, off) is None
        await scene.end(*Source, off=off)
        assert await scene.found() == {"overdue_on_company": [late.nit], "clock_jump": [""]}
        known = {each.finding.code.value: each.stale for each in await scene.store.findings(ENVIRONMENT)}
        assert known == {"overdue_on_company": True, "clock_jump": False}
    await scene.look(Source.RECORDS)
    await scene.end()
    assert await scene.found() == {}


async def test_a_partial_sweep_says_so_and_keeps_what_it_could_not_look_at(scene: Scene) -> None:
    assert await scene.store.last_sweep(ENVIRONMENT) is None
    await scene.company(due_at=ago(hours=1))
    await scene.look(Source.RECORDS)
    await scene.end()
    whole = await scene.store.last_sweep(ENVIRONMENT)
    assert whole is not None
    assert (whole.missing, whole.seconds, whole.counts) == ((), 60.0, {"overdue_on_company": 1})
    assert timedelta(0) <= whole.age < MINUTE
    await scene.end(Source.RECORDS)
    partial = await scene.store.last_sweep(ENVIRONMENT)
    assert partial is not None
    assert (partial.missing, partial.counts) == (("records",), {"overdue_on_company": 1})
    assert [each.stale for each in await scene.store.findings(ENVIRONMENT)] == [True]


async def test_two_passes_at_once_count_once_and_the_one_that_looked_later_stands(scene: Scene) -> None:
    late = await scene.company(due_at=ago(hours=1))
    await asyncio.gather(*(scene.look(Source.RECORDS) for _ in range(5)))
    assert await scene.found() == {"overdue_on_company": [late.nit]}
    now = await scene.store.now()
    await scene.store.keep(ENVIRONMENT, Source.RECORDS, now, [])
    await scene.store.keep(ENVIRONMENT, Source.RECORDS, now - MINUTE, [Finding(FindingCode.REVIEW_OLD, late.nit)])
    assert await scene.found() == {}


async def test_a_pass_made_by_a_clock_in_the_future_is_no_lock(scene: Scene) -> None:
    ahead = await scene.store.now() + HOUR
    await scene.store.keep(ENVIRONMENT, Source.RECORDS, ahead, [Finding(FindingCode.REVIEW_OLD, "1", ahead)])
    await scene.look(Source.RECORDS)
    assert await scene.found() == {}


async def test_a_difference_counts_once_it_has_been_seen_for_a_minute(scene: Scene) -> None:
    now = await scene.store.now()

    async def seen(minutes: float, subject: str = "a") -> dict[str, list[str]]:
        finding = Finding(FindingCode.PROJECTION_DIFFERS, "1", None, "", subject)
        await scene.store.keep(ENVIRONMENT, Source.VISIBILITY, now - HOUR + minutes * MINUTE, [finding])
        return await scene.found()

    assert await seen(0) == {}
    assert await seen(0.5) == {}
    assert await seen(1) == {"projection_differs": ["1"]}
    assert await seen(2, "b") == {}
    assert await seen(7, "b") == {"projection_differs": ["1"]}


async def test_parts_that_are_away_are_named(scene: Scene, s3: S3) -> None:
    async with connect("postgresql://nobody@127.0.0.1:9/none") as nowhere:
        away = Sweep(Sweeping(nowhere), scene.documents, mail_domain="x", operators_mail=OPERATORS)
        for source in Source:
            with pytest.raises(AwayError, match="records"):
                await away.sweep(LookThrough(environment=ENVIRONMENT, source=source, at=datetime.now(UTC)))
    lost_bucket = Documents(s3.endpoint, "no-such-bucket", s3.access_key, s3.secret_key)
    at = await scene.store.now()
    with pytest.raises(AwayError, match="documents"):
        await Sweep(scene.store, lost_bucket, mail_domain="x", operators_mail=OPERATORS).sweep(
            LookThrough(environment=ENVIRONMENT, source=Source.DOCUMENTS, at=at)
        )


async def digests(scene: Scene) -> list[asyncpg.Record]:
    return await scene.pool.fetch("SELECT * FROM dse.mail WHERE kind = 'digest' ORDER BY made_at")


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        (TUESDAY_AT_8, 1),
        (TUESDAY_AT_8 - HOUR - MINUTE, 0),
        (SUNDAY_AT_8, 0),
    ],
)
async def test_the_digest_goes_out_once_on_a_business_day_from_the_morning_on(
    scene: Scene, at: datetime, sent: int
) -> None:
    company = await scene.company(due_at=at - HOUR)
    scene.store.at = at
    await scene.look(Source.RECORDS)
    for _ in range(3):
        await scene.end()
    mails = await digests(scene)
    assert len(mails) == sent
    for mail in mails:
        assert (mail["recipient"], mail["audience"], mail["onboarding_id"]) == (OPERATORS, "operators", None)
        assert mail["message_id"].startswith(f"<digest.{ENVIRONMENT}.{date(2026, 11, 24)}@")
        assert company.nit in mail["body"]
        assert company.nit in mail["html"]
        assert "./dse stuck" in mail["body"]


async def test_a_day_without_findings_has_no_digest(scene: Scene) -> None:
    scene.store.at = TUESDAY_AT_8
    await scene.end()
    assert await digests(scene) == []


async def test_the_digest_is_sent_and_is_on_nobody_s_timeline(scene: Scene) -> None:
    await scene.company(due_at=TUESDAY_AT_8 - HOUR)
    await scene.outbox.send_outstanding()
    before = await scene.pool.fetchval("SELECT count(*) FROM dse.timeline")
    scene.store.at = TUESDAY_AT_8
    await scene.look(Source.RECORDS)
    await scene.end()
    assert await scene.outbox.send_outstanding() == 1
    assert (await digests(scene))[0]["sent_at"] is not None
    assert await scene.pool.fetchval("SELECT count(*) FROM dse.timeline") == before


async def test_ten_thousand_findings_are_kept_counted_and_told_in_a_mail_that_is_still_read(scene: Scene) -> None:
    many = [Finding(FindingCode.OVERDUE_ON_US, f"{n:09}-1", MONDAY - n * MINUTE, "us") for n in range(10_000)]
    scene.store.at = TUESDAY_AT_8
    await scene.store.keep(ENVIRONMENT, Source.RECORDS, TUESDAY_AT_8, many)
    await scene.end()
    last = await scene.store.last_sweep(ENVIRONMENT)
    assert last is not None
    assert last.counts == {"overdue_on_us": 10_000}
    (mail,) = await digests(scene)
    assert len(mail["html"]) < 20_000
    assert mail["body"].count(" desde el ") == 20
    assert "10000" in mail["subject"]
    oldest = (await scene.store.findings(ENVIRONMENT, code=FindingCode.OVERDUE_ON_US, most_of_each=1))[0].finding
    assert oldest.nit == f"{9_999:09}-1"
