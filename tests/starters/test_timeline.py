"""`./dse timeline`: everything in order, and a chain that shows what was done to it."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from domain.state import Event
from starters.cli.timeline import COLUMNS, LEGEND, fitted, shown
from tests.starters.conftest import Cli, dse
from tests.starters.test_away import NOWHERE
from tests.workflows.company import random_nit

KEYS = {"seq", "at", "name", "actor", "verified", "channel", "reason", "before", "after"}
HEAD = "0" * 64


async def held(cli: Cli) -> str:
    nit = await cli.start()
    await cli.ok("hold", nit, "--reason", "vacaciones colectivas", "--actor", "ana.perez")
    return nit


async def test_every_entry_says_when_who_by_what_channel_why_and_what_changed(cli: Cli) -> None:
    nit = await held(cli)
    entries = await until_told(cli, nit, "hold")
    assert all(each.keys() == KEYS for each in entries)
    places = [each["seq"] for each in entries]
    assert places == sorted(set(places))
    (hold,) = [each for each in entries if each["name"] == "hold"]
    assert (hold["actor"], hold["verified"], hold["reason"]) == ("ana.perez", False, "vacaciones colectivas")
    names = [each["name"] for each in await until_told(cli, nit, "mail_sent")]
    assert names.index("started") < names.index("mail_written") < names.index("mail_sent")


async def until_told(cli: Cli, nit: str, name: str) -> list[dict[str, Any]]:
    """The timeline, once this stands in it: an answer comes before the record."""
    async with asyncio.timeout(20):
        while True:
            entries: list[dict[str, Any]] = await cli.ok("timeline", nit)
            if name in {each["name"] for each in entries}:
                return entries


async def test_people_read_bogota_s_time_and_who_is_proven(cli: Cli) -> None:
    nit = await held(cli)
    await until_told(cli, nit, "hold")
    said = (await cli("timeline", nit)).out
    (hold,) = [line for line in said.splitlines() if " hold " in line]
    assert "ana.perez" in hold
    assert "✓" not in hold
    assert all("✓ dse" in line for line in said.splitlines() if " mail_written " in line)
    assert said.rstrip().endswith(LEGEND)


async def test_a_chain_is_intact_until_somebody_rewrites_it(cli: Cli) -> None:
    nit = await held(cli)
    await until_told(cli, nit, "mail_sent")
    noted = await cli.ok("timeline", nit, "--verify")
    assert (noted["intact"], noted["broken_at"], noted["why"], len(noted["head"])) == (True, None, "", 64)
    await cli.ok("resume", nit, "--reason", "de vuelta")
    await until_told(cli, nit, "resume")
    later = await cli.ok("timeline", nit, "--verify", "--head", noted["head"].upper())
    assert later["entries"] > noted["entries"]
    said = await cli("timeline", nit, "--verify")
    assert said.out.startswith(f"intact: {later['entries']} entries, head {later['head']}")

    never = await cli("timeline", nit, "--verify", "--head", HEAD, "--json")
    assert (never.code, never.json["intact"]) == (1, False)
    assert "rewritten since" in never.json["why"]

    await rewritten(cli, nit)
    found = await cli("timeline", nit, "--verify", "--json")
    assert (found.code, found.json["intact"], found.json["broken_at"]) == (1, False, 2)
    assert "broken at 2: entry 2 " in (await cli("timeline", nit, "--verify")).err


async def rewritten(cli: Cli, nit: str) -> None:
    assert cli.addresses.postgres is not None
    connection = await asyncpg.connect(cli.addresses.postgres)
    try:
        async with connection.transaction():
            await connection.execute("ALTER TABLE dse.timeline DISABLE TRIGGER timeline_only_grows")
            await connection.execute(
                "UPDATE dse.timeline SET actor = 'otra' FROM dse.onboarding AS o"
                " WHERE o.nit = $1 AND timeline.onboarding_id = o.onboarding_id AND place = 2",
                nit,
            )
            await connection.execute("ALTER TABLE dse.timeline ENABLE ALWAYS TRIGGER timeline_only_grows")
    finally:
        await connection.close()


async def test_only_the_records_are_needed(cli: Cli) -> None:
    nit = await held(cli)
    await until_told(cli, nit, "hold")
    assert (await cli("timeline", nit, "--verify", TEMPORAL_ADDRESS=NOWHERE)).code == 0
    said = await cli("timeline", nit, "--json", DSE_POSTGRES_DSN=f"postgresql://dse:secret@{NOWHERE}/dse")
    assert (said.code, said.error["code"]) == (1, "unavailable")
    assert "PostgreSQL" in said.error["message"]


async def test_of_a_stranger_there_is_nothing_to_verify(cli: Cli) -> None:
    nit = random_nit()
    assert await cli.ok("timeline", nit) == []
    said = await cli("timeline", nit, "--verify", "--json")
    assert (said.code, said.error["code"]) == (1, "not_found")


@pytest.mark.parametrize("options", [("--head", HEAD), ("--verify", "--head", "12")], ids=["alone", "no head"])
async def test_a_head_is_64_digits_and_to_be_verified(options: tuple[str, ...]) -> None:
    said = await dse("timeline", "900123456-8", *options)
    assert said.code == 2
    assert "--head" in said.err


# the table


def event(**given: Any) -> Event:
    return Event.model_validate({"seq": 7, "at": datetime(2026, 11, 26, 20, 5, tzinfo=UTC), "name": "hold", **given})


@pytest.mark.parametrize("room", [80, 100, 160])
def test_a_line_fits_the_terminal_and_what_was_cut_shows(room: int) -> None:
    rows = [shown(event(actor="ana.perez", reason="x" * 300, before="held", after="y" * 90)), shown(event())]
    cut = fitted(rows, room)
    widths = [max(len(name), *(len(row[name]) for row in cut)) for name in COLUMNS]
    assert sum(widths) + 2 * (len(widths) - 1) == room
    assert cut[0]["reason"].endswith("…")
    assert (cut[0]["at"], cut[0]["actor"], cut[0]["seq"]) == ("2026-11-26 15:05", "ana.perez", "7")
    assert fitted(rows, None) == rows


def test_nobody_s_words_break_the_table_or_steer_the_terminal() -> None:
    assert shown(event(reason="a\n\tb \x1b[2J"))["reason"] == "a b \ufffd[2J"
    assert shown(event(verified=True, actor="dse"))["actor"] == "✓ dse"
    assert "✓" not in shown(event(actor="✓ dse"))["actor"]
    assert [shown(event(before=b, after=a))["before → after"] for b, a in (("x", "y"), ("", "y"), ("x", ""))] == [
        "x → y",
        "y",
        "x →",
    ]
