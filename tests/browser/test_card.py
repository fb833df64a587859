"""The card as Temporal's UI draws it."""

import re

import pytest
from playwright.async_api import expect

from domain.commands import ContinueOnboarding, Hold
from tests.browser.cards import details, until_right
from tests.browser.companies import Companies
from tests.browser.screens import Screens, example_in
from tests.starters.conftest import Cli

pytestmark = pytest.mark.slow


async def test_the_card_is_drawn_with_all_that_it_says(cli: Cli, screens: Screens, companies: Companies) -> None:
    await screens.open(companies.at_dian)
    await until_right(cli, screens, companies.at_dian)
    said = await details(screens.client, companies.at_dian)
    shown = await screens.card.locator("body").inner_text()
    assert not re.search(r"\*\*|^#", shown, re.MULTILINE)
    assert await screens.card.get_by_role("heading").count() == len(re.findall(r"^#+ ", said, re.MULTILINE))
    assert await screens.card.get_by_role("listitem").count() == len(re.findall(r"^ *- ", said, re.MULTILINE))
    assert await screens.card.locator("strong").count() == len(re.findall(r"\*\*", said)) / 2 > 0
    await screens.take("tarjeta", screens.page.get_by_role("main"), height=1900)


async def test_a_command_is_chosen_by_its_description_and_its_example_pasted(
    screens: Screens, companies: Companies
) -> None:
    await screens.open(companies.new)
    entry = await screens.choose(Hold)
    await expect(entry).to_contain_text(Hold.card.description)
    await entry.scroll_into_view_if_needed()
    await screens.take("comandos", screens.dialogue)
    example = example_in(await entry.inner_text())
    await entry.click()
    await screens.paste(example)
    await expect(screens.dialogue.get_by_role("button", name="Submit", exact=True)).to_be_enabled()
    await screens.take("accion", screens.dialogue)


async def test_a_refusal_is_shown_in_the_dialogue(screens: Screens, companies: Companies) -> None:
    await screens.open(companies.held)
    assert await screens.send(ContinueOnboarding) == "not_legal_here"
