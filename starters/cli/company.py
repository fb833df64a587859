"""What the company, or a system that acts for it, says."""

import asyncio
import hashlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from domain.commands import (
    ConfigureVoucherType,
    ContinueOnboarding,
    DeclareResolution,
    DeleteSignedLetter,
    ElectronicInvoicingCompleted,
    PrefixesAssociated,
    SignedLetterUploaded,
    Start,
    StartContact,
    SubmitRepresentative,
    TickAct,
)
from domain.letter import MAX_SCAN_BYTES, scans_prefix
from domain.reasons import Code, FieldError, Refusal
from domain.status import Document, Status
from starters.cli import screen
from starters.cli.common import (
    Actor,
    Desk,
    Expected,
    Json,
    Nit,
    desk,
    read_json,
    refuse_if_stale,
    refuse_unless_offered,
    say,
    wait_for,
)
from starters.port import Started

VERDICT_WITHIN = 60.0
File = Annotated[Path, typer.Argument(metavar="FILE")]


class ActName(StrEnum):
    ENABLE = "enable"
    REQUEST = "request"
    ASSOCIATE = "associate"


def start(
    nit: Nit,
    name: Annotated[str | None, typer.Option(help="The company's name.")] = None,
    email: Annotated[str | None, typer.Option(help="Where the company is written to.")] = None,
    contact: Annotated[str, typer.Option(help="Whom it is written to.")] = "",
    mobile: Annotated[str, typer.Option()] = "",
    partner: Annotated[str | None, typer.Option(help="Default: direct.")] = None,
    ref: Annotated[str, typer.Option(help="Your own reference.")] = "",
    invoicing_done: Annotated[bool, typer.Option("--invoicing-done", help="Enter at wizard step 2.")] = False,
    continue_by_itself: Annotated[bool, typer.Option("--continue-by-itself")] = False,
    renew: Annotated[
        bool, typer.Option("--renew", help="A ready company too; name, contact and partner default to the record.")
    ] = False,
    actor: Actor = "",
    expected_version: Expected = "",
    as_json: Json = False,
) -> None:
    """Start an onboarding, or find the one that runs."""
    missing = [option for option, value in (("--name", name), ("--email", email)) if value is None]
    if missing and not renew:
        raise typer.BadParameter("needed, unless --renew takes it from the record", param_hint=", ".join(missing))
    given = Start(
        nit=nit,
        name=name,
        contact=StartContact(name=contact, email=email, mobile=mobile),
        external_reference=ref,
        invoicing_done=str(invoicing_done),
        continue_by_itself=str(continue_by_itself),
        renew=str(renew),
    )

    async def work() -> Started:
        async with desk() as at:
            await _refuse_if_ready(at, nit, renew)
            if expected_version:
                refuse_if_stale(await at.status(nit), expected_version)
            known = {"partner": partner or (renew and await _partner_of(at, nit)) or "direct"}
            return await at.port.start(given.model_copy(update={"actor": actor or at.settings.actor, **known}))

    started = wait_for(work())
    if as_json:
        print(screen.with_extra(started.status, notices=[each.model_dump(mode="json") for each in started.notices]))
        return
    for notice in started.notices:
        typer.echo(f"{notice.message_es} [{notice.code}]")
    screen.show_status(started.status)


async def _partner_of(at: Desk, nit: str) -> str:
    """Whose the company's last onboarding was: whoever renews it by this command line has read the records."""
    async with at.reading() as reading:
        former = await reading.former(at.settings.environment, nit)
    return former.partner if former is not None else ""


async def _refuse_if_ready(at: Desk, nit: str, renew: bool) -> None:
    """A ready company is only renewed; whoever starts past us is refused by the workflow's first effect."""
    if await at.port.is_running(nit):
        return
    async with at.reading() as reading:
        refused = await reading.legality_of_start(at.settings.environment, nit, renew=renew)
    if refused is not None:
        hint = "`./dse start NIT --renew` begins anew." if refused == Code.ALREADY_READY else ""
        raise Refusal(refused, hint=f"`./dse status` shows it. {hint}".rstrip())


