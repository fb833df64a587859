"""The README's tour, as it stands there, ends in ready; and what was waiting goes on after a restart."""

import asyncio
import re
import subprocess
from pathlib import Path

import pytest

from tests.starters.conftest import ROOT, clean_environment, dse, start_up, stop, until_up

TOUR = re.compile(r"```sh tour\n(.*?)```", re.DOTALL)
NIT = "900123456-8"


async def test_the_tour_ends_in_ready_and_survives_a_restart_midway(tmp_path: Path) -> None:
    for name in ("dse", ".venv", "docs", "infra"):
        (tmp_path / name).symlink_to(ROOT / name)
    data = tmp_path / ".dse"
    first, second = _halves()
    up = start_up(data)
    await until_up(data, up)
    await _run(first, tmp_path)
    assert stop(up) == 0
    gone = await dse("status", NIT, "--json", DSE_DATA=str(data))
    assert (gone.code, gone.error["code"]) == (1, "unavailable")
    up = start_up(data)
    await until_up(data, up)
    assert (await dse("status", NIT, "--json", DSE_DATA=str(data))).json["step"] == "letter_accepted"
    out = await _run(second, tmp_path)
    assert (await dse("status", NIT, "--json", DSE_DATA=str(data))).json["closed"] == "ready"
    assert "voucher_type_claimed" in out
    assert stop(up) == 0


def _halves() -> tuple[str, str]:
    """Before and after *Continuar*: the stack is restarted in between."""
    found = TOUR.search((ROOT / "README.md").read_text())
    assert found is not None
    before, rest = found[1].split("./dse continue", 1)
    return before, f"NIT={NIT}\n./dse continue{rest}"


async def _run(script: str, folder: Path) -> str:
    def run() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    ended = await asyncio.to_thread(run)
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    return ended.stdout


@pytest.mark.parametrize("command", re.findall(r"`(\./dse [a-z-]+)`", (ROOT / "README.md").read_text()))
async def test_every_command_that_the_readme_names_exists(command: str) -> None:
    assert (await dse(command.split()[1], "--help")).code == 0
