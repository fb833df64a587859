"""One company that takes 40 days, point by point: what lasts long, comes too early, or is corrected too late."""

import asyncio
from datetime import timedelta

import pytest

from domain.reasons import Code
from domain.status import Status
from tests.workflows.effects import dse_range
from tests.workflows.forty_days import FortyDays

Lived = asyncio.Task[FortyDays]


def letters(status: Status) -> list[tuple[int, bool]]:
    """Each revision, and whether it is void."""
    return [(each.revision, each.void) for each in status.documents if each.kind == "letter"]


def scans(status: Status) -> list[tuple[str, int, bool]]:
    """Each scan, the revision that it answers, and whether it is void."""
    kept = [each for each in status.documents if each.kind == "scan"]
    return [(each.key.split("/")[-1], each.revision, each.void) for each in kept]


def acts(status: Status) -> set[str]:
    return {each.act for each in status.acts if each.done}


async def test_it_takes_forty_days_and_ends_ready(lived: Lived) -> None:
    story = await lived
    assert story.correction.ready.closed == "ready"
    assert story.told.events[-1][:2] == ("04-30 09:00", "ready")
    assert story.correction.ready.since - story.letters.started.since >= timedelta(days=40)


# due dates: counted by hand on a calendar of 2026, whatever the day on which this is played


@pytest.mark.parametrize(
    ("row", "due"),
    [
        ("electronic_invoicing", "04-15 18:00"),  # 15 days from Friday 20 March: without the 23rd, the 2nd and 3rd
        ("legal_representative", "04-07 18:00"),  # 3 days from Tuesday 31 March: the 1st, the 6th, the 7th
        ("signed_letter", "04-13 18:00"),  # 5 days from Monday 6 April: a weekend lies between
        ("letter_accepted", "04-21 18:00"),  # 2 days from Friday 17 April
        ("prefix_association", "05-06 18:00"),  # 10 days from Tuesday 21 April: without Friday 1 May
        ("voucher_type", "05-04 18:00"),  # 3 days from Tuesday 28 April: without 1 May
    ],
)
async def test_due_dates_skip_weekends_and_holidays(lived: Lived, row: str, due: str) -> None:
    story = await lived
    early, late = story.letters, story.association
    seen = early.started, early.invoiced, early.represented, early.accepted, late.waited, late.found
    stood = {each.step: each for each in seen}
    assert story.told.date(stood[row].due_at) == due


async def test_act_2_moves_the_due_date_with_the_end_of_the_wait(lived: Lived) -> None:
    story = await lived
    before, after = story.association.granted, story.association.requested
    assert [story.told.date(each.due_at) for each in (before, after)] == ["04-21 14:00", "04-21 15:00"]
    assert before.step == after.step == "mandated_wait"
    assert ("04-21 14:00", "step", "mandated_wait", "prefix_association") in story.told.events


async def test_an_operator_extends_the_due_date_and_the_row_is_not_escalated(lived: Lived) -> None:
    story = await lived
    assert story.told.date(story.letters.extended.due_at) == "04-20 18:00"
    assert [at for at, name, _, _ in story.told.events if name == "extend"] == ["03-24 09:00"]
    assert not [row for _, name, row, _ in story.told.events if name == "overdue" and row == "electronic_invoicing"]


async def test_the_company_is_reminded_in_the_morning_of_business_days(lived: Lived) -> None:
    """Never while it is on hold, nor of a row that it has left."""
    assert (await lived).told.reminders == [
        ("03-26 08:30", "electronic_invoicing", 1),
        ("04-01 08:30", "legal_representative", 1),  # since Tuesday 31 March
        ("04-06 08:30", "legal_representative", 2),  # the 2nd and 3rd are holidays
        ("04-10 08:30", "signed_letter", 1),  # opened again on the 8th by a correction
        ("04-14 08:30", "signed_letter", 1),  # and on the 10th by a refusal
        ("04-16 08:30", "signed_letter", 2),
        ("04-20 08:30", "letter_accepted", 1),
        ("04-30 08:30", "signed_letter", 1),  # the rows in between were held, or left in time
    ]


# three replaced letters


async def test_each_correction_of_what_is_printed_replaces_the_letter(lived: Lived) -> None:
    story = (await lived).letters
    assert letters(story.represented) == [(1, False)]
    assert letters(story.corrected_before_any_scan) == [(1, True), (2, False)]
    assert letters(story.corrected_when_accepted) == [(1, True), (2, True), (3, False)]
    assert letters(story.corrected_when_refused) == [(1, True), (2, True), (3, True), (4, False)]


async def test_scans_of_a_replaced_letter_count_no_more(lived: Lived) -> None:
    story = (await lived).letters
    assert scans(story.corrected_when_accepted) == [("of v2.pdf", 2, True)]
    assert scans(story.accepted) == [("of v2.pdf", 2, True), ("of v3.pdf", 3, True), ("of v4.pdf", 4, False)]
    for corrected in (story.corrected_when_accepted, story.corrected_when_refused):
        assert corrected.step == "signed_letter"


async def test_why_an_older_scan_was_refused_is_no_reason_any_more(lived: Lived) -> None:
    story = (await lived).letters
    assert [each.code for each in story.refused.requirements] == [Code.UNSIGNED]
    assert story.corrected_when_refused.requirements == ()


async def test_an_older_scan_that_is_said_once_more_is_ignored(lived: Lived) -> None:
    told = (await lived).told
    again = ("04-10 09:00", "signed_letter_uploaded", told.company.key("of v2"), "ignored: key_used")
    assert again in told.events
    assert told.outside.calls["check_scan"] == 4


