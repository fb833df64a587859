"""The letter without any stack: a sample as it is issued, and the check of a scan."""

import hashlib
import json
import time
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from activities.letter.isolation import Decoders, examine
from activities.letter.render import qr_text, render, signature_box
from activities.letter.seal import LetterKeys
from activities.letter.verdict import Expected, Judged
from domain.fields import BOGOTA
from domain.letter import LetterData, letter_id
from domain.nit import parse_nit
from domain.people import Representative
from domain.reasons import Code, FieldError, Refusal
from domain.verdict import Judgement
from starters.cli.common import Json, wait_for
from workers import adapters
from workers.settings import load


def check_letter(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    nit: Annotated[str, typer.Option(help="The company it should be of (default: what its QR says).")] = "",
    revision: Annotated[int | None, typer.Option(help="The revision it should be (default: what its QR says).")] = None,
    as_json: Json = False,
) -> None:
    """Check a scan of the signed letter, as the onboarding does."""
    settings = load()
    try:
        content = file.read_bytes()
    except OSError:
        raise Refusal(Code.FILE_UNREADABLE, fields=[FieldError.of("file", Code.FILE_UNREADABLE)]) from None
    expected = Expected(
        environment=settings.environment, nit=parse_nit(nit) if nit else None, letter_id=None, revision=revision
    )
    begun = time.perf_counter()
    judged = wait_for(_examined(content, expected, adapters.letter_keys(settings)))
    document = {
        "verdict": judged.judgement.value,
        "reasons": [each.model_dump(mode="json") for each in judged.reasons],
        "measures": dict(judged.measures),
        "elapsed_ms": round((time.perf_counter() - begun) * 1000),
    }
    if as_json:
        print(json.dumps(document, ensure_ascii=False))
    else:
        typer.echo(f"verdict: {judged.judgement} ({document['elapsed_ms']} ms)")
        for reason in judged.reasons:
            typer.echo(f"  {reason.message_es} [{reason.code}]")
        for name, value in judged.measures.items():
            typer.echo(f"  {name}: {value}")
    raise typer.Exit(0 if judged.judgement == Judgement.ACCEPTED else 1)


async def _examined(scan: bytes, expected: Expected, keys: LetterKeys) -> Judged:
    async with Decoders() as decoders:
        return await examine(scan, expected, keys, decoders)


def letter_sample(
    nit: Annotated[str, typer.Option()],
    company: Annotated[str, typer.Option()],
    representative: Annotated[str, typer.Option(help="Full name.")],
    revision: Annotated[int, typer.Option(min=1)],
    out: Annotated[Path, typer.Option(help="Where to write the PDF.")],
    day: Annotated[str, typer.Option("--date", help="The day printed on it, ISO 8601 (default: today).")] = "",
    as_json: Json = False,
) -> None:
    """The letter exactly as issued, for a company that need not exist."""
    settings = load()
    first, _, last = representative.strip().rpartition(" ")
    data = LetterData(
        environment=settings.environment,
        nit=parse_nit(nit),
        company=company,
        representative=Representative(
            first_names=first or last,
            last_names=last if first else "",
            document_type="13",
            document_number="52123456",
            place_of_issue="Bogotá D.C.",
            email="representante@empresa.example",
            mobile="3001234567",
            address="Calle 72 # 10-07",
            municipality="11001",
            position="Representante legal",
        ),
        provider_nit=settings.provider_nit,
        provider_name=settings.provider_name,
        letter_id=letter_id("sample"),
        revision=revision,
        issued_on=_day(day),
        period_days=settings.grant_period.days,
    )
    keys = adapters.letter_keys(settings)
    content = render(data, keys)
    out.write_bytes(content)
    document = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "qr_text": qr_text(data, keys),
        "signature_box": signature_box().model_dump(),
    }
    typer.echo(json.dumps(document) if as_json else f"{out}: sha256 {document['sha256']}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else datetime.now(BOGOTA).date()
    except ValueError:
        raise typer.BadParameter("a day like 2026-11-24", param_hint="--date") from None


def add_to(app: typer.Typer) -> None:
    app.command("check-letter")(check_letter)
    app.command("letter-sample")(letter_sample)
