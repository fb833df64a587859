"""`/healthz` and `/readyz` as whoever asks over HTTP sees them."""

import asyncio
import socket
import time
from collections.abc import Callable

import aiohttp
import pytest

from activities.dian.breaker import TRIPS, Breaker
from activities.errors import AwayError
from activities.store import pool
from domain.numbering import Answer, AnswerClass
from workers import adapters, compose, health
from workers.health import OK, Check, Health
from workers.settings import Settings, SettingsError

NOWHERE = "127.0.0.1:9"


@pytest.fixture
def address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


async def got(address: str, path: str) -> tuple[int, dict[str, str]]:
    async with aiohttp.ClientSession() as session, session.get(f"http://{address}{path}") as answer:
        return answer.status, await answer.json()


def always(said: str) -> Check:
    async def check() -> str:
        return said

    return check


def raising(error: Callable[[], Exception]) -> Check:
    async def check() -> str:
        raise error()

    return check


async def hanging() -> str:
    await asyncio.Event().wait()
    return OK


async def test_it_is_ready_once_all_that_it_needs_is_there(address: str) -> None:
    worker = Health({"records": always(OK), "documents": always(OK)})
    async with worker.served(address):
        assert await got(address, "/healthz") == (200, {"process": "ok"})
        assert await got(address, "/readyz") == (
            503,
            {"temporal": "away: not connected yet", "records": "ok", "documents": "ok"},
        )
        worker.watch("temporal", always(OK))
        assert await got(address, "/readyz") == (200, {"temporal": "ok", "records": "ok", "documents": "ok"})
        worker.stop()
        status, parts = await got(address, "/readyz")
        assert (status, parts["worker"]) == (503, "away: stopping")
        assert (await got(address, "/healthz"))[0] == 200


async def test_what_is_away_is_named_with_its_sign_and_nothing_more(address: str) -> None:
    worker = Health(
        {
            "temporal": always(OK),
            "records": raising(lambda: AwayError("records", "OSError")),
            "documents": raising(lambda: ValueError("zutanita@quirquincho.example")),
        }
    )
    async with worker.served(address):
        assert await got(address, "/readyz") == (
            503,
            {"temporal": "ok", "records": "away: OSError", "documents": "away: ValueError"},
        )


async def test_parts_that_hang_cost_two_seconds_and_one_question_each(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "REMEMBERED", 0)
    asked = 0

    async def counted() -> str:
        nonlocal asked
        asked += 1
        return await hanging()

    worker = Health({"temporal": counted, "records": hanging, "documents": hanging})
    async with worker.served(address):
        begun = time.monotonic()
        status, parts = await got(address, "/readyz")
        assert time.monotonic() - begun < 2 * health.PATIENCE
        assert (status, set(parts.values())) == (503, {"away: no answer"})
        await got(address, "/readyz")
    assert asked == 1


async def test_many_questions_are_one_to_the_parts(address: str) -> None:
    asked = 0

    async def counted() -> str:
        nonlocal asked
        asked += 1
        return OK

    async with Health({"temporal": counted}).served(address):
        await asyncio.gather(*(got(address, "/readyz") for _ in range(20)))
    assert asked == 1


async def test_a_dian_that_is_down_is_told_and_leaves_the_worker_ready(address: str) -> None:
    breaker = Breaker()
    for _ in range(TRIPS):
        number = breaker.admit()
        assert number is not None
        breaker.ended(number, Answer.model_validate({"class": AnswerClass.TRANSIENT, "code": "timeout"}))
    settings = Settings(postgres_dsn=f"postgresql://dse:secret@{NOWHERE}/dse", s3_endpoint=f"http://{NOWHERE}")
    async with (
        pool.connect(settings.postgres_dsn.get_secret_value()) as connections,
        adapters.documents(settings.model_copy(update={"s3_access_key": "x"})) as store,
    ):
        checks = compose._checks(connections, store, breaker)
        worker = Health({"temporal": always(OK), "dian": checks["dian"]})
        async with worker.served(address):
            assert await got(address, "/readyz") == (200, {"temporal": "ok", "dian": "probing"})
            worker.watch("records", checks["records"])
            worker.watch("documents", checks["documents"])
            status, parts = await got(address, "/readyz")
    assert (status, parts["records"][:6], parts["documents"][:6]) == (503, "away: ", "away: ")
    assert "secret" not in str(parts)


@pytest.mark.parametrize("wrong", ["127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999", "256.0.0.1:80"])
async def test_an_address_at_which_nothing_can_listen_is_a_wrong_setting(wrong: str) -> None:
    with pytest.raises(SettingsError, match="DSE_HEALTH_ADDRESS"):
        async with Health({}).served(wrong):
            pass


async def test_without_an_address_nothing_listens() -> None:
    async with Health({}).served(""):
        pass
