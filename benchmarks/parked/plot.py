"""A size of the worker's cache against memory and against the CPU time of waking: an SVG of two curves."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.parked.waking import Cached

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 70, 570, 50, 240
"""The frame within the picture."""
MARGIN = 1.15
"""Room beyond the largest value."""
_HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
    'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="white"/>'
)


def drawn(n: int, tried: Sequence[Cached]) -> str:
    """Each curve has its own scale, from zero: memory on the left, CPU on the right."""
    most = MARGIN * max((each.size for each in tried), default=1)
    across = [LEFT + (RIGHT - LEFT) * each.size / most for each in tried]
    memory = _Curve([each.worker_rss_mb for each in tried], "#1f5fa8", "MB of memory")
    waking = _Curve([each.worker_cpu_ms_each for each in tried], "#b5541c", "ms of CPU per waking")
    return "\n".join(
        [
            _HEAD,
            _text(WIDTH / 2, 24, f"{n} parked onboardings: what the worker’s cache costs and saves", "middle"),
            f'<path d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}V{TOP}" fill="none" stroke="#888"/>',
            *(_text(x, BOTTOM + 18, str(each.size), "middle") for x, each in zip(across, tried, strict=True)),
            _text((LEFT + RIGHT) / 2, BOTTOM + 42, "onboardings in the cache", "middle"),
            *memory.drawn(across, waking),
            *waking.drawn(across, memory),
            *memory.scale(LEFT, -8, ("start", "end")),
            *waking.scale(RIGHT, 8, ("end", "start")),
            "</svg>\n",
        ]
    )


@dataclass(frozen=True)
class _Curve:
    values: Sequence[float]
    colour: str
    name: str

    @property
    def top(self) -> float:
        return MARGIN * max(self.values, default=1)

    @property
    def heights(self) -> list[float]:
        return [BOTTOM - (BOTTOM - TOP) * value / self.top for value in self.values]

    def drawn(self, across: Sequence[float], other: "_Curve") -> list[str]:
        """Its numbers stand on the side that the other curve leaves free."""
        points = list(zip(across, self.heights, self.values, other.heights, strict=True))
        line = " ".join(f"{x:.0f},{y:.0f}" for x, y, _, _ in points)
        return [
            f'<polyline points="{line}" fill="none" stroke="{self.colour}" stroke-width="2"/>',
            *(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3.5" fill="{self.colour}"/>' for x, y, _, _ in points),
            *(
                _text(x, y - 10 if y < others else y + 20, f"{value:.0f}", "middle", self.colour)
                for x, y, value, others in points
            ),
        ]

    def scale(self, x: float, aside: float, anchors: tuple[str, str]) -> list[str]:
        """The name over the frame, the numbers beside it."""
        over, beside = anchors
        return [
            _text(x, TOP - 8, self.name, over, self.colour),
            _text(x + aside, BOTTOM, "0", beside, self.colour),
            _text(x + aside, TOP + 10, f"{self.top:.0f}", beside, self.colour),
        ]


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#222") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'
