"""Draws an untrusted scan for a person, as the decoder looks at it: hostile bytes in, bare pixels out.

`python -m activities.letter.show` runs it in a process of its own: on stdin a frame with the issued letter, on stdout
one with its picture; then the scan, and two pictures: the page with the letter's code, and the signature box.
"""

import math
import os
import signal
import struct
import sys
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

import pypdfium2  # type: ignore[import-untyped]
import zxingcpp
from PIL import Image

from activities.letter import geometry, picture
from activities.letter.decode import limit, limit_time
from activities.letter.frames import HEADER, READY
from activities.letter.ink import Straightening
from activities.letter.intake import MAX_PAGES, examine_structure
from activities.letter.pixels import OUR_FORMAT
from activities.letter.sight import Finding

SIZE: Final = struct.Struct(">HH")
"""A picture's first bytes: width and height in pixels. Three bytes for each pixel follow: red, green, blue."""
LONG_SIDE: Final = 1754
"""Pixels that no side of a picture exceeds: 150 dpi on A4."""
_AROUND: Final = 18.0
"""Points around the signature box that are shown with it: large signatures leave it."""
_ASTRAY: Final = 54.0
"""Points around its place where the code doesn't tell it."""
_ENLARGED: Final = 2
"""Pixels for one of the straightened picture."""
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_UNOPENED: Final = frozenset({Finding.DAMAGED, Finding.ENCRYPTED})


class Seen(NamedTuple):
    """A page as a viewer shows it, in colour."""

    image: Image.Image
    text: str = ""
    """Of its code of our format; empty: none could be read."""
    straight: Straightening | None = None

    @property
    def page(self) -> Image.Image:
        """Upright, if the code tells how: by quarter turns, so that it stays as it was scanned."""
        across, down = (1.0, 0.0) if self.straight is None else self.straight.right
        turns = round(math.atan2(down, across) / (math.pi / 2))
        upright = self.image.rotate(90 * turns, expand=True) if turns % 4 else self.image.copy()
        upright.thumbnail((LONG_SIDE, LONG_SIDE))
        return upright

    @property
    def box(self) -> Image.Image:
        """Straightened and enlarged; without a code, more of where it stands on a sheet that lies straight."""
        straight, around = self.straight, _AROUND
        if straight is None:
            across, down = (side / length for side, length in zip(self.image.size, geometry.PAGE, strict=True))
            straight, around = Straightening((0.0, 0.0), (across, 0.0), (0.0, down)), _ASTRAY
        rect = geometry.BOX.inset(-around)
        cut = Image.merge("RGB", [straight.cut(band, rect) for band in self.image.split()])
        return cut.resize((cut.width * _ENLARGED, cut.height * _ENLARGED), Image.Resampling.BICUBIC)


def letter(pdf: bytes) -> Seen:
    """The issued letter's page. Raises pypdfium2.PdfiumError."""
    return next(_pages(pdf))


def scan(pdf: bytes, text: str) -> Seen | None:
    """The scan's page with the code of this text, else with any of our format, else its first page.

    None: its structure allows no drawing. Raises pypdfium2.PdfiumError.
    """
    findings, _ = examine_structure(pdf)
    if _UNOPENED.intersection(findings):
        return None
    found = None
    for page in _pages(pdf):
        if page.text == text:
            return page
        if found is None or (page.text and not found.text):
            found = page
    return found


def _pages(pdf: bytes) -> Iterator[Seen]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in range(min(MAX_PAGES, len(document))):
            yield _seen(document[number])
    finally:
        document.close()


def _seen(page: pypdfium2.PdfPage) -> Seen:
    """Rendered; a code that only the scan's own picture shows, as the decoder may have read it, is seen in that."""
    scale = picture.LONG_SIDE / max(*page.get_size(), 1.0)
    rendered = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    own = picture.scanned(page)
    for image in (rendered, *([] if own is None else [own.image.convert("RGB")])):
        for code in zxingcpp.read_barcodes(image, _QR):
            if code.text.startswith(OUR_FORMAT):
                at = code.position
                corners = [(each.x, each.y) for each in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
                return Seen(image, code.text, Straightening.from_rectangle(geometry.QR, corners))
    return Seen(rendered)


def main() -> None:
    frames, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    limit()
    answers.write(READY)
    answers.flush()
    issued = letter(_read(frames))
    _tell(answers, issued.page)
    seen = scan(_read(frames), issued.text)
    if seen is None:
        sys.exit(1)
    for each in (seen.page, seen.box):
        _tell(answers, each)
    frames.read()  # until it is ended


def _read(frames: BinaryIO) -> bytes:
    """The next file; what is done with it may take as long as the decoder may."""
    data = frames.read(*HEADER.unpack(frames.read(HEADER.size)))
    limit_time()
    return data


def _tell(answers: BinaryIO, image: Image.Image) -> None:
    signal.alarm(0)
    answers.write(HEADER.pack(SIZE.size + 3 * image.width * image.height) + SIZE.pack(*image.size) + image.tobytes())
    answers.flush()


if __name__ == "__main__":
    main()
