"""What Temporal's UI shows beside each message can be pasted as it is, and is obeyed where the message is legal."""

import json
import re

import pytest

from domain import rules
from domain.commands import (
    MESSAGES,
    SIGNALS,
    UPDATES,
    Back,
    ElectronicInvoicingCompleted,
    Hold,
    MailBounced,
    Message,
    PrefixesAssociated,
    Resume,
    Retry,
    ReviewSignedLetter,
    SignedLetterUploaded,
    TickAct,
)
from domain.status import status
from domain.steps import Step
from domain.verdict import Judgement
from tests.domain.reading import told_last
from tests.domain.world import World, begun, drive_to

COUNTS = (ElectronicInvoicingCompleted, PrefixesAssociated)
"""The signals whose example is true of any company."""


def pasted(kind: type[Message]) -> object:
    """What stands after the colon, as an operator would copy it."""
    return json.loads(re.split("Ejemplo: |Sin datos: ", kind.card.description)[1])


def where_legal(kind: type[Message]) -> World:
    """An onboarding at which this message is legal and has something to change."""
    world = begun()
    if kind is Retry:
        drive_to(world, Step.PREFIX_ASSOCIATION)
    elif kind is ReviewSignedLetter:
        drive_to(world, Step.SIGNED_LETTER)
        world.judgement = Judgement.REVIEW
        world.hear(SignedLetterUploaded)
    elif kind is Back:
        drive_to(world, Step.SIGNED_LETTER)
    elif kind is TickAct:
        drive_to(world, Step.MANDATED_WAIT)
    else:
        drive_to(world, kind.card.rows[0])
    if kind is Resume:
        world.say(Hold)
    world.settle()
    return world


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.card.name)
def test_an_example_is_one_json_object_without_ids(kind: type[Message]) -> None:
    example = pasted(kind)
    assert example == kind.card.example
    assert not {"message_id", "correlation_id", "occurred_at", "expected_version"} & kind.card.example.keys()
    assert not re.search(r"[0-9]{9}-[0-9]|<|>", json.dumps(example))
    assert kind.model_validate(example).model_dump(exclude_none=True).keys() >= kind.card.example.keys()


@pytest.mark.parametrize("kind", UPDATES, ids=lambda kind: kind.card.name)
def test_an_updates_example_is_obeyed_as_it_is(kind: type[Message]) -> None:
    world = where_legal(kind)
    assert kind in rules.offered(world.state)
    after = rules.command(world.state, kind.model_validate(pasted(kind)), world.now)
    assert after.version > world.state.version
    assert told_last(World(after, world.now), kind.card.name) is not None


@pytest.mark.parametrize("kind", SIGNALS, ids=lambda kind: kind.card.name)
def test_a_signals_example_is_heard_and_counts_or_does_no_harm(kind: type[Message]) -> None:
    world = where_legal(kind)
    assert kind in rules.offered(world.state)
    before = status(world.state, world.now)
    world.become(rules.fact(world.state, kind.model_validate(pasted(kind)), world.now))
    ignored = told_last(world, kind.card.name).startswith("ignored: ")
    assert ignored == (kind not in COUNTS)
    if ignored:
        assert kind in (SignedLetterUploaded, MailBounced)
        assert kind.card.note_es
        assert status(world.state, world.now) == before.model_copy(update={"version": world.state.version})
