"""`./dse bench sweep` with a few: every finding that was planted is found, and nothing else."""

import pytest

from activities.clock import now_utc
from benchmarks.sweep.crowd import Crowd, cases
from domain.findings import FindingCode
from tests.starters.conftest import dse

NOT_SEEDED = {FindingCode.OBJECT_WITHOUT_RECORD, FindingCode.CLOCK_JUMP}


def test_every_other_finding_is_planted() -> None:
    assert {code for case in cases(now_utc()) for code in case.codes} == set(FindingCode) - NOT_SEEDED


def test_what_is_expected_grows_with_the_crowd_but_for_looks_that_are_told_as_one() -> None:
    few, many = (Crowd(n, now_utc(), "habilitacion").expected for n in (200, 10_000))
    assert (few["grant_alive"], many["grant_alive"]) == (2, 100)
    assert (few["look_late"], many["look_late"]) == (2, 1)


@pytest.mark.slow
async def test_a_small_one_finds_what_was_planted() -> None:
    said = await dse("bench", "sweep", "--n", "200", "--json")
    assert said.code == 0, said.err
    assert said.json.keys() == {"n", "seconds", "findings", "peak_rss_mb"}
    assert said.json["findings"] == sum(Crowd(200, now_utc(), "habilitacion").expected.values())
