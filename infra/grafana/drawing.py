"""Panels drawn as SVG, each kind as Grafana has it in outline: lines, areas, bars, figures, tables, heat."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from typing import Any

from infra.grafana.asking import Series, Span

COLOURS = (
    "#1f5fa8", "#b5541c", "#3c8d40", "#8e44ad", "#c0392b", "#16857d", "#8a6d1d", "#555", "#d081b5", "#6aa5d8",
    "#e0a060", "#90b96a", "#444488",
)  # fmt: skip
BOGOTA = timezone(timedelta(hours=-5))
_LEFT, _RIGHT, _TOP, _ROW, _SIGN = 52, 10, 30, 17, 6.2
"""Room for the scale, at the right, for the title; a line of text, and the width of a sign."""


@dataclass(frozen=True)
class Box:
    """Where a panel lies, in pixels."""

    x: float
    y: float
    w: float
    h: float


def drawn(panel: dict[str, Any], series: Sequence[Series], span: Span, box: Box) -> list[str]:
    """The panel with its frame and title."""
    shown = [each for each in series if each.points]
    parts = [
        rectangle(box.x, box.y, box.w, box.h, "#fff", ' rx="3" stroke="#d5d9e0"'),
        text(box.x + 10, box.y + 19, _fit(panel["title"], box.w - 20), weight=600),
    ]
    if not shown:
        return [*parts, text(box.x + box.w / 2, box.y + box.h / 2 + 8, "no data", anchor="middle", colour="#888")]
    return parts + _KINDS[panel["type"]](panel, shown, span, box)


def text(
    x: float, y: float, words: str, *, anchor: str = "start", colour: str = "#222", size: int = 12, weight: int = 400
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )


def rectangle(x: float, y: float, w: float, h: float, fill: str, more: str = "") -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{fill}"{more}/>'


def measured(value: float, unit: str) -> str:
    """A value as people read it: 90 s are 1.5 min."""
    if unit == "s":
        for limit, size, name in ((1, 0.001, "ms"), (120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h")):
            if abs(value) < limit:
                return f"{_short(value / size)} {name}" if value else "0 s"
        return f"{_short(value / 86_400)} d"
    return _short(value) + (" /s" if unit == "reqps" else "")


def _short(value: float) -> str:
    for size, name in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1000 if name == 'k' else size):.3g}{name}"
    return f"{value:.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.2g}"


def _unit(panel: dict[str, Any]) -> str:
    unit: str = panel["fieldConfig"]["defaults"]["unit"]
    return unit


def _fit(words: str, width: float) -> str:
    most = max(1, int(width / _SIGN))
    return words if len(words) <= most else words[: most - 1] + "…"


def _lines(panel: dict[str, Any], series: Sequence[Series], span: Span, box: Box) -> list[str]:
    custom = panel["fieldConfig"]["defaults"]["custom"]
    stacked = custom["stacking"]["mode"] == "normal"
    lines = _stacked(series) if stacked else [each.points for each in series]
    legend, height = _legend(series, box)
    bottom = box.y + box.h - 22 - height
    top, left, right = box.y + _TOP, box.x + _LEFT, box.x + box.w - _RIGHT
    most = _nice(max(value for points in lines for _, value in points))

    def place(at: float, value: float) -> tuple[float, float]:
        share = (at - span.start) / (span.end - span.start)
        return left + (right - left) * share, bottom - (bottom - top) * min(1.0, max(0.0, value / most))

    parts = _scale(panel, most, span, (left, right, top, bottom))
    below = [(at, 0.0) for at, _ in lines[0]]
    for number, points in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in points))
        if stacked:
            back = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in reversed(below)))
            parts.append(f'<polygon points="{path} {back}" fill="{colour}" fill-opacity="0.35"/>')
            below = points
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
    return parts + legend


def _stacked(series: Sequence[Series]) -> list[list[tuple[float, float]]]:
    """Each line on those before it; where one has no point it adds nothing."""
    times = sorted({at for each in series for at, _ in each.points})
    height = dict.fromkeys(times, 0.0)
    lines = []
    for each in series:
        values = dict(each.points)
        height = {at: height[at] + values.get(at, 0.0) for at in times}
        lines.append([(at, height[at]) for at in times])
    return lines


def _scale(panel: dict[str, Any], most: float, span: Span, edges: tuple[float, float, float, float]) -> list[str]:
    left, right, top, bottom = edges
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = bottom - (bottom - top) * share
        parts.append(f'<path d="M{left:.0f} {y:.1f}H{right:.0f}" stroke="#e4e7ec"/>')
        parts.append(text(left - 5, y + 4, measured(most * share, _unit(panel)), anchor="end", colour="#666", size=10))
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        at = datetime.fromtimestamp(span.start + (span.end - span.start) * share, UTC).astimezone(BOGOTA)
        x = left + (right - left) * share
        parts.append(text(x, bottom + 14, f"{at:%H:%M}", anchor=anchor, colour="#666", size=10))
    return parts


def _legend(series: Sequence[Series], box: Box) -> tuple[list[str], float]:
    """Names in rows below, and how high they are."""
    rows: list[list[tuple[int, str, float]]] = [[]]
    used = 0.0
    for number, each in enumerate(series):
        name = _fit(each.name, 220)
        width = len(name) * _SIGN + 24
        if rows[-1] and used + width > box.w - 20:
            rows.append([])
            used = 0.0
        rows[-1].append((number, name, used))
        used += width
    parts = []
    for place, row in enumerate(rows):
        y = box.y + box.h - 8 - (len(rows) - 1 - place) * _ROW
        for number, name, x in row:
            colour = COLOURS[number % len(COLOURS)]
            parts.append(rectangle(box.x + 10 + x, y - 7, 10, 4, colour))
            parts.append(text(box.x + 24 + x, y, name, colour="#444", size=11))
    return parts, len(rows) * _ROW


def _figure(panel: dict[str, Any], series: Sequence[Series], span: Span, box: Box) -> list[str]:
    defaults = panel["fieldConfig"]["defaults"]
    value = series[0].last
    steps = [step for step in defaults["thresholds"]["steps"] if step["value"] is None or value >= step["value"]]
    words, colour = measured(value, _unit(panel)), steps[-1]["color"]
    for mapping in defaults.get("mappings", []):
        if known := mapping["options"].get(f"{value:.0f}"):
            words, colour = known["text"], known["color"]
    paint = {"green": "#2e7d32", "red": "#c62828"}[colour]
    return [text(box.x + box.w / 2, box.y + box.h / 2 + 22, words, anchor="middle", colour=paint, size=30, weight=600)]


def _bars(panel: dict[str, Any], series: Sequence[Series], span: Span, box: Box) -> list[str]:
    most = max(max(each.last for each in series), 1e-9)
    room = (box.h - _TOP - 8) / len(series)
    left, width = box.x + 150, box.w - 150 - 60
    parts = []
    for number, each in enumerate(series):
        y = box.y + _TOP + number * room
        long = max(1.0, width * each.last / most)
        parts.append(text(left - 8, y + room / 2 + 4, each.name, anchor="end", colour="#444", size=11))
        parts.append(rectangle(left, y + 2, long, room - 4, COLOURS[0]))
        parts.append(text(left + long + 6, y + room / 2 + 4, measured(each.last, _unit(panel)), size=11))
    return parts


def _table(panel: dict[str, Any], series: Sequence[Series], span: Span, box: Box) -> list[str]:
    names = list(series[0].labels)
    width = (box.w - 20) / (len(names) + 1)
    most = int((box.h - _TOP) // _ROW) - 1
    rows = [[*names, "value"]]
    rows += [[*each.labels.values(), measured(each.last, _unit(panel))] for each in series[:most]]
    parts = []
    for number, row in enumerate(rows):
        y = box.y + _TOP + 12 + number * _ROW
        for column, words in enumerate(row):
            colour, weight = ("#666", 600) if number == 0 else ("#222", 400)
            parts.append(
                text(box.x + 10 + column * width, y, _fit(words, width - 4), colour=colour, size=11, weight=weight)
            )
    return parts


def _heat(panel: dict[str, Any], series: Sequence[Series], span: Span, box: Box) -> list[str]:
    """A column a step, a row a bucket: how many fell into it, from what Prometheus counts up to its bound."""
    buckets = sorted(series, key=lambda each: float(each.labels["le"]))
    values = [dict(each.points) for each in buckets]
    times = sorted(values[-1])
    cells = [
        (row, at, max(0.0, values[row].get(at, 0.0) - (values[row - 1].get(at, 0.0) if row else 0.0)))
        for row in range(len(buckets))
        for at in times
    ]
    most = max((count for _, _, count in cells), default=0.0) or 1.0
    left, right, top, bottom = box.x + _LEFT, box.x + box.w - _RIGHT, box.y + _TOP, box.y + box.h - 26
    room, wide = (bottom - top) / len(buckets), (right - left) / (len(times) or 1)
    parts = _scale({"fieldConfig": {"defaults": {"unit": "short"}}}, 0.0, span, (left, right, bottom, bottom))[-3:]
    for row, at, count in cells:
        if count:
            x = left + (right - left - wide) * (at - span.start) / (span.end - span.start)
            opacity = f' fill-opacity="{0.1 + 0.9 * math.sqrt(count / most):.2f}"'
            parts.append(rectangle(x, bottom - (row + 1) * room, wide + 0.4, room - 1, COLOURS[0], opacity))
    unit = panel["options"]["yAxis"]["unit"]
    for row, bucket in enumerate(buckets):
        bound = bucket.labels["le"]
        words = "more" if bound == "+Inf" else f"≤ {measured(float(bound), unit)}"
        parts.append(text(left - 5, bottom - row * room - room / 2 + 4, words, anchor="end", colour="#666", size=10))
    return parts


def _nice(most: float) -> float:
    """The end of a scale: 1, 2 or 5 times a power of ten."""
    if most <= 0:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(most))
    return next(power * step for step in (1, 2, 5, 10) if most <= power * step * 1.0001)


_KINDS: dict[str, Callable[[dict[str, Any], Sequence[Series], Span, Box], list[str]]] = {
    "timeseries": _lines,
    "stat": _figure,
    "bargauge": _bars,
    "table": _table,
    "heatmap": _heat,
}
