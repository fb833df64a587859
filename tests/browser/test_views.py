"""The ready-made views: each finds what it says, and the operators' page lists them as they are."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import expect
from temporalio.client import Client

from domain.begin import workflow_id
from domain.commands import MESSAGES, Card
from domain.steps import OPEN_STEPS, WaitsOn
from starters.views import BLOCKED, HELD, IN_REVIEW, VIEWS, View, assigned_to, at_row, overdue, waiting_on
from tests.browser.companies import Companies
from tests.browser.screens import Screens
from tests.starters.conftest import ROOT, Cli

PAGE = ROOT / "docs" / "operations" / "vistas.md"
LATER = datetime.now(UTC) + timedelta(days=365)
BLOCKED_ROW: dict[str, Any] = {
    "step": "letter_issue",
    "waiting_on": "operator",
    "blocked": "letter_unprintable",
    "assignee": None,
    "due_at": None,
    "overdue": False,
    "held": False,
}
"""The stand-in's, which answers no query."""
Row = dict[str, Any]


def _is(field: str, value: str) -> Callable[[Row], bool]:
    return lambda row: bool(row[field] == value)


FINDS: tuple[tuple[View, Callable[[Row], bool]], ...] = (
    (assigned_to(), lambda row: row["assignee"] == "ana.perez"),
    (overdue(datetime.now(UTC).isoformat()), lambda row: row["overdue"]),
    (overdue(LATER.isoformat()), lambda row: row["due_at"] is not None),
    (BLOCKED, lambda row: row["blocked"] is not None),
    (HELD, lambda row: row["held"]),
    (IN_REVIEW, lambda row: row["step"] == "letter_review"),
    *((waiting_on(party), _is("waiting_on", party)) for party in WaitsOn),
    *((at_row(step), _is("step", step)) for step in OPEN_STEPS),
)
"""Which onboardings each view should find, by their status."""


def test_it_is_known_of_each_view_what_it_should_find() -> None:
    assert {view.name for view, _ in FINDS} == {view.name for view in VIEWS}


@pytest.mark.slow
async def test_each_view_finds_what_it_says(cli: Cli, client: Client, companies: Companies) -> None:
    real = [nit for nit in vars(companies).values() if nit != companies.blocked]
    rows = [BLOCKED_ROW | {"nit": companies.blocked}, *[await cli.ok("status", nit) for nit in real]]
    ours = {workflow_id("habilitacion", row["nit"]) for row in rows}
    for view, says in FINDS:
        wanted = {workflow_id("habilitacion", row["nit"]) for row in rows if says(row)}
        async with asyncio.timeout(30):  # Temporal's list comes a little after the fact
            while (found := {each.id async for each in client.list_workflows(view.query)}) & ours != wanted:
                await asyncio.sleep(0.1)
        assert (await client.count_workflows(view.query)).count == len(found), view
    named = {view.name for view, says in FINDS if any(map(says, rows))}
    assert {view.name for view in (BLOCKED, HELD, IN_REVIEW, assigned_to(), overdue())} <= named


@pytest.mark.slow
async def test_a_view_opens_by_its_link(screens: Screens, companies: Companies) -> None:
    rows = await screens.open_view(waiting_on(WaitsOn.COMPANY))
    for nit in (companies.new, companies.held, companies.at_dian):
        await expect(rows.filter(has_text=nit)).to_be_visible()
    await expect(rows.filter(has_text=companies.in_review)).to_be_hidden()
    await screens.take("lista", screens.page.get_by_role("main"), height=520)


def test_the_operators_page_lists_the_views() -> None:
    listed = [line for line in PAGE.read_text().splitlines() if "/namespaces/default/workflows?query=" in line]
    assert listed == [f"| {view.name} | `{view.query}` | `{view.link}` |" for view in VIEWS]


@pytest.mark.parametrize("card", [kind.card for kind in MESSAGES], ids=lambda card: card.name)
def test_the_operators_page_has_the_example_of(card: Card) -> None:
    name = f"`{card.name}` (signal)" if card.is_signal else f"`{card.name}`"
    example = json.dumps(card.example, ensure_ascii=False)
    assert f"| {name} | {card.title_es} | `{example}` |" in PAGE.read_text().splitlines()
