"""What people decided on letters in doubt, beside what was measured: real cases by which thresholds can be judged."""

import asyncio
import json
import statistics
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from activities.errors import AwayError
from activities.store.reading import Reviewed
from starters.errors import Unavailable
from workers import adapters
from workers.settings import load

QUARTERS = 4


def run(as_json: bool) -> None:
    """Of the records that the settings name. Raises Unavailable."""
    show(asyncio.run(_on_record()), as_json)


def show(cases: Sequence[Reviewed], as_json: bool) -> None:
    if as_json:
        told = [case.model_dump(mode="json") for case in cases]
        print(json.dumps({"cases": told, "summary": summary(cases)}, ensure_ascii=False))
        return
    if not cases:
        print("No letter has been decided on by a person yet.")
        return
    for case in cases:
        print(_line(case))
    found = summary(cases)
    print(f"\n{'doubted for':>24}  accepted  rejected")
    for code, counts in found["by_reason"].items():
        print(f"{code:>24}{counts['accepted']:>10}{counts['rejected']:>10}")
    print(f"\n{'ink_area, by quarters':>24}  accepted  rejected")
    for quarter in found["by_ink_area"]:
        bounds = f"{quarter['from']:.1f}–{quarter['to']:.1f} pt²"
        print(f"{bounds:>24}{quarter['accepted']:>10}{quarter['rejected']:>10}")


def summary(cases: Sequence[Reviewed]) -> dict[str, Any]:
    """How people decided, by what was in doubt and by quarters of the ink's area."""
    codes = sorted({code for case in cases for code in case.doubts})
    measured = [case for case in cases if _is_measured(case)]
    bounds = _bounds(sorted(map(_area, measured)))
    quarters = {each: [case for case in measured if _quarter(_area(case), bounds) == each] for each in bounds}
    return {
        "cases": len(cases),
        **_counts(cases),
        "by_reason": {code: _counts([case for case in cases if code in case.doubts]) for code in codes},
        "by_ink_area": [
            {"from": round(low, 1), "to": round(high, 1), **_counts(of)} for (low, high), of in quarters.items()
        ],
    }


def _bounds(areas: Sequence[float]) -> list[tuple[float, float]]:
    """From and to of each quarter; equal ones, of few cases, come once."""
    if len(set(areas)) < 2:
        return [(area, area) for area in areas[:1]]
    cuts = dict.fromkeys([areas[0], *statistics.quantiles(areas, n=QUARTERS, method="inclusive"), areas[-1]])
    return list(pairwise(cuts))


def _quarter(area: float, bounds: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The last that begins no higher: the largest area belongs to the last quarter."""
    return max(each for each in bounds if each[0] <= area)


def _counts(cases: Sequence[Reviewed]) -> dict[str, int]:
    decisions = [case.decision for case in cases]
    return {decision: decisions.count(decision) for decision in ("accepted", "rejected")}


def _is_measured(case: Reviewed) -> bool:
    return isinstance(case.measures.get("ink_area"), int | float)


def _area(case: Reviewed) -> float:
    return float(case.measures["ink_area"] or 0.0)


def _line(case: Reviewed) -> str:
    decision = f"{case.decision}: {case.reason}" if case.reason else case.decision
    measures = " ".join(f"{name}={value}" for name, value in case.measures.items())
    return f"{case.environment} {case.nit} {decision} ({case.engine}; {', '.join(case.doubts)}) {measures}"


async def _on_record() -> list[Reviewed]:
    settings = load()
    try:
        async with adapters.reading(settings) as reading:
            return await reading.reviewed()
    except AwayError as error:
        raise Unavailable(*adapters.whereabouts(settings, error)) from None
