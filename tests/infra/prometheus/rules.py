"""The alerts as they stand in infra/prometheus/, and the same in a hurry, for a real Prometheus in a test."""

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
PROMETHEUS = ROOT / "infra" / "prometheus"
RULES = PROMETHEUS / "rules.yml"
Document = dict[str, Any]
_SPAN = re.compile(r"(?:\d+(?:ms|[smhdw]))+")
_PIECE = re.compile(r"(\d+)(ms|[smhdw])")
_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_WINDOW = re.compile(rf"(?<=\[){_SPAN.pattern}(?=\])|(?<=\boffset )\s*{_SPAN.pattern}")


def load(file: Path = RULES) -> Document:
    document: Document = yaml.safe_load(file.read_text())
    return document


def alerts(rules: Document) -> Iterator[Document]:
    for group in rules["groups"]:
        yield from (rule for rule in group["rules"] if "alert" in rule)


def kebab(alert: str) -> str:
    """OverdueOnUs → overdue-on-us: how its runbook's file is named."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", alert).lower()


def scaled(rules: Document, factor: int) -> Document:
    """Every `for`, interval, window and offset divided by the factor, so that an alert fires while a test waits.

    Numbers that a value is compared with stay, seconds too: what takes its time in the world takes it here.
    """
    faster = deepcopy(rules)
    for group in faster["groups"]:
        if "interval" in group:
            group["interval"] = _divided(group["interval"], factor)
        for rule in group["rules"]:
            rule["expr"] = _WINDOW.sub(lambda found: _divided(found[0], factor), rule["expr"])
            if "for" in rule:
                rule["for"] = _divided(rule["for"], factor)
    return faster


def _divided(span: str, factor: int) -> str:
    total = sum(int(number) * _MS[unit] for number, unit in _PIECE.findall(span))
    return f"{max(1, round(total / factor))}ms"
