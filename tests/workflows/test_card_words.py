"""The card's words: none without a row, every command one that the command line takes, nobody's text obeyed."""

import re
import shlex
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from domain.begin import Recalled
from domain.card_es import ASK, CAUSES, LATE, TICK, TO_DO, WAYS
from domain.commands import MESSAGES, Hold, Note, Start
from domain.numbering import Answer, AnswerClass
from domain.reasons import Code
from domain.steps import OPEN_STEPS, Step
from starters.cli.main import COMMANDS
from tests.domain.messages import NIT
from tests.domain.world import begun, drive_to
from tests.workflows import card_laws
from workflows.cards import details, static_details


def test_no_words_are_left_over() -> None:
    situations = {*OPEN_STEPS, "signed_letter_again", "claiming", "ours", "denied", "provider_certificate", "bounced"}
    situations |= {"blocked", "blocked_and_held", "held", "ending", "undoing", "ready", "cancelled"}
    assert situations == {*ASK, *TO_DO}
    assert not {*ASK} & {*TO_DO}
    assert {*LATE} <= {*TO_DO}
    assert {*WAYS} <= {*OPEN_STEPS, "blocked", "held", "bounced", "late", "company", "nobodys"}
    assert {*CAUSES} <= {*Code}
    for sentence in (*TO_DO.values(), *LATE.values(), *ASK.values()):
        assert not card_laws.ADDRESSED_AS_TU.search(sentence)


@pytest.fixture(scope="module")
def cli() -> TyperGroup:
    app = typer.Typer()
    for module in COMMANDS:
        import_module(f"starters.cli.{module}").add_to(app)
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return group


@pytest.mark.parametrize(
    "way", sorted({*(way for ways in WAYS.values() for way in ways), TICK}), ids=lambda way: way[2]
)
def test_every_command_on_a_card_is_one_that_the_command_line_takes(
    way: tuple[str, str, str], cli: TyperGroup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ARCHIVO.json", "CARTA.pdf"):
        Path(name).write_text("{}")
    verb, *rest = shlex.split(way[2].format(nit=NIT, act="enable").format(nit=NIT))
    assert way[0] in ("", *(kind.card.name for kind in MESSAGES))
    cli.commands[verb].make_context(verb, rest)


@pytest.mark.parametrize("hostile", ["<script>x</script>\n# a", "[x](http://e.co) `y` | *z*", "\n\n- **Plazo**: nunca"])
def test_nothing_that_people_or_dian_wrote_changes_the_card(hostile: str) -> None:
    world = begun(name=hostile.replace("\n", " "), external_reference="x")
    world.recalled = Recalled(provider_name=hostile, software_name=hostile)
    world.answer = Answer(answer_class=AnswerClass.PENDING, code=hostile, description=hostile)
    drive_to(world, Step.PREFIX_ASSOCIATION)
    world.forward(minutes=5)
    world.say(Hold, reason=hostile, actor=hostile)
    world.say(Note, text=hostile, actor=hostile)
    made = details(world.state, world.now)
    bare = re.sub(r"`[^`\n]*`", "", re.sub(r"\\[!-/:-@\[-`{-~]", "", made))
    assert not set("<>[]`|") & set(bare)
    assert sum(each.startswith("#") for each in made.splitlines()) == 2
    assert "\n- **Plazo**" not in made
    start = static_details(Start(nit=NIT, partner=hostile, external_reference=hostile))
    assert not set("<>[]`|#") & set(re.sub(r"\\[!-/:-@\[-`{-~]", "", start))
    assert len(start.splitlines()) == 5


def test_the_static_details_say_what_the_start_said() -> None:
    assert static_details(Start(nit=NIT)).startswith(f"- NIT: {NIT}\n- Aliado: direct\n\n")
    assert "- Referencia del aliado: A-1\n" in static_details(Start(nit=NIT, external_reference="A-1"))
