"""`./dse bench parked` with a few: every figure is there, nobody is left behind. Their size is the machine's affair."""

import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from benchmarks.parked.figures import Figures
from tests.starters.conftest import ROOT, clean_environment

N = 30
KEYS = {
    *("n", "started_per_s", "left_behind", "timed_out_each", "server_bytes_each"),
    *("temporal_db_bytes_each", "postgres_bytes_each"),
    *("worker_rss_mb", "idle_cpu_percent", "restart", "overdue_count_ms", "first_100_ms"),
    *("woken_per_s", "woken_cpu_ms_each", "caches", "misses", "wall_s"),
}
RESTART = ("s", "cpu_ms", "held_s")


@pytest.mark.slow
async def test_every_figure_is_told(tmp_path: Path) -> None:
    plot = tmp_path / "cache.svg"

    def run() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [ROOT / "dse", "bench", "parked", "--n", str(N), "--cache", "10", "--plot", plot, "--json"],
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    ended = await asyncio.to_thread(run)
    assert ended.returncode == 0, ended.stderr[-3000:]
    found = json.loads(ended.stdout)
    assert found.keys() == KEYS
    assert found["n"] == N
    assert found["left_behind"] == 0
    assert found["worker_rss_mb"].keys() == {"at_1000", "at_n", "growth"}
    assert found["idle_cpu_percent"].keys() == {"worker", "temporal", "postgres", "s3", "dian", "mail", "exporter"}
    assert found["restart"].keys() == {f"at_{when}_{what}" for when in ("1000", "n") for what in RESTART}
    assert found["woken_cpu_ms_each"].keys() == {"worker", "temporal", "postgres"}
    assert [each["size"] for each in found["caches"]] == [10]
    assert f"{N} parked onboardings" in plot.read_text()


def test_a_figure_over_its_bound_is_told() -> None:
    good = Figures(N, idle_cpu_percent={"worker": 2.0}, worker_rss_mb={"growth": 50.0}, overdue_count_ms=10.0)
    assert good.misses == []
    assert "over the bound" not in good.told()
    bad = Figures(N, idle_cpu_percent={"worker": 2.1}, worker_rss_mb={"growth": 50.0}, overdue_count_ms=10.1)
    assert bad.misses == ["idle_cpu_percent.worker", "overdue_count_ms"]
    (line,) = [each for each in bad.told().splitlines() if each.startswith("overdue_count_ms")]
    assert line.endswith("10.1   over the bound of 10")
