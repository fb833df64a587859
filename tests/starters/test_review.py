"""A letter in doubt: laid open for an operator, decided on, and listed with its measures afterwards."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from infra.paper_simulator.spoil import truncated
from tests.starters.conftest import Cli, dse

PNG = b"\x89PNG\r\n\x1a\n"
PICTURES = ("page", "box", "letter", "review")


async def test_a_letter_in_doubt_is_laid_open_and_decided_on_by_the_commands_told(cli: Cli, tmp_path: Path) -> None:
    nit, folder = await cli.at_letter_review(), tmp_path / "new" / "case"
    told = await cli.ok("review", nit, "--open", str(folder))
    assert told.keys() == {*PICTURES, "verdict", "reasons", "measures"}
    assert [Path(told[name]) for name in PICTURES] == [folder / f"{name}.png" for name in PICTURES]
    assert all(Path(told[name]).read_bytes().startswith(PNG) for name in PICTURES)
    assert (told["verdict"], [each["code"] for each in told["reasons"]]) == ("review", ["signature_doubtful"])
    assert told["measures"]["ink_area"] > 0
    assert (await cli.ok("status", nit))["step"] == "letter_review"

    said = await cli("review", nit, "--open", str(folder))
    commands = [line.split()[1:] for line in said.out.splitlines() if line.strip().startswith("./dse")]
    assert [each[:3] for each in commands] == [["review", nit, "accept"], *[["review", nit, "reject"]] * 2]
    await cli.ok(*commands[0])
    assert (await cli(*commands[1], "--json")).error["code"] == "stale_version"
    again = await cli("review", nit, "--open", str(folder))
    assert again.code == 0
    assert "./dse" not in again.out


async def test_a_scan_that_cannot_be_drawn_is_told_and_the_letter_shown(cli: Cli, tmp_path: Path) -> None:
    nit = await cli.at_signed_letter()
    none = await cli("review", nit, "--open", str(tmp_path), "--json")
    assert (none.code, none.error["code"]) == (1, "scan_missing")
    scan_of_it = await cli.scan_of(nit)
    scan_of_it.write_bytes(truncated(scan_of_it.read_bytes()))
    assert (await cli("upload", nit, str(scan_of_it), "--json")).json["verdict"] == "rejected"
    for stale in ("page.png", "box.png", "review.png"):
        (tmp_path / stale).write_bytes(b"of a case before")
    said = await cli("review", nit, "--open", str(tmp_path), "--json")
    assert (said.code, said.error["code"]) == (1, "pdf_damaged")
    assert said.error["message_es"]
    assert [each.name for each in tmp_path.iterdir()] == ["letter.png"]
    assert (tmp_path / "letter.png").read_bytes().startswith(PNG)


async def test_a_folder_that_cannot_be_written_to_is_told(cli: Cli, tmp_path: Path) -> None:
    nit, file = await cli.at_letter_review(), tmp_path / "file"
    file.touch()
    said = await cli("review", nit, "--open", str(file), "--json")
    assert (said.code, [each["field"] for each in said.error["fields"]]) == (1, ["open"])


@pytest.mark.parametrize("given", [(), ("accept", "--open", "folder")], ids=["neither", "both"])
async def test_either_a_decision_or_a_folder_is_given(given: tuple[str, ...]) -> None:
    said = await dse("review", "900123456-8", *given)
    assert said.code == 2
    assert "--open" in said.err


async def test_decided_cases_are_listed_with_their_measures(cli: Cli) -> None:
    accepted, rejected, open_ = [await cli.at_letter_review(seed=seed) for seed in (2, 3, 4)]
    await cli.ok("review", accepted, "accept")
    await cli.ok("review", rejected, "reject", "--reason", "unsigned")

    async with asyncio.timeout(30):
        while len(cases := by_nit(listed := await cli.ok("bench", "letters", "--reviewed"), accepted, rejected)) < 2:
            await asyncio.sleep(0.1)
    assert [(cases[nit]["decision"], cases[nit]["reason"]) for nit in (accepted, rejected)] == [
        ("accepted", None),
        ("rejected", "unsigned"),
    ]
    for case in cases.values():
        assert case["doubts"] == ["signature_doubtful"]
        assert case["engine"].startswith("letter-")
        assert case["measures"]["ink_area"] > 0
        assert "actor" not in case
    assert not by_nit(listed, open_)
    counts = listed["summary"]["by_reason"]["signature_doubtful"]
    assert counts["accepted"] + counts["rejected"] == len(listed["cases"])
    quarters = listed["summary"]["by_ink_area"]
    assert sum(each["accepted"] + each["rejected"] for each in quarters) == len(listed["cases"])
    said = await cli("bench", "letters", "--reviewed")
    assert said.code == 0
    assert f"{rejected} rejected: unsigned" in said.out


def by_nit(listed: Any, *nits: str) -> dict[str, dict[str, Any]]:
    return {case["nit"]: case for case in listed["cases"] if case["nit"] in nits}
