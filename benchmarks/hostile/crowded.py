"""Sheets that are hard to look at: hundreds of codes of our format, or no quiet spot at all."""

from random import Random
from typing import Final

import segno
from PIL import Image

from activities.letter.pixels import OUR_FORMAT
from benchmarks.hostile.pdf import Document, stream
from benchmarks.sample_letter import LETTER

_SHEET: Final = (1240, 1754)
"""Pixels: A4 at 150 dpi."""
_DISTINCT: Final = 12


def codes(rng: Random, pdf: bytes) -> bytes:
    """Seals of the right form and the wrong check, side by side."""
    sheet, module = Image.new("1", _SHEET, 1), rng.choice((2, 3, 5))
    tiles = [_code(rng, module) for _ in range(_DISTINCT)]
    step = tiles[0].width + rng.choice((2, 12))
    for number, (x, y) in enumerate((x, y) for x in range(0, _SHEET[0], step) for y in range(0, _SHEET[1], step)):
        sheet.paste(tiles[number % _DISTINCT], (x, y))
    return _shown(rng, pdf, sheet)


def restless(rng: Random, pdf: bytes) -> bytes:
    """Noise, stripes or a chess board: edges everywhere."""
    match rng.randrange(3):
        case 0:
            sheet = Image.frombytes("1", _SHEET, rng.randbytes((_SHEET[0] + 7) // 8 * _SHEET[1]))
        case 1:
            sheet = Image.frombytes(
                "1", _SHEET, bytes([rng.choice((0x55, 0x33, 0x0F))]) * ((_SHEET[0] + 7) // 8 * _SHEET[1])
            )
        case _:
            small = Image.frombytes("1", (64, 64), rng.randbytes(512))
            sheet = small.resize(_SHEET, Image.Resampling.NEAREST)
    return _shown(rng, pdf, sheet)


def _code(rng: Random, module: int) -> Image.Image:
    check = "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))
    text = f"{OUR_FORMAT}H/{LETTER.nit}/{LETTER.letter_id.upper()}/1/DEV/{check}"
    rows = [list(row) for row in segno.make_qr(text, error="m").matrix_iter(scale=1, border=2)]
    picture = Image.new("1", (len(rows[0]), len(rows)))
    picture.putdata([255 * (not dark) for row in rows for dark in row])
    return picture.resize((picture.width * module, picture.height * module), Image.Resampling.NEAREST)


def _shown(rng: Random, pdf: bytes, sheet: Image.Image) -> bytes:
    """As a page of its own."""
    document = Document.of(pdf)
    told = f"/Type /XObject /Subtype /Image /Width {sheet.width} /Height {sheet.height} /BitsPerComponent 1"
    picture = document.add(stream(sheet.tobytes(), f"{told} /ColorSpace /DeviceGray"))
    content = stream(b"q 595 0 0 842 0 0 cm /I Do Q")
    document.add_page(content, f"<< /XObject << /I {picture} >> >>", first=rng.random() < 0.5)
    return document.written()
