"""Marked companies go through every path, and their marks are looked for in all that is told without encryption."""

import asyncio
import contextlib
import json
import os
import re
import signal
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.service import RPCError

from domain.begin import workflow_id
from domain.nit import without_check_digit
from tests.activities.store.smtp import Server, serving
from tests.starters.conftest import Cli, Said, start_up, stop, until_up
from tests.starters.told import told
from tests.workflows.company import random_nit
from workers.settings import Settings
from workers.temporal import connect

pytestmark = pytest.mark.slow

FIRST, LAST, NUMBER = "Zutanita", "Quirquincho", "1098765432"
EMAIL, MOBILE, REFUSED = "zutanita@quirquincho.example", "3119876543", "gone@x.example"
REPRESENTATIVE = {
    "first_names": FIRST,
    "last_names": LAST,
    "document_type": "13",
    "document_number": NUMBER,
    "place_of_issue": "Aguachicatlan",
    "email": EMAIL,
    "mobile": MOBILE,
    "address": "Carrera Tapir 98",
    "municipality": "11001",
    "position": "Gerenta Tapirina",
}
MARKS = (
    *(FIRST, LAST, NUMBER, "1.098.765.432", MOBILE, "311 987 6543", REFUSED.partition("@")[0] + "@"),
    *("Aguachica", "Tapir", "quirquincho.example"),
)
KEY = "2026z:TWFya2VkS2V5TWFya2VkS2V5TWFya2VkS2V5TWFya2U="
VOUCHER = {
    "document_type": "05",
    "code": "DS1",
    "name": f"De {FIRST}",
    "next_number": "1",
    "automatic_numbering": True,
    "in_use": True,
}
WHY = f"llamó {FIRST} {LAST} ({NUMBER}), {EMAIL}, {MOBILE}"


class Story:
    """What was said on the command line's stderr, and by what ways the rest is said."""

    def __init__(self, cli: Cli, client: Client) -> None:
        self.cli, self.client = cli, client
        self.errors: list[str] = []

    async def __call__(self, *arguments: str, code: int | None = 0) -> Said:
        said = await self.cli(*arguments, "--json")
        self.errors.append(said.err)
        assert code is None or said.code == code, (arguments, said)
        return said

    async def patiently(self, *arguments: str) -> None:
        """Until it is done, whatever has been killed."""
        async with asyncio.timeout(60):
            while (await self(*arguments, code=None)).code != 0:
                await asyncio.sleep(0.2)

    async def begun(self, name: str, *options: str, email: str = EMAIL) -> str:
        nit = random_nit()
        whom = ("--contact", f"{FIRST} {LAST}", "--mobile", MOBILE, "--email", email)
        await self("start", nit, "--name", name, *whom, *options)
        return nit

    def file(self, name: str, content: object) -> str:
        return str(self.cli.file(name, content))

    def handle(self, nit: str) -> Any:
        return self.client.get_workflow_handle(workflow_id("habilitacion", nit))

    async def at_dian(self, fault: str, nit: str) -> None:
        assert self.cli.addresses.dian is not None
        said = {"name": fault, "count": 1, "nit": without_check_digit(nit)}
        url = f"{self.cli.addresses.dian.admin}/faults"
        async with aiohttp.ClientSession(raise_for_status=True) as session, session.post(url, json=said):
            pass


@pytest_asyncio.fixture(scope="module")
async def mail() -> AsyncIterator[Server]:
    async with serving(gone=f"550 5.1.1 {REFUSED} {FIRST}: no such mailbox", later=f"451 later, {FIRST}") as server:
        yield server


@pytest_asyncio.fixture(scope="module")
async def story(tmp_path_factory: pytest.TempPathFactory, mail: Server) -> AsyncIterator[Story]:
    folder = tmp_path_factory.mktemp("marked")
    process = start_up(folder / "data", DSE_SMTP_URL=f"smtp://127.0.0.1:{mail.port}", DSE_LETTER_KEYS=KEY)
    try:
        cli = Cli(folder / "data", await until_up(folder / "data", process), folder)
        yield Story(cli, await connect(Settings(temporal_address=cli.addresses.temporal or "")))
    finally:
        assert stop(process) == 0


