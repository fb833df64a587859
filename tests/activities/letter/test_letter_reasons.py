"""Every reason that a verdict can give, each with a file that gets it."""

import base64
import inspect
import re
from collections.abc import Callable

import pytest
from PIL import Image

from activities.letter import verdict
from activities.letter.geometry import BOX, QR
from activities.letter.render import render
from activities.letter.seal import LetterKeys
from activities.letter.sight import Finding
from domain.letter import MAX_SCAN_BYTES
from domain.reasons import Code
from infra.paper_simulator import sign_and_scan, spoil, wear
from infra.paper_simulator.scanner import printed, scan
from tests.activities.letter.paper import EXPECTED, KEYS, codes, judge, letter

OTHERS = LetterKeys.parse("dev:" + base64.b64encode(b"x" * 32).decode())
FILES: dict[Code, Callable[[bytes], bytes]] = {
    Code.FILE_EMPTY: lambda good: b"",
    Code.FILE_TOO_LARGE: lambda good: spoil.padded(good, MAX_SCAN_BYTES + 1),
    Code.FILE_NOT_PDF: lambda good: spoil.photo(),
    Code.PDF_DAMAGED: spoil.truncated,
    Code.PDF_ENCRYPTED: spoil.encrypted,
    Code.PDF_ACTIVE_CONTENT: spoil.with_javascript,
    Code.PDF_ATTACHMENTS: spoil.with_attachment,
    Code.PDF_TOO_MANY_PAGES: lambda good: spoil.with_pages(good, 6),
    Code.DIGITALLY_SIGNED: spoil.with_digital_signature,
    Code.PAGE_BLANK: lambda good: spoil.blank_sheet(),
    Code.CODE_UNREADABLE: lambda good: scan(wear.torn(paper(), 1, QR, 150), seed=1, dpi=150),
    Code.CODE_FORGED: lambda good: sign_and_scan(render(letter(), OTHERS), BOX, seed=1),
    Code.WRONG_ENVIRONMENT: lambda good: signed(environment="habilitacion"),
    Code.WRONG_COMPANY: lambda good: signed(nit="830048145-8"),
    Code.WRONG_REVISION: lambda good: signed(revision=7),
    Code.WRONG_LETTER: lambda good: signed(letter_id="7c9e6679-7425-40de-944b-e07fc1f90ae7"),
    Code.UNSIGNED: lambda good: sign_and_scan(render(letter(), KEYS), BOX, seed=1, signed=False),
    Code.SIGNATURE_DOUBTFUL: lambda good: scan(wear.stamped(paper(), 1, BOX, 150), seed=1, dpi=150),
}


def paper() -> Image.Image:
    return printed(render(letter(), KEYS), 150)


def signed(**changes: object) -> bytes:
    return sign_and_scan(render(letter(None, **changes), KEYS), BOX, seed=1)


def test_no_reason_is_without_a_file() -> None:
    named = {Code[name] for name in re.findall(r"Code\.([A-Z_]+)", inspect.getsource(verdict))}
    assert set(FILES) == named | {Code(finding.value) for finding in Finding}


@pytest.mark.parametrize("code", FILES)
def test_its_file_gets_it(code: Code, signed: bytes) -> None:
    assert code.value in codes(judge(FILES[code](signed), EXPECTED, KEYS))
