"""The acts over HTTP: with whom a range is associated, undoing it, and what a strict simulator wants first."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from .signing import Signer
from .site import SOFTWARE, Site, site

ANOTHER = "0f8fad5b-d9cb-469f-a165-70867728950e"
HOUR = 3600


@pytest.fixture
async def strict(tmp_path: Path, provider: Signer) -> AsyncIterator[Site]:
    async with site(tmp_path, provider, strict=True) as made:
        yield made


async def advance(simulator: Site, seconds: float) -> None:
    assert (await simulator.post("/clock", {"advance_s": seconds}))[0] == 200


async def code_in_time(simulator: Site) -> str:
    """DIAN's code, its clock set right for the call: the envelope is measured by it."""
    now = (await simulator.get("/clock"))["now"]
    await simulator.post("/clock", {"now": datetime.now(UTC).isoformat()})
    code = await simulator.code()
    await simulator.post("/clock", {"now": now})
    return code


async def test_a_company_with_another_provider_is_401_until_it_leaves_it(simulator: Site) -> None:
    await simulator.act("request")
    status, state = await simulator.act("associate", software="other")
    assert (status, state["ranges"][0]["software"]) == (200, "other")
    assert await simulator.code() == "401"
    status, answer = await simulator.act("associate")
    assert status == 409
    assert "another provider" in answer["error"]
    status, state = await simulator.act("associate", undo=True)
    assert (status, state["ranges"][0]["associated"]) == (200, False)
    assert (await simulator.act("associate"))[0] == 200
    assert await simulator.code() == "100"


async def test_another_software_of_the_provider_is_302(simulator: Site) -> None:
    await simulator.act("request")
    _, state = await simulator.act("associate", software=ANOTHER.upper())
    assert state["ranges"][0]["software"] == ANOTHER
    assert await simulator.code() == "302"
    await simulator.act("associate", software=SOFTWARE)
    assert await simulator.code() == "100"


async def test_one_range_may_be_unbound_alone(simulator: Site) -> None:
    await simulator.act("request", prefix="DSA")
    await simulator.act("request", prefix="DSB")
    await simulator.act("associate")
    status, state = await simulator.act("associate", undo=True, prefix="DSA")
    assert (status, [each["prefix"] for each in state["ranges"]]) == (200, ["DSA"])
    _, text = await simulator.ask()
    assert ("DSB<" in text, "DSA<" in text) == (True, False)
    assert (await simulator.act("associate", undo=True, prefix="DSX"))[0] == 409


async def test_undo_false_is_the_act_itself(simulator: Site) -> None:
    await simulator.act("request")
    _, state = await simulator.act("associate", undo=False)
    assert state["ranges"][0]["associated"]


async def test_what_was_undone_stays_so_through_a_restart(tmp_path: Path, provider: Signer) -> None:
    async with site(tmp_path, provider) as before:
        await before.act("request")
        await before.act("associate")
        await before.act("associate", undo=True)
    async with site(tmp_path, provider) as after:
        assert await after.code() == "401"


async def test_strict_wants_the_company_enabled_before_a_resolution(strict: Site) -> None:
    status, answer = await strict.act("request")
    assert status == 409
    assert "enable it first" in answer["error"]
    await strict.act("enable")
    assert (await strict.act("request"))[0] == 200


async def test_strict_offers_nothing_until_the_software_is_synchronised_to_production(strict: Site) -> None:
    _, state = await strict.act("enable", synchronise=False)
    assert not state["enabled"]
    assert (await strict.act("request"))[0] == 200
    await advance(strict, 3 * HOUR)
    status, answer = await strict.act("associate")
    assert status == 409
    assert "synchronised to production" in answer["error"]
    assert await code_in_time(strict) == "401"
    _, state = await strict.act("enable")
    assert state["enabled"]
    assert (await strict.act("associate"))[0] == 200


async def test_strict_offers_a_range_three_hours_after_its_resolution(strict: Site) -> None:
    await strict.act("enable")
    assert (await strict.act("associate"))[0] == 409, "nothing was requested"
    await strict.act("request")
    status, answer = await strict.act("associate")
    assert status == 409
    assert "3 hours after" in answer["error"]
    await advance(strict, 3 * HOUR - 60)
    await strict.act("request")
    assert (await strict.act("associate"))[0] == 409, "asking again doesn't start the wait anew, nor end it"
    await advance(strict, 60)
    assert (await strict.act("associate"))[0] == 200
    assert await code_in_time(strict) == "100"


async def test_strict_associates_what_is_offered_and_leaves_the_rest(strict: Site) -> None:
    await strict.act("enable")
    await strict.act("request", prefix="DSA")
    await advance(strict, 3 * HOUR)
    await strict.act("request", prefix="DSB")
    _, state = await strict.act("associate")
    assert [each["prefix"] for each in state["ranges"]] == ["DSA"]
    _, state = await strict.act("associate")
    assert [each["prefix"] for each in state["ranges"]] == ["DSA"], "it may be said again"


async def test_strict_offers_nothing_that_is_out_of_date(strict: Site) -> None:
    await strict.act("enable")
    today = datetime.now(UTC).date()
    await strict.act("request", valid_from=str(today - timedelta(days=9)), valid_to=str(today - timedelta(days=2)))
    await advance(strict, 4 * HOUR)
    status, answer = await strict.act("associate")
    assert status == 409
    assert "in date" in answer["error"]


async def test_strict_wants_fourteen_digits(strict: Site) -> None:
    await strict.act("enable")
    status, answer = await strict.act("request", resolution="18760000001")
    assert status == 409
    assert "14 digits" in answer["error"]
    assert (await strict.act("request", resolution="18764000000001"))[0] == 200


async def test_the_wait_is_known_after_a_restart(tmp_path: Path, provider: Signer) -> None:
    async with site(tmp_path, provider, strict=True) as before:
        await before.act("enable")
        await before.act("request")
    async with site(tmp_path, provider, strict=True) as after:
        assert (await after.act("associate"))[0] == 409
        await advance(after, 3 * HOUR)
        assert (await after.act("associate"))[0] == 200
