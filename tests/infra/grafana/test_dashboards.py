"""Every panel asks for what is emitted, a real Prometheus answers it, and its runbooks exist."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.steps import Step
from infra.grafana.asking import POINTS, QueryError, Span, answered, ask, panels, queries
from infra.grafana.draw import picture
from tests.infra.grafana.seeded import END, EVERY, START, seed
from tests.infra.prometheus.emitted import unknown
from tests.infra.prometheus.rules import ROOT, alerts, kebab, load
from tests.infra.prometheus.server import prometheus

FILES = sorted((ROOT / "infra" / "grafana").glob("*.json"))
BOARDS: dict[str, dict[str, Any]] = {file.stem: json.loads(file.read_text()) for file in FILES}
PANELS = [(name, panel) for name, board in BOARDS.items() for panel in panels(board)]
EACH = pytest.mark.parametrize("panel", [panel for _, panel in PANELS], ids=[f"{n}: {p['title']}" for n, p in PANELS])
AFTERNOON = Span(START, END - EVERY)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prometheus that has scraped a fleet for an afternoon."""
    folder = tmp_path_factory.mktemp("prometheus")
    seed(folder)
    with prometheus(folder) as address:
        yield address


@EACH
def test_every_panel_reads_what_is_emitted(panel: dict[str, Any]) -> None:
    for query, _ in queries(panel):
        assert unknown(query.replace("$__rate_interval", "2m")) == set(), query


@EACH
def test_every_panel_is_answered_by_a_real_prometheus(panel: dict[str, Any], server: str) -> None:
    found = answered(panel, server, AFTERNOON)
    assert found, "nothing to show"
    assert max(len(series.points) for series in found) <= POINTS + 1


@EACH
def test_every_panel_leaves_the_source_open_and_links_to_runbooks_that_exist(panel: dict[str, Any]) -> None:
    source = {"type": "prometheus", "uid": "${datasource}"}
    assert [panel["datasource"], *(target["datasource"] for target in panel["targets"])] == [source] * (
        1 + len(panel["targets"])
    )
    for link in panel.get("links", []):
        name = link["url"].removeprefix("${runbooks}/")
        assert (ROOT / "infra" / "runbooks" / name).is_file(), link["url"]


def test_what_pages_has_a_panel_that_leads_to_its_runbook() -> None:
    linked = {Path(link["url"]).stem for _, panel in PANELS for link in panel.get("links", [])}
    paging = {kebab(rule["alert"]) for rule in alerts(load()) if rule["labels"]["severity"] == "page"}
    assert paging - linked == set()


def test_the_funnel_has_every_row_in_the_wizard_s_order() -> None:
    (funnel,) = [panel for panel in panels(BOARDS["onboardings"]) if panel["type"] == "bargauge"]
    assert [legend for _, legend in queries(funnel)] == [step for step in Step if step < Step.READY]


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_panels_lie_within_the_grid_and_not_on_each_other(board: dict[str, Any]) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels(board):
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert max(x for x, _ in cells) < 24
        assert not cells & taken, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in panels(board)}) == len(panels(board))


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_a_dashboard_is_drawn_with_all_its_panels(board: dict[str, Any], server: str) -> None:
    svg = picture(board, server, AFTERNOON)
    assert "no data" not in svg
    assert [panel["title"] for panel in panels(board) if panel["title"].replace("'", "&#x27;") not in svg] == []
    assert picture(board, server, AFTERNOON) == svg


def test_a_dashboard_of_a_fleet_that_has_not_begun_is_drawn_too(server: str) -> None:
    before = Span(START - 86_400, START - 80_000)
    assert "no data" in picture(BOARDS["onboardings"], server, before)


def test_a_query_that_is_none_is_named(server: str) -> None:
    with pytest.raises(QueryError, match=r"sum\(: .*parse error"):
        ask(server, "query", query="sum(", time=0)
