"""What an answer may cost at most: the command line as a person runs it, in a process of its own."""

import asyncio
import gzip
import json
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.dian.certificate import Credentials
from activities.dian.client import DianClient
from domain.numbering import Answer, AnswerClass

from . import exchanges
from .conftest import COMPANY, PROVIDER, SOFTWARE
from .exchanges import GOOD, KIND, MEGABYTE, PAGE, Exchange, endless, head, large, says, whole

ROOT = Path(__file__).parents[3]
MOST_MB = 200
SECONDS = 3
SLACK = 20
"""For the start of a process on a busy machine, and for reading what came."""
_RUN = """
import re, sys
from starters.cli.main import main
code = main(sys.argv[1:])
print("peak kB", re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
sys.exit(code)
"""


def attributes(count: int) -> bytes:
    return b"<r " + b" ".join(b'a%d=""' % number for number in range(count)) + b"/>"


def described(text: bytes) -> bytes:
    return GOOD.replace(b">100<", b">302<").replace("Acción completada OK.".encode(), text)


COSTLY: dict[str, tuple[Exchange, str]] = {
    "nothing special": (says(whole(GOOD)), "100"),
    "a gzip bomb": (exchanges.bomb("gzip", 10_000), "too_large"),
    "a deflate bomb": (exchanges.bomb("deflate", 10_000), "too_large"),
    "a body without end": (
        endless(head(200, "Transfer-Encoding: chunked"), b"%x\r\n%b\r\n" % (MEGABYTE, b" " * MEGABYTE)),
        "too_large",
    ),
    "headers without end": (endless(b"HTTP/1.1 200 OK\r\n", b"X: " + b"x" * 4_000 + b"\r\n"), "connection"),
    "one header without end": (endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 4_000), "connection"),
    "a chunk's size without end": (endless(head(200, "Transfer-Encoding: chunked"), b"0" * 4_000), "timeout"),
    "trailers without end": (
        endless(head(200, "Transfer-Encoding: chunked") + b"0\r\n", b"X: " + b"x" * 4_000 + b"\r\n"),
        "connection",
    ),
    "ten megabytes of elements": (large(lambda: whole(b"<r>" + b"<a/>" * 2_400_000 + b"</r>")), "too_wide"),
    "ten megabytes of attributes": (large(lambda: whole(attributes(900_000))), "too_wide"),
    "as many as are read": (large(lambda: whole(b"<r>" + b"<a/>x" * 99_000 + b"</r>")), "not_an_answer"),
    "ten megabytes of text": (large(lambda: whole(described(b"a" * 9_900_000))), "302"),
    "ten megabytes of addresses": (large(lambda: whole(described(b"a@b " * 2_400_000))), "302"),
    "ten megabytes of JSON": (large(lambda: whole(b'{"TechnicalKey": "' + b"\\a" * 4_900_000)), "not_xml"),
    "a slow drip": (exchanges.dripping(whole(GOOD)), "timeout"),
}


@pytest.mark.parametrize("name", COSTLY)
async def test_no_answer_takes_much_memory_or_time(name: str, tmp_path: Path) -> None:
    exchange, code = COSTLY[name]
    saved = tmp_path / "saved.json"
    async with exchanges.serving(exchange) as port:
        begun = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-c", _RUN, "ranges", "900123456-8", "--explain", "--json", "--save", str(saved)),
            *("--endpoint", f"http://127.0.0.1:{port}/"),
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "DSE_DATA": str(tmp_path), "DSE_DIAN_TIMEOUT": f"PT{SECONDS}S"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        took = time.monotonic() - begun
    assert json.loads(out)["code"] == code
    assert json.loads(saved.read_text())["answer"]["code"] == code
    assert saved.stat().st_size < 100_000
    assert b"Traceback" not in err
    assert took < SECONDS + SLACK
    assert int(err.rpartition(b"peak kB ")[2]) / 1_000 < MOST_MB


PACKED = gzip.compress(GOOD)
REPLIES = [
    whole(GOOD),
    whole(PACKED, 200, KIND, "Content-Encoding: gzip"),
    whole(PAGE, 503, "text/html"),
    head("100 Continue") + whole(GOOD),
    head(200, "Transfer-Encoding: chunked") + b"%x\r\n%b\r\n0\r\nX: y\r\n\r\n" % (len(GOOD), GOOD),
    head(307, "Location: http://[::1", "Content-Length: 0"),
    head(101, "Connection: Upgrade", "Upgrade: websocket", "Date: Mon, 01 Jan 0001 00:00:00 +2359"),
]
disturbances = st.lists(
    st.tuples(st.integers(0, 250), st.integers(0, 4), st.text("\r\n :0fx\0\xff", max_size=4)), max_size=6
)


@settings(deadline=None, max_examples=60)
@given(reply=st.sampled_from(REPLIES), disturbed=disturbances)
def test_whatever_a_server_says_becomes_an_answer(
    credentials: Credentials, reply: bytes, disturbed: list[tuple[int, int, str]]
) -> None:
    said = bytearray(reply)
    for place, length, instead in disturbed:
        said[place : place + length] = instead.encode("latin-1")

    async def ask() -> Answer:
        async with exchanges.serving(says(bytes(said))) as port:
            endpoint = f"http://127.0.0.1:{port}/"
            client = DianClient(credentials, endpoint, PROVIDER, SOFTWARE, environment="habilitacion", seconds=SECONDS)
            async with client:
                return await client.numbering_ranges(COMPANY)

    assert asyncio.run(ask()).answer_class in AnswerClass
