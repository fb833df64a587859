"""What is said once, twice, too late, by nobody, or in a way that nobody can read."""

import json
import re
from itertools import permutations

import pytest

from domain import rules
from domain.change import changed
from domain.commands import (
    MESSAGES,
    SIGNALS,
    UPDATES,
    Back,
    Cancel,
    ConfigureVoucherType,
    ContinueOnboarding,
    DeclareResolution,
    ElectronicInvoicingCompleted,
    Hold,
    Message,
    PrefixesAssociated,
    Resume,
    Retry,
    SignedLetterUploaded,
    Start,
    SubmitRepresentative,
    TickAct,
)
from domain.reasons import Code, Refusal
from domain.steps import Step
from tests.domain.messages import NOW, WHO, message
from tests.domain.world import World, begun, drive_to, drive_to_ready


def refusal(world: World, kind: type[Message], **fields: object) -> Refusal:
    with pytest.raises(Refusal) as refused:
        world.say(kind, **fields)
    return refused.value


@pytest.mark.parametrize(
    "facts", list(permutations((ElectronicInvoicingCompleted, SignedLetterUploaded, PrefixesAssociated)))
)
@pytest.mark.parametrize("settle", [True, False])
def test_the_order_of_facts_does_not_matter(facts: tuple[type[Message], ...], settle: bool) -> None:
    world = begun(continue_by_itself=True)
    for fact in facts:
        world.hear(fact)
        if settle:
            world.settle()
    assert world.settle() == Step.LEGAL_REPRESENTATIVE
    world.say(SubmitRepresentative)
    assert world.settle() == Step.PREFIX_SYNC
    drive_to_ready(world)


def test_a_fact_known_already_changes_nothing() -> None:
    world = begun()
    before = world.hear(ElectronicInvoicingCompleted)
    assert world.hear(ElectronicInvoicingCompleted) == before


def test_a_command_said_twice_under_one_id_counts_once() -> None:
    world = begun()
    before = world.say(Hold, message_id="m")
    assert world.say(Hold, message_id="m", expected_version="0") == before
    assert refusal(world, Hold).code == Code.HELD_ALREADY


def test_only_the_last_500_ids_are_kept() -> None:
    world = begun()
    for number in range(rules.MAX_MESSAGE_IDS + 1):
        world.hear(PrefixesAssociated, message_id=f"m-{number}")
    assert len(world.state.message_ids) == 500
    assert (world.state.message_ids[0], world.state.message_ids[-1]) == ("m-1", "m-500")


def test_a_stale_version_is_refused_and_told() -> None:
    world = begun()
    refused = refusal(world, Hold, expected_version="7")
    assert refused.code == Code.STALE_VERSION
    assert "1" in refused.message_es
    world.say(Hold, expected_version=1)
    assert world.state.held is not None


@pytest.mark.parametrize("kind", [each for each in UPDATES if each.card.needs_reason])
def test_operators_name_themselves_and_their_reason(kind: type[Message]) -> None:
    world = drive_to(begun(), Step.PREFIX_ASSOCIATION)
    if kind is Resume:
        world.say(Hold)
    refused = refusal(world, kind, actor=None, reason=" ")
    assert refused.code == Code.INVALID_FIELDS
    assert [(each.field, each.code) for each in refused.fields] == [
        ("actor", Code.REQUIRED),
        ("reason", Code.REQUIRED),
    ]
    world.say(kind)
    assert next(each.actor for each in world.state.events if each.name == kind.card.name) == WHO["actor"]


def test_hold_and_resume_answer_each_other() -> None:
    world = begun()
    assert refusal(world, Resume).code == Code.NOT_HELD
    world.say(Hold)
    assert refusal(world, Hold).code == Code.HELD_ALREADY
    world.say(Resume)
    assert world.state.held is None


def test_there_is_no_way_back_from_the_first_row() -> None:
    assert refusal(begun(), Back).code == Code.BACK_TARGET


@pytest.mark.parametrize("kind", [ContinueOnboarding, DeclareResolution, ConfigureVoucherType])
def test_a_command_at_another_row_is_refused_with_what_is_legal(kind: type[Message]) -> None:
    refused = refusal(begun(), kind)
    assert refused.code == Code.NOT_LEGAL_HERE
    assert "submit_representative" in refused.message_es
    assert "electronic_invoicing" in refused.hint


def test_once_cancelled_nothing_is_legal() -> None:
    world = begun()
    world.say(Cancel)
    assert rules.offered(world.state) == ()
    assert "—" in refusal(world, Hold).hint
    assert refusal(world, Retry).code == Code.NOT_BLOCKED
    world.hear(ElectronicInvoicingCompleted)
    assert world.step == Step.CANCELLED


def test_what_nobody_can_read_is_kept_of_the_last_50() -> None:
    world = begun()
    for number in range(60):
        world.become(rules.unreadable(world.state, f"signal-{number}" + "x" * 200, b"abc", "f" * 64, NOW))
    assert world.state.unreadable_count == 60
    assert len(world.state.unreadable) == 50
    first = world.state.unreadable[0]
    assert (first.name[:9], len(first.name), first.size, first.sha256) == ("signal-10", 100, 3, "f" * 64)
    assert [each.name for each in world.state.events].count("unreadable_signal") == 60


def test_a_change_of_what_the_state_does_not_know_is_our_own_error() -> None:
    with pytest.raises(KeyError):
        changed(begun().state, NOW, "x", {"step": "ready"})


@pytest.mark.parametrize("kind", MESSAGES)
@pytest.mark.parametrize("given", [None, "text", 5, [1], {"actor": {"a": 1}, "message_id": 7, "reason": True}])
def test_whatever_is_said_decodes(kind: type[Message], given: object) -> None:
    said = kind.model_validate_json(json.dumps(given))
    if isinstance(given, dict):
        assert (said.actor, said.message_id, said.reason) == (None, "7", "true")
    else:
        assert said == kind(malformed=given is not None)


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        rules.command(begun().state, Hold(malformed=True), NOW)
    assert refused.value.code == Code.WRONG_ARGUMENTS


def test_whatever_starts_decodes() -> None:
    assert Start.model_validate(5) == Start()
    assert Start.model_validate({"contact": "me", "consent": 1, "name": " A "}) == Start(name="A")


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_cards_example_is_valid_and_shown(kind: type[Message]) -> None:
    card = kind.card
    assert card.description.startswith(card.title_es)
    note, shown = re.split("(?:Ejemplo|Sin datos): ", card.description)
    assert card.note_es in note
    example = json.loads(shown)
    assert example == card.example
    assert set(example) <= set(kind.model_fields)


def test_every_message_has_its_rule_and_its_name() -> None:
    assert set(rules.RULES) == set(MESSAGES) == {*SIGNALS, *UPDATES}
    assert {kind.card.name for kind in SIGNALS} == {
        "electronic_invoicing_completed",
        "mail_bounced",
        "prefixes_associated",
        "signed_letter_uploaded",
    }


def test_a_fact_carries_at_most_so_much_of_who_said_it() -> None:
    world = begun()
    world.become(
        rules.fact(world.state, message(PrefixesAssociated, world.state, actor="a" * 999, reason="r" * 999), NOW)
    )
    event = world.state.events[-1]
    assert (len(event.actor), len(event.reason), event.verified) == (300, 300, False)
    assert TickAct.card.rows == Hold.card.rows
