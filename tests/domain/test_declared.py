"""What a company declares of its resolution, and a word about another prefix than the declared one."""

import pytest

from domain.commands import DeclareResolution, PrefixesAssociated, TickAct
from domain.reasons import Code
from domain.status import requirements, status
from domain.steps import Step
from tests.domain.messages import denies, dse_range, lists
from tests.domain.reading import told_last
from tests.domain.test_ranges import refusal
from tests.domain.world import World, begun, drive_to

BESIDES_THE_TIMELINE = ("seq", "events", "version")


def declared() -> World:
    world = drive_to(begun(), Step.PREFIX_ASSOCIATION)
    world.say(DeclareResolution)
    return world


@pytest.mark.parametrize(
    ("field", "given", "code", "sentence"),
    [
        ("resolution", "1876400000", Code.RESOLUTION_FORMAT, "El número de la resolución tiene de 11 a 14 dígitos."),
        ("resolution", "187640000000001", Code.TOO_LONG, "Este campo admite máximo 14 caracteres"),
        ("prefix", "DSABC", Code.PREFIX_FORMAT, "El prefijo tiene máximo 4 letras o números."),
        ("prefix", "DS1", Code.PREFIX_ENDS_IN_DIGIT, "El prefijo debe terminar en letra."),
    ],
)
def test_a_wrong_declaration_is_refused_with_its_reason_and_changes_nothing(
    field: str, given: str, code: Code, sentence: str
) -> None:
    world = declared()
    before = world.state
    refused = refusal(world, DeclareResolution, **{field: given})
    assert [(each.field, each.code) for each in refused.fields] == [(field, code)]
    assert sentence in refused.fields[0].message_es
    assert world.state == before


@pytest.mark.parametrize("act", ["enable", "request", "associate"])
@pytest.mark.parametrize("undo", [False, True])
def test_a_tick_that_names_another_prefix_is_refused_and_changes_nothing(act: str, undo: bool) -> None:
    world = declared()
    before = world.state
    refused = refusal(world, TickAct, act=act, undo=undo, prefix="sop")
    assert [(each.field, each.code) for each in refused.fields] == [("prefix", Code.PREFIX_NOT_DECLARED)]
    assert "El prefijo SOP no es el que nos indicaste, DSA" in refused.fields[0].message_es
    assert world.state == before


@pytest.mark.parametrize("associated", [False, True])
@pytest.mark.parametrize(
    ("prefix", "code"),
    [("SOP", "prefix_not_declared"), ("DSABC", "prefix_format"), ("DS1", "prefix_ends_in_digit")],
)
def test_a_fact_that_names_another_prefix_is_only_noted(associated: bool, prefix: str, code: str) -> None:
    world = declared()
    if associated:
        world.hear(PrefixesAssociated)
    before = world.state
    after = world.hear(PrefixesAssociated, prefix=prefix)
    assert told_last(world, "prefixes_associated") == f"ignored: {code}"
    assert after.model_dump(exclude={*BESIDES_THE_TIMELINE}) == before.model_dump(exclude={*BESIDES_THE_TIMELINE})
    assert after.seq == before.seq + 1


@pytest.mark.parametrize("prefix", [None, "", " dsa ", "DSA"])
def test_the_declared_prefix_or_none_is_taken(prefix: str | None) -> None:
    heard, said = declared(), declared()
    assert heard.hear(PrefixesAssociated, prefix=prefix).associated
    assert said.say(TickAct, act="associate", prefix=prefix).associated


@pytest.mark.parametrize("prefix", ["SOP", "x"])
def test_as_long_as_none_is_declared_any_prefix_is_taken_and_told(prefix: str) -> None:
    heard, said = begun(), begun()
    assert heard.hear(PrefixesAssociated, prefix=prefix).associated
    assert told_last(heard, "prefixes_associated") == prefix.upper()
    assert said.say(TickAct, act="associate", prefix=prefix).associated
    assert told_last(said, "tick_act") == f"associate {prefix.upper()}"


@pytest.mark.parametrize("prefix", ["DSABC", "Ñ", "DS1"])
def test_a_tick_with_a_prefix_that_can_be_none_is_refused(prefix: str) -> None:
    refused = refusal(begun(), TickAct, act="associate", prefix=prefix)
    assert [each.field for each in refused.fields] == ["prefix"]


def test_a_word_about_another_prefix_does_not_end_the_wait() -> None:
    world = drive_to(begun(), Step.MANDATED_WAIT)
    world.say(DeclareResolution)
    world.answer = denies("301")
    world.hear(PrefixesAssociated, prefix="SOP")
    assert world.settle() == Step.MANDATED_WAIT
    assert not any(each.done for each in status(world.state, world.now).acts)


def test_the_declaration_corrected_the_same_word_counts() -> None:
    world = declared()
    world.hear(PrefixesAssociated, prefix="SOP")
    world.say(DeclareResolution, resolution="18764000000002", prefix="SOP")
    world.answer = lists(dse_range("18764000000002", "SOP"))
    world.hear(PrefixesAssociated, prefix="SOP")
    assert world.settle() == Step.VOUCHER_TYPE
    assert requirements(world.state) == ()
