"""Is there handwriting in the signature box? A simple, honest measure in the box, straightened by the QR.

The template prints nothing inside the frame. So what is left there, once specks of dust and ruled lines are
taken away, was put there by somebody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageFilter

from activities.letter import geometry
from activities.letter.shapes import Shape, connected, grey_level
from activities.letter.sight import EMPTY, Ink

Pixel = tuple[float, float]
SCALE: Final = 2
"""Pixels per point in the straightened picture (144 dpi): a thin pen is 2 pixels wide."""
SEARCH: Final = 9.0
"""Points around its place in which a side of the frame is searched: at 100 dpi the QR locates it within 3."""
_SIDE_SHARE: Final = 0.55
"""Share of a side that must be dark to be a side: signatures cross it, fax breaks it, writing fills less."""
_CLEARANCE: Final = 2.5
"""Points inside the frame that are not looked at: its own blur and ringing."""
_PAPER: Final = 0.75
"""The paper's grey level: so much of the box is that dark or darker, even under a broad signature."""
_CONTRAST: Final = 45
"""Grey levels below the paper that count as ink: a pencil has 60 or more, scanner noise stays below 30."""
_SPECK: Final = 3.0
"""Points² up to which a spot is dust."""
_RULE: Final = 3.0
"""A long shape at most this thick (points) is a ruled line or the streak of a dirty scanner, not a stroke."""
_NIB: Final = 4
"""Pixels around a pixel, so a square of nine (4.5 points): what fills one was drawn by no pen; a stamp's or a blot's
inside does."""


_BESIDE: Final = 4.0
"""Points around the box that belong to its frame, where the QR locates it least well."""
_STREAK_SHARE: Final = 0.6
"""Share of a column around the box that no handwriting fills."""
_PRINT: Final = 15.0
"""Points: no line of print in the letter is as high, nor two that a fax runs together."""


@dataclass(frozen=True)
class Straightening:
    """Page points to pixels: pixel = origin + right · x + down · y."""

    origin: Pixel
    right: Pixel
    down: Pixel

    @classmethod
    def from_rectangle(cls, rect: geometry.Rect, corners: Sequence[Pixel]) -> "Straightening":
        """The affine map that fits the four corners (clockwise from top left) best in the least squares."""
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
        right = ((bx - ax + cx - dx) / 2 / rect.w, (by - ay + cy - dy) / 2 / rect.w)
        down = ((dx - ax + cx - bx) / 2 / rect.h, (dy - ay + cy - by) / 2 / rect.h)
        middle = ((ax + bx + cx + dx) / 4, (ay + by + cy + dy) / 4)
        x, y = rect.x + rect.w / 2, rect.y + rect.h / 2
        origin = (middle[0] - right[0] * x - down[0] * y, middle[1] - right[1] * x - down[1] * y)
        return cls(origin, right, down)

    def cut(self, image: Image.Image, rect: geometry.Rect) -> Image.Image:
        """The page's rectangle, straightened, `SCALE` pixels per point; white beyond the image's edge."""
        (ox, oy), (rx, ry), (dx, dy) = self.origin, self.right, self.down
        matrix = (
            rx / SCALE, dx / SCALE, ox + rx * rect.x + dx * rect.y,
            ry / SCALE, dy / SCALE, oy + ry * rect.x + dy * rect.y,
        )  # fmt: skip
        size = (round(rect.w * SCALE), round(rect.h * SCALE))
        return image.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=255)


def measure(image: Image.Image, page: Straightening) -> Ink:
    """What is written in the box of a grey `image`."""
    cut = page.cut(image, geometry.BOX.inset(-SEARCH))
    paper = grey_level(cut.histogram(), _PAPER)
    dark = cut.point(lambda level: 255 * (level < paper - _CONTRAST))
    inside, sides = _inside_frame(dark)
    ink = dark.crop(inside)
    shapes = [shape for shape in connected(ink) if shape.area > _SPECK * SCALE**2 and not _is_rule(shape, ink.size)]
    area = sum(shape.area for shape in shapes) / SCALE**2
    outside = _outside(image, page, paper) if area < EMPTY else 0.0
    if not shapes:
        return Ink(frame_sides=sides, area=0.0, width=0.0, height=0.0, solid=0.0, light=0.0, outside=outside)
    left, top = min(shape.left for shape in shapes), min(shape.top for shape in shapes)
    right, bottom = max(shape.right for shape in shapes), max(shape.bottom for shape in shapes)
    core = _opened(ink).histogram()[255] / SCALE**2
    darkest = next(level for level, count in enumerate(cut.crop(inside).histogram()) if count)
    return Ink(
        frame_sides=sides,
        area=round(area, 1),
        width=round((right - left) / SCALE, 1),
        height=round((bottom - top) / SCALE, 1),
        solid=round(min(core / area, 1.0), 3),
        light=round((paper - darkest) / 255, 3),
        outside=outside,
    )


