"""What operators see in Temporal: attributes to find by, and a card in Spanish."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata

from domain.commands import MESSAGES
from domain.texts_es import ROW_TITLES
from tests.workflows.company import Company
from tests.workflows.conftest import Begin
from tests.workflows.rows import reach
from workflows import cards

WAITS = ("electronic_invoicing", "letter_review", "mandated_wait")


async def metadata(company: Company) -> WorkflowMetadata:
    found: WorkflowMetadata = await company.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    return found


@pytest.mark.parametrize("row", WAITS)
async def test_attributes_tell_the_row_whom_it_waits_on_and_until_when(begin: Begin, row: str) -> None:
    company = await begin(partner="aliado")
    await reach(company, row)
    status = await company.rests(row)
    shown = (await company.handle.describe()).typed_search_attributes
    assert shown.get(cards.ENVIRONMENT) == "habilitacion"
    assert shown.get(cards.PARTNER) == "aliado"
    assert shown.get(cards.WAITING_ON) == status.waiting_on
    assert shown.get(cards.HELD) is False
    assert shown.get(cards.BLOCKED_BY) is None
    due = shown.get(cards.DUE_AT)
    assert (due and due.replace(microsecond=0)) == (status.due_at and status.due_at.replace(microsecond=0))


async def test_hold_shows_and_takes_the_due_date_away(begin: Begin) -> None:
    company = await begin()
    await company.rests("electronic_invoicing")
    await company.operate("hold")
    shown = await company.shown(lambda it: it.typed_search_attributes.get(cards.HELD) is True)
    assert shown.typed_search_attributes.get(cards.DUE_AT) is None


async def test_a_list_filter_finds_by_step(begin: Begin) -> None:
    company = await begin()
    await reach(company, "letter_review")
    await company.rests("letter_review")
    query = f'DseStep="letter_review" AND DseWaitingOn="operator" AND WorkflowId="{company.handle.id}"'
    async with asyncio.timeout(10):
        while not [each.id async for each in company.env.client.list_workflows(query)]:
            await asyncio.sleep(0.02)


async def test_attributes_hold_no_personal_data(begin: Begin) -> None:
    company = await begin()
    await reach(company, "mandated_wait")
    shown = str((await company.handle.describe()).typed_search_attributes)
    assert not [word for word in ("Andina", "ana@", "Gómez", "52123456", company.nit) if word in shown]


@pytest.mark.parametrize("row", ["electronic_invoicing", "letter_issue", "mandated_wait", "voucher_type"])
async def test_the_card_is_titled_by_the_row(begin: Begin, row: str) -> None:
    company = await begin()
    await reach(company, row)
    card = (await metadata(company)).current_details
    assert card.startswith(f"### {ROW_TITLES[row]}\n")
    assert company.nit in card
    assert "Qué hacer" in card


async def test_the_last_card_is_of_the_end(begin: Begin) -> None:
    company = await begin()
    await reach(company, "voucher_type")
    await company.configure()
    await company.result()
    assert (await metadata(company)).current_details.startswith(f"### {ROW_TITLES['ready']}\n")


async def test_the_card_tells_of_hold_block_delay_dian_and_unreadable_messages(begin: Begin) -> None:
    company = await begin()
    company.effects.allowed = timedelta(hours=10)
    await reach(company, "prefix_association")
    await company.signal("nobody", {})
    await company.operate("hold")
    held = (await metadata(company)).current_details
    assert "En pausa" in held
    assert "Mensajes ilegibles: 1" in held
    assert "Última respuesta de la DIAN" in held
    await company.operate("resume")
    await company.forward(hours=11)
    await company.until(lambda status: status.overdue)
    late = (await metadata(company)).current_details
    assert "(**vencido**)" in late
    assert "Próxima consulta a la DIAN" in late
    assert "3. Asociar prefijos" in late
    company.effects.broken["look_up_ranges"] = "mend_me"
    await company.operate("retry")
    await company.until(lambda status: status.blocked is not None)
    assert "**Bloqueado**" in (await metadata(company)).current_details


async def test_every_handler_is_described_in_spanish_with_an_example(begin: Begin) -> None:
    definition = (await metadata(await begin())).definition
    described = {
        each.name: each.description
        for each in (*definition.signal_definitions, *definition.update_definitions, *definition.query_definitions)
    }
    for kind in MESSAGES:
        assert described[kind.card.name] == kind.card.description
        assert kind.card.title_es in described[kind.card.name]
    assert "Sin datos" in described["status"]
