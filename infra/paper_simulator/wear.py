"""What happens to a printed letter before it lies on the glass. Pages are RGB pictures; lengths are points."""

import math
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from infra.paper_simulator.pen import Colour, hand

Box = tuple[float, float, float, float]
_STAMP_INK: Final[Colour] = (70, 60, 170)
_TABLE: Final[Colour] = (120, 96, 72)
_PAPER_MARGIN: Final = 0.04
"""Share of a photo that shows the table beside the sheet."""


def folded(page: Image.Image, seed: int) -> Image.Image:
    """In three, to fit an envelope: a shaded crease across at each third."""
    rng = hand(seed)
    shade = Image.new("L", page.size, 255)
    brush = ImageDraw.Draw(shade)
    for third in (1, 2):
        y = round(page.height * (third / 3 + rng.uniform(-0.015, 0.015)))
        for away in range(page.height // 60):
            brush.line([0, y + away, page.width, y + away], fill=min(255, 205 + away))
    return ImageChops.multiply(page, Image.merge("RGB", [shade] * 3))


def shadowed(page: Image.Image, seed: int) -> Image.Image:
    """Half in the shadow of whoever holds the phone."""
    deep = hand(seed).randint(120, 165)
    ramp = Image.linear_gradient("L").rotate(90 if seed % 2 else 270).resize(page.size)
    shade = ramp.point(lambda level: deep + (255 - deep) * level // 255)
    return ImageChops.multiply(page, Image.merge("RGB", [shade] * 3))


def blurred(page: Image.Image, dpi: float, by: float = 0.6) -> Image.Image:
    """Out of focus, by so many points."""
    return page.filter(ImageFilter.GaussianBlur(by * dpi / 72))


def noisy(page: Image.Image, seed: int, strength: int = 60) -> Image.Image:
    """Grain of a bad sensor, up to so many grey levels."""
    grain = Image.frombytes("L", page.size, hand(seed).randbytes(page.width * page.height))
    grain = grain.point(lambda level: 128 + (level - 128) * strength // 128)
    return ImageChops.add(page, Image.merge("RGB", [grain] * 3), offset=-128)


def photocopied(page: Image.Image, seed: int, dpi: float, times: int = 3) -> Image.Image:
    """Again and again: softer, harder, dustier, a little smaller each time."""
    for generation in range(times):
        page = blurred(page, dpi, 0.22)
        page = ImageEnhance.Contrast(page).enhance(1.35)
        smaller = page.resize((round(page.width * 0.99), round(page.height * 0.99)), Image.Resampling.BICUBIC)
        page = Image.new("RGB", page.size, "white")
        page.paste(smaller, ((page.width - smaller.width) // 2, (page.height - smaller.height) // 2))
        rng, brush = hand(seed * 10 + generation), ImageDraw.Draw(page)
        for _ in range(60):
            x, y, r = rng.random() * page.width, rng.random() * page.height, dpi / 72 * rng.uniform(0.1, 0.35)
            brush.ellipse([x - r, y - r, x + r, y + r], fill=(40, 40, 40))
    return page


def stamped(page: Image.Image, seed: int, box: Box, dpi: float) -> Image.Image:
    """A round rubber stamp in the box: a thick ring and bars of lettering, unevenly inked."""
    rng, scale = hand(seed), dpi / 72
    x, y, w, h = box
    radius = h * 0.42
    middle = (x + w * rng.uniform(0.3, 0.7), y + h / 2)
    seal = Image.new("L", page.size)
    brush = ImageDraw.Draw(seal)
    for ring in (1.0, 0.62):
        r = radius * ring
        corners = [scale * v for v in (middle[0] - r, middle[1] - r, middle[0] + r, middle[1] + r)]
        brush.ellipse(corners, outline=225, width=max(1, round(scale * 3.2 * ring)))
    for angle in range(0, 360, 18):
        turn = math.radians(angle)
        out = [scale * (middle[axis] + radius * 0.8 * (math.cos, math.sin)[axis](turn)) for axis in (0, 1)]
        r = scale * 2.6
        brush.rectangle([out[0] - r, out[1] - r, out[0] + r, out[1] + r], fill=225)
    bar = (middle[0] - 20, middle[1] - 6, middle[0] + 20, middle[1] + 6)
    brush.rectangle([scale * v for v in bar], fill=225)
    page = page.copy()
    page.paste(_STAMP_INK, (0, 0), seal)
    return page


def dirty(page: Image.Image, seed: int, box: Box, dpi: float) -> Image.Image:
    """Coffee in the box: one blot and its drops."""
    rng, scale = hand(seed), dpi / 72
    x, y, w, h = box
    page = page.copy()
    brush = ImageDraw.Draw(page)
    middle = (x + w * rng.uniform(0.3, 0.7), y + h * rng.uniform(0.4, 0.6))
    for size, far in [(rng.uniform(6, 11), 0.0), *((rng.uniform(0.8, 2.0), rng.uniform(12, 30)) for _ in range(6))]:
        turn = rng.uniform(0, 6.28)
        cx, cy = middle[0] + far * math.cos(turn), middle[1] + far * math.sin(turn)
        brush.ellipse([scale * v for v in (cx - size, cy - size, cx + size, cy + size)], fill=(96, 70, 48))
    return page


def torn(page: Image.Image, seed: int, area: Box, dpi: float) -> Image.Image:
    """More than half of an area is gone with a corner of the sheet."""
    x, y, w, h = (value * dpi / 72 for value in area)
    share = hand(seed).uniform(0.45, 0.6)
    page = page.copy()
    ImageDraw.Draw(page).polygon(
        [(x + w * (1 - share), page.height), (page.width, y + h * (1 - share) - w * share), (page.width, page.height)],
        fill="white",
    )
    ImageDraw.Draw(page).rectangle([x + w * (1 - share), y + h * (1 - share), page.width, page.height], fill="white")
    return page


def photographed(page: Image.Image, seed: int) -> Image.Image:
    """By a phone held not quite straight: a table around the sheet, a little perspective, uneven light."""
    rng = hand(seed)
    width, height = page.size
    margin = round(_PAPER_MARGIN * width)
    table = Image.new("RGB", (width + 2 * margin, height + 2 * margin), _TABLE)
    table.paste(page, (margin, margin))
    lean: Sequence[float] = [rng.uniform(0, 0.012) for _ in range(8)]
    w, h = table.size
    left, right, bottom = (lean[0] * w, lean[2] * w), (w - lean[4] * w, w - lean[6] * w), h - lean[3] * h
    quad = (left[0], lean[1] * h, left[1], bottom, right[0], h - lean[5] * h, right[1], lean[7] * h)
    return shadowed(table.transform(table.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC), seed)
