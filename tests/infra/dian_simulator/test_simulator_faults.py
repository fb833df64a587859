"""Each fault does what its name says, as a client sees it that knows nothing of the simulator's code."""

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp
import pytest

from infra.dian_simulator import faults as faults_module
from infra.dian_simulator import wire
from infra.dian_simulator.faults import Faults

from .signing import CONTENT_TYPE, Signer
from .site import COMPANY, Json, Site, code_in, site

OTHER = "800197268"
RIGHT = "401"
"""What DIAN says of a company for which nothing was done."""


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults_module, "SLOW_SECONDS", 0.05)


@pytest.fixture
async def replaying(tmp_path: Path, provider: Signer) -> AsyncIterator[Site]:
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "302.xml").write_bytes(b"<odd/>")
    (folder / "maintenance.html").write_bytes(b"<html></html>")
    (folder / "deeper").mkdir()
    (tmp_path / "secret.xml").write_bytes(b"<secret/>")
    async with site(tmp_path, provider, answers=folder) as made:
        yield made


class Raw:
    """An answer as it came: nothing decompressed, decoded or followed."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes, seconds: float) -> None:
        self.status, self.headers, self.body, self.seconds = status, headers, body, seconds

    @property
    def code(self) -> str:
        return code_in(self.body.decode())


async def raw(simulator: Site) -> Raw:
    began = time.monotonic()
    async with (
        aiohttp.ClientSession(auto_decompress=False, timeout=aiohttp.ClientTimeout(total=20)) as http,
        http.post(
            simulator.at.endpoint,
            data=simulator.question(),
            headers={"Content-Type": CONTENT_TYPE},
            allow_redirects=False,
        ) as response,
    ):
        body = await response.read()
        return Raw(response.status, dict(response.headers), body, time.monotonic() - began)


async def switch(simulator: Site, name: str, **details: Json) -> Json:
    status, answer = await simulator.post("/faults", {"name": name} | details)
    assert status == 200, answer
    return answer


async def remembered(simulator: Site) -> str:
    code: str = (await simulator.get("/calls"))[-1]["code"]
    return code


CODES = {
    "code_500": "500",
    "code_89": "89",
    "code_303": "303",
    "code_401_certificate": "401",
    "unknown_code": "999",
    "http_500_fault": "InternalServiceFault",
    "invalid_security": "InvalidSecurity",
    "certificate_expired": "InvalidSecurity",
    "certificate_revoked": "InvalidSecurity",
    "certificate_untrusted": "InvalidSecurity",
    "slow": RIGHT,
    "latency": RIGHT,
    "drip": RIGHT,
    "bom": RIGHT,
}


@pytest.mark.parametrize("name", CODES)
async def test_a_whole_answer_says_this_code_and_is_remembered_by_it(simulator: Site, name: str) -> None:
    await switch(simulator, name)
    answer = await raw(simulator)
    body = answer.body.removeprefix(b"\xef\xbb\xbf").decode()
    assert code_in(body) == CODES[name]
    assert (answer.status, answer.body[:3] == b"\xef\xbb\xbf") == (
        500 if "Fault>" in body else 200,
        name == "bom",
    )
    assert await remembered(simulator) == CODES[name]
    if answer.status == 200:
        assert "ResponseList i:nil='true'/>" in body


async def test_the_foreign_certificate_is_told_apart_from_the_unauthorised_company(simulator: Site) -> None:
    await switch(simulator, "code_401_certificate")
    for words in ("del certificado no autorizado", "no autorizado"):
        _, text = await simulator.ask()
        assert words in text
    assert "del certificado" not in text


INSTEAD = {
    "html_200": (200, "text/html", b"<!DOCTYPE html>"),
    "html_503": (503, "text/html", b"<!DOCTYPE html>"),
    "empty": (200, "application/soap+xml", b""),
    "json": (200, "application/json", b"{"),
    "redirect": (302, "text/html", b""),
    "soap11_fault": (500, "text/xml", b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'>"),
    "entity_bomb": (200, "application/soap+xml", b'<?xml version="1.0"?><!DOCTYPE'),
}


@pytest.mark.parametrize("name", INSTEAD)
async def test_something_else_comes_instead_of_soap(simulator: Site, name: str) -> None:
    await switch(simulator, name)
    answer, (status, kind, start) = await raw(simulator), INSTEAD[name]
    assert (answer.status, answer.headers["Content-Type"]) == (status, f"{kind}; charset=utf-8")
    assert answer.body.startswith(start)
    assert (answer.body == b"") == (start == b"")
    assert await remembered(simulator) == name
    if name == "redirect":
        assert answer.headers["Location"] == "/mantenimiento"
    if name == "json":
        assert json.loads(answer.body)
    if name == "entity_bomb":
        with pytest.raises(wire.NotReadableError):
            wire.read(answer.body)


async def test_truncated_is_half_an_answer_that_says_it_is_whole(simulator: Site) -> None:
    right = await raw(simulator)
    await switch(simulator, "truncated")
    answer = await raw(simulator)
    assert answer.status == 200
    assert len(answer.body) == int(answer.headers["Content-Length"]) == len(right.body) // 2


async def test_wrong_charset_is_latin_1_that_says_it_is_utf_8(simulator: Site) -> None:
    await switch(simulator, "wrong_charset")
    answer = await raw(simulator)
    assert answer.headers["Content-Type"].endswith("charset=utf-8")
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode()
    assert "numeración" in answer.body.decode("latin-1")


async def test_gzip_is_the_right_answer_compressed(simulator: Site) -> None:
    await switch(simulator, "gzip")
    answer = await raw(simulator)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert code_in(gzip.decompress(answer.body).decode()) == RIGHT


async def test_huge_is_the_right_answer_and_eleven_million_blanks(simulator: Site) -> None:
    await switch(simulator, "huge")
    answer = await raw(simulator)
    assert len(answer.body) > 11_000_000
    assert code_in(answer.body.decode().rstrip()) == RIGHT


@pytest.mark.parametrize("name", ["latency", "drip", "slow"])
async def test_what_takes_time_takes_as_long_as_it_is_told(simulator: Site, name: str) -> None:
    await switch(simulator, name, seconds=0.3)
    answer = await raw(simulator)
    assert answer.code == RIGHT
    assert 0.25 < answer.seconds < 5


async def test_drip_comes_byte_by_byte(simulator: Site) -> None:
    await switch(simulator, "drip", seconds=0.5)
    data, headers = simulator.question(), {"Content-Type": CONTENT_TYPE}
    async with simulator.http.post(simulator.at.endpoint, data=data, headers=headers) as response:
        pieces = [piece async for piece in response.content.iter_any()]
    assert len(pieces) > 20, "the network may join some"
    assert code_in(b"".join(pieces).decode()) == RIGHT


@pytest.mark.parametrize("name", ["timeout", "hang", "commit_then_timeout"])
async def test_no_answer_comes_and_the_next_call_is_answered(simulator: Site, name: str) -> None:
    await simulator.act("request")
    await simulator.act("associate")
    await switch(simulator, name)
    headers_came = asyncio.Event()

    async def call() -> None:
        data, headers = simulator.question(), {"Content-Type": CONTENT_TYPE}
        async with simulator.http.post(simulator.at.endpoint, data=data, headers=headers) as response:
            headers_came.set()
            await response.read()

    calling = asyncio.create_task(call())
    while not await simulator.get("/calls"):
        await asyncio.sleep(0.01)
    if name == "hang":
        await headers_came.wait()
    answered, _ = await asyncio.wait({calling}, timeout=0.2)
    assert (answered, headers_came.is_set()) == (set(), name == "hang")
    calling.cancel()
    await asyncio.wait({calling})
    assert await remembered(simulator) == ("100" if name == "commit_then_timeout" else name)
    assert await simulator.code() == "100"


@pytest.mark.parametrize("name", ["reset", "cut"])
async def test_the_connection_breaks(simulator: Site, name: str) -> None:
    await switch(simulator, name)
    with pytest.raises(aiohttp.ClientError):
        await raw(simulator)
    assert await remembered(simulator) == name
    assert await simulator.code() == RIGHT


async def test_a_file_is_replayed_with_the_status_that_is_asked_for(replaying: Site) -> None:
    await switch(replaying, "answer", file="302.xml")
    await switch(replaying, "answer", file="maintenance.html", status=503)
    answer = await raw(replaying)
    assert (answer.status, answer.body) == (200, b"<odd/>")
    assert answer.headers["Content-Type"] == "application/soap+xml; charset=utf-8"
    answer = await raw(replaying)
    assert (answer.status, answer.body) == (503, b"<html></html>")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert [each["code"] for each in await replaying.get("/calls")] == ["302.xml", "maintenance.html"]


@pytest.mark.parametrize("file", ["../secret.xml", "/etc/passwd", "deeper", "none.xml", "", 7])
async def test_only_files_of_that_folder_are_replayed(replaying: Site, file: Json) -> None:
    status, answer = await replaying.post("/faults", {"name": "answer", "file": file})
    assert status == 400
    assert "--answers" in answer["error"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "none"}, "no such fault; there are timeout, "),
        ({"name": ["slow"]}, "no such fault"),
        ({"name": "slow", "count": -1}, "whole number"),
        ({"name": "slow", "count": "always"}, "whole number"),
        ({"name": "slow", "colour": "red"}, "Unknown: colour"),
        ({"name": "slow", "nit": "1"}, "Not a NIT"),
        ({"name": "slow", "seconds": -1}, "from 0 to 3600"),
        ({"name": "slow", "seconds": "1"}, "number of seconds"),
        ({"name": "empty", "seconds": 1}, "latency"),
        ({"name": "empty", "status": 500}, "for the fault answer"),
        ({"name": "answer", "file": "302.xml"}, "--answers"),
    ],
)
async def test_what_is_wrong_with_a_fault_is_told_in_a_sentence(simulator: Site, said: Json, words: str) -> None:
    status, answer = await simulator.post("/faults", said)
    assert status == 400
    assert words in answer["error"]
    assert await simulator.get("/faults") == {}


async def test_a_status_must_be_one(replaying: Site) -> None:
    status, answer = await replaying.post("/faults", {"name": "answer", "file": "302.xml", "status": 99})
    assert (status, answer["error"]) == (400, "status must be a whole number from 200 to 599.")


async def test_faults_queue_up_and_can_be_called_off(simulator: Site) -> None:
    await switch(simulator, "empty")
    await switch(simulator, "html_503", count=2)
    assert await switch(simulator, "code_500", count=1) == {"empty": 1, "html_503": 2, "code_500": 1}
    assert await simulator.ask() == (200, "")
    assert (await simulator.ask())[0] == 503
    assert await switch(simulator, "html_503", count=0) == {"code_500": 1}
    assert [await simulator.code() for _ in range(2)] == ["500", RIGHT]
    assert [each["code"] for each in await simulator.get("/calls")] == ["empty", "html_503", "500", RIGHT]


async def test_one_that_is_on_forever_yields_to_counted_ones_and_to_later_ones(simulator: Site) -> None:
    await switch(simulator, "code_500", count="forever")
    assert [await simulator.code() for _ in range(3)] == ["500"] * 3
    await switch(simulator, "code_89", count="forever")
    assert await switch(simulator, "code_303") == {"code_500": "forever", "code_89": "forever", "code_303": 1}
    assert [await simulator.code() for _ in range(3)] == ["303", "89", "89"]
    await switch(simulator, "code_89", count=0)
    assert await simulator.code() == "500"
    assert await switch(simulator, "code_500", count=0) == {}
    assert await simulator.code() == RIGHT


async def test_one_for_a_company_waits_for_calls_about_it(simulator: Site) -> None:
    await switch(simulator, "code_500", nit=OTHER, count=2)
    await switch(simulator, "code_89", nit=f"{COMPANY}-8")
    assert [await simulator.code(OTHER), await simulator.code(), await simulator.code()] == ["500", "89", RIGHT]
    assert await switch(simulator, "code_500", nit=COMPANY, count=0) == {"code_500": 1}, "another company's stays"
    assert await switch(simulator, "code_500", nit=OTHER, count=0) == {}
    assert await simulator.code(OTHER) == RIGHT


async def test_calls_at_once_share_the_count_between_them(simulator: Site) -> None:
    await switch(simulator, "code_500", count=5)
    codes = await asyncio.gather(*(simulator.code() for _ in range(12)))
    assert sorted(codes) == [RIGHT] * 7 + ["500"] * 5


async def test_the_date_header_tells_the_simulators_clock(simulator: Site) -> None:
    await simulator.post("/clock", {"advance_s": 120})
    for name in ("", "slow", "html_503"):
        if name:
            await switch(simulator, name)
        answer = await raw(simulator)
        ahead = parsedate_to_datetime(answer.headers["Date"]) - datetime.now(UTC)
        assert timedelta(seconds=110) < ahead < timedelta(seconds=121)


def test_the_faults_that_the_contract_names() -> None:
    named = "timeout http_500_fault html_200 html_503 truncated slow reset code_500 invalid_security empty"
    assert set(named.split()) <= set(Faults.NAMES)


def test_each_fault_is_tried_here() -> None:
    by_name = {"truncated", "wrong_charset", "gzip", "huge", "timeout", "hang", "commit_then_timeout", "reset", "cut"}
    assert {*CODES, *INSTEAD, *by_name, "answer"} == set(Faults.NAMES)
