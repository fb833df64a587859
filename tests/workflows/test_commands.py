"""Commands may be refused: why is told at once, in full, and a refusal leaves no trace."""

import asyncio
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError

from domain.commands import UPDATES, Message
from domain.steps import ROWS as ROWS_OF
from domain.steps import Step, WaitsOn
from tests.workflows.company import WHO, raw
from tests.workflows.conftest import Begin
from tests.workflows.rows import EFFECT_OF, ROWS, reach

LOOKING = ("mandated_wait", "prefix_association", "prefix_sync", "readiness_check")
NAMES = [kind.card.name for kind in UPDATES]


def expected(kind: type[Message], row: str) -> str | None:
    """The refusal of each command's example at a row that neither is on hold nor blocked; None: it is legal."""
    if row not in [step.value for step in kind.card.rows]:
        return "not_legal_here"
    match kind.card.name:
        case "resume":
            return "not_held"
        case "retry":
            return None if row in LOOKING else "not_blocked"
        case "back" if row == "electronic_invoicing":
            return "back_target"
        case "remind":
            return None if ROWS_OF[Step(row)].waits_on == WaitsOn.COMPANY else "nobody_to_remind"
        case "tick_act":  # acts 1 and 2 belong to wizard step 3
            return None if row in LOOKING[:3] else "not_legal_here"
        case _:
            return None


@pytest.mark.parametrize("row", ROWS)
async def test_every_command_that_is_not_legal_at_a_row_is_refused_there_without_a_trace(
    begin: Begin, row: str
) -> None:
    company = await begin()
    await reach(company, row)
    if row in EFFECT_OF:
        await company.once(lambda: company.effects.calls[EFFECT_OF[row]] > 0)
    else:
        await company.rests(row)
    offers = [action.command for action in (await company.status()).actions]
    before = await company.events()
    for kind in UPDATES:
        code = expected(kind, row)
        if code is None:
            assert kind.card.name in offers
            continue
        refused, details = await company.refused(company.command(kind.card.name, **kind.card.example))
        assert (kind.card.name, refused) == (kind.card.name, code)
        assert details["code"] == code
        assert details["message_es"]
        if kind.card.name != "tick_act":
            assert details["hint"] == f"It stands at {row}. Legal now: {', '.join(offers)}."
    assert await company.events() == before


async def test_a_stale_version_is_refused_and_the_current_one_named(begin: Begin) -> None:
    company = await begin()
    status = await reach(company, "electronic_invoicing")
    doing = company.operate("hold", expected_version=status.version - 1)
    code, details = await company.refused(doing)
    assert code == "stale_version"
    assert str(status.version) in details["message_es"]
    await company.operate("hold", expected_version=status.version)


async def test_of_two_commands_on_the_same_version_one_wins(begin: Begin) -> None:
    company = await begin()
    version = (await reach(company, "letter_accepted")).version
    answers = await asyncio.gather(
        company.command("continue_onboarding", expected_version=version),
        company.command("delete_signed_letter", expected_version=version),
        return_exceptions=True,
    )
    refusals = [answer for answer in answers if isinstance(answer, WorkflowUpdateFailedError)]
    assert len(refusals) == 1
    assert getattr(refusals[0].cause, "type", "") in ("stale_version", "not_legal_here")


async def test_of_two_holds_at_once_one_wins(begin: Begin) -> None:
    company = await begin()
    answers = await asyncio.gather(company.operate("hold"), company.operate("hold"), return_exceptions=True)
    assert sum(isinstance(answer, dict) for answer in answers) == 1
    assert [getattr(each.cause, "type", "") for each in answers if isinstance(each, WorkflowUpdateFailedError)] == [
        "held_already"
    ]


async def test_every_bad_field_of_the_representative_is_told_at_once_and_leaves_no_event(begin: Begin) -> None:
    company = await begin(invoicing_done=True)
    await company.rests("legal_representative")
    before = await company.events()
    bad = {"document_type": "99", "email": "ana", "mobile": "123", "municipality": "Bogotá", "position": ""}
    code, details = await company.refused(company.represent(**bad))
    assert code == "invalid_fields"
    assert {each["field"]: each["code"] for each in details["fields"]} == {
        "document_type": "document_type",
        "email": "email_format",
        "mobile": "mobile_format",
        "municipality": "municipality_code",
        "position": "required",
    }
    assert all(each["message_es"] for each in details["fields"])
    assert await company.events() == before


