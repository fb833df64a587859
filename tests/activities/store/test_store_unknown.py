"""Unknown answers: counted right whoever counts at once, kept within bounds, listed for people."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from activities.store.pool import Pool
from activities.store.unknown import MOST, MOST_OF_CODE, OTHERS, Unknown, UnknownAnswer
from tests.activities.company import MONDAY

WHERE, ELSEWHERE = "produccion", "habilitacion"
BODY = "<Envelope>Código nuevo.</Envelope>"
MINUTE = timedelta(minutes=1)


@pytest_asyncio.fixture(autouse=True)
async def nothing_kept(pool: Pool) -> AsyncIterator[None]:
    await pool.execute("DELETE FROM dse.unknown_answer")
    yield
    await pool.execute("DELETE FROM dse.unknown_answer")


def counts(kept: list[UnknownAnswer]) -> dict[tuple[str, str], int]:
    return {(each.code, each.body): each.times for each in kept}


async def test_the_same_answer_is_kept_once_and_counted_whoever_comes_at_once(unknown: Unknown) -> None:
    await asyncio.gather(*(unknown.keep(WHERE, "999", BODY, MONDAY + number * MINUTE) for number in range(30)))
    (kept,) = await unknown.listing(WHERE)
    assert kept == UnknownAnswer(code="999", times=30, first_at=MONDAY, last_at=MONDAY + 29 * MINUTE, body=BODY)
    assert await unknown.listing(ELSEWHERE) == []


async def test_what_came_last_is_listed_first(unknown: Unknown) -> None:
    for minute, code in enumerate(("7", "8", "7", "9", "8")):
        await unknown.keep(WHERE, code, f"{BODY}{code}", MONDAY + minute * MINUTE)
    assert [(each.code, each.times) for each in await unknown.listing(WHERE)] == [("8", 2), ("9", 1), ("7", 2)]


async def test_of_one_code_so_many_bodies_are_kept_and_the_rest_is_counted(unknown: Unknown) -> None:
    bodies = [f"{BODY}{number}" for number in range(MOST_OF_CODE + 5)]
    await asyncio.gather(*(unknown.keep(WHERE, "999", body, MONDAY) for body in bodies))
    kept = counts(await unknown.listing(WHERE))
    assert len(kept) == MOST_OF_CODE + 1
    assert kept.pop(("999", "")) == 5
    assert set(kept.values()) == {1}
    _, known = next(iter(kept))
    await unknown.keep(WHERE, "999", known, MONDAY)
    await unknown.keep(WHERE, "998", BODY, MONDAY)
    again = counts(await unknown.listing(WHERE))
    assert (again["999", known], again["999", ""], again["998", BODY]) == (2, 5, 1)


async def test_an_environment_keeps_so_many_bodies_then_codes_and_loses_no_count(unknown: Unknown) -> None:
    codes = [str(number) for number in range(2 * MOST + 10)]
    for code in codes:
        await unknown.keep(WHERE, code, BODY, MONDAY)
    kept = counts(await unknown.listing(WHERE))
    assert len(kept) == 2 * MOST + 1
    assert sum(bool(body) for _, body in kept) == MOST
    assert kept[OTHERS, ""] == 10
    assert sum(kept.values()) == len(codes)
    await unknown.keep(ELSEWHERE, "999", BODY, MONDAY)
    assert counts(await unknown.listing(ELSEWHERE)) == {("999", BODY): 1}


@pytest.mark.parametrize("body", ["a\x00b", "a\ud800b"])
async def test_whatever_dian_writes_can_be_kept(unknown: Unknown, body: str) -> None:
    for _ in range(2):
        await unknown.keep(WHERE, body, body, MONDAY)
    (kept,) = await unknown.listing(WHERE)
    assert kept.times == 2