def invoicing_done(nit: Nit, actor: Actor = "", expected_version: Expected = "", as_json: Json = False) -> None:
    """Electronic invoicing is completed (wizard step 1)."""
    say(nit, ElectronicInvoicingCompleted(), actor, expected_version, as_json)


def representative(
    nit: Nit, file: File, actor: Actor = "", expected_version: Expected = "", as_json: Json = False
) -> None:
    """Submit the legal representative's data; returns once the letter is stored."""
    say(nit, SubmitRepresentative.model_validate(read_json(file)), actor, expected_version, as_json)


def letter(nit: Nit, out: Annotated[Path, typer.Option(help="Where to write the PDF.")], as_json: Json = False) -> None:
    """Download the letter that is to be signed."""

    async def work() -> Document:
        async with desk() as at:
            status = await at.status(nit)
            current = next((each for each in status.documents if each.kind == "letter" and not each.void), None)
            if current is None:
                raise Refusal(Code.NOT_FOUND, hint="No letter is issued: submit the representative's data first.")
            async with at.documents() as documents:
                content = await documents.get(current.key, most=10 * MAX_SCAN_BYTES, sha256=current.sha256)
            out.write_bytes(content)
            return current

    document = wait_for(work())
    if as_json:
        print(screen.with_extra(document, out=str(out)))
    else:
        typer.echo(f"{out}: letter, revision {document.revision}, {document.size} bytes, sha256 {document.sha256}")


def upload(
    nit: Nit,
    file: File,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Don't wait for the verdict.")] = False,
    actor: Actor = "",
    expected_version: Expected = "",
    as_json: Json = False,
) -> None:
    """Upload the signed letter (PDF, at most 1 MB) and wait for its verdict."""
    content, within = _checked_file(file), 0 if no_wait else VERDICT_WITHIN

    async def work() -> tuple[Status, Document | None]:
        async with desk() as at:
            status = await at.status(nit)
            refuse_if_stale(status, expected_version)
            refuse_unless_offered(status, SignedLetterUploaded.card.name)
            fact = scan_fact(nit, at.settings.environment, content, actor or at.settings.actor)
            if _with_the_same_bytes(status, fact) is None:
                async with at.documents() as documents:
                    await documents.put(fact.key or "", content)
                await at.port.signal(nit, fact)
            else:
                typer.echo(Code.SCAN_IS_CURRENT.es(), err=True)
            return await _verdict(at, nit, fact, within)

    status, scan = wait_for(work())
    verdict = scan.verdict if scan is not None else None
    reasons = [each.model_dump(mode="json") for each in scan.reasons] if scan is not None else []
    if as_json:
        print(screen.with_extra(status, verdict=verdict, reasons=reasons))
    else:
        none = "none: it doesn't count any more" if scan is not None and scan.void else "none yet"
        typer.echo(f"verdict: {verdict or none}")
        for reason in reasons:
            typer.echo(f"  {reason['message_es']} [{reason['code']}]")
        screen.show_status(status)
    raise typer.Exit(1 if verdict == "rejected" else 0)


def _with_the_same_bytes(status: Status, fact: SignedLetterUploaded) -> Document | None:
    """The scan that counts, if this one would be the same file again."""
    scans = (each for each in status.documents if each.kind == "scan" and not each.void)
    return next((each for each in scans if each.sha256 == fact.sha256), None)


def scan_fact(nit: str, environment: str, content: bytes, actor: str = "") -> SignedLetterUploaded:
    """The fact that a scan was uploaded, under a key that nobody used before."""
    return SignedLetterUploaded(
        key=f"{scans_prefix(environment, nit)}{uuid4()}.pdf",
        sha256=hashlib.sha256(content).hexdigest(),
        size=str(len(content)),
        message_id=str(uuid4()),
        actor=actor or None,
    )