@pytest.mark.parametrize("name", ["hold", "back", "cancel"])
async def test_an_operators_command_without_actor_or_reason_is_refused(begin: Begin, name: str) -> None:
    company = await begin(invoicing_done=True)
    await reach(company, "legal_representative")
    code, details = await company.refused(company.command(name, to="electronic_invoicing"))
    assert code == "invalid_fields"
    assert [each["field"] for each in details["fields"]] == ["actor", "reason"]


async def test_the_same_update_id_gives_the_first_answer_again(begin: Begin) -> None:
    company = await begin()
    first = await company.update("hold", [WHO], id="u-1")
    await company.operate("resume")
    assert await company.update("hold", [WHO], id="u-1") == first
    assert not (await company.status()).held


async def test_the_same_message_id_under_another_update_id_counts_once(begin: Begin) -> None:
    company = await begin()
    await company.operate("hold", message_id="m-1")
    await company.operate("resume")
    version = (await company.status()).version
    assert (await company.operate("hold", message_id="m-1"))["version"] == version
    assert not (await company.status()).held


async def test_an_update_id_counts_as_message_id(begin: Begin) -> None:
    company = await begin()
    await company.update("hold", [WHO], id="u-1")
    await company.operate("resume")
    await company.operate("hold", message_id="u-1")
    assert not (await company.status()).held


@pytest.mark.parametrize("args", [[], [{}, 2], [raw(b"\xff{")]], ids=["none", "two", "garbage"])
async def test_an_update_that_cannot_be_read_is_refused_and_harms_nothing(begin: Begin, args: list[Any]) -> None:
    company = await begin()
    await company.rests("electronic_invoicing")
    before = await company.events()
    for name in NAMES:
        code, _ = await company.refused(company.update(name, args))
        assert code == ("wrong_arguments" if len(args) != 1 else "RuntimeError")
    assert await company.events() == before
    await reach(company, "legal_representative")


@pytest.mark.parametrize("given", ["hola", 7, ["a"]], ids=str)
async def test_an_update_with_something_else_than_an_object_is_refused(begin: Begin, given: Any) -> None:
    company = await begin(invoicing_done=True)
    await reach(company, "letter_accepted")
    before = await company.status()
    assert (await company.refused(company.update("continue_onboarding", [given])))[0] == "wrong_arguments"
    assert await company.status() == before


async def test_an_update_with_null_counts_as_an_empty_object(begin: Begin) -> None:
    company = await begin(invoicing_done=True)
    await reach(company, "legal_representative")
    code, details = await company.refused(company.update("submit_representative", [None]))
    assert code == "invalid_fields"
    assert {each["code"] for each in details["fields"]} == {"required"}


async def test_an_unknown_update_is_refused_and_the_known_ones_are_named(begin: Begin) -> None:
    company = await begin()
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await company.command("no_such_update")
    assert "submit_representative" in str(refused.value.cause)


async def test_a_command_after_the_end_is_refused_by_temporal(begin: Begin) -> None:
    company = await begin()
    await company.operate("cancel")
    await company.result()
    with pytest.raises(RPCError, match="already completed"):
        await company.operate("hold")


async def test_a_review_of_another_scan_than_the_current_one_is_refused(begin: Begin) -> None:
    company = await begin()
    await reach(company, "letter_review")
    code, _ = await company.refused(company.operate("review_signed_letter", decision="accept", sha256="0" * 64))
    assert code == "scan_changed"


async def test_a_rejection_by_a_person_asks_for_another_scan_with_the_reason(begin: Begin) -> None:
    company = await begin()
    await reach(company, "letter_review")
    await company.operate("review_signed_letter", decision="reject", code="unsigned")
    status = await company.at("signed_letter")
    assert [each.code for each in status.requirements] == ["unsigned"]
    await reach(company, "letter_accepted")


async def test_eliminar_asks_for_another_scan(begin: Begin) -> None:
    company = await begin()
    await reach(company, "letter_accepted")
    await company.command("delete_signed_letter")
    await company.at("signed_letter")
    await reach(company, "mandated_wait")


async def test_a_correction_answers_what_it_made_void(begin: Begin) -> None:
    company = await begin()
    await reach(company, "mandated_wait")
    await company.rests("mandated_wait")
    assert (await company.operate("correct", field="contact_name", value="Luz Dary"))["voids"] == []
    assert (await company.operate("correct", field="position", value="Suplente"))["voids"] == [
        "letter",
        "scan",
        "grant",
    ]
    assert (await company.rests("signed_letter")).contact.name == "Luz Dary"
