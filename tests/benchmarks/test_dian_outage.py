"""`./dse bench dian-outage`: its account of calls, its bounds, and a small one."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.dian.breaker import Pauses
from benchmarks.dian_outage.bench import WINDOW, probes_per_s
from benchmarks.dian_outage.calls import Call, answered, busiest, per_second, read
from benchmarks.dian_outage.figures import Figures, most_probes
from benchmarks.dian_outage.worker import pauses, shorter
from tests.starters.conftest import dse

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
GOOD = Figures(500, 12.0, 0.7, 16.0, 14.0, 40.0, 0)


def at(*seconds: float, code: str = "100") -> list[Call]:
    return [Call(NOON + timedelta(seconds=each), str(number), code) for number, each in enumerate(seconds)]


# the account


def test_calls_are_read_as_the_simulator_tells_them() -> None:
    told = {"accountCodeT": "900999888", "softwareCode": "x", "code": "100"}
    later = {**told, "at": "2026-11-26T12:00:01.5+00:00", "accountCode": "2"}
    earlier = {**told, "at": "2026-11-26T12:00:00+00:00", "accountCode": "1"}
    assert read([later, earlier]) == [Call(NOON, "1", "100"), Call(NOON + timedelta(seconds=1.5), "2", "100")]


def test_a_rate_counts_from_its_begin_to_before_its_end() -> None:
    assert per_second(at(-0.1, 0, 1, 9.9, 10), NOON, NOON + timedelta(seconds=10)) == 0.3


def test_the_fullest_window_is_found_wherever_it_begins() -> None:
    calls = at(0, 0.1, 0.2, 7, 8.5, 9, 10, 11.9, 12)
    assert busiest(calls, NOON, timedelta(seconds=5)) == 5 / 5
    assert busiest(calls, NOON + timedelta(seconds=9), timedelta(seconds=5)) == 4 / 5
    assert busiest([], NOON, timedelta(seconds=5)) == 0


@given(st.lists(st.floats(0, 100), max_size=60).map(sorted))
def test_no_window_is_fuller_than_the_fullest(seconds: list[float]) -> None:
    fullest = busiest(at(*seconds), NOON, timedelta(seconds=5))
    for begin in range(96):
        window = [each for each in seconds if begin <= each < begin + 5]
        assert len(window) / 5 <= fullest


def test_only_good_answers_since_then_count_and_the_first_of_each() -> None:
    calls = [*at(0), *at(1, 2, code="html_503"), *at(5, 6), *at(7)]
    found = answered(calls, NOON + timedelta(seconds=1), "100")
    assert found == {"0": NOON + timedelta(seconds=5), "1": NOON + timedelta(seconds=6)}


# the bounds


def test_a_run_within_its_bounds_misses_none() -> None:
    assert list(GOOD.misses(probes_per_s=0.6)) == []


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (Figures(500, 12.0, 0.73, 16.0, 14.0, 40.0, 0), "called 0.73 times a second; 0.72 are allowed"),
        (Figures(500, 12.0, 0.7, 16.9, 14.0, 40.0, 0), "called 16.9 times a second; 16.80 are allowed"),
        (Figures(500, 12.0, 0.7, 16.0, 14.0, None, 3), "3 of 500 onboardings"),
        (Figures(500, 0.0, 0.0, 16.0, 14.0, 40.0, 0), "Nobody looked"),
    ],
)
def test_a_missed_bound_is_said(bad: Figures, sentence: str) -> None:
    (said,) = bad.misses(probes_per_s=0.6)
    assert sentence in said


@pytest.mark.parametrize(("seconds", "most"), [(0, 1), (15, 2), (44, 2), (45, 3), (105, 4), (165, 5)])
def test_probes_are_counted_with_their_growing_pauses(seconds: float, most: int) -> None:
    assert most_probes(Pauses(), seconds) == most


# the worker


class Pace(NamedTuple):
    until: timedelta
    close: timedelta


def test_every_interval_is_divided_and_nothing_else() -> None:
    minute, short = timedelta(minutes=1), timedelta(seconds=3)
    assert shorter(minute) == short
    assert shorter((minute, (minute, 7))) == (short, (short, 7))
    assert shorter((Pace(timedelta.max, minute),)) == (Pace(timedelta.max, short),)
    assert shorter(time(8)) == time(8)
    assert pauses().longest_probe == short


# the run


@pytest.mark.slow
async def test_a_small_outage_is_slept_through_and_loses_nobody() -> None:
    said = await dse("bench", "dian-outage", "--n", "40", "--outage", "15", "--json")
    report = json.loads(said.out)
    assert "error" not in report, said.err
    figures = Figures(**report)
    assert said.code == (1 if list(figures.misses(probes_per_s(15))) else 0)
    held_up = figures.limit_per_s / WINDOW.total_seconds()  # one second's calls, by a machine under load
    assert list(replace(figures, after_max_per_s=figures.after_max_per_s - held_up).misses(probes_per_s(15))) == []
    assert (figures.n, figures.lost) == (40, 0)
    assert 0 < figures.before_per_s <= figures.limit_per_s
    assert figures.all_looked_at_s is not None
    assert figures.all_looked_at_s < 120