async def test_nothing_that_is_told_in_clear_holds_a_mark(story: Story, mail: Server) -> None:
    await by_commands_to_the_end(story)
    await by_refusals_and_what_cannot_be_read(story)
    await by_operators(story)
    await by_mails_that_are_refused(story, mail)
    assert await found_in(story) == {}
    bodies = await found_in(story, decrypted=True)
    assert {mark for mark in MARKS if re.search(re.escape(mark), str(bodies), re.IGNORECASE)} > {FIRST, LAST, NUMBER}


async def by_commands_to_the_end(story: Story) -> None:
    """Scans rejected and accepted, a worker killed, DIAN's faults, ready, renewed."""
    nit = await story.begun(f"{LAST} e Hija S.A.S.")
    await story("invoicing-done", nit)
    wrong = {**REPRESENTATIVE, "document_number": f"{NUMBER}X", "email": f"{EMAIL}@", "mobile": f"{MOBILE}1"}
    await story("representative", nit, story.file("wrong.json", wrong), code=1)
    await story("representative", nit, story.file("right.json", REPRESENTATIVE))
    await story("upload", nit, story.file(f"{FIRST}.pdf", REPRESENTATIVE), code=1)
    await story("upload", nit, str(await story.cli.scan_of(nit, signed=False)), code=1)
    scan = str(await story.cli.scan_of(nit))
    worker = story.cli.addresses_now().pids.worker
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    await story.patiently("upload", nit, scan)
    await story.at_dian("code_500", nit)
    await story.at_dian("unknown_code", nit)
    await story.patiently("continue", nit)
    await story.patiently("wait", nit, "--step", "mandated_wait")
    await story.cli.at_dian(nit, "enable", "request", "associate")
    await story.patiently("associated", nit)
    await story.patiently("wait", nit, "--step", "voucher_type")
    await story("voucher", nit, story.file("bad.json", {**VOUCHER, "next_number": EMAIL}), code=1)
    await story("voucher", nit, story.file("voucher.json", VOUCHER))
    await story("wait", nit, "--step", "ready")
    await story("start", nit, "--name", FIRST, "--email", EMAIL, code=None)
    await story("start", nit, "--renew", code=None)


async def by_refusals_and_what_cannot_be_read(story: Story) -> None:
    """What is said past the command line too, as Temporal's UI and other systems do it."""
    await story("start", random_nit(), "--name", FIRST, "--email", f"{EMAIL},{MOBILE}", code=1)
    await story("start", "900123456-9", "--name", FIRST, "--email", EMAIL, code=1)
    nit = await story.begun(f"{FIRST} {LAST}", "--invoicing-done")
    handle = story.handle(nit)
    for raw in (
        f"{{{WHY}".encode(),
        json.dumps(WHY).encode(),
        json.dumps({"key": WHY, "correlation_id": EMAIL}).encode(),
    ):
        payload = Payload(metadata={"encoding": b"json/plain"}, data=raw)
        for name in ("signed_letter_uploaded", "prefixes_associated", EMAIL):
            await handle.signal(name, RawValue(payload))
    await handle.signal("signed_letter_uploaded", args=[WHY, REPRESENTATIVE])
    for given in ([WHY], [REPRESENTATIVE, WHY], [{"first_names": {"deep": WHY}}], [[WHY]]):
        for name in ("submit_representative", "hold", "declare_resolution"):
            with contextlib.suppress(WorkflowUpdateFailedError):
                await handle.execute_update(name, args=given)
    with pytest.raises((WorkflowUpdateFailedError, RPCError)):
        await handle.execute_update("no_such_update", WHY)
    await story("status", nit)
    for start in ({"name": FIRST, "nit": "900123456", "contact": {"email": WHY}}, {"nit": WHY}, WHY):
        began = await story.client.start_workflow(
            "Onboarding", start, id=workflow_id("habilitacion", random_nit()), task_queue="dse"
        )
        with contextlib.suppress(Exception):
            async with asyncio.timeout(5):
                await began.result()


