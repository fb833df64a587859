"""A mail that bounced is told to its workflow, which nobody else need know."""

from datetime import timedelta

import pytest

from activities.errors import AwayError
from activities.store.bounces import Bounce
from tests.workflows.company import Company, random_nit
from tests.workflows.conftest import Begin
from tests.workflows.rows import reach
from tests.workflows.server import Stage
from workers import bounces
from workers.bounces import teller


def bounced(nit: str, address: str = "ana@andina.example") -> Bounce:
    return Bounce(
        environment="habilitacion", nit=nit, message_id=f"<{nit}.1@y.example>", address=address, code="550 5.1.1"
    )


def heard(company: Company) -> list[str]:
    events = [event for record in company.effects.records for event in record.events]
    return [event.after for event in events if event.name == "mail_bounced"]


async def test_its_workflow_hears_of_a_bounce_once_however_often_it_is_told(begin: Begin, shared: Stage) -> None:
    company = await begin()
    await reach(company, "electronic_invoicing")
    tell = teller(shared.env.client)
    for _ in range(3):
        await tell(bounced(company.nit))
    await company.once(lambda: bool(heard(company)))
    await company.until(lambda status: status.waiting_on == "operator")
    assert heard(company) == ["550 5.1.1"]


async def test_whoever_has_no_workflow_or_one_that_has_ended_needs_not_know(begin: Begin, shared: Stage) -> None:
    tell = teller(shared.env.client)
    await tell(bounced(random_nit()))
    company = await begin()
    await company.handle.terminate()
    await tell(bounced(company.nit))


async def test_a_server_that_does_not_answer_in_time_is_told_later(
    shared: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounces, "PATIENCE", timedelta(microseconds=1))
    with pytest.raises(AwayError, match="temporal: "):
        await teller(shared.env.client)(bounced(random_nit()))
