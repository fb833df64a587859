"""Bad input gets a clear refusal, and nothing is lost: the command line's side of it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.commands import SubmitRepresentative
from domain.letter import MAX_SCAN_BYTES
from infra.paper_simulator.spoil import encrypted, padded, truncated, with_attachment, with_javascript
from tests.starters.conftest import Cli, dse
from tests.workflows.company import random_nit

START = ("--name", "Andina S.A.S.", "--email", "ana@andina.example")


@pytest.mark.parametrize(
    ("nit", "code", "says"),
    [
        ("900123456-7", "nit_check_digit", "900123456-8"),
        ("900123456", "nit_check_digit_missing", "900123456-8"),
        ("9001234S6-8", "nit_format", ""),
        ("900123456-8-001", "nit_format", ""),
        ("", "nit_format", ""),
    ],
)
async def test_a_wrong_nit_is_refused_with_the_right_digit(cli: Cli, nit: str, code: str, says: str) -> None:
    said = await cli("start", nit, *START, "--json")
    assert (said.code, said.error["code"]) == (1, code)
    assert says in said.error["message_es"]
    assert "900123456-8" not in {row["nit"] for row in await cli.ok("list")}


async def test_dots_are_accepted(cli: Cli) -> None:
    nit = random_nit()
    dotted = f"{nit[0:3]}.{nit[3:6]}.{nit[6:]}"
    assert (await cli.ok("start", dotted, *START))["nit"] == nit


async def test_a_start_of_a_running_one_gives_it_back_with_notices(cli: Cli) -> None:
    nit = await cli.start()
    again = await cli.ok("start", nit, *START)
    assert [each["code"] for each in again["notices"]] == ["running_already"]
    renamed = await cli.ok("start", nit, "--name", "Otra S.A.S.", "--email", "x@otra.example")
    assert [each["code"] for each in renamed["notices"]] == ["running_already", "name_differs"]
    assert renamed["name"] == "Andina S.A.S."
    theirs = await cli("start", nit, *START, "--partner", "acme", "--json")
    assert theirs.code == 1
    assert theirs.error["code"] == "already_in_progress"
    assert "Andina" not in theirs.out + theirs.err


async def test_every_bad_field_is_named_at_once_and_nothing_is_stored(cli: Cli) -> None:
    nit = await cli.start("--invoicing-done")
    before = await cli.ok("status", nit)
    bad = {**SubmitRepresentative.card.example, "email": "x", "document_number": "12", "position": ""}
    said = await cli("representative", nit, str(cli.file("bad.json", bad)), "--json")
    assert said.code == 1
    assert {each["field"]: each["code"] for each in said.error["fields"]} == {
        "email": "email_format",
        "document_number": "document_number",
        "position": "required",
    }
    assert all(each["message_es"] for each in said.error["fields"])
    assert await cli.ok("status", nit) == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"%PDF-1.7 " + b"x" * (MAX_SCAN_BYTES - 8), "file_too_large"),
        (b"MZ this is no PDF", "file_not_pdf"),
        (None, "file_unreadable"),
    ],
)
async def test_a_bad_file_is_refused_before_it_is_stored(
    cli: Cli, tmp_path: Path, content: bytes | None, code: str
) -> None:
    nit, file = await cli.at_signed_letter(), tmp_path / "scan.pdf"
    if content is not None:
        file.write_bytes(content)
    before = await cli.ok("status", nit)
    said = await cli("upload", nit, str(file), "--json")
    assert (said.code, said.error["code"]) == (1, code)
    assert [each["field"] for each in said.error["fields"]] == ["file"]
    assert await cli.ok("status", nit) == before


async def test_one_mebibyte_passes(cli: Cli, tmp_path: Path) -> None:
    nit = await cli.at_signed_letter()
    scan = (await cli.scan_of(nit)).read_bytes()
    file = tmp_path / "full.pdf"
    file.write_bytes(padded(scan, MAX_SCAN_BYTES))
    assert file.stat().st_size == MAX_SCAN_BYTES
    assert (await cli.ok("upload", nit, str(file)))["verdict"] == "accepted"


async def test_an_unsigned_scan_and_another_companys_are_rejected_with_reasons(cli: Cli) -> None:
    nit, other = await cli.at_signed_letter(), await cli.at_signed_letter()
    for scan, code in (
        (await cli.scan_of(nit, signed=False), "unsigned"),
        (await cli.scan_of(other), "wrong_company"),
    ):
        said = await cli("upload", nit, str(scan), "--json")
        assert (said.code, said.json["verdict"]) == (1, "rejected")
        assert code in [reason["code"] for reason in said.json["reasons"]]
        assert said.json["step"] == "signed_letter"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (encrypted, "pdf_encrypted"),
        (truncated, "pdf_damaged"),
        (with_javascript, "pdf_active_content"),
        (with_attachment, "pdf_attachments"),
    ],
)
async def test_a_spoiled_scan_is_rejected_and_another_one_asked_for(
    cli: Cli, tmp_path: Path, spoil: Callable[[bytes], bytes], code: str
) -> None:
    nit, file = await cli.at_signed_letter(), tmp_path / "spoiled.pdf"
    file.write_bytes(spoil((await cli.scan_of(nit)).read_bytes()))
    said = await cli("upload", nit, str(file), "--json")
    assert (said.code, said.json["verdict"], said.json["step"]) == (1, "rejected", "signed_letter")
    assert code in [reason["code"] for reason in said.json["reasons"]]
    assert all(reason["message_es"] for reason in said.json["reasons"])
    assert [each["field"] for each in said.json["requirements"]] == ["file"] * len(said.json["reasons"])


async def test_a_command_at_the_wrong_row_says_where_it_stands_and_what_is_legal(cli: Cli) -> None:
    nit = await cli.start()
    said = await cli("continue", nit, "--json")
    assert (said.code, said.error["code"]) == (1, "not_legal_here")
    assert "electronic_invoicing" in said.error["hint"]
    assert "submit_representative" in said.error["hint"]


async def test_a_stale_version_is_refused(cli: Cli) -> None:
    nit = await cli.start()
    version = (await cli.ok("status", nit))["version"]
    assert (await cli("hold", nit, "--reason", "x", "--expected-version", str(version), "--json")).code == 0
    said = await cli("resume", nit, "--reason", "x", "--expected-version", str(version), "--json")
    assert (said.code, said.error["code"]) == (1, "stale_version")


async def test_of_two_commands_at_once_one_wins(cli: Cli) -> None:
    nit = await cli.start()
    both = await asyncio.gather(*(cli.spawn("hold", nit, "--reason", "x", "--json") for _ in range(2)))
    assert sorted(said.code for said in both) == [0, 1]
    assert "held_already" in [said.json.get("error", {}).get("code") for said in both]


async def test_an_unknown_nit_is_not_found(cli: Cli) -> None:
    said = await cli("status", random_nit(), "--json")
    assert (said.code, said.error["code"]) == (1, "not_found")
    assert "./dse list" in said.error["hint"]


async def test_a_ready_company_is_not_started_again_and_its_range_is_nobody_elses(cli: Cli) -> None:
    nit, other = await cli.ready(), await cli.at_mandated_wait()
    said = await cli("start", nit, *START, "--json")
    assert (said.code, said.error["code"]) == (1, "already_ready")
    claimed = (await cli.ok("status", nit))["range"]
    await cli.at_dian(other, "request", "associate", resolution=claimed["resolution"], prefix=claimed["prefix"])
    status = await cli.ok("associated", other)
    assert status["step"] == "prefix_sync"
    assert status["range"] is None


async def test_a_cancelled_company_begins_anew(cli: Cli) -> None:
    nit = await cli.start()
    await cli.ok("cancel", nit, "--reason", "x")
    await cli.ok("wait", nit, "--step", "cancelled")
    again = await cli.ok("start", nit, *START)
    assert (again["step"], again["notices"]) == ("electronic_invoicing", [])


@pytest.mark.parametrize("usage", [("hold", "900123456-8"), ("frob",), ("wait", "900123456-8", "--step", "nowhere")])
async def test_wrong_usage_is_2(usage: tuple[str, ...]) -> None:
    assert (await dse(*usage)).code == 2
