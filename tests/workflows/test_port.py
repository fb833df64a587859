"""A client that doesn't get to see an outcome is told so, and may ask again: nothing is done twice."""

import pytest

from domain.commands import SubmitRepresentative
from domain.reasons import Code
from starters import port
from starters.errors import StarterError
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
