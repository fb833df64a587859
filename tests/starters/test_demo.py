"""`./dse demo` as a newcomer runs it."""

import asyncio
import json
import subprocess

from tests.starters.conftest import ROOT, clean_environment

KEYS = {
    *("nit", "workflow_id", "steps", "rejected_uploads", "documents", "range", "voucher_types"),
    *("history_events", "history_bytes", "dian_calls", "wall_s"),
}


async def test_the_demo_ends_in_ready_within_its_budget() -> None:
    def run() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [ROOT / "dse", "demo", "--json"],
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    ended = await asyncio.to_thread(run)
    assert ended.returncode == 0, ended.stderr[-3000:]
    played = json.loads(ended.stdout)
    assert played.keys() == KEYS
    assert played["steps"][-1]["step"] == "ready"
    assert [each["code"] for each in played["rejected_uploads"]] == ["unsigned"]
    scans = [each for each in played["documents"] if each["kind"] == "scan"]
    assert [each["measures"]["ink_area"] > 100 for each in scans] == [False, True]
    assert [each["document_type"] for each in played["voucher_types"]] == ["05", "95"]
    assert played["history_events"] <= 190
    assert played["history_bytes"] <= 80_000
    assert "Continuar con la carta aceptada" in ended.stderr  # rows are told by their Spanish title
