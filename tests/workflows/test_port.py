"""A client that doesn't get to see an outcome is told so, and may ask again: nothing is done twice."""

import asyncio
from typing import cast

import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.commands import PrefixesAssociated, SubmitRepresentative
from domain.reasons import Code
from starters import port
from starters.errors import StarterError, Unavailable
from starters.port import Port
from tests.workflows.conftest import Begin
from tests.workflows.rows import reach


async def test_an_outcome_that_does_not_come_is_no_defect_and_asking_again_gives_it(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = await begin()
    await reach(company, "legal_representative")
    company.effects.close("issue_letter")
    asked = SubmitRepresentative.model_validate({**SubmitRepresentative.card.example, "message_id": "m-1"})
    client = Port(company.env.client, "habilitacion", "here")
    with monkeypatch.context() as patched:
        patched.setattr(port, "OUTCOME", 0.5)
        with pytest.raises(StarterError) as told:
            await client.command(company.nit, asked)
    assert told.value.code == Code.UNAVAILABLE
    company.effects.open("issue_letter")
    answer = await client.command(company.nit, asked)
    assert answer.letter is not None
    assert company.effects.calls["issue_letter"] == 1
    await company.rests("signed_letter")
    events = [event.name for record in company.effects.records for event in record.events]
    assert events.count("submit_representative") == 1


async def test_a_command_that_is_cancelled_is_no_worker_that_is_away(begin: Begin) -> None:
    """The SDK tells both by one error; whoever heard of a worker would go on, and never end."""
    company = await begin()
    await reach(company, "legal_representative")
    company.effects.close("issue_letter")
    asked = SubmitRepresentative.model_validate(SubmitRepresentative.card.example)
    client = Port(company.env.client, "habilitacion", "here")
    command = asyncio.create_task(client.command(company.nit, asked))
    await company.once(lambda: company.effects.calls["issue_letter"] == 1)
    command.cancel()
    with pytest.raises(asyncio.CancelledError):
        await command


class BrokenOff:
    """A server that goes while it is asked."""

    def __init__(self, status: RPCStatusCode) -> None:
        self._status = status

    def get_workflow_handle(self, name: str) -> "BrokenOff":
        return self

    async def signal(self, *given: object) -> None:
        raise RPCError("transport error", self._status, b"")


@pytest.mark.parametrize("status", port.BROKEN_OFF, ids=lambda status: status.name)
async def test_a_call_that_breaks_off_says_that_temporal_is_away(status: RPCStatusCode) -> None:
    client = Port(cast(Client, BrokenOff(status)), "habilitacion", "here")
    with pytest.raises(Unavailable, match="Temporal doesn't answer"):
        await client.signal("900123456-8", PrefixesAssociated())
