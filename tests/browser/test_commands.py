"""Every message is sent from Temporal's dialogue with the example that stands there, pasted as it is.

`DSE_PICTURES=DIR ./dse test --slow tests/browser/test_commands.py` draws the card after each, to be looked at.
"""

import asyncio
import re

import pytest

from domain.commands import MESSAGES
from tests.browser.cards import until_right
from tests.browser.companies import bring, start
from tests.browser.screens import Screens
from tests.starters.conftest import Cli

TO_READY = (
    ("electronic_invoicing", "note"),
    ("electronic_invoicing", "assign"),
    ("electronic_invoicing", "correct"),
    ("electronic_invoicing", "extend"),
    ("electronic_invoicing", "remind"),
    ("electronic_invoicing", "mail_bounced"),
    ("electronic_invoicing", "hold"),
    ("electronic_invoicing", "resume"),
    ("electronic_invoicing", "electronic_invoicing_completed"),
    ("legal_representative", "submit_representative"),
    ("signed_letter", "back"),
    ("signed_letter", "signed_letter_uploaded"),
    ("letter_review", "review_signed_letter"),
    ("letter_accepted", "delete_signed_letter"),
    ("letter_accepted", "continue_onboarding"),
    ("prefix_association", "declare_resolution"),
    ("prefix_association", "tick_act"),
    ("prefix_association", "retry"),
    ("prefix_association", "prefixes_associated"),
    ("voucher_type", "configure_voucher_type"),
)
"""At which row each is sent, in the order of one company's way; it is brought along in between."""
TO_CANCELLED = (("legal_representative", "cancel"),)
REFUSED = {"signed_letter_uploaded": "ignored: key_outside_scans"}
"""Its example can't name the company's own folder: the fact is heard, and told so."""
KINDS = {kind.card.name: kind for kind in MESSAGES}


def test_each_message_is_sent_where_it_is_legal() -> None:
    tried = {name: row for row, name in (*TO_READY, *TO_CANCELLED)}
    assert tried.keys() == KINDS.keys()
    assert all(row in KINDS[name].card.rows for name, row in tried.items())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("nit", "way", "end"),
    [("900123456-8", TO_READY, "ready"), ("901000107-8", TO_CANCELLED, "cancelled")],
    ids=["to ready", "to cancelled"],
)
async def test_examples_pasted_as_they_are_are_obeyed_and_the_card_follows(
    cli: Cli, screens: Screens, nit: str, way: tuple[tuple[str, str], ...], end: str
) -> None:
    await start(cli, nit, "Cafetales del Sur S.A.S.")
    await screens.open(nit)
    for number, (row, name) in enumerate(way, start=1):
        await bring(cli, nit, row)
        assert await screens.send(KINDS[name]) == "", name
        await heard(cli, nit, name)
        await until_right(cli, screens, nit)
        await screens.take(f"{number:02}-{name}", screens.page.get_by_role("main"), height=2000)
    await cli.ok("wait", nit, "--step", end)
    await until_right(cli, screens, nit)
    assert (await cli.ok("status", nit))["unreadable"] == []


async def heard(cli: Cli, nit: str, name: str) -> None:
    """It stands in the timeline, as taken or as what it is refused for."""
    async with asyncio.timeout(30):
        while not (told := [each for each in await cli.ok("timeline", nit) if each["name"] == name]):
            await asyncio.sleep(0.1)
    refused = re.match(r"ignored: .*", told[-1]["after"])
    assert (refused and refused[0]) == REFUSED.get(name), told[-1]
