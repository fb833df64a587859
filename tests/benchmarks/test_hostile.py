"""`./dse bench hostile`: its files are what they are said to be, and none of them fails, hangs or passes."""

import asyncio
import json
import re
import subprocess
from itertools import islice
from pathlib import Path

import pytest

from activities.letter.verdict import Judged
from benchmarks.hostile.bases import ISSUED, OTHER, OWN, bases
from benchmarks.hostile.mutator import HARMFUL, KINDS, Mutant, mutant, mutants
from benchmarks.hostile.tally import HANG_S, Tally
from benchmarks.sample_letter import KEYS
from domain.letter import MAX_SCAN_BYTES
from domain.reasons import Code, Reason
from domain.verdict import Judgement
from tests.activities.letter.paper import judge
from tests.starters.conftest import ROOT, clean_environment

FIGURES = {
    *("files", "crashes", "hangs", "accepted", "slowest_s", "peak_rss_mb"),
    *("slowest_kind", "decoders_lost", "endings", "verdicts", "reasons", "files_per_s", "parent_growth_mb"),
    *("wall_s", "kept_in"),
}
GROWTH_MB = 60
"""A leak of one file in ten, or of each answer, would be more after 500."""
REFUSED = Judged(Judgement.REJECTED, (Reason.of(Code.PDF_DAMAGED),), {"decoder": "exit -6"})
PASSED = Judged(Judgement.ACCEPTED, (), {})


@pytest.fixture(scope="module")
def firsts() -> list[Mutant]:
    """As many as there are kinds."""
    return list(mutants(1, len(KINDS)))


def test_even_fifty_files_are_of_all_kinds(firsts: list[Mutant]) -> None:
    assert [each.kind for each in firsts] == list(KINDS)
    assert len(KINDS) <= 50


def test_the_same_seed_gives_the_same_files(firsts: list[Mutant]) -> None:
    assert list(mutants(1, len(KINDS))) == firsts
    assert list(islice(mutants(1, 10_000), 9)) == firsts[:9]
    assert not {each.pdf for each in mutants(2, 9)} & {each.pdf for each in firsts}


def test_each_file_differs_from_its_base_and_may_be_uploaded(firsts: list[Mutant]) -> None:
    for each in firsts:
        assert each.pdf != bases()[each.base], each
        assert (len(each.pdf) > MAX_SCAN_BYTES) == (each.kind == "over size"), each


def test_files_are_of_another_letter_unless_they_are_harmful(firsts: list[Mutant]) -> None:
    assert {each.kind for each in firsts if each.expected == OWN} == set(HARMFUL)
    assert {each.expected for each in firsts if each.kind not in HARMFUL} == {OTHER}
    assert ISSUED not in {each.base for each in firsts if each.kind in HARMFUL}


@pytest.mark.parametrize("name", bases())
def test_what_the_files_are_made_from_would_be_accepted_as_what_it_is(name: str) -> None:
    """Else a run proved nothing."""
    own, other = (judge(bases()[name], expected, KEYS) for expected in (OWN, OTHER))
    assert [reason.code for reason in own.reasons] == ([Code.UNSIGNED] if name == ISSUED else [])
    assert [reason.code for reason in other.reasons] == [Code.WRONG_COMPANY]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", HARMFUL)
def test_a_signed_letter_that_carries_harm_is_refused(kind: str, seed: int) -> None:
    """Whatever place and disguise the dice give it: values said twice, objects that no table lists."""
    judged = judge(mutant(seed, list(KINDS).index(kind)).pdf, OWN, KEYS)
    assert judged.judgement == Judgement.REJECTED
    assert Code.UNSIGNED not in {reason.code for reason in judged.reasons}


def test_what_fails_is_counted_and_kept(firsts: list[Mutant], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tally = Tally()
    tally.take(firsts[0], REFUSED, 0.1)
    assert (tally.failed, tally.kept_in, tally.decoders_lost, tally.endings) == (False, None, 1, {"exit -6": 1})
    for failing, outcome, seconds in (
        (firsts[1], PASSED, 0.1),
        (firsts[2], OSError(), 0.1),
        (firsts[3], REFUSED, HANG_S + 1),
    ):
        tally.take(failing, outcome, seconds)
    assert tally.failed
    assert (tally.files, tally.accepted, tally.crashes, tally.hangs) == (4, 1, 1, 1)
    assert tally.slowest_s == HANG_S + 1
    assert tally.kept_in is not None
    kept = [file.read_bytes() for file in sorted(tally.kept_in.iterdir())]
    assert kept == [each.pdf for each in firsts[1:4]]
    assert tally.document().keys() == FIGURES
    assert firsts[2].kind in tally.told()


def test_the_document_names_tests_that_exist() -> None:
    told = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "upload-security.md").read_text())
    assert len(told) > 20
    for file, name in told:
        assert re.search(rf"def {name}\(", (ROOT / file).read_text()), (file, name)


@pytest.mark.slow
async def test_500_hostile_files_fail_hang_and_pass_for_nothing() -> None:
    def run() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [ROOT / "dse", "bench", "hostile", "--n", "500", "--seed", "5", "--json"],
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )

    ended = await asyncio.to_thread(run)
    assert ended.returncode == 0, ended.stderr[-3000:]
    found = json.loads(ended.stdout)
    assert found.keys() == FIGURES
    assert (found["files"], found["crashes"], found["hangs"], found["accepted"]) == (500, 0, 0, 0)
    assert found["slowest_s"] <= HANG_S
    assert found["parent_growth_mb"] < GROWTH_MB
