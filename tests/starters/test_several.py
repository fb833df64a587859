"""The loop over several companies, with a port that is played: how many at once, what is repeated, where it stops."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commands import Assign, Hold, Message, Remind, Resume
from domain.nit import check_digit
from domain.outcome import Outcome
from domain.reasons import Code, Refusal
from starters import several
from starters.errors import StarterError, Unavailable
from starters.port import Port
from starters.several import AT_ONCE, GRACE, MOST, TRIES, Result, Several, nits_in, refuse_unless_some, saying

Answer = Callable[[str], Awaitable[None]]


def nits(count: int) -> list[str]:
    return [f"{number}-{check_digit(str(number))}" for number in range(800_000_000, 800_000_000 + count)]


async def at_once(nit: str) -> None:
    """A company that does as it is told."""
    await asyncio.sleep(0)


class Played(Port):
    """Keeps what was said, and answers as the test wants it."""

    def __init__(self, answer: Answer = at_once) -> None:
        self.said: list[tuple[str, Message]] = []
        self._answer_as = answer

    async def command(self, nit: str, message: Message) -> Outcome:
        self.said.append((nit, message))
        await self._answer_as(nit)
        return Outcome(version=2, step="electronic_invoicing", step_title="", waiting_on=None)

    @property
    def ids(self) -> dict[str, set[str | None]]:
        """By company, the message ids under which it was spoken to."""
        found: dict[str, set[str | None]] = {}
        for nit, message in self.said:
            found.setdefault(nit, set()).add(message.message_id)
        return found


async def run(
    port: Played,
    to: list[str],
    message: Message | None = None,
    *,
    interrupted: asyncio.Event | None = None,
    told: Callable[[Result], None] = lambda _: None,
) -> list[Result]:
    message = message or Hold(reason="x", actor="ana.perez")
    loop = Several(saying(port, message, "b"), several.ALREADY.get(type(message)), told)
    return await loop.each(to, interrupted or asyncio.Event())


@pytest.fixture(autouse=True)
def _unhurried_by_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "PAUSE", 0.001)


@pytest.mark.parametrize("count", [1, AT_ONCE - 1, AT_ONCE, 137])
async def test_never_more_than_so_many_are_under_way_and_each_is_told_once(count: int) -> None:
    under_way: Counter[str] = Counter()
    most = 0

    async def answer(nit: str) -> None:
        nonlocal most
        under_way[nit] += 1
        most = max(most, under_way.total())
        for _ in range(3):
            await asyncio.sleep(0)
        under_way[nit] -= 1

    port, told = Played(answer), list[Result]()
    results = await run(port, nits(count), told=told.append)
    assert most == min(count, AT_ONCE)
    assert [each.nit for each in results] == nits(count)
    assert all(each.ok for each in results)
    assert sorted(nit for nit, _ in port.said) == sorted(nits(count)) == sorted(each.nit for each in told)


async def test_whoever_does_not_answer_is_asked_again_under_the_same_id_and_a_few_times_only() -> None:
    asked: Counter[str] = Counter()
    slow, silent = nits(2)

    async def answer(nit: str) -> None:
        asked[nit] += 1
        if nit == silent or asked[nit] < TRIES:
            raise StarterError(Code.UNAVAILABLE, "No worker is running.")

    port = Played(answer)
    first, second = await run(port, [slow, silent])
    assert (first.ok, second.ok) == (True, False)
    assert (second.error or {})["code"] == "unavailable"
    assert asked == {slow: TRIES, silent: TRIES}
    assert all(len(ids) == 1 for ids in port.ids.values())


async def test_a_message_has_an_id_of_its_batch_company_and_words_but_not_of_its_reason() -> None:
    nit, other = nits(2)

    async def id_of(batch: str, nit: str, message: Message) -> str | None:
        port = Played()
        await saying(port, message, batch)(nit)
        return port.said[0][1].message_id

    said = await id_of("b", nit, Hold(reason="x", actor="ana"))
    assert said is not None
    assert said.startswith(f"b/{nit}/")
    assert said == await id_of("b", nit, Hold(reason="y", actor="eva"))
    ids = {
        said,
        await id_of("c", nit, Hold(reason="x")),
        await id_of("b", other, Hold(reason="x")),
        await id_of("b", nit, Resume(reason="x")),
        await id_of("b", nit, Assign(who="ana")),
        await id_of("b", nit, Assign(who="eva")),
    }
    assert len(ids) == 6


async def test_one_companys_failure_stops_no_other() -> None:
    refused, broken, *_ = nits(30)

    async def answer(nit: str) -> None:
        if nit == refused:
            raise Refusal(Code.NOT_LEGAL_HERE)
        if nit == broken:
            raise ValueError(nit)

    results = await run(Played(answer), nits(30))
    failed = {each.nit: (each.error or {})["code"] for each in results if not each.ok}
    assert failed == {refused: "not_legal_here", broken: "unexpected"}
    assert broken not in str((results[1].error or {})["message"])


@pytest.mark.parametrize(("message", "code"), several.ALREADY.items(), ids=lambda each: getattr(each, "value", ""))
async def test_what_is_so_already_is_no_failure(message: type[Message], code: Code) -> None:
    async def answer(nit: str) -> None:
        raise Refusal(code)

    (nit,) = nits(1)
    (result,) = await run(Played(answer), [nit], message(reason="x"))
    assert result.document() == {"nit": nit, "ok": True, "error": None, "already": code.value}


async def test_what_is_so_already_for_another_command_is_a_failure() -> None:
    async def answer(nit: str) -> None:
        raise Refusal(Code.HELD_ALREADY)

    (result,) = await run(Played(answer), nits(1), Remind(reason="x"))
    assert not result.ok
    assert "already" not in result.document()


async def test_if_temporal_is_away_for_all_the_rest_is_not_tried_and_says_so() -> None:
    async def answer(nit: str) -> None:
        raise Unavailable("Temporal", "here")

    port = Played(answer)
    results = await run(port, nits(200))
    assert [each.nit for each in results] == nits(200)
    assert {(each.error or {})["code"] for each in results} == {"unavailable"}
    assert len(port.ids) < 3 * AT_ONCE


async def test_if_temporal_is_away_for_some_the_others_are_all_tried() -> None:
    async def answer(nit: str) -> None:
        if int(nit[:-2]) % AT_ONCE:
            raise Unavailable("Temporal", "here")

    results = await run(Played(answer), nits(100))
    assert sum(each.ok for each in results) == 10


async def test_an_interruption_lets_what_is_under_way_end_and_begins_nothing_new() -> None:
    interrupted, ended = asyncio.Event(), list[str]()

    async def answer(nit: str) -> None:
        await asyncio.sleep(0)
        if len(ended) >= 25:
            interrupted.set()
        await asyncio.sleep(0.01)
        ended.append(nit)

    port = Played(answer)
    results = await run(port, nits(500), interrupted=interrupted)
    assert sorted(each.nit for each in results) == sorted(ended) == sorted(port.ids)
    assert len(results) < 25 + 2 * AT_ONCE
    rest = await run(port, nits(500))
    assert all(each.ok for each in rest)
    assert all(len(ids) == 1 for ids in port.ids.values())


async def test_an_interruption_does_not_wait_for_who_does_not_answer() -> None:
    interrupted, heard = asyncio.Event(), list[Result]()
    quick, silent, other = nits(3)

    async def answer(nit: str) -> None:
        if nit == silent:
            await asyncio.Event().wait()

    def told(result: Result) -> None:
        heard.append(result)
        if len(heard) == 2:
            interrupted.set()

    async with asyncio.timeout(2 * GRACE):
        results = await run(Played(answer), [quick, silent, other], interrupted=interrupted, told=told)
    assert [each.nit for each in results] == [quick, other]


async def test_whoever_interrupts_before_the_first_is_told_sends_nothing() -> None:
    interrupted, port = asyncio.Event(), Played()
    interrupted.set()
    assert await run(port, nits(20), interrupted=interrupted) == []
    assert port.said == []


@pytest.mark.parametrize("count", [1, MOST])
def test_a_selection_of_5000_passes(count: int) -> None:
    refuse_unless_some(count, MOST)
    assert MOST == 5_000


@pytest.mark.parametrize(("count", "code"), [(0, "nothing_selected"), (MOST + 1, "selection_too_large")])
def test_a_selection_of_nobody_or_of_5001_is_refused(count: int, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        refuse_unless_some(count, MOST)
    assert refused.value.code == code
    assert not count or all(str(each) in str(refused.value) for each in (count, MOST))


@given(st.lists(st.sampled_from(nits(9))), st.sampled_from(["", "# all of them\n", "\r\n \n"]))
def test_a_file_names_each_company_once_in_its_order(found: list[str], before: str) -> None:
    dotted = [f"{nit[0:3]}.{nit[3:6]}.{nit[6:]}  # it" for nit in found]
    text = before + "\n".join([*found, "", *dotted])
    assert nits_in(text.splitlines()) == tuple(dict.fromkeys(found))


def test_every_wrong_line_is_named_at_once() -> None:
    with pytest.raises(Refusal) as refused:
        nits_in(["900123456-8", "900123456-7", "", "# no", "900123456", "x"])
    assert [(each.field, each.code.value) for each in refused.value.fields] == [
        ("line 2", "nit_check_digit"),
        ("line 5", "nit_check_digit_missing"),
        ("line 6", "nit_format"),
    ]
    assert "900123456-8" in refused.value.fields[0].message_es
