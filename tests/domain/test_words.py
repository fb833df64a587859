"""What people read: every reason, every mail, every status; and what a start must say."""

import string

import pytest

from domain.begin import begin
from domain.commands import (
    MESSAGES,
    Back,
    ConfigureVoucherType,
    ElectronicInvoicingCompleted,
    Start,
    SubmitRepresentative,
)
from domain.mails import GRANTED, READY, TURN, mails
from domain.numbering import AnswerClass
from domain.reasons import Code, Refusal
from domain.reasons_es import REASONS
from domain.status import status, wizard_title
from domain.steps import OPEN_STEPS, TABLE, Step, WaitsOn
from domain.texts_es import ROW_NEXT, ROW_TITLES, WAITS_ON
from tests.domain.messages import NIT, NOW, START, WORKFLOW
from tests.domain.world import begun, drive_to, drive_to_ready


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_both_sentences_and_they_differ(code: Code) -> None:
    values = {"right": "<R>", "given": "<G>", "step": "<S>"}
    for sentence, shown in zip(REASONS[code], (code.es(**values), code.en(**values)), strict=True):
        asked = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        assert asked <= set(values)
        assert all(values[name] in shown for name in asked)
        assert shown.endswith(".")
        assert not set("{}") & set(shown)
    assert code.es() != code.en()


def test_no_sentence_is_without_its_code() -> None:
    assert set(REASONS) == {code.value for code in Code}


def test_every_row_has_its_words() -> None:
    assert set(ROW_TITLES) == set(ROW_NEXT) == {step.value for step in Step}
    assert tuple(row.step for row in TABLE) == OPEN_STEPS
    assert set(WAITS_ON) == {each.value for each in WaitsOn}
    assert {role for kind in MESSAGES for role in kind.card.roles} == {"company", "operator", "upstream"}
    assert wizard_title(Step.VOUCHER_TYPE) == "4. Asociar resolución documento soporte electrónico"


def test_steps_are_ordered_as_in_the_table() -> None:
    assert sorted(Step) == list(Step)
    assert Step.READY < Step.CANCELLED
    assert not Step.READY < "zzz"
    assert Step.READY >= Step.READY > Step.READINESS_CHECK <= Step.READINESS_CHECK


def test_the_company_is_mailed_each_time_the_turn_passes_to_it() -> None:
    world = drive_to_ready(begun())
    assert [(each.kind, each.step) for each in world.mails] == [
        (TURN, "electronic_invoicing"),
        (TURN, "legal_representative"),
        (TURN, "signed_letter"),
        (TURN, "letter_accepted"),
        (GRANTED, "mandated_wait"),
        (TURN, "prefix_association"),
        (TURN, "voucher_type"),
        (READY, "ready"),
    ]
    assert len({each.number for each in world.mails}) == len(world.mails)


def test_no_mail_is_sent_for_rows_that_are_done_already() -> None:
    world = begun(continue_by_itself=True)
    world.say(SubmitRepresentative)
    world.hear(ElectronicInvoicingCompleted)
    assert [(each.kind, each.step) for each in mails(world.state)] == []
    world.settle()
    assert [(each.kind, each.step) for each in world.mails] == [(TURN, "signed_letter")]


def test_a_turn_that_comes_back_before_it_was_told_is_mailed_once_as_the_last() -> None:
    world = begun()
    world.hear(ElectronicInvoicingCompleted)
    world.say(Back, to="electronic_invoicing")
    assert [(each.step, each.number) for each in mails(world.state)] == [("electronic_invoicing", world.state.seq)]


def test_the_status_shows_what_dian_said() -> None:
    world = drive_to(begun(), Step.PREFIX_ASSOCIATION)
    assert status(world.state, NOW).waiting_on == "company"
    world = drive_to(begun(), Step.VOUCHER_TYPE)
    shown = status(world.state, world.now)
    assert shown.last_dian is not None
    assert (shown.last_dian.answer_class, shown.last_dian.code) == (AnswerClass.DONE, "100")
    assert '"class":"done"' in shown.model_dump_json()
    world.say(ConfigureVoucherType)
    assert status(world.state, world.now).waiting_on == "us"


def refused(workflow: str = WORKFLOW, **start: object) -> list[tuple[str, Code]]:
    with pytest.raises(Refusal) as refusal:
        begin(Start.model_validate({**START, **start}), workflow, "o", NOW)
    return [(each.field, each.code) for each in refusal.value.fields] or [("", refusal.value.code)]


def test_a_start_names_every_bad_field() -> None:
    assert refused(
        name="",
        contact={"email": "x", "mobile": "1", "name": "n" * 161},
        partner="p" * 61,
        external_reference="r" * 101,
        continue_by_itself="perhaps",
    ) == [
        ("name", Code.REQUIRED),
        ("partner", Code.TOO_LONG),
        ("external_reference", Code.TOO_LONG),
        ("continue_by_itself", Code.BOOLEAN_FORMAT),
        ("contact.name", Code.TOO_LONG),
        ("contact.email", Code.EMAIL_FORMAT),
        ("contact.mobile", Code.MOBILE_FORMAT),
    ]
    assert refused(contact=None) == [("contact.email", Code.REQUIRED)]


def test_a_wrong_nit_has_its_own_code() -> None:
    assert refused(nit="900123456-1") == [("", Code.NIT_CHECK_DIGIT)]
    assert refused(nit=None) == [("", Code.NIT_FORMAT)]


@pytest.mark.parametrize("workflow", ["dse:habilitacion:900123457-5", "dse:prueba:900123456-8", "x", "a:b:c:d"])
def test_a_start_fits_its_workflows_id(workflow: str) -> None:
    assert refused(workflow) == [("nit", Code.NIT_FORMAT)]


def test_a_start_is_taken_as_it_was_said() -> None:
    consent = {"text_version": "2", "at": "2026-11-24", "channel": "web"}
    start = Start.model_validate(
        {**START, "name": " A  B ", "nit": "900.123.456-8", "consent": consent, "partner": None}
    )
    state = begin(start.model_copy(update={"onboarding_id": "mine"}), WORKFLOW, "o", NOW)
    assert (state.name, state.nit, state.partner, state.onboarding_id) == ("A B", NIT, "direct", "mine")
    assert state.consent.model_dump() == consent
    assert state.effect_key("x", 2) == "mine/x/2"
