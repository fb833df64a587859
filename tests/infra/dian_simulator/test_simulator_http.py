"""The two ports over real HTTP, and the process itself."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from lxml import etree

from infra.dian_simulator import wire
from infra.dian_simulator.__main__ import options

from .signing import ACTION, CONTENT_TYPE, Signer
from .site import SOFTWARE, Json, Site, code_in, site

ROOT = Path(__file__).parents[3]
ROW = ["ResolutionNumber", "ResolutionDate", "Prefix", "FromNumber", "ToNumber"]
ROW += ["ValidDateFrom", "ValidDateTo", "TechnicalKey"]


async def test_acts_take_effect_at_once_and_calls_are_remembered(simulator: Site) -> None:
    assert await simulator.get("/healthz") == {"status": "ok"}
    assert code_in((await simulator.ask())[1]) == "401"
    assert (await simulator.post("/companies/900123456/associate"))[0] == 409
    given = {
        "resolution": "18764012345678",
        "prefix": "DSC",
        "from": 100,
        "to": 900,
        "valid_from": "2020-01-01",
        "valid_to": "2999-12-31",
        "kind": "invoice",
    }
    for act, bound in (("request", False), ("associate", True)):
        status, state = await simulator.post(f"/companies/900123456/{act}", given)
        assert (status, state["ranges"]) == (
            200,
            [given | {"associated": bound, "software": SOFTWARE if bound else None}],
        )
    status, text = await simulator.ask()
    assert (status, code_in(text)) == (200, "100")
    assert "18764012345678" in text
    calls = await simulator.get("/calls")
    assert [each["code"] for each in calls] == ["401", "100"]
    names = {"accountCode": "900123456", "accountCodeT": "900999888", "softwareCode": SOFTWARE}
    assert calls[0] == {"at": calls[0]["at"], "code": "401"} | names
    assert datetime.fromisoformat(calls[0]["at"]).tzinfo is not None


async def test_the_list_is_nil_on_every_code_but_100(simulator: Site) -> None:
    await simulator.act("request", valid_from="2020-01-01", valid_to="2020-12-31")
    for act, code in (("associate", "301"), ("request", "302"), ("associate", "100")):
        await simulator.act(act)
        _, text = await simulator.ask()
        assert code_in(text) == code
        assert ("ResponseList i:nil='true'/>" in text) == (code != "100")


async def test_a_listed_range_is_written_as_the_data_contract_has_it(simulator: Site) -> None:
    await simulator.act("request", resolution="18764000000777", prefix="", valid_to="2999-12-31", kind="invoice")
    await simulator.act("associate")
    _, text = await simulator.ask()
    sample, own = wire.read(text.encode()).iter(f"{{{wire.ROW}}}NumberRangeResponse")
    today = datetime.now(UTC).date()
    told = {etree.QName(each).localname: each.text for each in own}
    assert list(told) == ROW
    key = told.pop("TechnicalKey")
    assert key is not None
    assert len(key) == 40
    assert told == {
        "ResolutionNumber": "18764000000777",
        "ResolutionDate": str(today),
        "Prefix": None,
        "FromNumber": "1",
        "ToNumber": "5000000",
        "ValidDateFrom": str(today),
        "ValidDateTo": "2999-12-31",
    }
    nil = "{http://www.w3.org/2001/XMLSchema-instance}nil"
    assert [each.get(nil) for each in own] == [None, None, "true", None, None, None, None, None]
    assert [each.text for each in sample][:5] == [
        "18760000001",
        f"{today.year}-01-01",
        "SEDS",
        "984000000",
        "985000000",
    ]
    assert [each.get(nil) for each in sample][-1] == "true", "a sample for documentos soporte has no key"


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/companies/123/enable", None, "Not a NIT"),
        ("/companies/900123456/request", {"resolution": "1"}, "11 to 14 digits"),
        ("/companies/900123456/request", {"prefix": "TOOLONG"}, "at most 4"),
        ("/companies/900123456/request", {"from": "1"}, "whole number"),
        ("/companies/900123456/request", {"from": True}, "whole number"),
        ("/companies/900123456/request", {"valid_to": "tomorrow"}, "date like"),
        ("/companies/900123456/request", {"kind": "other"}, "dse or invoice"),
        ("/companies/900123456/request", {"colour": "red"}, "Unknown: colour"),
        ("/companies/900123456/request", [], "JSON object"),
        ("/clock", {"now": "noon"}, "time like"),
        ("/clock", {"advance_s": "1"}, "number of seconds"),
        ("/companies/900123456/associate", {"software": "mine"}, "other or the UUID"),
        ("/companies/900123456/associate", {"undo": "yes"}, "true or false"),
        ("/companies/900123456/request", {"undo": True}, "Unknown: undo"),
        ("/clock", {"colour": "red"}, "Unknown: colour"),
    ],
)
async def test_what_is_wrong_is_told_in_a_sentence(simulator: Site, path: str, body: Json, words: str) -> None:
    status, answer = await simulator.post(path, body)
    assert status == 400
    assert words in answer["error"]


async def test_a_range_that_ends_before_it_begins_is_refused(simulator: Site) -> None:
    status, answer = await simulator.post("/companies/900123456/request", {"from": 2, "to": 1})
    assert (status, answer["error"]) == (409, "The range ends before it begins.")


async def test_the_clock_moves_and_envelopes_are_measured_by_it(simulator: Site) -> None:
    status, told = await simulator.post("/clock", {"now": "2026-11-24T10:30:00"})
    assert (status, told["now"][:19]) == (200, "2026-11-24T15:30:00"), "without offset it is Bogotá's time"
    await simulator.post("/clock", {"now": datetime.now(UTC).isoformat()})
    assert (await simulator.ask())[0] == 200
    await simulator.post("/clock", {"advance_s": 600})
    status, text = await simulator.ask()
    assert status == 500
    assert "InvalidSecurity" in text
    assert (await simulator.get("/calls"))[-1]["code"] == "InvalidSecurity"


@pytest.mark.parametrize("stated", ["text/xml; charset=utf-8", "application/soap+xml; charset=utf-16", "text/plain"])
async def test_another_content_type_is_not_taken(simulator: Site, stated: str) -> None:
    assert await simulator.ask(content_type=stated) == (415, "")


async def test_the_action_may_be_in_the_content_type_but_no_other(simulator: Site) -> None:
    assert (await simulator.ask(content_type=f'{CONTENT_TYPE}; action="{ACTION}"'))[0] == 200
    status, text = await simulator.ask(content_type=f'{CONTENT_TYPE}; action="{ACTION}X"')
    assert status == 500
    assert "ActionNotSupported" in text
    status, text = await simulator.ask(simulator.question().replace(b"/GetNumberingRange<", b"/GetStatus<"))
    assert status == 500
    assert "ActionNotSupported" in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"accountCodeT>", b"accountCodeX>"),
        (b"<wcf:accountCode>900123456</wcf:accountCode>", b""),
        (b"<wcf:GetNumberingRange>", b"<wcf:GetNumberingRange><wcf:softwareCode/>"),
        (b"wcf:GetNumberingRange>", b"wcf:GetStatus>"),
    ],
)
async def test_arguments_are_wanted_by_name_and_in_order(simulator: Site, old: bytes, new: bytes) -> None:
    status, text = await simulator.ask(simulator.question().replace(old, new))
    assert status == 500
    assert "DeserializationFailed" in text


@pytest.mark.parametrize("body", [b"junk", b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'])
async def test_unreadable_bodies_are_bad_requests_and_still_remembered(simulator: Site, body: bytes) -> None:
    assert await simulator.ask(body) == (400, "")
    (call,) = await simulator.get("/calls")
    assert (call["accountCode"], call["code"]) == ("", "400")


async def test_calls_acts_and_ranges_survive_a_restart(tmp_path: Path, provider: Signer) -> None:
    async with site(tmp_path, provider) as before:
        await before.post("/companies/900123456/enable")
        await before.post("/companies/900123456/request")
        await before.post("/companies/900123456/associate")
        await before.ask()
        known, calls = await before.get("/companies/900123456"), await before.get("/calls")
    async with site(tmp_path, provider) as after:
        assert await after.get("/companies/900123456") == known
        assert await after.get("/calls") == calls
        assert code_in((await after.ask())[1]) == "100"


def test_the_command_line_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = "--port 1 --admin-port 2 --data dian.sqlite --provider-nit 900.999.888-5"
    given += f" --software-code {SOFTWARE} --environment produccion --strict --answers"
    monkeypatch.setattr(sys, "argv", ["simulator", *given.split(), str(tmp_path)])
    chosen = options()
    assert (chosen.provider, chosen.sample, chosen.strict, chosen.answers) == ("900999888", False, True, tmp_path)
    monkeypatch.setattr(sys, "argv", ["simulator", *given.split(), str(tmp_path / "none")])
    with pytest.raises(SystemExit) as stopped:
        options()
    assert stopped.value.code == 2


async def test_the_process_keeps_its_word_through_a_kill(tmp_path: Path) -> None:
    """Started as the stack starts it, killed, started on the same port and file, stopped politely."""
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        port, admin_port = one.getsockname()[1], two.getsockname()[1]
    arguments = f"--port {port} --admin-port {admin_port} --data {tmp_path}/dian.sqlite --provider-nit 900999888-5"
    command = f"-m infra.dian_simulator {arguments} --software-code {SOFTWARE}".split()
    company = f"http://127.0.0.1:{admin_port}/companies/900123456"

    @asynccontextmanager
    async def process(end: signal.Signals, expected: int) -> AsyncIterator[None]:
        started = await asyncio.create_subprocess_exec(
            sys.executable, *command, stderr=asyncio.subprocess.PIPE, cwd=ROOT
        )
        try:
            assert started.stderr is not None
            assert b"endpoint http://127.0.0.1" in await started.stderr.readline()
            yield
        finally:
            started.send_signal(end)
            code = await started.wait()
        assert code == expected

    async with aiohttp.ClientSession() as http:
        async with process(signal.SIGKILL, -9), http.post(f"{company}/request") as response:
            made = await response.json()
        async with process(signal.SIGTERM, 0), http.get(company) as response:
            assert (await response.json())["ranges"] == made["ranges"]
