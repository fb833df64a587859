"""Where the letter's fixed parts stand: read by the template that draws them and the eyes that look for them.

Points (1/72 inch) from the page's top left corner; rectangles are (x, y, width, height).
"""

from typing import Final, NamedTuple


class Rect(NamedTuple):
    """A rectangle in points from the page's top left corner."""

    x: float
    y: float
    w: float
    h: float

    def inset(self, by: float) -> "Rect":
        """The rectangle drawn in by `by` points on each side."""
        return Rect(self.x + by, self.y + by, self.w - 2 * by, self.h - 2 * by)


PAGE: Final = (595.28, 841.89)
"""A4: width and height."""
MARGIN: Final = 71.0
"""Left and right: 25 mm."""
QR: Final = Rect(PAGE[0] - MARGIN - 85.0, 619.0, 85.0, 85.0)
"""30 mm without its quiet zone: 3 pixels a module in a scan of 100 dpi."""
BOX: Final = Rect(MARGIN, 615.0, 296.0, 93.0)
"""The signature box, at the QR's height: locating it from the QR extrapolates as little as can be."""
FRAME: Final = 1.0
"""Width of the line drawn around the box, centred on its edge."""
BODY: Final = Rect(MARGIN, 54.0, PAGE[0] - 2 * MARGIN, 540.0)
"""What the letter says, from date to farewell."""
SIGNER: Final = Rect(MARGIN, 717.0, 296.0, 68.0)
"""Who signs, printed below the box."""
AROUND: Final = Rect(MARGIN - 50.0, 597.0, QR.x - MARGIN + 40.0, 235.0)
"""Around the box, left of the QR: here the template prints only the box and, below it, who signs."""
