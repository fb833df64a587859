"""What a picture consists of: its grey levels, its connected shapes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image

_RUN: Final = re.compile(rb"\xff+")


@dataclass
class Shape:
    """A connected shape, in pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int
    area: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def take(self, other: "Shape") -> None:
        """Becomes the union of both."""
        self.left, self.top = min(self.left, other.left), min(self.top, other.top)
        self.right, self.bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        self.area += other.area


def grey_level(histogram: Sequence[int], share: float) -> int:
    """The level (0 black – 255 white) that `share` of a grey picture's pixels don't exceed."""
    wanted, seen = sum(histogram) * share, 0
    for level, count in enumerate(histogram):
        seen += count
        if seen >= wanted:
            return level
    return 255


def connected(mask: Image.Image) -> list[Shape]:
    """The shapes of a mask of 0 and 255, connected along sides or corners.

    Works on horizontal runs: each is joined to those that it touches in the row above (union-find over runs).
    """
    data, width = mask.tobytes(), mask.width
    runs: list[Shape] = []
    parent: list[int] = []

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    above, ends_above = 0, 0
    for y in range(mask.height):
        first = len(runs)
        for match in _RUN.finditer(data, y * width, (y + 1) * width):
            start, end = match.start() - y * width, match.end() - y * width
            number = len(runs)
            runs.append(Shape(start, y, end, y + 1, end - start))
            parent.append(number)
            while above < ends_above and runs[above].right < start:
                above += 1
            other = above
            while other < ends_above and runs[other].left <= end:
                parent[root(other)] = root(number)
                other += 1
        above, ends_above = first, len(runs)

    shapes: dict[int, Shape] = {}
    for number, run in enumerate(runs):
        if (whole := shapes.setdefault(root(number), run)) is not run:
            whole.take(run)
    return list(shapes.values())
