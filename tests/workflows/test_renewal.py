"""A renewal begins anew with what the records know, however it was started."""

from datetime import UTC, datetime, timedelta

from domain.begin import Recalled
from domain.people import Contact, Representative
from domain.state import Grant
from tests.workflows.company import REPRESENTATIVE
from tests.workflows.conftest import Begin
from tests.workflows.effects import Effects
from tests.workflows.rows import reach

LEFT_OUT = {"name": None, "contact": None, "renew": True}


def known(grant_days: int) -> Effects:
    """The records of a company that has been ready."""
    now = datetime.now(UTC)
    ends_at = now + timedelta(days=grant_days)
    grant = Grant(key="earlier/grant_certificate/1", starts_at=now - timedelta(days=30), ends_at=ends_at)
    person = Representative.model_validate(REPRESENTATIVE)
    contact = Contact(name="Ana Ruiz", email="ana@andina.example")
    recalled = Recalled(grant=grant, representative=person, name="Andina S.A.S.", contact=contact, invoicing_done=True)
    return Effects(recalled)


async def test_it_begins_at_the_first_row_that_is_not_done(begin: Begin) -> None:
    company = await begin(effects=known(200), **LEFT_OUT)
    status = await reach(company, "prefix_association")
    assert (status.name, status.contact.email) == ("Andina S.A.S.", "ana@andina.example")
    assert {record.contact.email for record in company.effects.records} == {"ana@andina.example"}
    await reach(company, "ready")
    assert (await company.result()).closed == "ready"


async def test_a_grant_that_ends_soon_is_made_anew(begin: Begin) -> None:
    company = await begin(effects=known(20), **LEFT_OUT)
    status = await reach(company, "legal_representative")
    assert status.requirements[0].code == "certificate_must_be_updated"


async def test_what_the_records_do_not_know_either_is_asked_for(begin: Begin) -> None:
    failure = await (await begin(effects=Effects(Recalled()), **LEFT_OUT)).failure()
    assert failure.type == "invalid_fields"
    assert [each["field"] for each in failure.details[0]["fields"]] == ["name", "contact.email"]


async def test_without_renew_nothing_is_left_out(begin: Begin) -> None:
    failure = await (await begin(effects=known(200), **{**LEFT_OUT, "renew": "no"})).failure()
    assert failure.type == "invalid_fields"
