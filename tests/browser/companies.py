"""Made-up companies at different rows, brought there by the command line and a simulated pen and scanner."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from domain.begin import workflow_id
from domain.commands import ConfigureVoucherType, DeclareResolution, MailBounced, SubmitRepresentative
from tests.starters.conftest import Cli
from workflows import cards

MAIL = str(MailBounced.card.example["address"])
"""The one that the example says is refused."""
OPERATOR = ("--actor", "ana.perez", "--reason", "pedido por la empresa")


@dataclass(frozen=True)
class Companies:
    """Their NITs, by what is to be seen of them."""

    new: str = "901000101-4"
    held: str = "901000102-1"
    in_review: str = "901000103-9"
    at_dian: str = "901000104-6"
    blocked: str = "901000105-3"
    """No real one: see `stand_in`."""


async def settle(cli: Cli, client: Client) -> Companies:
    found = Companies()
    await start(cli, found.new, "Textiles del Nevado S.A.S.")
    await cli.ok("assign", found.new, "ana.perez", *OPERATOR[:2])
    await start(cli, found.held, "Panadería La Ceiba S.A.S.")
    await cli.ok("hold", found.held, *OPERATOR)
    await start(cli, found.in_review, "Flores de la Sabana S.A.S.")
    await bring(cli, found.in_review, "letter_review")
    await start(cli, found.at_dian, "Café de Altura S.A.S.")
    await bring(cli, found.at_dian, "prefix_association")
    await stand_in(client, found.blocked)
    return found


async def start(cli: Cli, nit: str, name: str) -> None:
    await cli.ok("start", nit, "--name", name, "--email", MAIL)


async def bring(cli: Cli, nit: str, row: str) -> None:
    """Goes on from where it stands, by the shortest way, until it stays at the row."""
    while (step := (await cli.ok("status", nit))["step"]) != row:
        await _go_on(cli, nit, step, towards=row)


async def _go_on(cli: Cli, nit: str, step: str, towards: str) -> None:
    match step:
        case "electronic_invoicing":
            await cli.ok("invoicing-done", nit)
            await cli.ok("wait", nit, "--step", "legal_representative")
        case "legal_representative":
            await cli.ok("representative", nit, str(cli.file("person.json", SubmitRepresentative.card.example)))
        case "signed_letter":
            await cli.ok("upload", nit, str(await _scan(cli, nit, in_doubt=towards == "letter_review")))
        case "letter_review":
            await cli.ok("review", nit, "accept")
        case "letter_accepted":
            await cli.ok("continue", nit)
            await cli.ok("wait", nit, "--step", "mandated_wait")
        case "mandated_wait":
            await cli.ok("wait", nit, "--step", "prefix_association")
        case "prefix_association":
            await cli.ok("associated", nit)
            await cli.ok("wait", nit, "--step", "prefix_sync")
        case "prefix_sync":
            await cli.at_dian(nit, "enable", "request", "associate", **DeclareResolution.card.example)
            await cli.ok("retry", nit, *OPERATOR)
            await cli.ok("wait", nit, "--step", "voucher_type")
        case "voucher_type":
            await cli.ok("voucher", nit, str(cli.file("voucher.json", ConfigureVoucherType.card.example)))
            await cli.ok("wait", nit, "--step", "ready")
        case _:
            await asyncio.sleep(0.1)  # ours: it moves on by itself


async def _scan(cli: Cli, nit: str, *, in_doubt: bool) -> Path:
    """Never the bytes of one before."""
    seed = len((await cli.ok("status", nit))["documents"])
    return await (cli.stamped_scan_of if in_doubt else cli.scan_of)(nit, seed=seed)


async def stand_in(client: Client, nit: str) -> None:
    """What a blocked onboarding shows in Temporal's list. Nothing in a stack that is well blocks a real one."""
    shown = TypedSearchAttributes(
        [
            SearchAttributePair(cards.STEP, "letter_issue"),
            SearchAttributePair(cards.WAITING_ON, "operator"),
            SearchAttributePair(cards.BLOCKED_BY, "letter_unprintable"),
            SearchAttributePair(cards.HELD, False),
        ]
    )
    await client.start_workflow(
        "StandIn", id=workflow_id("habilitacion", nit), task_queue="nobody", search_attributes=shown
    )
