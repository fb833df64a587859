"""Our clock against DIAN's: measured by each answer, told before DIAN refuses what we sign."""

import logging
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from activities.dian.certificate import Credentials
from activities.dian.client import DianClient
from activities.dian.skew import TOLERATED_S, measured
from domain.numbering import AnswerClass

from .conftest import COMPANY, PROVIDER, SOFTWARE

ANSWERS = Path(__file__).parents[2] / "contract/dian/answers"
NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
SURELY = TOLERATED_S + 2


@given(
    ours=st.floats(-(10**8), 10**9).map(lambda seconds: NOW + timedelta(seconds=seconds)),
    apart=st.floats(-90_000, 90_000),
    took=st.floats(0, 65),
    written=st.floats(0, 1),
)
def test_the_true_difference_lies_within_what_is_uncertain(
    ours: datetime, apart: float, took: float, written: float
) -> None:
    theirs = ours + timedelta(seconds=took * written + apart)
    skew = measured(format_datetime(theirs, usegmt=True), ours, ours + timedelta(seconds=took))
    assert skew is not None
    assert abs(skew.seconds - apart) <= skew.uncertain
    if abs(apart) <= TOLERATED_S:
        assert (skew.clock, skew.sentence) == ("right", "")
    if abs(apart) > TOLERATED_S + 2 * skew.uncertain:
        assert skew.clock == ("behind" if apart > 0 else "ahead")
        assert skew.sentence.endswith(f"{'behind' if apart > 0 else 'ahead of'} DIAN's.")


@given(st.one_of(st.text(max_size=40), st.sampled_from(["Mon, 01 Jan 0001 00:00:00 +1400", "31 Feb 2026", "0"])))
def test_whatever_the_header_says_nothing_is_raised(date: str) -> None:
    measured(date, NOW, NOW)


class Server:
    """Answers with a file and a date, as it is told."""

    def __init__(self) -> None:
        self.said: deque[tuple[str, int, float | None]] = deque()

    async def answer(self, request: web.Request) -> web.Response:
        name, status, seconds = self.said.popleft()
        date = "" if seconds is None else format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
        return web.Response(body=(ANSWERS / name).read_bytes(), status=status, headers={"Date": date})


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, str]]:
    server, app = Server(), web.Application()
    app.router.add_post("/", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield server, f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


def client_of(endpoint: str, credentials: Credentials) -> DianClient:
    return DianClient(
        credentials, endpoint, PROVIDER, SOFTWARE, environment="habilitacion", seconds=20, clock=lambda: NOW
    )


async def test_a_wrong_clock_is_logged_once_until_it_is_another(
    server: tuple[Server, str], credentials: Credentials, caplog: pytest.LogCaptureFixture
) -> None:
    at, endpoint = server
    caplog.set_level(logging.INFO, "activities.dian")
    told = []
    async with client_of(endpoint, credentials) as client:
        for seconds in (0, SURELY, SURELY + 5, None, SURELY, 5, -200, -300, 200, 0, 0):
            at.said.append(("301.xml", 200, seconds))
            assert (await client.numbering_ranges(COMPANY)).code == "301"
            told.append(" ".join(each.getMessage().split(":")[0] for each in caplog.records))
            caplog.clear()
        assert client.skew is not None
        assert client.skew.clock == "right"
    wrong, right = "DIAN will refuse what we sign", "our clock agrees with DIAN's again"
    assert told == ["", wrong, "", "", "", right, wrong, "", wrong, right, ""]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "An error occurred when verifying security for the message."),
        (30, "An error occurred when verifying security for the message."),
        (-312, "Our clock is 312 s ahead of DIAN's. An error occurred when verifying security for the message."),
        (7_200, "Our clock is 7200 s behind DIAN's. An error occurred when verifying security for the message."),
    ],
)
async def test_invalid_security_names_the_clock_if_that_is_why(
    server: tuple[Server, str], credentials: Credentials, seconds: float | None, words: str
) -> None:
    at, endpoint = server
    at.said.append(("fault_invalid_security.xml", 500, seconds))
    async with client_of(endpoint, credentials) as client:
        answer = await client.numbering_ranges(COMPANY)
    assert (answer.answer_class, answer.code, answer.description) == (AnswerClass.OURS, "InvalidSecurity", words)


async def test_no_other_answer_speaks_of_the_clock(server: tuple[Server, str], credentials: Credentials) -> None:
    at, endpoint = server
    async with client_of(endpoint, credentials) as client:
        for name, status in (("301.xml", 200), ("fault_internal.xml", 500), ("maintenance.html", 503)):
            at.said.append((name, status, -400))
            assert "clock" not in (await client.numbering_ranges(COMPANY)).description
