"""What needs no stack, and what is said when there is none."""

import asyncio
import time
from pathlib import Path

import pytest

from infra.dian_simulator.person import Person
from infra.dian_simulator.server import Options, running
from infra.paper_simulator import sign_and_scan
from starters.cli.demo import BOX
from tests.starters.conftest import dse
from workers.settings import Settings

SAMPLE = ("--nit", "900123456-8", "--company", "Andina S.A.S.", "--representative", "Ana María Ruiz", "--revision", "2")


async def test_a_sample_letter_is_the_same_each_time_and_its_signed_scan_is_accepted(tmp_path: Path) -> None:
    letter, scan = tmp_path / "letter.pdf", tmp_path / "scan.pdf"
    told = [
        (await dse("letter-sample", *SAMPLE, "--date", "2026-11-24", "--out", str(letter), "--json")).json
        for _ in range(2)
    ]
    assert told[0] == told[1]
    box = told[0]["signature_box"]
    assert (box["x"], box["y"], box["w"], box["h"]) == BOX
    scan.write_bytes(await asyncio.to_thread(sign_and_scan, letter.read_bytes(), BOX, seed=3))
    checked = await dse("check-letter", str(scan), "--nit", "900123456-8", "--revision", "2", "--json")
    assert (checked.code, checked.json["verdict"], checked.json["reasons"]) == (0, "accepted", [])
    other = await dse("check-letter", str(scan), "--nit", "900123456-8", "--revision", "3", "--json")
    assert (other.code, [each["code"] for each in other.json["reasons"]]) == (1, ["wrong_revision"])
    unsigned = await dse("check-letter", str(letter), "--json")
    assert (unsigned.code, [each["code"] for each in unsigned.json["reasons"]]) == (1, ["unsigned"])


async def test_ranges_asks_dian_once_and_classes_the_answer(tmp_path: Path) -> None:
    provider, software = Settings().provider_nit, Settings().software_code
    options = Options(data=tmp_path / "dian.db", provider=provider.split("-")[0], software=software)
    async with running(options) as at:

        async def ask(*more: str) -> tuple[int, str, int]:
            said = await dse(
                "ranges", "900123456-8", "--endpoint", at.endpoint, *more, "--json", DSE_DATA=str(tmp_path)
            )
            return said.code, said.json["class"], len(said.json["ranges"])

        assert await ask() == (0, "pending", 0)
        async with Person(at.admin, "900123456") as person:
            for act in ("enable", "request", "associate"):
                await person.does(act, prefix="DSA")
        assert await ask() == (0, "done", 2)  # with the habilitación sample
        assert await ask("--prefix", "DSA") == (0, "done", 2)
        assert await ask("--prefix", "ZZZ") == (0, "pending", 2)


async def test_dian_away_is_transient_and_1(tmp_path: Path) -> None:
    said = await dse("ranges", "900123456-8", "--endpoint", "http://127.0.0.1:9/x", "--json", DSE_DATA=str(tmp_path))
    assert (said.code, said.json["class"]) == (1, "transient")


@pytest.mark.parametrize("env", [{}, {"TEMPORAL_ADDRESS": "127.0.0.1:9"}], ids=["nothing runs", "nothing answers"])
async def test_a_missing_temporal_is_named_within_5_s(tmp_path: Path, env: dict[str, str]) -> None:
    begun = time.monotonic()
    said = await dse("status", "900123456-8", "--json", DSE_DATA=str(tmp_path), **env)
    assert (said.code, said.error["code"]) == (1, "unavailable")
    assert "Temporal" in said.error["message"]
    assert time.monotonic() - begun < 5


async def test_wrong_settings_are_named_with_an_example_and_without_traceback(tmp_path: Path) -> None:
    said = await dse("list", "--json", DSE_MANDATED_WAIT="soon", DSE_DATA=str(tmp_path))
    assert said.error["code"] == "settings"
    assert "DSE_MANDATED_WAIT" in said.error["message"]
    assert "PT3H" in said.error["message"]
    assert "Traceback" not in said.err


async def test_production_refuses_embedded_defaults(tmp_path: Path) -> None:
    said = await dse("worker", DSE_ENVIRONMENT="produccion", DSE_DATA=str(tmp_path))
    assert said.code == 1
    assert all(name in said.err for name in ("DSE_LETTER_KEYS", "DSE_S3_SECRET_KEY", "DSE_DIAN_CERTIFICATE"))
    assert not (tmp_path / "dian").exists()
