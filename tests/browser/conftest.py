"""A stack with a worker, onboardings on it, and Debian's Chromium in which Temporal's real UI is looked at."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect
from temporalio.client import Client

from tests.browser.companies import Companies, settle
from tests.browser.screens import Screens
from tests.starters.conftest import Cli, start_up, stop, until_up

NAMES = ("chromium", "chromium-browser", "google-chrome")
WINDOW = {"width": 1280, "height": 900}
PATIENCE = 60_000
"""Milliseconds that the UI has to show what is expected: the machine may be busy."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        missing = "Chromium is missing: as root, apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses root a sandbox
        browser = await playwright.chromium.launch(executable_path=path, args=sandbox)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cli(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cli]:
    """After the browser: without one no stack is started."""
    folder = tmp_path_factory.mktemp("browser")
    process = start_up(folder / "data")
    try:
        yield Cli(folder / "data", await until_up(folder / "data", process), folder)
    finally:
        assert stop(process) == 0


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client(cli: Cli) -> Client:
    assert cli.addresses.temporal is not None
    return await Client.connect(cli.addresses.temporal)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def companies(cli: Cli, client: Client) -> Companies:
    return await settle(cli, client)


@pytest_asyncio.fixture(loop_scope="session")
async def screens(browser: Browser, cli: Cli, client: Client) -> AsyncIterator[Screens]:
    context = await browser.new_context(
        viewport={"width": WINDOW["width"], "height": WINDOW["height"]},
        timezone_id="America/Bogota",
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(PATIENCE)
    assert cli.addresses.temporal_ui is not None
    yield Screens(await context.new_page(), cli.addresses.temporal_ui, client)
    await context.close()
