"""A page as a grey picture, dark on light: the scan itself where the page is nothing else, otherwise rendered."""

import io
from typing import Final, NamedTuple

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageOps
from pypdfium2 import raw

from activities.letter.shapes import grey_level

LONG_SIDE: Final = 2340
"""Pixels of a rendered page's long side: 200 dpi on A4, whatever size the file claims; more gains nothing."""
_ENOUGH: Final = 1754
"""Pixels of a scan's long side that are kept: 150 dpi on A4. Finer scans are reduced by a whole number."""
_MOST_PIXELS: Final = 60_000_000
"""A page of A3 at 600 dpi has so many; pdfium itself renders what claims more."""
PAPER: Final = 0.5
"""The paper's grey level is the page's median, since most of a letter is paper."""
_GLANCE: Final = 8
"""Pixels of each side that a glance takes for one: whether a page is a negative shows at any size."""
_OVER_THE_EDGE: Final = 0.02
"""Share of the page by which a scanner's picture may stand over it."""
_JPEG: Final = ["DCTDecode"]


class Picture(NamedTuple):
    image: Image.Image
    reduced: int
    """Pixels of the scan that became one, along each side."""


def rendered(page: pypdfium2.PdfPage) -> Picture:
    """As a viewer shows it. Forms and scripts are not started."""
    scale = LONG_SIDE / max(*page.get_size(), 1.0)
    return Picture(_dark_on_light(page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil()), 1)


def scanned(page: pypdfium2.PdfPage) -> Picture | None:
    """The one image that the page consists of; None if a viewer may show anything else."""
    image = _only_image(page)
    if image is None or not _shows_all(image, page):
        return None
    width, height = image.get_px_size()
    if not 0 < width * height <= _MOST_PIXELS:
        return None
    finer = max(1, round(max(width, height) / _ENOUGH))
    if image.get_filters() == _JPEG:
        return _from_jpeg(bytes(image.get_data()), finer)
    picture: Image.Image = image.get_bitmap().to_pil().convert("L")
    return Picture(_dark_on_light(picture.reduce(finer)), finer)


def _from_jpeg(data: bytes, finer: int) -> Picture | None:
    """Pillow reads its brightness alone, and at half the size or a quarter without computing the rest."""
    try:
        picture = Image.open(io.BytesIO(data), formats=["JPEG"])
        if picture.mode not in ("L", "RGB"):
            return None
        width = picture.width
        picture.draft("L", (picture.width // finer, picture.height // finer))
        return Picture(_dark_on_light(picture.convert("L")), round(width / picture.width))
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def _only_image(page: pypdfium2.PdfPage) -> pypdfium2.PdfImage | None:
    """The page's one image, if there is nothing else to see: invisible text (what an OCR program adds) is none."""
    if raw.FPDFPage_GetAnnotCount(page) > 0:
        return None
    visible = [each for each in page.get_objects(max_depth=1) if not _is_invisible(each)]
    only = visible[0] if len(visible) == 1 else None
    return only if isinstance(only, pypdfium2.PdfImage) else None


def _is_invisible(item: pypdfium2.PdfObject) -> bool:
    if item.type != raw.FPDF_PAGEOBJ_TEXT:
        return False
    mode = raw.FPDFTextObj_GetTextRenderMode(item)
    return bool(mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def _shows_all(image: pypdfium2.PdfImage, page: pypdfium2.PdfPage) -> bool:
    """Whether the image is shown whole, unmasked and not mirrored."""
    if raw.FPDFPageObj_HasTransparency(image) or raw.FPDFClipPath_CountPaths(raw.FPDFPageObj_GetClipPath(image)) > 0:
        return False
    matrix = image.get_matrix()
    if matrix.a * matrix.d - matrix.b * matrix.c <= 0:
        return False
    left, bottom, right, top = image.get_bounds()
    x0, y0, x1, y1 = page.get_bbox()
    across, up = _OVER_THE_EDGE * (x1 - x0), _OVER_THE_EDGE * (y1 - y0)
    return bool(left >= x0 - across and bottom >= y0 - up and right <= x1 + across and top <= y1 + up)


def _dark_on_light(image: Image.Image) -> Image.Image:
    """A negative is turned."""
    grey = image.convert("L")
    return grey if grey_level(grey.reduce(_GLANCE).histogram(), PAPER) >= 128 else ImageOps.invert(grey)