async def by_operators(story: Story) -> None:
    """Every command with a reason, a correction, a note, a scan under a name of the sender's, a cancel."""
    nit = await story.begun(f"{LAST} S.A.S.", "--invoicing-done", "--partner", "direct")
    await story("representative", nit, story.file("right.json", REPRESENTATIVE))
    for field, value in (("contact_mobile", MOBILE), ("first_names", f"{FIRST} {LAST}"), ("contact_email", EMAIL)):
        await story("correct", nit, field, value, "--reason", WHY)
    await story("correct", nit, "contact_email", f"{EMAIL}@{NUMBER}", "--reason", WHY, code=1)
    await story("note", nit, WHY)
    await story("extend", nit, "--until", "P5D", "--reason", WHY)
    for verb in ("hold", "resume", "remind"):
        await story(verb, nit, "--reason", WHY, code=None)
    await story("assign", nit, "ana.perez")
    key = f"habilitacion/{nit}/scans/{FIRST}-{NUMBER}.pdf"
    await story.handle(nit).signal("signed_letter_uploaded", {"key": key, "sha256": "0" * 64, "size": "1000"})
    await story("status", nit)
    await story("review", nit, "reject", "--reason", "other", code=None)
    await story("back", nit, "--to", "legal_representative", "--reason", WHY, code=None)
    await story("cancel", nit, "--reason", WHY)
    await story("timeline", nit)
    await story("list", code=None)


async def by_mails_that_are_refused(story: Story, mail: Server) -> None:
    """For good, and for now, in words that hold names."""
    for address in (REFUSED, "later@x.example"):
        await story.begun(LAST, email=address)
    async with asyncio.timeout(30):
        while not {"a mail bounced", "a mail was refused, and will be tried later"} <= said_by(story):
            await asyncio.sleep(0.1)


def said_by(story: Story) -> set[str]:
    """The events of the worker's log."""
    lines = (story.cli.data / "logs" / "worker.log").read_text().splitlines()
    return {json.loads(line)["event"] for line in lines if line.startswith("{")}


async def found_in(story: Story, *, decrypted: bool = False) -> dict[str, list[str]]:
    """Where a mark was found, and the line; `decrypted`: what is found where it may be, to know that it is sought."""
    stack = story.cli.addresses_now()
    assert stack.s3 is not None
    settings = Settings(
        s3_endpoint=stack.s3.endpoint,
        s3_access_key=stack.s3.access_key,
        s3_secret_key=stack.s3.secret_key,
        s3_bucket=stack.s3.bucket,
    )
    assert stack.postgres is not None
    everything = await told(story.client, settings, stack, story.cli.data, decrypted=decrypted)
    assert "temporal_" in everything["metrics"]
    assert "habilitacion/" in everything["keys"]
    said = (story.cli.data.parent / "up.log").read_text()
    everything["up.log"] = said.replace(stack.postgres, "")  # it says where the stack is, to whom it belongs
    everything["stderr"] = "\n".join(story.errors)
    secrets = (KEY.partition(":")[2], stack.s3.secret_key, stack.postgres.partition("@")[0].rpartition(":")[2])
    marks = re.compile("|".join(map(re.escape, (*MARKS, *secrets))), re.IGNORECASE)
    assert {"workflow begins", "command refused", "fact heard", "effect done"} <= said_by(story)
    found = {
        where: [line[:400] for line in text.splitlines() if marks.search(line)][:5]
        for where, text in everything.items()
    }
    return {where: lines for where, lines in found.items() if lines}
