"""A made-up afternoon of a fleet, as a Prometheus that has scraped it would hold it.

python -m tests.infra.grafana.seeded FOLDER   draws both dashboards of it there, to be looked at
"""

import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from domain.steps import Step
from infra.grafana.asking import Span
from infra.grafana.draw import picture
from tests.infra.prometheus.emitted import COUNTERS_AND_GAUGES, HISTOGRAMS
from tests.infra.prometheus.rules import ROOT
from tests.infra.prometheus.server import prometheus
from tests.infra.tools import promtool

START, END, EVERY = 1_795_600_800, 1_795_615_200, 30
"""Four hours of 2026-11-25; one scrape each 30 s."""
VALUES: dict[str, list[str]] = {
    "step": [step for step in Step if step < Step.READY],
    "waiting_on": ["company", "us", "dian", "operator"],
    "held": ["false"],
    "judgement": ["accepted", "rejected", "review"],
    "reason": ["none", "signature_doubtful"],
    "class": ["done", "pending", "transient"],
    "code": ["100", "302", "other"],
    "mode": ["closed", "probing"],
    "kind": ["turn", "reminder"],
    "outcome": ["sent", "refused"],
    "command": ["continue_onboarding", "tick_act"],
    "part": ["temporal", "records", "documents", "mail"],
    "closed": ["ready", "cancelled"],
    "poller_type": ["workflow_task", "activity_task"],
    "worker_type": ["WorkflowWorker", "ActivityWorker"],
    "task_queue": ["dse", "dse-dian"],
    "activity_type": ["record", "check_scan", "look_up_ranges"],
    "workflow_type": ["Onboarding", "Sweep"],
    "failure_reason": ["WorkflowError"],
    "operation": ["RespondWorkflowTaskCompleted", "UpdateWorkflowExecution"],
    "status_code": ["UNAVAILABLE"],
}
BOUNDS = ("0.1", "0.5", "1", "5", "10", "100", "1000", "+Inf")
Shape = Callable[[float], float]


def openmetrics() -> Iterator[str]:
    """Every metric with every label that it may carry; each series has a size and a swing of its own."""
    for number, (name, labels) in enumerate(sorted(COUNTERS_AND_GAUGES.items())):
        counted = name.endswith("_total")
        yield f"# TYPE {name.removesuffix('_total')} {'counter' if counted else 'gauge'}"
        for place, given in enumerate(_labelled(labels)):
            yield from _samples(name, given, _shape(name, number + place, counted=counted))
    for number, (name, labels) in enumerate(sorted(HISTOGRAMS.items())):
        yield f"# TYPE {name} gauge"  # told as gauges: buckets of many lengths are not checked then
        for place, given in enumerate(_labelled(labels)):
            for row, bound in enumerate(BOUNDS):
                share = min(1.0, (row + 1 + place % 3) / 6)
                grown = _shape("_total", number + place, counted=True)
                yield from _samples(f"{name}_bucket", {**given, "le": bound}, _times(grown, share))


def _times(shape: Shape, share: float) -> Shape:
    return lambda minutes: math.floor(shape(minutes) * share)


def _shape(name: str, seed: int, *, counted: bool) -> Shape:
    if counted:
        return lambda minutes: math.floor((2 + seed % 5) * (minutes + 20 * (1 - math.cos(minutes / 60))))
    if name == "dse_sweep_finished_timestamp_seconds":
        return lambda minutes: START + 300 * ((minutes * 60) // 300)
    if name == "dse_provider_certificate_expires_seconds":
        return lambda minutes: END + 200 * 86_400
    if name in ("up", "dse_up"):
        return lambda minutes: 1
    if name.endswith("_seconds"):
        return lambda minutes: 30 + 60 * (minutes % (30 + 7 * (seed % 5)))
    return lambda minutes: max(0, round((seed % 7) + (2 + seed % 3) * math.sin(minutes / 40 + seed)))


def _labelled(labels: set[str]) -> list[dict[str, str]]:
    """Not all combinations: a value each, as many rows as the longest list has."""
    known = {label: VALUES[label] for label in sorted(labels) if label in VALUES}
    rows = max((len(values) for values in known.values()), default=1)
    return [{label: values[row % len(values)] for label, values in known.items()} for row in range(rows)]


def _samples(name: str, labels: dict[str, str], shape: Shape) -> Iterator[str]:
    job, instance = ("dse-exporter", "exporter:9465") if name.startswith("dse_") else ("dse-worker", "worker:9464")
    given = ",".join(f'{label}="{value}"' for label, value in {"job": job, "instance": instance, **labels}.items())
    for at in range(START, END, EVERY):
        yield f"{name}{{{given}}} {shape((at - START) / 60)} {at}"


def seed(folder: Path) -> None:
    """Blocks in `folder/data`."""
    file = folder / "seed.txt"
    with file.open("w") as out:
        out.writelines(f"{line}\n" for line in openmetrics())
        out.write("# EOF\n")
    command = [promtool(), "tsdb", "create-blocks-from", "openmetrics", str(file), str(folder / "data")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    seed(folder)
    with prometheus(folder) as address:
        for file in sorted((ROOT / "infra" / "grafana").glob("*.json")):
            svg = picture(json.loads(file.read_text()), address, Span(START, END - EVERY))
            (folder / f"{file.stem}.svg").write_text(svg)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
