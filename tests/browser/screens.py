"""What an operator does in Temporal's UI, and the pictures of it."""

import os
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image
from playwright.async_api import FrameLocator, Locator, Page, expect
from temporalio.client import Client

from domain.begin import workflow_id
from domain.commands import Message
from starters.views import View

PICTURES = "DSE_PICTURES"
"""The folder in which pictures are made anew; without it none is, so that tests leave the tree clean."""


class Screens:
    """One page of the UI at this address; the client tells which run an onboarding is."""

    def __init__(self, page: Page, ui: str, client: Client) -> None:
        self.page, self._ui, self.client = page, ui, client

    @property
    def card(self) -> FrameLocator:
        return self.page.frame_locator("#user-metadata-current-details")

    async def open(self, nit: str) -> None:
        """An onboarding, with its card."""
        described = await self.client.get_workflow_handle(workflow_id("habilitacion", nit)).describe()
        path = f"/namespaces/default/workflows/{quote(described.id, safe='')}/{described.run_id}/user-metadata"
        await self.page.goto(self._ui + path)
        await expect(self.card.get_by_role("heading").first).to_be_visible()

    async def open_view(self, view: View) -> Locator:
        """The rows that it finds."""
        await self.page.goto(self._ui + view.link)
        return self.page.get_by_role("table", name="Workflows").locator("tbody tr")

    async def choose(self, kind: type[Message]) -> Locator:
        """The message's entry in the open list of the dialogue, with its description."""
        await self.page.get_by_role("button", name="More Actions").click()
        way = "Send a Signal" if kind.card.is_signal else "Send an Update"
        await self.page.get_by_role("menuitem", name=way).click()
        await self.dialogue.get_by_role("button", name="Select a").click()
        name = self.page.get_by_text(kind.card.name, exact=True)
        return self.page.get_by_role("option").filter(has=name)

    @property
    def dialogue(self) -> Locator:
        return self.page.get_by_role("dialog")

    async def paste(self, example: str) -> None:
        data = self.dialogue.get_by_role("textbox", name="Data")
        await data.click()
        await self.page.keyboard.press("ControlOrMeta+A")  # the dialogue keeps what was sent before
        await self.page.evaluate("text => navigator.clipboard.writeText(text)", example)
        await self.page.keyboard.press("ControlOrMeta+V")
        await expect(data).to_have_text(example)
        await data.blur()  # it is laid out anew then, and the button moves away under the pointer

    async def submit(self, kind: type[Message]) -> str:
        """Sends what was pasted. The code of the domain's refusal, or nothing."""
        path = re.compile(f"/{'signal' if kind.card.is_signal else 'update'}/{kind.card.name}\\b")
        async with self.page.expect_response(path) as answering:
            await self.dialogue.get_by_role("button", name="Submit", exact=True).click()
        answer = await answering.value
        assert answer.ok, await answer.text()
        failure: dict[str, Any] = (await answer.json()).get("outcome", {}).get("failure", {})
        if not failure:
            await expect(self.dialogue).to_be_hidden()
            return ""
        await expect(self.dialogue.get_by_text(failure["message"])).to_be_visible()
        await self.dialogue.get_by_role("button", name="Cancel", exact=True).last.click()
        return str(failure["applicationFailureInfo"]["type"])

    async def send(self, kind: type[Message]) -> str:
        """With the example that stands there, pasted as it is. The code of the domain's refusal, or nothing."""
        entry = await self.choose(kind)
        example = example_in(await entry.inner_text())
        await entry.click()
        await self.paste(example)
        return await self.submit(kind)

    async def take(self, name: str, shown: Locator, height: int = 900) -> None:
        """A picture of what is shown, in so high a window, if pictures are asked for."""
        folder = os.environ.get(PICTURES)
        if not folder:
            return
        window = self.page.viewport_size
        assert window is not None
        await self.page.set_viewport_size({"width": window["width"], "height": height})
        drawn = Image.open(BytesIO(await shown.screenshot(animations="disabled")))
        few = drawn.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        few.save(Path(folder) / f"{name}.png", optimize=True)
        await self.page.set_viewport_size(window)


def example_in(description: str) -> str:
    """What a person copies from the text that the UI shows."""
    return description[description.index("{") :].strip()
