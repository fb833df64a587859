"""`./dse bench onboardings` as a person runs it: every arm plays to its end, and the document is whole."""

import asyncio
import json
import subprocess

import pytest

from tests.starters.conftest import ROOT, clean_environment

KEYS = {
    *("n", "ours_per_s", "bare_per_s", "ratio", "efficiency"),
    *("history_events", "history_bytes", "bare_history_events", "cpu_ms_each"),
}
CPU = {"server", "worker", "checks", "adapters_alone", "bare_server", "bare_worker", "postgres", "s3"}
BARE_EVENTS = range(83, 105)
"""Its activities and timers are one after another; its messages may share workflow tasks with them, or not."""


@pytest.mark.slow
async def test_every_arm_ends_and_the_document_is_whole() -> None:
    def run() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [ROOT / "dse", "bench", "onboardings", "--n", "5", "--json"],
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    ended = await asyncio.to_thread(run)
    assert ended.returncode == 0, ended.stdout[-1000:] + ended.stderr[-3000:]
    document = json.loads(ended.stdout)
    assert document.keys() == KEYS
    assert document["cpu_ms_each"].keys() == CPU
    assert document["n"] == 5
    assert all(used > 0 for used in document["cpu_ms_each"].values())  # each process was found and has worked
    cpu = document["cpu_ms_each"]
    needed = cpu["bare_server"] + cpu["bare_worker"] + cpu["adapters_alone"]
    ours = cpu["server"] + cpu["worker"] + cpu["checks"]
    assert document["efficiency"] == pytest.approx(needed / ours, abs=0.002)
    assert document["bare_history_events"] in BARE_EVENTS
    assert document["history_events"] > 83
