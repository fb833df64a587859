"""A real Prometheus evaluates the rules: in a fleet where nothing runs, those fire that say so."""

import asyncio
from pathlib import Path

import yaml

from infra.grafana.asking import ask
from tests.infra.prometheus.rules import load, scaled
from tests.infra.prometheus.server import prometheus

HURRY = 60
CONFIG = "{global: {scrape_interval: 500ms, evaluation_interval: 500ms}, rule_files: [rules.yml]}"


async def test_where_nothing_runs_prometheus_says_that_nothing_runs(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(yaml.safe_dump(scaled(load(), HURRY)))
    with prometheus(tmp_path, CONFIG) as address:
        async with asyncio.timeout(60):
            while _firing(address) != {"NoPollers", "SweepNotRunning", "ExporterDown"}:
                await asyncio.sleep(0.2)


def _firing(address: str) -> set[str]:
    found = ask(address, "query", query='ALERTS{alertstate="firing"}')
    return {each["metric"]["alertname"] for each in found}
