"""A dashboard's panels with what a Prometheus answers to their queries, as Grafana would ask them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

Document = dict[str, Any]
POINTS = 120
"""Of one line."""
INSTANT = ("stat", "bargauge", "table")
"""Panels that show how it stands at the end."""


class QueryError(Exception):
    """A query that Prometheus refuses: which one, and its words."""


@dataclass(frozen=True)
class Span:
    """From when to when, in Unix seconds; and what Grafana would put for $__rate_interval."""

    start: float
    end: float
    rate_interval: str = "2m"

    @property
    def step(self) -> float:
        return max(1.0, (self.end - self.start) / POINTS)


@dataclass(frozen=True)
class Series:
    """One line, or with one point one value."""

    name: str
    labels: dict[str, str]
    points: list[tuple[float, float]]

    @property
    def last(self) -> float:
        return self.points[-1][1]


def panels(dashboard: Document) -> list[Document]:
    found: list[Document] = dashboard["panels"]
    return found


def queries(panel: Document) -> Iterator[tuple[str, str]]:
    """Each query with how its lines are called."""
    for target in panel["targets"]:
        yield target["expr"], target["legendFormat"]


def answered(panel: Document, prometheus: str, span: Span) -> list[Series]:
    """Raises QueryError."""
    found = []
    for query, legend in queries(panel):
        query = query.replace("$__rate_interval", span.rate_interval)
        if panel["type"] in INSTANT:
            result = ask(prometheus, "query", query=query, time=span.end)
            found += [_series(each, [each["value"]], legend) for each in result]
        else:
            result = ask(prometheus, "query_range", query=query, start=span.start, end=span.end, step=span.step)
            found += [_series(each, each["values"], legend) for each in result]
    return found


def ask(prometheus: str, what: str, **parameters: str | float) -> list[Document]:
    """Raises QueryError if it is refused, OSError if nobody answers."""
    where = urlsplit(prometheus)
    connection = HTTPConnection(where.netloc, timeout=30)
    try:
        connection.request("GET", f"{where.path.rstrip('/')}/api/v1/{what}?{urlencode(parameters)}")
        answer = json.load(connection.getresponse())
    finally:
        connection.close()
    if answer["status"] != "success":
        raise QueryError(f"{parameters['query']}: {answer['error']}")
    result: list[Document] = answer["data"]["result"]
    return result


def _series(found: Document, values: list[tuple[float, str]], legend: str) -> Series:
    labels: dict[str, str] = {name: value for name, value in found["metric"].items() if name != "__name__"}
    if legend == "__auto":
        name = " ".join(labels.values())
    else:
        name = re.sub(r"{{(\w+)}}", lambda label: labels.get(label[1], ""), legend)
    return Series(name, labels, [(float(at), float(value)) for at, value in values if value != "NaN"])
