"""What operators do to one company by the command line: a later date, a corrected field, whose it is, a note."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.fields import BOGOTA, bogota
from tests.starters.conftest import Cli, dse

NIT = "900123456-8"


def today(days: int = 0) -> str:
    return (datetime.now(UTC).astimezone(BOGOTA).date() + timedelta(days=days)).isoformat()


async def listed(cli: Cli, nit: str, fits: Callable[[dict[str, Any]], bool], *options: str) -> dict[str, Any]:
    """Its line in the work list, once that is on record."""
    async with asyncio.timeout(20):
        while True:
            for row in await cli.ok("list", *options):
                if row["nit"] == nit and fits(row):
                    return dict(row)
            await asyncio.sleep(0.1)


async def test_a_due_date_is_extended_until_a_time_of_bogota_or_by_so_much(cli: Cli) -> None:
    nit = await cli.start()
    async with asyncio.timeout(20):
        while (await cli.ok("status", nit))["due_at"] is None:  # the calendar answers after the start has
            await asyncio.sleep(0.1)
    until = today(60)
    status = await cli.ok("extend", nit, "--until", f"{until}T17:00:00", "--reason", "vacaciones")
    assert bogota(datetime.fromisoformat(status["due_at"])) == f"{until} 17:00"
    later = await cli.ok("extend", nit, "--until", "P90D", "--reason", "vacaciones")
    assert bogota(datetime.fromisoformat(later["due_at"])) == f"{today(150)} 17:00"
    for wrong, code in (("soon", "time_format"), ("2020-01-01", "time_in_past"), ("P900D", "time_too_far")):
        said = await cli("extend", nit, "--until", wrong, "--reason", "x", "--json")
        assert (said.code, [each["code"] for each in said.error["fields"]]) == (1, [code])
    said = await cli("extend", nit, "--until", today(30), "--reason", "x", "--json")
    assert (said.code, said.error["code"]) == (1, "due_later_already")


async def test_a_corrected_field_is_checked_and_what_became_void_is_told(cli: Cli) -> None:
    nit = await cli.at_signed_letter()
    contact = await cli.ok("correct", nit, "contact_mobile", "3009876543", "--reason", "llamada")
    assert (contact["contact"]["mobile"], contact["voids"]) == ("3009876543", [])
    wrong = await cli("correct", nit, "contact_email", "nobody", "--reason", "llamada", "--json")
    assert [(each["field"], each["code"]) for each in wrong.error["fields"]] == [("contact_email", "email_format")]
    unknown = await cli("correct", nit, "nit", NIT, "--reason", "llamada", "--json")
    assert [(each["field"], each["code"]) for each in unknown.error["fields"]] == [("field", "choice")]

    person = await cli.ok("correct", nit, "first_names", "María Josefa", "--reason", "cédula")
    assert person["voids"] == ["letter"]
    await cli.ok("wait", nit, "--step", "signed_letter")
    letters = [(each["revision"], each["void"]) for each in (await cli.ok("status", nit))["documents"]]
    assert letters == [(1, True), (2, False)]
    said = await cli("correct", nit, "last_names", "Gómez", "--reason", "cédula")
    assert "last_names is corrected; void now: letter." in said.out


async def test_an_onboarding_is_somebodys_and_the_list_shows_whose(cli: Cli) -> None:
    nit, other = await cli.start(), await cli.start()
    who = f"ana.{nit[:9]}"
    assert (await cli.ok("assign", nit, who))["assignee"] == who
    await listed(cli, nit, lambda row: row["assignee"] == who)
    assert [row["nit"] for row in await cli.ok("list", "--assignee", who)] == [nit]
    mine = await cli("list", "--mine", "--json", DSE_ACTOR=who)
    assert [row["nit"] for row in mine.json] == [nit]
    heading, *lines = (await cli("list", "--assignee", who)).out.splitlines()
    assert heading.split()[-2:] == ["assignee", "follow_up"] or heading.split()[-1] == "assignee"
    assert who in lines[0]
    assert f"assigned to {who}" in (await cli("status", nit)).out
    assert other not in {row["nit"] for row in await cli.ok("list", "--assignee", who)}
    assert (await cli.ok("assign", nit, "-"))["assignee"] is None
    said = await cli("assign", nit, "ana@andina.example", "--json")
    assert [(each["field"], each["code"]) for each in said.error["fields"]] == [("who", "assignee_format")]


async def test_a_note_is_kept_and_its_follow_up_listed_from_that_day_on(cli: Cli) -> None:
    nit, later = await cli.start(), await cli.start()
    noted = await cli.ok("note", nit, "llamar a la contadora", "--follow-up", today(), "--actor", "ana.perez")
    assert noted["follow_up"] == today()
    assert [(each["text"], each["actor"]) for each in noted["remarks"]] == [("llamar a la contadora", "ana.perez")]
    await cli.ok("note", later, "llamar", "--follow-up", today(1))
    await listed(cli, later, lambda row: row["follow_up"] == today(1))
    await listed(cli, nit, lambda row: row["follow_up"] == today(), "--follow-up")
    assert later not in {row["nit"] for row in await cli.ok("list", "--follow-up")}
    out = (await cli("list", "--follow-up")).out
    assert "follow_up" in out.splitlines()[0]
    shown = (await cli("status", nit)).out
    assert f"look again on {today()}" in shown
    assert "remark: llamar a la contadora (ana.perez, " in shown
    assert (await cli.ok("note", nit, "contestó", "--follow-up", "-"))["follow_up"] is None
    said = await cli("note", nit, "x", "--follow-up", "mañana", "--json")
    assert [(each["field"], each["code"]) for each in said.error["fields"]] == [("follow_up", "date_format")]


async def test_a_company_is_reminded_once_whoever_asks(cli: Cli) -> None:
    nit = await cli.start()
    assert "next reminder" in (await cli("status", nit)).out
    await cli.ok("remind", nit, "--reason", "no contesta")
    again = await cli("remind", nit, "--reason", "no contesta", "--json")
    assert (again.code, again.error["code"]) == (1, "reminded_already")
    await cli.ok("hold", nit, "--reason", "x")
    held = await cli("remind", nit, "--reason", "x", "--json")
    assert (held.code, held.error["code"]) == (1, "nobody_to_remind")


async def test_who_holds_what_is_held_already_is_told_by_whom_since_when_and_why(cli: Cli) -> None:
    nit = await cli.start()
    await cli.ok("hold", nit, "--reason", "cambia de representante", "--actor", "ana.perez")
    said = await cli("hold", nit, "--reason", "x", "--actor", "eva.diaz", "--json")
    assert (said.code, said.error["code"]) == (1, "held_already")
    for told in (said.error["message"], said.error["message_es"]):
        assert all(part in told for part in ("ana.perez", today(), "«cambia de representante»"))


@pytest.mark.parametrize(
    "command",
    [
        ("extend", "--until", "P60D", "--reason", "x"),
        ("correct", "name", "Andes S.A.S.", "--reason", "x"),
        ("assign", "ana.perez"),
        ("note", "x"),
        ("remind", "--reason", "x"),
        ("back", "--to", "electronic_invoicing", "--reason", "x", "--dry-run"),
    ],
    ids=lambda command: command[0],
)
async def test_a_stale_version_is_refused_by_each(cli: Cli, command: tuple[str, ...]) -> None:
    nit = await cli.start()
    verb, *rest = command
    said = await cli(verb, nit, *rest, "--expected-version", "1", "--json")
    assert (said.code, said.error["code"]) == (1, "stale_version")


@pytest.mark.parametrize(
    "usage",
    [
        ("extend", NIT, "--reason", "x"),
        ("extend", NIT, "--until", "P1D"),
        ("correct", NIT, "name", "--reason", "x"),
        ("correct", NIT, "name", "Andina"),
        ("assign", NIT, "ana", "eva"),
        ("note", NIT),
        ("remind", NIT),
        ("list", "--mine", "--assignee", "ana"),
        ("list", "--expiring", "--mine"),
        ("list", "--expiring", "--follow-up"),
    ],
    ids=" ".join,
)
async def test_wrong_usage_is_2(usage: tuple[str, ...]) -> None:
    assert (await dse(*usage, "--json")).code == 2


async def test_a_wrong_nit_is_refused_before_anything_is_asked() -> None:
    for usage in (("assign", "900123456-7", "ana"), ("remind", "900123456-7", "--reason", "x")):
        said = await dse(*usage, "--json")
        assert (said.code, said.error["code"]) == (1, "nit_check_digit")
