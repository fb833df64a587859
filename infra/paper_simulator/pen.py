"""A hand with a pen: signatures that differ by seed, as strokes of varying width."""

import math
import random
from collections.abc import Sequence
from typing import Final, NamedTuple

from PIL import Image, ImageDraw

Point = tuple[float, float]
Colour = tuple[int, int, int]
BLUE: Final[tuple[Colour, ...]] = ((28, 38, 120), (40, 60, 150))
BLACK: Final[tuple[Colour, ...]] = ((20, 20, 30), (10, 10, 10))
PENCIL: Final[tuple[Colour, ...]] = ((120, 120, 125), (135, 135, 138))
_INKS: Final = (BLUE[0], BLACK[0], BLUE[1], BLACK[1])
_OVERSAMPLE: Final = 3
_COVERAGE: Final = 235
"""Of 255: ink lets a little of the paper through."""


class Dab(NamedTuple):
    """One touch of the pen: centre and radius, in points."""

    x: float
    y: float
    radius: float


def hand(seed: int) -> random.Random:
    """Chance for drawing, the same for the same seed; nothing depends on its being unpredictable."""
    return random.Random(seed)  # noqa: S311


def signature(rng: random.Random, box: tuple[float, float, float, float]) -> list[Dab]:
    """A signature in and a little over `box` (x, y, w, h in points): an initial, letters, a flourish."""
    x, y, w, h = box
    width, height = w * rng.uniform(0.45, 0.85), h * rng.uniform(0.4, 0.75)
    left, base = x + (w - width) * rng.uniform(0.2, 0.8), y + h * rng.uniform(0.6, 0.75)
    pen = rng.uniform(0.45, 0.8)
    slant = rng.uniform(0.0, 0.5)

    initial = [
        (
            left + width * (0.1 + 0.14 * math.cos(a)),
            base - height * rng.uniform(0.9, 1.1) * (0.45 + 0.5 * math.sin(a)),
        )
        for a in (2.4, 1.2, 0.2, -1.0, -2.4, -3.6, -4.6, -5.6)
    ]
    letters: list[Point] = []
    position = left + width * 0.2
    while position < left + width:
        rise = height * (rng.uniform(0.6, 1.0) if rng.random() < 0.2 else rng.uniform(0.15, 0.4))
        step = width * rng.uniform(0.025, 0.05)
        peak = (position + step + slant * rise, base - rise)
        letters += [(position, base), peak, (position + step * 1.4, base)]
        position += step * 2
    flourish = [
        (left + width * share, base + height * rng.uniform(0.02, 0.22))
        for share in (1.0, 0.8, 0.5, 0.15, 0.4, 0.75, 1.02)
    ]
    strokes = [initial, letters] + ([flourish] if rng.random() < 0.7 else [])
    return [dab for stroke in strokes for dab in _stroke(rng, stroke, pen)]


def draw(page: Image.Image, dabs: list[Dab], dpi: float, rng: random.Random, inks: Sequence[Colour] = _INKS) -> None:
    """Puts one of the `inks` on an RGB `page` of `dpi`; edges are soft, as ink's are."""
    scale = dpi / 72
    left = int(scale * min(dab.x - dab.radius for dab in dabs))
    top = int(scale * min(dab.y - dab.radius for dab in dabs))
    width = int(scale * max(dab.x + dab.radius for dab in dabs)) + 1 - left
    height = int(scale * max(dab.y + dab.radius for dab in dabs)) + 1 - top
    mask = Image.new("L", (width * _OVERSAMPLE, height * _OVERSAMPLE))
    brush = ImageDraw.Draw(mask)
    for x, y, radius in dabs:
        across, down = scale * x - left, scale * y - top
        corners = (
            across - scale * radius,
            down - scale * radius,
            across + scale * radius,
            down + scale * radius,
        )
        brush.ellipse([_OVERSAMPLE * corner for corner in corners], fill=_COVERAGE)
    page.paste(rng.choice(inks), (left, top), mask.reduce(_OVERSAMPLE))


def _stroke(rng: random.Random, through: list[Point], pen: float) -> list[Dab]:
    """A smooth stroke through the points (Catmull-Rom), pressed now more, now less, thin at both ends."""
    dabs: list[Dab] = []
    phase = rng.uniform(0, 6)
    points = [through[0], *through, through[-1]]
    count = len(points) - 3
    for i in range(count):
        p0, p1, p2, p3 = points[i : i + 4]
        steps = max(4, int(math.dist(p1, p2) / 0.4))
        for step in range(steps):
            t = step / steps
            x, y = (_spline(t, p0[axis], p1[axis], p2[axis], p3[axis]) for axis in (0, 1))
            along = (i + t) / count
            ends = min(1.0, 0.4 + 8 * min(along, 1 - along))
            pressure = ends * (0.75 + 0.35 * math.sin(phase + 14 * along))
            dabs.append(Dab(x, y, pen * max(0.35, pressure)))
    return dabs


def _spline(t: float, a: float, b: float, c: float, d: float) -> float:
    return b + t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * b - a - 3 * c + d))) / 2
