"""A printer and a scanner: the letter on paper becomes an image PDF of at most 1 MB, as companies send it."""

import io
import threading
import time
from typing import Final

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageChops, ImageFilter

from infra.paper_simulator import pen

Box = tuple[float, float, float, float]
"""x, y, width, height in points from the page's top left corner."""
MAX_BYTES: Final = 1_048_576
_PAPER: Final = 246
"""Grey level of white paper under the lamp."""
_INK: Final = 22
"""Grey level of the blackest print."""
_THRESHOLD: Final = 150
"""Grey level above which a fax takes paper for white."""
_BLUR: Final = 0.002
"""Inches."""
_NOISE: Final = 14
"""Largest deviation of one pixel, in grey levels."""
_ONE_AT_A_TIME = threading.Lock()
"""PDFium allows no two threads at once, be it on two documents: it corrupts its memory."""


def sign_and_scan(
    pdf: bytes,
    box: Box,
    *,
    seed: int,
    dpi: int = 150,
    angle: float = 0.0,
    gray: bool = True,
    turn: int = 0,
    signed: bool = True,
    jpeg_quality: int = 60,
) -> bytes:
    """Prints page 1 of `pdf`, signs it in `box`, scans it.

    angle: skew in degrees, turn: quarter turns, both counter-clockwise. gray: else black and white, as a fax.
    The same arguments give the same bytes.
    """
    rng = pen.hand(seed)
    page = printed(pdf, dpi)
    if signed:
        pen.draw(page, pen.signature(rng, box), dpi, rng)
    return scan(page, seed=seed, dpi=dpi, angle=angle, gray=gray, turn=turn, jpeg_quality=jpeg_quality)


def printed(pdf: bytes, dpi: int) -> Image.Image:
    """Page 1 as ink on paper: an RGB picture of `dpi`."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page: Image.Image = document[0].render(scale=dpi / 72).to_pil()
            return page.convert("RGB")
        finally:
            document.close()


def scan(
    page: Image.Image,
    *,
    seed: int,
    dpi: int,
    angle: float = 0.0,
    gray: bool = True,
    turn: int = 0,
    jpeg_quality: int = 60,
) -> bytes:
    """Lays a sheet on the glass, and saves it: skew, soft focus, grey paper, noise, compression."""
    sheet = on_glass(page, seed=seed, dpi=dpi, angle=angle, turn=turn)
    if not gray:
        return wrapped(as_fax(sheet), dpi)
    for quality in range(jpeg_quality, 4, -8):  # a person whose scan is too heavy lowers the quality
        pdf = wrapped(sheet, dpi, quality=quality)
        if len(pdf) <= MAX_BYTES:
            return pdf
    raise ValueError("no JPEG quality makes this scan light enough")


def on_glass(page: Image.Image, *, seed: int, dpi: int, angle: float = 0.0, turn: int = 0) -> Image.Image:
    """What the scanner sees, in grey."""
    sheet = page.convert("L").rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    sheet = sheet.rotate(90 * (turn % 4), expand=True).filter(ImageFilter.GaussianBlur(_BLUR * dpi))
    sheet = sheet.point(lambda level: _INK + level * (_PAPER - _INK) // 255)
    noise = Image.frombytes("L", sheet.size, pen.hand(seed).randbytes(sheet.width * sheet.height))
    noise = noise.point(lambda level: 128 + (level - 128) * _NOISE // 128)
    return ImageChops.add(sheet, noise, offset=-128)


def as_fax(sheet: Image.Image) -> Image.Image:
    """In black and white."""
    return sheet.point(lambda level: 255 * (level > _THRESHOLD), "1")


def wrapped(sheet: Image.Image, dpi: int, **compression: int) -> bytes:
    """The sheet as the one picture of a one-page PDF: JPEG, or fax group 4 for black and white."""
    picture = io.BytesIO()
    midnight = time.gmtime(0)
    sheet.save(picture, "PDF", resolution=dpi, **compression, creationDate=midnight, modDate=midnight)
    return picture.getvalue()
