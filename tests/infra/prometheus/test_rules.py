"""Each alert fires when it should and is silent when it shouldn't, by the judgement of Prometheus's own tool."""

import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.infra.prometheus.rules import PROMETHEUS, RULES, alerts, kebab, load, scaled
from tests.infra.tools import promtool

CASES = sorted((PROMETHEUS / "tests").glob("*.yml"))
ALERTS = {rule["alert"]: rule for rule in alerts(load())}


def ran(*arguments: str | Path) -> str:
    ended = subprocess.run([promtool(), *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_prometheus_takes_the_rules_and_the_configuration() -> None:
    assert f"{len(ALERTS)} rules found" in ran("check", "rules", RULES)
    ran("check", "config", PROMETHEUS / "prometheus.yml")


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_every_alert_fires_when_it_should_and_only_then(file: Path) -> None:
    assert "SUCCESS" in ran("test", "rules", file)


def test_every_alert_has_a_case_that_fires_and_one_that_is_silent() -> None:
    fires: set[str] = set()
    silent: set[str] = set()
    for file in CASES:
        for case in load(file)["tests"]:
            assert len(case["alert_rule_test"]) == 1, case["name"]
            expected = case["alert_rule_test"][0]
            (fires if expected["exp_alerts"] else silent).add(expected["alertname"])
    assert ALERTS.keys() - fires == set(), "no case lets these fire"
    assert ALERTS.keys() - silent == set(), "no case leaves these silent"


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_waits_a_while_says_how_urgent_it_is_and_names_its_runbook(name: str) -> None:
    rule = ALERTS[name]
    assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"].keys() == {"severity"}
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"].keys() == {"summary", "description", "runbook"}
    assert rule["annotations"]["runbook"] == f"infra/runbooks/{kebab(name)}.md"


def test_rules_in_a_hurry_are_rules(tmp_path: Path) -> None:
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump(scaled(load(), 60)))
    ran("check", "rules", file)
    overdue = next(rule for rule in alerts(scaled(load(), 60)) if rule["alert"] == "OverdueOnUs")
    assert overdue["for"] == "5000ms"


@given(st.integers(1, 1000), st.sampled_from(["s", "m", "h"]), st.integers(1, 100))
def test_only_spans_of_time_are_hurried(number: int, unit: str, factor: int) -> None:
    expr = f'max(rate(x{{code="5m"}}[{number}{unit}]) unless x offset {number}{unit}) > 900'
    rules = {"groups": [{"name": "g", "rules": [{"alert": "A", "expr": expr, "for": f"{number}{unit}"}]}]}
    (rule,) = alerts(scaled(rules, factor))
    span = {"s": 1000, "m": 60_000, "h": 3_600_000}[unit] * number
    hurried = f"{max(1, round(span / factor))}ms"
    assert rule["expr"] == f'max(rate(x{{code="5m"}}[{hurried}]) unless x offset {hurried}) > 900'
    assert rule["for"] == hurried
