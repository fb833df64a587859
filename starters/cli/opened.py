"""A letter in doubt laid open for a person: pictures of the scan, its signature box and the letter, and why."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from activities.errors import DocumentAlteredError, DocumentError, DocumentMissingError
from activities.letter.decoder import UndecodedError
from activities.letter.review import PICTURES, compose
from activities.letter.showing import Drawing, drawing
from activities.store.documents import Documents
from domain.commands import ReviewSignedLetter
from domain.letter import MAX_SCAN_BYTES
from domain.reasons import Code, FieldError, Refusal
from domain.status import Document, Status
from domain.verdict import Judgement
from starters.cli.common import Desk, desk

REVIEW = "review.png"
MAX_LETTER_BYTES = 10 * MAX_SCAN_BYTES
ON_RECORD_WITHIN = 5.0
"""Seconds. A verdict is on record a moment after it is told."""


async def open_case(nit: str, folder: Path) -> tuple[Status, dict[str, Any]]:
    """Writes the pictures. Where they lie, the verdict with its reasons, and the measures behind it.

    Raises Refusal if there is no scan, or none that can be drawn: `letter.png` is written all the same.
    """
    async with desk() as at:
        status = await at.status(nit)
        scan = _in_question(status)
        letter = _answered_by(scan, status)
        _make(folder)
        measures = await _measures(at, nit, scan.key) if scan.verdict else {}
        async with at.documents() as documents, drawing() as drawn:
            issued = await documents.get(letter.key, most=MAX_LETTER_BYTES, sha256=letter.sha256)
            _write(folder / "letter.png", await drawn.letter(issued))
            await _draw(drawn, await _fetched(documents, scan), folder)
    reasons = [each.message_es for each in scan.reasons]
    _write(folder / REVIEW, await asyncio.to_thread(compose, folder, scan.verdict, reasons, measures))
    paths = {name.removesuffix(".png"): str(folder / name) for name in (*PICTURES, REVIEW)}
    told = [each.model_dump(mode="json") for each in scan.reasons]
    return status, {**paths, "verdict": scan.verdict, "reasons": told, "measures": measures}


def say_what_next(status: Status) -> None:
    """The commands by which what was seen is told: of this scan alone, should another one come meanwhile."""
    if ReviewSignedLetter.card.name not in {action.command for action in status.actions}:
        typer.echo("There is nothing to decide now.")
        return
    version = f"--expected-version {status.version}"
    typer.echo("Then one of:")
    typer.echo(f"  ./dse review {status.nit} accept {version}")
    typer.echo(f"  ./dse review {status.nit} reject --reason {Code.UNSIGNED} {version}")
    typer.echo(f"  ./dse review {status.nit} reject {version}")


def _in_question(status: Status) -> Document:
    """The scan whose verdict is in doubt, else the last one."""
    scans = [each for each in status.documents if each.kind == "scan"]
    doubtful = [each for each in scans if not each.void and each.verdict == Judgement.REVIEW]
    if not scans:
        raise Refusal(Code.SCAN_MISSING, hint="No scan has been uploaded.")
    return (doubtful or scans)[-1]


def _answered_by(scan: Document, status: Status) -> Document:
    for each in status.documents:
        if each.kind == "letter" and each.revision == scan.revision:
            return each
    raise Refusal(Code.NOT_FOUND, hint="The letter that the scan answers is not issued yet.")


async def _measures(at: Desk, nit: str, key: str) -> dict[str, Any]:
    """Those on record; none if they don't get there in time."""
    loop = asyncio.get_running_loop()
    until = loop.time() + ON_RECORD_WITHIN
    async with at.reading() as reading:
        while True:
            found = await reading.measures(at.settings.environment, nit, key)
            if found is not None or loop.time() >= until:
                return found or {}
            await asyncio.sleep(0.2)


async def _fetched(documents: Documents, scan: Document) -> bytes:
    try:
        return await documents.get(scan.key, most=MAX_SCAN_BYTES, sha256=scan.sha256)
    except DocumentMissingError:
        raise _undrawn(Code.SCAN_MISSING) from None
    except DocumentAlteredError:
        raise _undrawn(Code.SCAN_ALTERED) from None
    except DocumentError:
        raise _undrawn(Code.FILE_TOO_LARGE) from None


async def _draw(drawn: Drawing, scan: bytes, folder: Path) -> None:
    try:
        page, box = await drawn.scan(scan)
    except UndecodedError as error:
        raise _undrawn(Code.PDF_DAMAGED, f" ({error.ending})") from None
    _write(folder / "page.png", page)
    _write(folder / "box.png", box)


def _undrawn(code: Code, how: str = "") -> Refusal:
    return Refusal(code, hint=f"The scan can't be drawn{how}; letter.png is written.")


def _make(folder: Path) -> None:
    """Without any picture of a case before: one that can't be drawn must not be taken for this one's."""
    with _written():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in (*PICTURES, REVIEW):
            (folder / name).unlink(missing_ok=True)


def _write(file: Path, content: bytes) -> None:
    with _written():
        file.write_bytes(content)


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise Refusal(Code.FILE_UNREADABLE, fields=[FieldError.of("open", Code.FILE_UNREADABLE)]) from None
