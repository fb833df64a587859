"""When an onboarding counts as stuck, and why: by the records alone, and where Temporal tells otherwise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from domain.digest import OLDEST, digest
from domain.findings import (
    INVARIANTS,
    LATE,
    MANY_LOOKS,
    SETTLED,
    TOLD_FOR,
    Finding,
    FindingCode,
    Open,
    Running,
    Severity,
    absent,
    disagreements,
    late,
)
from domain.findings_es import WHY
from domain.steps import WaitsOn

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CALM = Open(
    nit="900123456-8",
    step="signed_letter",
    waiting_on="company",
    held=False,
    blocked=False,
    started_at=NOW - 9 * HOUR,
    recorded_at=NOW - 9 * HOUR,
    due_at=NOW + HOUR,
    overdue_noticed=False,
    look_by=NOW + HOUR,
    review_by=NOW + HOUR,
    unreadable_at=None,
    holds=False,
)
RUNS = Running("signed_letter", "company", NOW - 9 * HOUR, failing=False)


def codes(row: Open) -> set[str]:
    return {each.code.value for each in late([row], NOW)}


def differ(row: Open | None, run: Running | None, *, gone: bool = False) -> list[Finding]:
    rows = {} if row is None else {CALM.nit: row}
    running = {} if run is None else {CALM.nit: run}
    return list(disagreements(rows, running, [CALM.nit] if gone else [], NOW))


def test_every_code_has_an_invariant_and_its_words() -> None:
    assert set(INVARIANTS) == set(FindingCode)
    assert {code.value for code in FindingCode} == WHY.keys()
    for each in INVARIANTS.values():
        assert each.title_es
        assert each.runbook == each.runbook.lower().replace("_", "-")
    assert INVARIANTS[FindingCode.OVERDUE_ON_US].severity == Severity.PAGE


def test_one_that_waits_no_longer_than_it_should_is_not_stuck() -> None:
    assert codes(CALM) == set()


@pytest.mark.parametrize("party", WaitsOn)
def test_overdue_is_told_by_whom_it_waits_on_from_the_due_date_on(party: WaitsOn) -> None:
    row = replace(CALM, waiting_on=party.value, due_at=NOW, overdue_noticed=True)
    assert codes(row) == {f"overdue_on_{party}"}
    assert late([row], NOW)[0].since == NOW
    assert codes(replace(row, due_at=NOW + MINUTE)) == set()


def test_a_due_date_that_the_workflow_has_not_noticed_is_its_own_finding_after_a_while() -> None:
    row = replace(CALM, due_at=NOW - LATE)
    assert codes(row) == {"overdue_on_company", "due_unnoticed"}
    assert codes(replace(row, due_at=NOW - LATE + MINUTE)) == {"overdue_on_company"}
    assert codes(replace(row, overdue_noticed=True)) == {"overdue_on_company"}


@pytest.mark.parametrize("stopped", [{"held": True}, {"blocked": True}])
def test_a_look_is_late_unless_it_is_held_or_blocked(stopped: dict[str, Any]) -> None:
    row = replace(CALM, look_by=NOW - LATE)
    assert codes(row) == {"look_late"}
    assert codes(replace(row, look_by=NOW - LATE + MINUTE)) == set()
    assert codes(replace(row, look_by=None)) == set()
    assert codes(replace(row, **stopped)) == set()


def test_what_is_on_hold_waits_as_long_as_it_likes() -> None:
    past = NOW - 9 * HOUR
    assert codes(replace(CALM, held=True, due_at=past, look_by=past, review_by=past)) == set()


def test_a_letter_that_waits_too_long_for_a_person_is_told() -> None:
    assert codes(replace(CALM, review_by=NOW)) == {"review_old"}


def test_an_unreadable_signal_is_told_for_some_days() -> None:
    assert codes(replace(CALM, unreadable_at=NOW)) == {"unreadable_signals"}
    assert codes(replace(CALM, unreadable_at=NOW - TOLD_FOR)) == set()


@forall(count=st.integers(0, 3 * MANY_LOOKS))
def test_looks_late_by_the_dozen_are_one_finding(count: int) -> None:
    rows = [replace(CALM, nit=f"{n}", look_by=NOW - LATE - n * MINUTE, due_at=NOW - HOUR) for n in range(count)]
    found = [each for each in late(rows, NOW) if each.code == FindingCode.LOOK_LATE]
    assert len([each for each in late(rows, NOW) if each.code == FindingCode.DUE_UNNOTICED]) == count
    if count <= MANY_LOOKS:
        assert [each.nit for each in found] == [row.nit for row in rows]
    else:
        (summary,) = found
        assert (summary.nit, summary.since) == ("", NOW - LATE - (count - 1) * MINUTE)
        assert summary.why_es.startswith(f"{count} empresas")


def test_records_and_visibility_that_tell_the_same_differ_in_nothing() -> None:
    assert differ(CALM, RUNS) == []
    assert absent({CALM.nit: CALM}, {CALM.nit: RUNS}, NOW) == []


@pytest.mark.parametrize("other", [{"step": "letter_check"}, {"waiting_on": "us"}])
def test_another_row_differs_once_the_record_is_a_minute_old(other: dict[str, Any]) -> None:
    (found,) = differ(CALM, replace(RUNS, **other))
    assert (found.code, found.since) == (FindingCode.PROJECTION_DIFFERS, None)
    assert found.settles == SETTLED
    assert "signed_letter/company ≠" in found.why_es
    assert differ(replace(CALM, recorded_at=NOW - SETTLED + MINUTE / 2), replace(RUNS, **other)) == []


def test_one_that_runs_without_a_record_differs_once_it_has_had_time_to_make_one() -> None:
    assert [each.subject for each in differ(None, RUNS)] == ["— ≠ signed_letter"]
    assert [each.subject for each in differ(None, replace(RUNS, step=""))] == ["— ≠ —"]
    assert differ(None, replace(RUNS, started_at=NOW)) == []


def test_one_that_visibility_has_not_had_time_to_list_is_not_missed() -> None:
    assert absent({CALM.nit: CALM}, {}, NOW) == [CALM.nit]
    assert absent({CALM.nit: replace(CALM, started_at=NOW)}, {}, NOW) == []


@pytest.mark.parametrize(("holds", "code"), [(True, FindingCode.GRANT_ALIVE), (False, FindingCode.PROJECTION_DIFFERS)])
def test_a_terminated_one_is_told_by_whether_it_left_something_alive(holds: bool, code: FindingCode) -> None:
    (found,) = differ(replace(CALM, holds=holds), None, gone=True)
    assert found.code == code


def test_a_failing_task_is_told_beside_what_else_differs() -> None:
    (found,) = differ(CALM, replace(RUNS, failing=True))
    assert (found.code, found.settles) == (FindingCode.TASK_FAILING, timedelta(0))


def test_ten_thousand_findings_make_a_mail_that_is_still_read() -> None:
    of_each = 10_000 // len(FindingCode)
    counts = dict.fromkeys(FindingCode, of_each)
    oldest = {code: [Finding(code, f"{n}", NOW) for n in range(OLDEST)] for code in FindingCode}
    says = digest(counts, oldest, (), NOW)
    assert len(says.facts) == len(FindingCode)
    assert len(says.lines) == len(FindingCode) * (OLDEST + 1)
    assert f"y {of_each - OLDEST} más" in says.lines[OLDEST]
    assert len(says.told) == 1


def test_the_digest_says_what_the_sweep_lacked_and_names_only_what_was_found() -> None:
    one = Finding(FindingCode.CLOCK_JUMP)
    says = digest({FindingCode.CLOCK_JUMP: 1, FindingCode.LOOK_LATE: 0}, {one.code: [one]}, ("visibility",), NOW)
    assert [name for name, _ in says.facts] == [WHY["clock_jump"][0]]
    assert "la lista de Temporal" in says.told[1]
    assert says.lines == ("Relojes en desacuerdo · todas · desde el —",)
