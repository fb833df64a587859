"""Whether the card that Temporal's UI draws is what the workflow says."""

import asyncio
import re
from html import unescape

from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client

from domain.begin import workflow_id
from domain.texts_es import ROW_TITLES
from tests.browser.screens import Screens
from tests.starters.conftest import Cli


async def details(client: Client, nit: str) -> str:
    """The card as it is now, in Markdown."""
    handle = client.get_workflow_handle(workflow_id("habilitacion", nit))
    told: WorkflowMetadata = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    return told.current_details


async def until_right(cli: Cli, screens: Screens, nit: str) -> None:
    """What the card says after a refresh is what the workflow says, titled by the row that it stands at."""
    async with asyncio.timeout(60):
        while True:
            await screens.page.keyboard.press("r")
            said = await details(screens.client, nit)
            title = ROW_TITLES[(await cli.ok("status", nit))["step"]]
            shown = await screens.card.locator("body").inner_text()
            if shown.strip().startswith(title) and words(shown) == words(unescape(said)):
                return
            await asyncio.sleep(0.2)


def words(text: str) -> list[str]:
    """Without signs: Markdown's are drawn, not shown."""
    return re.findall(r"[^\W_]+", text)
