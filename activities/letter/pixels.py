"""Looks at pages: how much is printed, where our QR stands and, from it, the signature box."""

import math
from typing import Final

import pypdfium2  # type: ignore[import-untyped]
import zxingcpp

from activities.letter import geometry, picture
from activities.letter.ink import Straightening, measure
from activities.letter.shapes import grey_level
from activities.letter.sight import CodeSeen, PageSeen

OUR_FORMAT: Final = "DSE1/"
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_CORNER: Final = (0.5, 0.6)
"""Of an upright page: right and below of this stands the QR. An eighth of the page is read in an eighth of the time."""
_MAX_CODES: Final = 4
"""Codes of our format measured on one page: a letter has one."""
_MAX_TEXT: Final = 128
"""Characters kept of a code's text: a seal has at most 97, so that a cut text is none."""
_DARKER: Final = 60
"""Grey levels below the paper that count as print."""


def look(data: bytes, pages: int) -> list[PageSeen]:
    """Reads the first `pages` pages; renders them only if that finds no code of ours, or they are more than a scan.

    Raises pypdfium2.PdfiumError for what can't be rendered.
    """
    document = pypdfium2.PdfDocument(data)
    try:
        chosen = [document[number] for number in range(min(pages, len(document)))]
        scans = [picture.scanned(page) for page in chosen]
        seen = [
            _look_at(picture.rendered(page) if scan is None else scan) for page, scan in zip(chosen, scans, strict=True)
        ]
        if any(page.codes for page in seen):
            return seen
        return [
            found if scan is None else _look_at(picture.rendered(page))
            for page, scan, found in zip(chosen, scans, seen, strict=True)
        ]
    finally:
        document.close()


def _look_at(page: picture.Picture) -> PageSeen:
    image = page.image
    histogram = image.histogram()
    printed = sum(histogram[: max(grey_level(histogram, picture.PAPER) - _DARKER, 0)]) / sum(histogram)
    corner = (round(image.width * _CORNER[0]), round(image.height * _CORNER[1]))
    return PageSeen(print_share=round(printed, 5), codes=_codes(page, corner) or _codes(page, (0, 0)))


def _codes(page: picture.Picture, corner: tuple[int, int]) -> tuple[CodeSeen, ...]:
    """The codes of our format right and below of `corner`, in pixels."""
    image = page.image.crop((*corner, *page.image.size)) if any(corner) else page.image
    found = [code for code in zxingcpp.read_barcodes(image, _QR) if code.text.startswith(OUR_FORMAT)]
    return tuple(_measured(page, code, corner) for code in found[:_MAX_CODES])


def _measured(page: picture.Picture, code: zxingcpp.Barcode, corner: tuple[int, int]) -> CodeSeen:
    seen = code.position
    corners = (seen.top_left, seen.top_right, seen.bottom_right, seen.bottom_left)
    straight = Straightening.from_rectangle(geometry.QR, [(each.x + corner[0], each.y + corner[1]) for each in corners])
    return CodeSeen(
        text=code.text[:_MAX_TEXT],
        skew=round(math.degrees(math.atan2(straight.right[1], straight.right[0])), 2),
        dpi=round(math.hypot(*straight.right) * 72 * page.reduced, 1),
        ink=measure(page.image, straight),
    )
