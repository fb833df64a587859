"""A client that doesn't get to see an outcome is told so, and may ask again: nothing is done twice."""

import asyncio
from math import inf
from typing import cast

import pytest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from domain.commands import PrefixesAssociated, SubmitRepresentative
from domain.reasons import Code, Refusal
from domain.status import Status
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


KNOWN = cast(Status, object())


class Busy:
    """An onboarding that a worker takes over again and again: each question comes too soon, for a while."""

    def __init__(self, refusals: float, ended_as: WorkflowExecutionStatus = WorkflowExecutionStatus.RUNNING) -> None:
        self._refusals = refusals
        self.status = ended_as

    def get_workflow_handle(self, name: str) -> "Busy":
        return self

    async def describe(self) -> "Busy":
        return self

    async def query(self, name: str, **options: object) -> Status:
        self._refusals -= 1
        if self._refusals >= 0:
            raise WorkflowQueryFailedError("Ask again.")
        return KNOWN


async def test_a_status_that_is_refused_for_a_while_is_asked_for_until_it_comes() -> None:
    assert await Port(cast(Client, Busy(5)), "habilitacion", "here").status("900123456-8") is KNOWN


async def test_a_status_that_is_always_refused_is_given_up() -> None:
    with pytest.raises(StarterError, match="didn't answer") as told:
        async with asyncio.timeout(5 * port.PATIENCE):
            await Port(cast(Client, Busy(inf)), "habilitacion", "here").status("900123456-8")
    assert told.value.code == Code.UNAVAILABLE


async def test_a_start_that_was_refused_is_not_asked_twice() -> None:
    failed = Busy(1, WorkflowExecutionStatus.FAILED)
    with pytest.raises(Refusal) as told:
        await Port(cast(Client, failed), "habilitacion", "here").status("900123456-8")
    assert told.value.code == Code.NOT_FOUND
