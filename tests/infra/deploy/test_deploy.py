"""The deployment files are what real tools take, and hold what a worker needs and nobody else's reach."""

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.infra.prometheus.rules import ROOT, load
from tests.infra.tools import tool
from workers.settings import NO_DEFAULT_IN_PRODUCTION
from workers.worker import GRACE

DOCKERFILE = ROOT / "infra" / "Dockerfile"
COMPOSE = ROOT / "infra" / "compose"
CHECKS = "run .ci/checks"
_PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)
Service = dict[str, Any]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Service]:
    """As Compose itself reads them, with the example's settings."""
    secret = tmp_path_factory.mktemp("secrets") / "secret"
    secret.write_text("x")
    files = ("DIAN_CERTIFICATE_FILE", "DIAN_PASSWORD_FILE", "GRAFANA_PASSWORD_FILE")
    ended = subprocess.run(
        [tool("docker-compose", CHECKS), "--file", COMPOSE / "compose.yaml", "config", "--format", "json"],
        env={"DSE_BUILD_ID": "2.1", "DSE_ENV_FILE": "dse.env.example", "HOME": str(secret.parent)}
        | dict.fromkeys(files, str(secret)),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Service] = json.loads(ended.stdout)["services"]
    return found


def test_the_dockerfile_has_no_fault_that_hadolint_knows() -> None:
    ended = subprocess.run([tool("hadolint", CHECKS), DOCKERFILE], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


def test_the_image_is_pinned_runs_as_nobody_and_says_how_it_is() -> None:
    text = DOCKERFILE.read_text()
    bases = set(re.findall(r"^FROM (\S+)", text, re.MULTILINE))
    assert len(bases) == 1
    assert all(re.fullmatch(r"\S+:\d+\.\d+\.\d+\S*", base) for base in bases)
    assert re.search(r"^USER 65534", text, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK", text, re.MULTILINE)
    assert "--require-hashes" in text


def test_the_image_has_what_the_worker_needs_of_the_tested_versions_and_no_more() -> None:
    ours = _pins(ROOT / "infra" / "requirements.lock")
    tested = _pins(ROOT / "requirements.lock")
    again = "make it anew: CONTRIBUTING.md, Dependencies"
    assert {name: tested.get(name) for name in ours} == ours, again
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {re.split(r"[^a-z0-9-]", each)[0] for each in project["project"]["dependencies"]}
    assert wanted - ours.keys() == set(), again
    only_checks = {re.split(r"[^a-z0-9-]", each)[0] for each in project["dependency-groups"]["dev"]}
    assert (only_checks - wanted) & ours.keys() == set(), again


def test_a_secret_never_comes_into_the_image() -> None:
    ignored = (ROOT / "infra" / "Dockerfile.dockerignore").read_text().splitlines()
    assert "*" in ignored
    assert {line for line in ignored if line.startswith("!")} == {
        "!domain", "!workflows", "!activities", "!workers", "!starters", "!infra",
    }  # fmt: skip
    assert "infra/compose/*.env" in ignored


def test_compose_runs_workers_exporter_prometheus_and_grafana(services: dict[str, Service]) -> None:
    assert services.keys() == {"migrate", "worker", "exporter", "prometheus", "grafana"}


@pytest.mark.parametrize("name", ["migrate", "worker", "exporter", "prometheus", "grafana"])
def test_every_service_can_do_little_and_is_pinned(name: str, services: dict[str, Service]) -> None:
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.search(r":v?\d+\.\d+", service["image"])
    assert all(port["host_ip"] == "127.0.0.1" for port in service.get("ports", []))
    if name != "migrate":
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
    for volume in service.get("volumes", []):
        assert volume["type"] == "volume" or (volume["read_only"] and Path(volume["source"]).exists()), volume


def test_a_worker_has_every_setting_that_production_asks_for(services: dict[str, Service]) -> None:
    assert services["worker"]["environment"]["DSE_ENVIRONMENT"] == "produccion"
    assert set(NO_DEFAULT_IN_PRODUCTION) - services["worker"]["environment"].keys() == set()


def test_a_worker_is_given_longer_to_stop_than_it_takes(services: dict[str, Service]) -> None:
    minutes, seconds = re.fullmatch(r"(?:(\d+)m)?(\d+)s", services["worker"]["stop_grace_period"]).groups()  # type: ignore[union-attr]
    assert int(minutes or 0) * 60 + int(seconds) > GRACE.total_seconds()


def test_prometheus_scrapes_the_services_where_they_listen(services: dict[str, Service]) -> None:
    image = dict(re.findall(r"(DSE_\w+_ADDRESS)=\S+?:(\d+)", DOCKERFILE.read_text()))
    jobs = {job["job_name"]: job for job in load(ROOT / "infra" / "prometheus" / "prometheus.yml")["scrape_configs"]}
    (workers,) = jobs["dse-worker"]["dns_sd_configs"]
    (exporter,) = jobs["dse-exporter"]["static_configs"]
    assert (workers["names"], str(workers["port"])) == (["worker"], image["DSE_METRICS_ADDRESS"])
    assert exporter["targets"] == [f"exporter:{image['DSE_EXPORTER_ADDRESS']}"]
    assert {"worker", "exporter"} <= services.keys()


def _pins(file: Path) -> dict[str, str]:
    return dict(_PIN.findall(file.read_text()))
