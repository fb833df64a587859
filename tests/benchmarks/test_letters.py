"""Letters are judged right in every condition of the bench."""

import json

import pytest

from benchmarks.letters.conditions import CONDITIONS, Sheet
from domain.verdict import Judgement
from tests.starters.conftest import dse


def test_the_same_seed_makes_the_same_file() -> None:
    condition = next(each for each in CONDITIONS if each.name == "photocopied 3 times")
    assert condition.make(Sheet(7)) == condition.make(Sheet(7)) != condition.make(Sheet(8))


def test_every_judgement_is_right_for_some_condition() -> None:
    assert {condition.right for condition in CONDITIONS} == set(Judgement)
    assert len({condition.name for condition in CONDITIONS}) == len(CONDITIONS)


@pytest.mark.slow
async def test_every_condition_is_judged_right() -> None:
    said = await dse("bench", "letters", "--n", str(len(CONDITIONS)), "--seed", "5", "--json")
    report = json.loads(said.out)
    wrong = [name for name, row in report["conditions"].items() if row["accuracy"] < 1]
    assert (wrong, report["false_accepts"], report["qr_read"]) == ([], 0, 1.0)
