"""A ready company's range or grant comes to its end: who is told, what the list shows, and how it is renewed."""

import asyncio
import email
import email.policy
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import asyncpg

from domain.commands import ConfigureVoucherType, SubmitRepresentative
from tests.starters.conftest import Cli, dse
from tests.workflows.company import random_nit
from workers.schedule import WATCH, schedule_id
from workers.settings import Settings
from workers.temporal import connect


def in_days(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


async def configured(cli: Cli, nit: str) -> Any:
    """The voucher type is saved, with the same code each time; the company is ready."""
    await cli.ok("wait", nit, "--step", "voucher_type")
    await cli.ok("voucher", nit, str(cli.file("voucher.json", ConfigureVoucherType.card.example)))
    return await cli.ok("wait", nit, "--step", "ready")


async def ready(cli: Cli, days: int) -> str:
    """A ready company whose range is valid for so many days."""
    nit = await cli.at_mandated_wait()
    await cli.at_dian(nit, "enable")
    await cli.at_dian(nit, "request", valid_to=in_days(days))
    await cli.at_dian(nit, "associate")
    await cli.ok("associated", nit)
    await configured(cli, nit)
    return nit


async def listed(cli: Cli, nit: str) -> list[dict[str, Any]]:
    return [row for row in await cli.ok("list", "--expiring") if row["nit"] == nit]


async def swept(cli: Cli) -> None:
    """The Schedule's workflow has run once more, now."""
    client = await connect(Settings(temporal_address=cli.addresses.temporal or ""))
    handle = client.get_schedule_handle(schedule_id("habilitacion", WATCH))
    before = (await handle.describe()).info.num_actions
    await handle.trigger()
    async with asyncio.timeout(30):
        while (info := (await handle.describe()).info).num_actions == before or info.running_actions:
            await asyncio.sleep(0.1)


def mails(cli: Cli, recipient: str, nit: str) -> list[EmailMessage]:
    """About what ends, in the order of their subjects."""
    assert cli.addresses.mail is not None
    files = Path(cli.addresses.mail.folder).glob("*.eml")
    found = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    return sorted(
        (each for each in found if each["To"] == recipient and _about_an_end(each) and nit in read(each)),
        key=lambda each: str(each["Subject"]),
    )


def read(mail: EmailMessage) -> str:
    """Its plain text."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def _about_an_end(mail: EmailMessage) -> bool:
    return " vence" in mail["Subject"] or "por vencer" in mail["Subject"]


async def until_mailed(cli: Cli, recipient: str, nit: str) -> list[EmailMessage]:
    async with asyncio.timeout(20):
        while not (found := mails(cli, recipient, nit)):
            await asyncio.sleep(0.1)
    return found


async def test_a_range_that_ends_is_told_once_listed_and_renewed_beside_the_old(cli: Cli) -> None:
    nit = await ready(cli, days=20)
    old = (await cli.ok("status", nit))["range"]
    assert [row["expiring"] for row in await listed(cli, nit)] == [[{"what": "range", "ends_on": in_days(20)}]]
    assert nit not in {row["nit"] for row in await cli.ok("list")}
    assert f"range {in_days(20)}" in (await cli("list", "--expiring")).out

    for _ in range(2):
        await swept(cli)
    (to_company,) = await until_mailed(cli, "ana@andina.example", nit)
    assert old["resolution"] in read(to_company)
    assert len(await until_mailed(cli, "operaciones@proveedor.example", nit)) == 1
    assert [each["name"] for each in await cli.ok("timeline", nit) if each["channel"] != "mail"][-1] == "expiring"

    new = {"resolution": "18764999000001", "prefix": "DSZ", "valid_to": in_days(400)}
    await cli.at_dian(nit, "request", **new)
    await cli.at_dian(nit, "associate", resolution=new["resolution"], prefix=new["prefix"])
    renewal = await cli.ok("start", nit, "--renew")
    assert (renewal["name"], renewal["contact"]["email"]) == ("Andina S.A.S.", "ana@andina.example")
    again = await cli.ok("start", nit, "--renew")
    assert [each["code"] for each in again["notices"]] == ["running_already"]
    assert again["onboarding_id"] == renewal["onboarding_id"]
    await cli.ok("wait", nit, "--step", "voucher_type")
    steps = [each["after"] for each in await cli.ok("timeline", nit) if each["name"] == "step"]
    assert not {"legal_representative", "signed_letter"} & set(steps)
    assert [row["step"] for row in await listed(cli, nit)] == ["voucher_type"]
    final = await configured(cli, nit)
    assert (final["closed"], final["range"]["prefix"]) == ("ready", "DSZ")
    assert final["onboarding_id"] == renewal["onboarding_id"]
    assert await listed(cli, nit) == []


async def test_a_grant_that_ends_is_renewed_by_a_new_letter_and_the_range_is_taken_over(cli: Cli) -> None:
    nit = await cli.ready()
    before = await cli.ok("status", nit)
    assert cli.addresses.postgres is not None
    connection = await asyncpg.connect(cli.addresses.postgres)
    ends_at = datetime.now(UTC) + timedelta(days=10)
    await connection.execute("UPDATE dse.certificate_grant SET ends_at = $2 WHERE nit = $1", nit, ends_at)
    await connection.close()
    (row,) = await listed(cli, nit)
    assert [each["what"] for each in row["expiring"]] == ["grant"]
    assert date.fromisoformat(row["expiring"][0]["ends_on"]) >= datetime.now(UTC).date() + timedelta(days=9)

    renewal = await cli.ok("start", nit, "--renew")
    assert renewal["step"] == "legal_representative"
    assert [each["code"] for each in renewal["notices"]] == ["certificate_must_be_updated"]
    await cli.ok("representative", nit, str(cli.file("representative.json", SubmitRepresentative.card.example)))
    await cli.ok("upload", nit, str(await cli.scan_of(nit)))
    await cli.ok("continue", nit)
    final = await configured(cli, nit)
    assert final["range"]["resolution"] == before["range"]["resolution"]
    assert await listed(cli, nit) == []


async def test_a_cancelled_renewal_leaves_the_company_what_it_had(cli: Cli) -> None:
    nit = await ready(cli, days=200)
    await cli.ok("start", nit, "--renew")
    await cli.ok("wait", nit, "--step", "voucher_type")
    await cli.ok("cancel", nit, "--reason", "x")
    await cli.ok("wait", nit, "--step", "cancelled")
    assert (await cli.ok("start", nit, "--renew"))["name"] == "Andina S.A.S."
    await configured(cli, nit)


async def test_only_a_renewal_may_leave_out_name_and_address_and_only_if_the_records_have_them(cli: Cli) -> None:
    assert (await dse("start", random_nit(), "--name", "Andina S.A.S.")).code == 2
    said = await cli("start", random_nit(), "--renew", "--json")
    assert (said.code, said.error["code"]) == (1, "invalid_fields")
    assert [each["field"] for each in said.error["fields"]] == ["name", "contact.email"]


async def test_a_renewal_of_whoever_was_never_ready_is_a_plain_start(cli: Cli) -> None:
    nit = await cli.start("--partner", "acme")
    await cli.ok("cancel", nit, "--reason", "x")
    await cli.ok("wait", nit, "--step", "cancelled")
    renewal = await cli.ok("start", nit, "--renew")
    assert (renewal["step"], renewal["partner"]) == ("electronic_invoicing", "acme")


async def test_another_partner_is_told_nothing_of_the_contact(cli: Cli) -> None:
    nit = await cli.start()
    await cli.ok("cancel", nit, "--reason", "x")
    await cli.ok("wait", nit, "--step", "cancelled")
    said = await cli("start", nit, "--renew", "--partner", "acme", "--json")
    assert (said.code, said.error["code"]) == (1, "invalid_fields")
    assert "andina" not in (said.out + said.err).lower()
