"""A dashboard as a picture, from the same JSON and queries that Grafana reads, asked of a real Prometheus.

python -m infra.grafana.draw infra/grafana/workers.json --prometheus http://127.0.0.1:9090 --start T --end T --out F.svg
"""

import argparse
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.grafana.asking import Series, Span, answered, panels
from infra.grafana.drawing import Box, drawn, text

WIDTH = 1440
COLUMNS = 24
ROW = 30
GAP = 8
HEAD = 44


def picture(dashboard: Mapping[str, Any], prometheus: str, span: Span) -> str:
    """An SVG. Raises QueryError, OSError."""
    document = dict(dashboard)
    found = [(panel, answered(panel, prometheus, span)) for panel in panels(document)]
    return painted(document, found, span)


def painted(dashboard: dict[str, Any], found: list[tuple[dict[str, Any], list[Series]]], span: Span) -> str:
    """The panels where the dashboard has them."""
    places = [panel["gridPos"] for panel, _ in found]
    height = HEAD + max(place["y"] + place["h"] for place in places) * ROW + GAP
    column = (WIDTH - GAP) / COLUMNS
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif"><rect width="100%" height="100%" fill="#f4f5f7"/>',
        text(2 * GAP, 29, dashboard["title"], size=20, weight=600),
    ]
    for (panel, series), place in zip(found, places, strict=True):
        x, y = GAP + place["x"] * column, HEAD + place["y"] * ROW
        parts += drawn(panel, series, span, Box(x, y, place["w"] * column - GAP, place["h"] * ROW - GAP))
    return "\n".join([*parts, "</svg>\n"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dashboard", type=Path)
    parser.add_argument("--prometheus", default="http://127.0.0.1:9090")
    parser.add_argument("--start", type=_moment, required=True, help="ISO 8601, with offset")
    parser.add_argument("--end", type=_moment, required=True)
    parser.add_argument("--rate-interval", default="2m", help="at least four scrapes")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    span = Span(given.start, given.end, given.rate_interval)
    given.out.write_text(picture(json.loads(given.dashboard.read_text()), given.prometheus, span))


def _moment(words: str) -> float:
    at = datetime.fromisoformat(words)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("a time without offset")
    return at.timestamp()


if __name__ == "__main__":
    main()
