"""How often DIAN is asked while companies associate their prefixes, and how late that is seen; fixed polls beside."""

import json
import multiprocessing
import statistics
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.looks import plot
from benchmarks.looks.playing import Played, fixed, ours
from benchmarks.looks.population import company
from starters.cli.common import Json

MOST_CALLS = 16.0
MOST_SILENT_S, MOST_TOLD_S = 15 * 60, 60
FIXED = {"fixed30": timedelta(minutes=30), "fixed120": timedelta(hours=2)}
PROCESSES = 2


def run(
    n: Annotated[int, typer.Option("--n", min=100, help="Companies.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Of all that chance decides.")] = 4,
    plotted: Annotated[Path | None, typer.Option("--plot", help="Draw calls over time into this SVG file.")] = None,
    as_json: Json = False,
) -> None:
    """When DIAN is looked at: calls for an onboarding, delays, against polls of 30 min and of 2 h."""
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        arms = {name: pool.map(partial(_played, name, seed), range(n), chunksize=100) for name in ("ours", *FIXED)}
    figures = {name: _figures(played) for name, played in arms.items()}
    document = {"companies": n, **figures.pop("ours"), **figures, "seed": seed}
    if plotted is not None:
        plotted.write_text(plot.drawn({name: list(map(_since_the_wait(seed), range(n), arms[name])) for name in arms}))
    print(json.dumps(document) if as_json else _told(document))
    if missed := _missed(document):
        typer.echo(f"missed: {'; '.join(missed)}", err=True)
        raise typer.Exit(1)


def _played(arm: str, seed: int, number: int) -> Played:
    one = company(seed, number)
    return ours(one) if arm == "ours" else fixed(one, FIXED[arm])


def _figures(played: Sequence[Played]) -> dict[str, float]:
    silent = [each.delay_s for each in played if not each.told and not each.too_early]
    told = [each.delay_s for each in played if each.told]
    return {
        "calls_per_onboarding": round(statistics.mean(len(each.looked) for each in played), 2),
        "median_delay_s_silent": round(statistics.median(silent)),
        "median_delay_s_told": round(statistics.median(told), 1),
        "p95_delay_s_silent": round(statistics.quantiles(silent, n=20)[-1]),
    }


def _since_the_wait(seed: int) -> plot.Counting:
    return partial(plot.hours_of_looks, seed)


def _missed(document: dict[str, Any]) -> list[str]:
    bounds = {
        "calls_per_onboarding": MOST_CALLS,
        "median_delay_s_silent": MOST_SILENT_S,
        "median_delay_s_told": MOST_TOLD_S,
    }
    return [
        f"{name} is {document[name]}, at most {most} wanted" for name, most in bounds.items() if document[name] > most
    ]


def _told(document: dict[str, Any]) -> str:
    lines = [f"{document['companies']} companies, seed {document['seed']}; delays in business hours:", ""]
    lines.append(f"{'':12}{'calls each':>12}{'nobody tells: median':>24}{'p95':>10}{'told: median':>16}")
    for name, arm in (("ours", document), *((name, document[name]) for name in FIXED)):
        silent, p95 = (timedelta(seconds=arm[f"{which}_delay_s_silent"]) for which in ("median", "p95"))
        told = arm["median_delay_s_told"]
        lines.append(f"{name:12}{arm['calls_per_onboarding']:>12}{silent!s:>24}{p95!s:>10}{told:>14} s")
    return "\n".join(lines)
