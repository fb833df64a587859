"""Pictures for the documentation: both dashboards and a firing alert, of a fleet that is played on an embedded stack.

python -m tests.infra.grafana.pictures [FOLDER]   takes some minutes, needs Debian's prometheus and chromium
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

from playwright.async_api import FloatRect, async_playwright

from domain.commands import ConfigureVoucherType
from infra.grafana.asking import Span
from infra.grafana.draw import picture
from tests.infra.prometheus.rules import ROOT
from tests.infra.prometheus.watched import Watched, until, watched

FOLDER = ROOT / "docs" / "operations" / "alertas"
CHROMIUM = "/usr/bin/chromium"
WIDTH = 1000
MANDATED_WAIT = "PT45S"
"""Long enough to be seen in the lines, and over for everybody in the end."""
RATE_INTERVAL = "15s"
PATIENCE = 60.0


async def play(fleet: Watched) -> None:
    """Companies at most rows at which one can stay; scans that are refused, and for a while a DIAN that is down."""
    cli = fleet.cli
    for _ in range(2):
        await cli.ready()
    for _ in range(3):
        await cli.start()
    for _ in range(2):
        await cli.start("--invoicing-done")
    await cli.ok("hold", await cli.start(), "--reason", "la empresa lo pidió")
    waiting = [await cli.at_mandated_wait() for _ in range(3)]
    await cli.at_dian(waiting[0], "enable", "request", "associate")
    await cli.ok("associated", waiting[0])
    await cli.ok("associated", waiting[1])
    for seed in range(3):
        nit = await cli.at_signed_letter()
        await cli("upload", nit, str(await cli.scan_of(nit, signed=False, seed=seed)), "--json")
        await cli("resume", nit, "--reason", "x", "--json")
    await cli.at_letter_review()
    accepted = [await fleet.at_letter_accepted() for _ in range(5)]
    await cli.ok("cancel", await cli.at_signed_letter(), "--reason", "la empresa desistió")
    await fleet.dian("html_503", "forever")
    for nit in accepted[:3]:
        await cli.ok("continue", nit)
    await until(lambda: fleet.is_firing("DianDown"), PATIENCE)
    await fleet.dian("html_503", 0)
    await cli.ok("wait", waiting[0], "--step", "voucher_type")
    last = await cli.at_mandated_wait()
    await cli.at_dian(last, "enable", "request", "associate")
    await cli.ok("associated", last)
    await cli.ok("wait", last, "--step", "voucher_type")
    await cli.ok("voucher", last, str(cli.file("voucher.json", ConfigureVoucherType.card.example)))
    await cli.ok("wait", last, "--step", "ready")
    await until(lambda: not fleet.alerts("DianDown"), PATIENCE)
    for seed in range(3):
        nit = await cli.at_signed_letter()
        await cli("upload", nit, str(await cli.scan_of(nit, signed=False, seed=seed)), "--json")
        await cli.ready()


async def draw(fleet: Watched, begun: float, folder: Path) -> None:
    span = Span(begun, time.time(), RATE_INTERVAL)
    for file in sorted((ROOT / "infra" / "grafana").glob("*.json")):
        svg = await asyncio.to_thread(picture, json.loads(file.read_text()), fleet.prometheus, span)
        (folder / f"{file.stem}.svg").write_text(svg)


async def photograph(fleet: Watched, name: str, file: Path) -> None:
    """Prometheus' own page, with this alert open."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": WIDTH, "height": 2400})
        await page.goto(f"{fleet.prometheus}/classic/alerts")
        await page.get_by_text("Show annotations").click()
        row = page.locator("tr", has_text=f"{name} (").first
        await row.click()
        opened = page.locator("tr", has_text=f"alert: {name}").first
        await opened.wait_for()
        top, below = await row.bounding_box(), await opened.bounding_box()
        assert top is not None
        assert below is not None
        height = below["y"] + below["height"] - top["y"]  # not the group's name: it is a path of the machine
        clip: FloatRect = {"x": top["x"], "y": top["y"], "width": top["width"], "height": height}
        await page.screenshot(path=file, clip=clip)
        await browser.close()


async def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dse-pictures-") as scratch:
        async with watched(Path(scratch), every="1s", mandated_wait=MANDATED_WAIT) as fleet:
            begun = time.time()
            await play(fleet)
            async with fleet.late_on_us(await fleet.at_letter_accepted()):
                await fleet.cli.ok("stuck", "--now")
                await until(lambda: fleet.is_firing("OverdueOnUs"), PATIENCE)
                await photograph(fleet, "OverdueOnUs", folder / "OverdueOnUs.png")
                await draw(fleet, begun, folder)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