def _checked_file(file: Path) -> bytes:
    """The file's bytes; what is surely no signed letter is refused before anything is stored."""
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_SCAN_BYTES + 1)
    except OSError:
        raise _bad_file(Code.FILE_UNREADABLE) from None
    if not content:
        raise _bad_file(Code.FILE_EMPTY)
    if len(content) > MAX_SCAN_BYTES:
        raise _bad_file(Code.FILE_TOO_LARGE)
    if not content.startswith(b"%PDF-"):
        raise _bad_file(Code.FILE_NOT_PDF)
    return content


def _bad_file(code: Code) -> Refusal:
    return Refusal(code, fields=[FieldError.of("file", code)], hint="Nothing was stored; the onboarding is unchanged.")


async def _verdict(at: Desk, nit: str, fact: SignedLetterUploaded, within: float) -> tuple[Status, Document | None]:
    loop = asyncio.get_running_loop()
    until = loop.time() + within
    while True:
        status = await at.status(nit)
        own = next((each for each in status.documents if each.key == fact.key), None)
        scan = own or _with_the_same_bytes(status, fact)
        settled = scan is not None and (scan.verdict is not None or scan.void)
        if settled or loop.time() >= until:
            return status, scan
        await asyncio.sleep(0.2)


def delete_letter(nit: Nit, actor: Actor = "", expected_version: Expected = "", as_json: Json = False) -> None:
    """Delete the accepted scan, to upload another one."""
    say(nit, DeleteSignedLetter(), actor, expected_version, as_json)


def continue_(nit: Nit, actor: Actor = "", expected_version: Expected = "", as_json: Json = False) -> None:
    """Continue with the accepted letter."""
    say(nit, ContinueOnboarding(), actor, expected_version, as_json)


def declare(
    nit: Nit,
    resolution: Annotated[str, typer.Option()],
    prefix: Annotated[str, typer.Option()],
    actor: Actor = "",
    expected_version: Expected = "",
    as_json: Json = False,
) -> None:
    """Declare the resolution and prefix that the company asked DIAN for."""
    say(nit, DeclareResolution(resolution=resolution, prefix=prefix), actor, expected_version, as_json)


def act(
    nit: Nit,
    act: Annotated[ActName, typer.Argument(metavar="enable|request|associate")],
    at: Annotated[str, typer.Option(help="When it was done, ISO 8601; without offset Bogotá time.")] = "",
    undo: Annotated[bool, typer.Option("--undo")] = False,
    prefix: Annotated[str, typer.Option(help="The prefix that was associated: it must be the declared one.")] = "",
    actor: Actor = "",
    expected_version: Expected = "",
    as_json: Json = False,
) -> None:
    """Tick off one of the three acts at DIAN."""
    say(
        nit,
        TickAct(act=act.value, at=at or None, undo=str(undo), prefix=prefix or None),
        actor,
        expected_version,
        as_json,
    )


def associated(nit: Nit, actor: Actor = "", expected_version: Expected = "", as_json: Json = False) -> None:
    """The prefixes are associated at DIAN (act 3)."""
    say(nit, PrefixesAssociated(), actor, expected_version, as_json)


def voucher(nit: Nit, file: File, actor: Actor = "", expected_version: Expected = "", as_json: Json = False) -> None:
    """Configure the voucher type (wizard step 4)."""
    say(nit, ConfigureVoucherType.model_validate(read_json(file)), actor, expected_version, as_json)


def add_to(app: typer.Typer) -> None:
    app.command("start")(start)
    app.command("invoicing-done")(invoicing_done)
    app.command("representative")(representative)
    app.command("letter")(letter)
    app.command("upload")(upload)
    app.command("delete-letter")(delete_letter)
    app.command("continue")(continue_)
    app.command("declare")(declare)
    app.command("act")(act)
    app.command("associated")(associated)
    app.command("voucher")(voucher)
