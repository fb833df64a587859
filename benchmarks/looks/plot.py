"""Calls so far, on average, over the business hours since DIAN's wait was over: an SVG of one line an arm."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence

from benchmarks.looks.business import hours_between
from benchmarks.looks.playing import Played
from benchmarks.looks.population import company

HOURS = 40
WIDTH, HEIGHT = 680, 340
LEFT, RIGHT, TOP, BOTTOM = 60, 560, 50, 280
_COLOURS = {"ours": "#1f5fa8", "fixed30": "#b5541c", "fixed120": "#777"}
_NAMES = {"ours": "our policy", "fixed30": "every 30 min", "fixed120": "every 2 h"}
Counting = Callable[[int, Played], list[float]]


def hours_of_looks(seed: int, number: int, played: Played) -> list[float]:
    """When each look came, in business hours since the wait's end."""
    begun = company(seed, number).waited
    return [hours_between(begun, look, HOURS + 1) for look in played.looked]


def drawn(arms: Mapping[str, Sequence[Sequence[float]]]) -> str:
    grid = [hour / 4 for hour in range(4 * HOURS + 1)]
    lines = {
        name: [sum(bisect_right(looks, hour) for looks in companies) / len(companies) for hour in grid]
        for name, companies in arms.items()
    }
    most = 1.1 * max(line[-1] for line in lines.values())

    def x(hour: float) -> float:
        return LEFT + (RIGHT - LEFT) * hour / HOURS

    def y(calls: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * calls / most

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="white"/>',
        _text(WIDTH / 2, 24, "Calls to DIAN for one company, on average, until its range is found", "middle"),
        f'<path d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}" fill="none" stroke="#888"/>',
        *(_text(x(hour), BOTTOM + 18, str(hour), "middle") for hour in range(0, HOURS + 1, 5)),
        *(_text(LEFT - 8, y(calls) + 4, str(calls), "end") for calls in range(0, int(most) + 1, 10)),
        _text((LEFT + RIGHT) / 2, BOTTOM + 42, "business hours since DIAN's wait was over", "middle"),
    ]
    for name, line in lines.items():
        points = " ".join(f"{x(hour):.1f},{y(calls):.1f}" for hour, calls in zip(grid, line, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{_COLOURS[name]}" stroke-width="2"/>')
        parts.append(_text(RIGHT + 8, y(line[-1]) + 4, _NAMES[name], "start", _COLOURS[name]))
    return "\n".join([*parts, "</svg>\n"])


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#222") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'
