"""The two ports over real HTTP, and the process itself."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from activities.dian.certificate import Credentials
from activities.dian.envelope import ACTION, CONTENT_TYPE, envelope
from infra.dian_simulator import wire
from infra.dian_simulator.faults import Faults
from infra.dian_simulator.server import Addresses, Options, running

SOFTWARE = "56f2ae4e-9812-4fad-9255-08fcfcd5ccb0"
ROOT = Path(__file__).parents[3]
Json = Any


class Site:
    """A simulator, as its users meet it."""

    def __init__(self, addresses: Addresses, http: aiohttp.ClientSession, credentials: Credentials) -> None:
        self._at, self._http, self._credentials = addresses, http, credentials

    async def get(self, path: str) -> Json:
        async with self._http.get(self._at.admin + path) as response:
            return await response.json()

    async def post(self, path: str, body: Json = None) -> tuple[int, Json]:
        async with self._http.post(self._at.admin + path, json=body) as response:
            return response.status, await response.json()

    async def ask(self, body: bytes | None = None, content_type: str = CONTENT_TYPE) -> tuple[int, str]:
        body = self.question() if body is None else body
        headers = {"Content-Type": content_type}
        async with self._http.post(self._at.endpoint, data=body, headers=headers) as response:
            return response.status, await response.text()

    def question(self) -> bytes:
        now = datetime.now(UTC)
        return envelope(self._credentials, self._at.endpoint, "900123456", "900999888", SOFTWARE, now)


@asynccontextmanager
async def site(data: Path, credentials: Credentials) -> AsyncIterator[Site]:
    options = Options(data / "dian.sqlite", "900999888", SOFTWARE)
    async with running(options) as addresses, aiohttp.ClientSession() as http:
        yield Site(addresses, http, credentials)


@pytest.fixture
async def simulator(tmp_path: Path, credentials: Credentials) -> AsyncIterator[Site]:
    async with site(tmp_path, credentials) as made:
        yield made


def code_in(text: str) -> str:
    return wire.read(text.encode()).findtext(f".//{{{wire.LIST}}}OperationCode") or ""


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
        assert (status, state["ranges"]) == (200, [given | {"associated": bound}])
    status, text = await simulator.ask()
    assert (status, code_in(text)) == (200, "100")
    assert "18764012345678" in text
    calls = await simulator.get("/calls")
    assert [each["code"] for each in calls] == ["401", "100"]
    names = {"accountCode": "900123456", "accountCodeT": "900999888", "softwareCode": SOFTWARE}
    assert calls[0] == {"at": calls[0]["at"], "code": "401"} | names
    assert datetime.fromisoformat(calls[0]["at"]).tzinfo is not None


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
        ("/faults", {"name": "none"}, "no such fault"),
        ("/faults", {"name": "slow", "count": -1}, "whole number"),
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


async def test_faults_queue_up_and_can_be_called_off(simulator: Site) -> None:
    await simulator.post("/faults", {"name": "empty"})
    await simulator.post("/faults", {"name": "html_503", "count": 2})
    assert (await simulator.post("/faults", {"name": "code_500", "count": 1}))[1] == {
        "empty": 1,
        "html_503": 2,
        "code_500": 1,
    }
    assert await simulator.ask() == (200, "")
    assert (await simulator.ask())[0] == 503
    assert (await simulator.post("/faults", {"name": "html_503", "count": 0}))[1] == {"code_500": 1}
    assert code_in((await simulator.ask())[1]) == "500"
    assert code_in((await simulator.ask())[1]) == "401"
    assert [each["code"] for each in await simulator.get("/calls")] == ["empty", "html_503", "500", "401"]


def test_the_faults_that_the_contract_names() -> None:
    named = "timeout http_500_fault html_200 html_503 truncated slow reset code_500 invalid_security empty"
    assert set(named.split()) <= set(Faults.NAMES)


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


async def test_calls_acts_and_ranges_survive_a_restart(tmp_path: Path, credentials: Credentials) -> None:
    async with site(tmp_path, credentials) as before:
        await before.post("/companies/900123456/enable")
        await before.post("/companies/900123456/request")
        await before.post("/companies/900123456/associate")
        await before.ask()
        known, calls = await before.get("/companies/900123456"), await before.get("/calls")
    async with site(tmp_path, credentials) as after:
        assert await after.get("/companies/900123456") == known
        assert await after.get("/calls") == calls
        assert code_in((await after.ask())[1]) == "100"


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
