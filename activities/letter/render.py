"""Prints one issue of the letter as a PDF of one page: the same data, the same bytes, on every machine."""

import hashlib
import io
import json
from datetime import datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Final

import segno
import typst

from activities.letter import geometry
from activities.letter.seal import LetterKeys, Seal, seal, short_code
from domain.letter import LetterData, SignatureBox

_HERE: Final = Path(__file__).parent
_BOGOTA: Final = timezone(timedelta(hours=-5))
_DOTTED: Final = frozenset({"13", "22"})
"""Document types whose numbers people write with thousands dots: the two cédulas."""
_SOURCES: Final = tuple((_HERE / name).read_bytes() for name in ("letter.typ", "wording.typ", "geometry.py"))
TEMPLATE: Final = "1-" + hashlib.sha256(b"".join(_SOURCES)).hexdigest()[:8]
"""Version of the template, recorded with each letter: a change of wording or design gives a new one."""


def render(data: LetterData, keys: LetterKeys) -> bytes:
    """The letter as PDF/A-2a (tagged, for archives of ten years)."""
    letter = json.dumps(_given(data, qr_text(data, keys)), ensure_ascii=False, sort_keys=True)
    compiler = typst.Compiler(_HERE / "letter.typ", root=_HERE, font_paths=_fonts(), sys_inputs={"letter": letter})
    noon = datetime.combine(data.issued_on, time(12), _BOGOTA)
    try:
        pdf = compiler.compile(format="pdf", pdf_standards="a-2a", timestamp=noon)
    except typst.TypstError:
        # A sign that no bundled font has can't be PDF/A. What companies say is Latin; the provider's name is a setting.
        pdf = compiler.compile(format="pdf", timestamp=noon)
    assert isinstance(pdf, bytes)
    return pdf


def qr_text(data: LetterData, keys: LetterKeys) -> str:
    """The seal printed on the letter as a QR."""
    return seal(Seal(data.environment, data.nit, data.letter_id, data.revision), keys)


def signature_box() -> SignatureBox:
    """Where the template draws the box: both take it from `geometry`."""
    return SignatureBox(page=1, x=geometry.BOX.x, y=geometry.BOX.y, w=geometry.BOX.w, h=geometry.BOX.h)


@cache
def _fonts() -> typst.Fonts:
    """Only the fonts bundled with typst: a machine's own would change the bytes."""
    return typst.Fonts(include_system_fonts=False)


def _given(data: LetterData, text: str) -> dict[str, object]:
    person = data.representative
    return {
        "data": {
            "environment": data.environment,
            "company": data.company,
            "nit": _dotted(data.nit),
            "provider": data.provider_name,
            "provider_nit": _dotted(data.provider_nit),
            "name": person.full_name.strip(),
            "document": person.document_type,
            "number": _dotted(person.document_number) if person.document_type in _DOTTED else person.document_number,
            "place": person.place_of_issue,
            "position": person.position,
            "municipality": person.municipality,
            "in_own_name": data.in_own_name,
            "period_days": data.period_days,
            "revision": data.revision,
            "date": (data.issued_on.year, data.issued_on.month, data.issued_on.day),
            "template": TEMPLATE,
        },
        "geometry": {
            "page": geometry.PAGE,
            "body": geometry.BODY,
            "box": geometry.BOX,
            "frame": geometry.FRAME,
            "qr": geometry.QR,
            "signer": geometry.SIGNER,
        },
        "qr": _svg(text),
        "code": short_code(text),
    }


def _svg(text: str) -> str:
    """The QR without quiet zone (the page around it is white); level Q survives a stamp on part of it."""
    picture = io.BytesIO()
    segno.make_qr(text, error="q", boost_error=False).save(picture, kind="svg", border=0, xmldecl=False)
    return picture.getvalue().decode()


def _dotted(number: str) -> str:
    """`900123456-8` as people write it: `900.123.456-8`."""
    digits, dash, check = number.partition("-")
    return f"{int(digits):,}".replace(",", ".") + dash + check
