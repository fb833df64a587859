"""Files that come twice, at the same time, or too late."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from infra.paper_simulator.spoil import padded
from tests.starters.conftest import Cli


async def verdicts(cli: Cli, nit: str) -> int:
    events = await cli.ok("timeline", nit)
    return sum(each["name"] == "letter_verdict" for each in events)


async def test_the_same_bytes_again_are_looked_at_once(cli: Cli) -> None:
    nit = await cli.at_signed_letter()
    scan = str(await cli.scan_of(nit))
    first = await cli.ok("upload", nit, scan)
    again = await cli("upload", nit, scan, "--json")
    assert "ya está adjunto" in again.err
    assert (again.json["verdict"], again.json["version"]) == ("accepted", first["version"])
    assert await verdicts(cli, nit) == 1


async def test_of_two_at_the_same_time_the_later_counts_and_both_are_kept(cli: Cli, tmp_path: Path) -> None:
    nit = await cli.at_signed_letter()
    scan = await cli.scan_of(nit)
    other = tmp_path / "other.pdf"
    other.write_bytes(padded(scan.read_bytes(), len(scan.read_bytes()) + 1000))
    said = await asyncio.gather(*(cli.spawn("upload", nit, str(file), "--json") for file in (scan, other)))
    assert [each.code for each in said] == [0, 0]
    status = await cli.ok("wait", nit, "--step", "letter_accepted")
    scans = [each for each in status["documents"] if each["kind"] == "scan"]
    assert {each["sha256"] for each in scans} == {
        hashlib.sha256(file.read_bytes()).hexdigest() for file in (scan, other)
    }
    assert [(each["void"], each["verdict"]) for each in scans][1:] == [(False, "accepted")]
    assert scans[0]["void"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("prefix_association", "Asociar prefijos"),
        ("ready", "Lista para emitir"),
        ("cancelled", "Habilitación cancelada"),
    ],
)
async def test_too_late_is_refused_and_told_why(cli: Cli, row: str, why: str) -> None:
    nit = await _at(cli, row)
    scan = await cli.scan_of(nit, seed=2) if row == "prefix_association" else cli.folder / f"{nit}.pdf"
    before = await cli.ok("status", nit)
    said = await cli("upload", nit, str(scan), "--json")
    assert (said.code, said.error["code"]) == (1, "not_legal_here")
    assert why in said.error["message_es"]
    assert (await cli.ok("status", nit))["documents"] == before["documents"]


async def _at(cli: Cli, row: str) -> str:
    match row:
        case "prefix_association":
            nit = await cli.at_mandated_wait()
            await cli.ok("wait", nit, "--step", "prefix_association")
            return nit
        case "ready":
            return await cli.ready()
        case _:
            nit = await cli.at_signed_letter()
            await cli.scan_of(nit)
            await cli.ok("cancel", nit, "--reason", "ya no", "--actor", "ana")
            await cli.ok("wait", nit, "--step", "cancelled")
            return nit
