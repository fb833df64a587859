"""The arm beside ours: every page rendered at 200 dpi in colour, searched as a whole, measured."""

import pypdfium2  # type: ignore[import-untyped]
import zxingcpp

from activities.letter import geometry
from activities.letter.ink import Straightening, measure
from activities.letter.sight import Ink

DPI = 200


def look(pdf: bytes) -> list[tuple[str, Ink]]:
    """Each code's text, and the ink in its letter's box."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    try:
        for page in document:
            image = page.render(scale=DPI / 72).to_pil()
            for code in zxingcpp.read_barcodes(image):
                at = code.position
                corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
                straight = Straightening.from_rectangle(geometry.QR, corners)
                found.append((code.text, measure(image.convert("L"), straight)))
    finally:
        document.close()
    return found
