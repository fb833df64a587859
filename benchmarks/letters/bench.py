"""How well, and how fast, scans of the signed letter are judged, by condition; a naive arm beside it."""

import asyncio
import json
import multiprocessing
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from activities.letter.isolation import Decoders, examine
from activities.letter.verdict import Judged
from benchmarks.letters import naive, reviewed
from benchmarks.letters.conditions import CONDITIONS, EXPECTED, Condition, Sheet
from benchmarks.memory import peak_of_children_mb
from benchmarks.sample_letter import KEYS
from domain.verdict import Judgement
from starters.cli.common import Json

AT_ONCE = 2
"""As many as there are cores where the bound was set."""
PROBE = 60
"""Files by which one at a time and two at once are compared."""


@dataclass(frozen=True)
class Outcome:
    condition: Condition
    seed: int
    judged: Judged
    ms: float
    naive_ms: float

    @property
    def got(self) -> Judgement:
        return self.judged.judgement

    @property
    def is_right(self) -> bool:
        return self.got == self.condition.right


def run(
    n: Annotated[int, typer.Option("--n", min=len(CONDITIONS), help="Files.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of all that chance decides; the thresholds were set on 1 to 3.")] = 4,
    decided: Annotated[
        bool, typer.Option("--reviewed", help="Only list what people decided, from the records.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Scans in named conditions, judged as the worker judges them."""
    if decided:
        reviewed.run(as_json)
        return
    chosen = [(CONDITIONS[index % len(CONDITIONS)], seed * 1_000_000 + index) for index in range(n)]
    with multiprocessing.get_context("spawn").Pool(AT_ONCE) as pool:
        files = pool.starmap(_made, [(index % len(CONDITIONS), each) for index, (_, each) in enumerate(chosen)], 8)
    outcomes, two_at_once, peak_mb = asyncio.run(_examined(chosen, files))
    report = _report(outcomes, seed) | {"peak_rss_mb": peak_mb, "two_at_once": two_at_once}
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        _print(report, outcomes)


def _made(condition: int, seed: int) -> bytes:
    return CONDITIONS[condition].make(Sheet(seed))


async def _examined(
    chosen: Sequence[tuple[Condition, int]], files: Sequence[bytes]
) -> tuple[list[Outcome], float, float]:
    """One after the other, each by both arms; then some of them again, for the gain of two at once."""
    outcomes = []
    async with Decoders() as decoders:
        await examine(files[0], EXPECTED, KEYS, decoders)
        for (condition, seed), file in zip(chosen, files, strict=True):
            begun = time.perf_counter()
            judged = await examine(file, EXPECTED, KEYS, decoders)
            done = time.perf_counter()
            naive.look(file)
            outcomes.append(
                Outcome(condition, seed, judged, 1000 * (done - begun), 1000 * (time.perf_counter() - done))
            )
        probe = files[:PROBE]
        alone = await _took(probe, 1, decoders)
        two_at_once = alone / await _took(probe, AT_ONCE, decoders)
        return outcomes, round(two_at_once, 2), peak_of_children_mb()


async def _took(files: Sequence[bytes], at_once: int, decoders: Decoders) -> float:
    """Seconds, after as many decoders are warm."""
    free = asyncio.Semaphore(at_once)

    async def one(file: bytes) -> None:
        async with free:
            await examine(file, EXPECTED, KEYS, decoders)

    await asyncio.gather(*(one(file) for file in files[: at_once * 2]))
    begun = time.perf_counter()
    await asyncio.gather(*(one(file) for file in files))
    return time.perf_counter() - begun


def _report(outcomes: Sequence[Outcome], seed: int) -> dict[str, Any]:
    readable = [each for each in outcomes if each.condition.readable]
    ms, naive_ms = sorted(each.ms for each in outcomes), statistics.median(each.naive_ms for each in outcomes)
    return {
        "n": len(outcomes),
        "seed": seed,
        **_counts(outcomes),
        "qr_read": round(sum("code_nit" in each.judged.measures for each in readable) / len(readable), 4),
        "median_ms": round(statistics.median(ms), 1),
        "p95_ms": round(ms[int(0.95 * (len(ms) - 1))], 1),
        "naive_median_ms": round(naive_ms, 1),
        "speedup": round(naive_ms / statistics.median(ms), 2),
        "conditions": {
            condition.name: _counts(of) | {"median_ms": round(statistics.median(each.ms for each in of), 1)}
            for condition in CONDITIONS
            if (of := [each for each in outcomes if each.condition is condition])
        },
    }


def _counts(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    accepted, rejected = Judgement.ACCEPTED, Judgement.REJECTED
    return {
        "accuracy": round(sum(each.is_right for each in outcomes) / len(outcomes), 4),
        "false_accepts": sum(each.got == accepted and not each.is_right for each in outcomes),
        "false_rejects": sum(each.got == rejected and each.condition.right == accepted for each in outcomes),
        "to_review": sum(each.got == Judgement.REVIEW for each in outcomes),
    }


def _print(report: dict[str, Any], outcomes: Sequence[Outcome]) -> None:
    for name, value in report.items():
        if name != "conditions":
            print(f"{name:>16}  {value}")
    print(f"\n{'condition':>26}  right  accuracy  false accepts  false rejects  to review  median ms")
    for condition in CONDITIONS:
        row = report["conditions"][condition.name]
        counts = "".join(f"{row[name]:>{width}}" for name, width in (("accuracy", 8), ("false_accepts", 15)))
        rest = "".join(f"{row[name]:>{width}}" for name, width in (("false_rejects", 15), ("to_review", 11)))
        print(f"{condition.name:>26}  {condition.right.value[:6]:6}{counts}{rest}{row['median_ms']:>11}")
    for each in [each for each in outcomes if not each.is_right][:40]:
        codes = ", ".join(reason.code for reason in each.judged.reasons)
        print(f"  wrong: {each.condition.name}, seed {each.seed}: {each.got.value} ({codes})")
