"""Looks at rendered pages: how much is printed, where our QR stands and, from it, the signature box."""

import math
from collections.abc import Iterator
from typing import Final

import pypdfium2  # type: ignore[import-untyped]
import zxingcpp
from PIL import Image, ImageOps

from activities.letter import geometry
from activities.letter.ink import Straightening, measure
from activities.letter.shapes import grey_level
from activities.letter.sight import CodeSeen, PageSeen

LONG_SIDE: Final = 2340
"""Pixels of a page's long side: 200 dpi on A4, whatever size the file claims; more gains nothing."""
OUR_FORMAT: Final = "DSE1/"
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_MAX_CODES: Final = 4
"""Codes of our format measured on one page: a letter has one."""
_MAX_TEXT: Final = 128
"""Characters kept of a code's text: a seal has at most 97, so that a cut text is none."""
_PAPER: Final = 0.5
"""The paper's grey level is the page's median, since most of a letter is paper."""
_DARKER: Final = 60
"""Grey levels below the paper that count as print."""


def look(data: bytes, pages: int) -> Iterator[PageSeen]:
    """Renders and reads the first `pages` pages. Raises pypdfium2.PdfiumError for what can't be rendered."""
    document = pypdfium2.PdfDocument(data)
    try:
        for number in range(min(pages, len(document))):
            yield _look_at(_rendered(document[number]))
    finally:
        document.close()


def _rendered(page: pypdfium2.PdfPage) -> Image.Image:
    """The page in grey, dark on light (a negative is turned). Forms and scripts are not started."""
    scale = LONG_SIDE / max(*page.get_size(), 1.0)
    image: Image.Image = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil().convert("L")
    return image if grey_level(image, _PAPER) >= 128 else ImageOps.invert(image)


def _look_at(image: Image.Image) -> PageSeen:
    histogram = image.histogram()
    printed = sum(histogram[: max(grey_level(image, _PAPER) - _DARKER, 0)]) / (image.width * image.height)
    codes = [code for code in zxingcpp.read_barcodes(image, _QR) if code.text.startswith(OUR_FORMAT)]
    return PageSeen(
        print_share=round(printed, 5),
        codes=tuple(_measured(image, code) for code in codes[:_MAX_CODES]),
    )


def _measured(image: Image.Image, code: zxingcpp.Barcode) -> CodeSeen:
    seen = code.position
    corners = (seen.top_left, seen.top_right, seen.bottom_right, seen.bottom_left)
    page = Straightening.from_rectangle(geometry.QR, [(corner.x, corner.y) for corner in corners])
    skew = math.degrees(math.atan2(page.right[1], page.right[0]))
    return CodeSeen(text=code.text[:_MAX_TEXT], skew=round(skew, 2), ink=measure(image, page))