def _outside(image: Image.Image, page: Straightening, paper: int) -> float:
    """Points² of ink around the box, in shapes that are higher than print and no lines."""
    cut = page.cut(image, geometry.AROUND)
    dark = cut.point(lambda level: 255 * (level < paper - _CONTRAST))
    box, around = geometry.BOX.inset(-_BESIDE), geometry.AROUND
    left, top = round((box.x - around.x) * SCALE), round((box.y - around.y) * SCALE)
    for column in _streaks(dark):
        dark.paste(0, (column - 1, 0, column + 2, dark.height))
    dark.paste(0, (left, top, left + round(box.w * SCALE), top + round(box.h * SCALE)))
    high = [
        each
        for each in connected(dark)
        if each.height > _PRINT * SCALE and min(each.width, each.height) > _RULE * SCALE
    ]
    return round(sum(each.area for each in high) / SCALE**2, 1)


def _streaks(dark: Image.Image) -> list[int]:
    """Columns that are dark from top to bottom: a dirty scanner's, which would join the print that they cross."""
    shares = dark.resize((dark.width, 1), Image.Resampling.BOX).tobytes()
    return [column for column, share in enumerate(shares) if share / 255 > _STREAK_SHARE]


def _opened(mask: Image.Image) -> Image.Image:
    """What is left of a mask where a nib's square fits in. By means, which take a twentieth of a rank filter's time."""
    nib = ImageFilter.BoxBlur(_NIB)
    eroded = mask.filter(nib).point(lambda mean: 255 * (mean == 255))
    return eroded.filter(nib).point(lambda mean: 255 * (mean > 0))


def _inside_frame(dark: Image.Image) -> tuple[tuple[int, int, int, int], int]:
    """What lies clear of the frame: left, top, right, bottom; and how many sides of the frame were found.

    A side that isn't found is taken to be where the QR says.
    """
    width, height = dark.size
    margin, clear = round(SEARCH * SCALE), round(_CLEARANCE * SCALE)
    columns = _profile(dark.crop((0, margin, width, height - margin)).resize((width, 1), Image.Resampling.BOX))
    rows = _profile(dark.crop((margin, 0, width - margin, height)).resize((1, height), Image.Resampling.BOX))
    found = [
        _side(columns, near=True),
        _side(rows, near=True),
        _side(columns, near=False),
        _side(rows, near=False),
    ]
    expected = (margin, margin, width - margin, height - margin)
    left, top, right, bottom = (at if side is None else side for side, at in zip(found, expected, strict=True))
    sides = sum(side is not None for side in found)
    return (left + clear, top + clear, right - clear, bottom - clear), sides


def _profile(line: Image.Image) -> list[float]:
    """The dark share of each row or column, summed over three: a skewed side lies in more than one."""
    shares = [value / 255 for value in line.tobytes()]
    return [sum(shares[max(i - 1, 0) : i + 2]) for i in range(len(shares))]


def _side(profile: list[float], *, near: bool) -> int | None:
    """Index of the darkest line within the search at one end, if it is dark enough to be the frame."""
    reach = 2 * round(SEARCH * SCALE)
    indices = range(reach) if near else range(len(profile) - reach, len(profile))
    best = max(indices, key=lambda index: profile[index])
    return best if profile[best] >= _SIDE_SHARE else None


def _is_rule(shape: Shape, box: tuple[int, int]) -> bool:
    """Straight along or across, and longer than half of the box (width, height in pixels)."""
    thick = _RULE * SCALE
    along = shape.height <= thick and shape.width > box[0] / 2
    return along or (shape.width <= thick and shape.height > box[1] / 2)