# DIAN away for two days


async def test_without_dian_the_mandated_wait_ends_on_time_and_the_company_is_told(lived: Lived) -> None:
    story = await lived
    assert story.association.waited.last_dian is None
    assert ("04-21 14:00", "wait_over", "", "") in story.told.events
    assert story.told.mailed("prefix_association")[0] == ()


async def test_without_dian_the_due_date_passes_and_is_escalated_once(lived: Lived) -> None:
    story = await lived
    believed, escalated = story.association.believed, story.association.escalated
    assert escalated.last_dian is None
    assert (escalated.step, escalated.since, escalated.due_at) == ("prefix_sync", believed.since, believed.due_at)
    overdue = [(at, row) for at, name, row, _ in story.told.events if name == "overdue"]
    assert overdue == [("04-23 15:00", "prefix_sync")]


async def test_when_dian_is_back_it_goes_on_by_itself(lived: Lived) -> None:
    story = await lived
    assert story.association.denied.last_dian is not None
    assert story.association.denied.last_dian.code == "401"
    spoken = [event for event in story.told.events if "04-23 15:00" < event[0] < "04-24 11:00"]
    assert spoken == [("04-23 17:00", "dian_answered", "", "pending 401 (0)")]


# a word said too early, and then never again


async def test_a_word_said_too_early_is_believed_for_four_business_hours(lived: Lived) -> None:
    """Denied at 17:00: an hour that day, three the next."""
    story = await lived
    assert "associate" in acts(story.association.denied)
    assert ("04-24 11:00", "association_denied", "", "") in story.told.events
    assert ("04-24 11:00", "step", "prefix_sync", "prefix_association") in story.told.events


async def test_the_company_is_asked_again_and_told_why(lived: Lived) -> None:
    story = await lived
    assert "associate" not in acts(story.association.forgotten)
    assert [each.code for each in story.association.forgotten.requirements] == [Code.ASSOCIATION_DENIED]
    assert story.told.mailed("prefix_association") == [(), (Code.ASSOCIATION_DENIED,)]


async def test_what_nobody_says_our_own_slow_look_finds(lived: Lived) -> None:
    story = await lived
    found = story.association.found
    assert "associate" not in acts(found)
    assert found.range == dse_range()
    step = ("step", "prefix_association", "voucher_type")
    (at,) = [at for at, *what in story.told.events if tuple(what) == step]
    assert "04-28 08:59" < at < "04-28 11:01"  # ten business hours after the last look, a tenth more or less


# a hold over a weekend


async def test_time_on_hold_moves_the_due_date(lived: Lived) -> None:
    """10 days from Friday 24 April; held for 65 h, from that Monday. Both without 1 May."""
    story = await lived
    three = story.association.forgotten, story.association.held, story.association.resumed
    assert [story.told.date(each.due_at) for each in three] == ["05-11 18:00", "", "05-12 18:00"]
    assert len({each.since for each in three}) == 1


async def test_what_is_said_on_hold_is_kept_and_acted_on_when_it_is_resumed(lived: Lived) -> None:
    story = await lived
    assert ("04-25 11:00", "declare_resolution", "", "18764000000001 DSA") in story.told.events
    assert story.association.held.held
    assert story.association.looks_on_hold == 0
    resumed = story.association.resumed
    assert resumed.last_dian is not None
    assert story.told.date(resumed.last_dian.at) == "04-27 10:00"


# a representative corrected after the certificate


async def test_a_corrected_representative_voids_letter_scan_continuar_and_grant(lived: Lived) -> None:
    story = await lived
    corrected = story.correction.corrected
    assert corrected.step == "signed_letter"
    assert letters(corrected)[-2:] == [(4, True), (5, False)]
    assert scans(corrected)[-1] == ("of v4.pdf", 4, True)
    assert story.told.outside.undone == [f"{corrected.onboarding_id}/grant_certificate/1"]


async def test_letter_scan_continuar_and_grant_are_asked_for_anew(lived: Lived) -> None:
    story = await lived
    after = [name for at, name, _, _ in story.told.events if at >= "04-30 09:00" and name != "step"]
    anew = ["signed_letter_uploaded", "letter_verdict", "continue_onboarding", "certificate_granted"]
    assert after == [*anew, "proven", "ready"]


async def test_a_corrected_representative_leaves_acts_range_and_voucher_types(lived: Lived) -> None:
    story = await lived
    before, after, ready = story.correction.claimed, story.correction.corrected, story.correction.ready
    for each in (after, ready):
        assert (each.acts, each.range, each.voucher_types) == (before.acts, before.range, before.voucher_types)
    assert (acts(before), len(before.voucher_types)) == ({"request"}, 2)
    assert story.told.outside.calls["claim_voucher_type"] == 1


async def test_a_second_certificate_is_not_waited_for_again(lived: Lived) -> None:
    """The wait, its acts and the association are DIAN's: they stay."""
    story = await lived
    assert ("04-30 09:00", "step", "certificate", "readiness_check") in story.told.events


# nothing lost, nothing twice


async def test_every_event_is_told_once_and_in_order(lived: Lived) -> None:
    records = (await lived).told.outside.records
    numbers = [event.seq for record in records for event in record.events]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_no_effect_is_asked_for_twice_under_one_key(lived: Lived) -> None:
    keys = [key for key in (await lived).told.outside.keys if key]
    assert len(keys) == len(set(keys))
    assert {key.split("/")[1] for key in keys} == {
        "issue_letter",
        "check_scan",
        "grant_certificate",
        "claim_voucher_type",
    }
