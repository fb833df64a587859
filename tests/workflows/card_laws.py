"""What holds of the card in every state: it is about this row, tells what can be done, and gives nobody away."""

import re
from urllib.parse import quote

from domain.commands import MESSAGES
from domain.rules import illegal
from domain.steps import ROWS, waits_on
from domain.texts_es import ROW_TITLES, WAITS_ON
from starters.cli.main import COMMANDS
from tests.domain.world import World
from workflows.cards import details

LONGEST = 8000
"""Temporal's UI puts the card into an address; proxies take no longer ones."""
VERBS = frozenset(verb for verbs in COMMANDS.values() for verb in verbs)
KINDS = {kind.card.name: kind for kind in MESSAGES}
ADDRESSED_AS_TU = re.compile(
    r"\b(tú|tu|tus|te|ti|contigo|puedes|tienes|debes|quieres|asociaste|indicaste|escribiste|elige|adjunta|adjúntal[oa]|"
    r"escanea|escanéal[oa]|descarga|escribe|escríbenos|avísanos|corrige|asocia|haz|imprímela|solicita|solicítala|"
    r"configúralo|guárdalo|actualiza|registra tus|termina tu)\b",
    re.IGNORECASE,
)
GIVEN = ("- Mensajes ilegibles", "- Última nota")
"""Lines in other people's words."""
PYTHON = re.compile(r"\b(None|True|False|datetime|timedelta|Step|Code|Judgement)\b|[{}]|\('|\['")


def the_card_is_right(world: World) -> None:
    state, step, waits = world.state, world.step, waits_on(world.state)
    card = details(state, world.now)
    assert card.startswith(f"### {ROW_TITLES[step]}\n")
    assert f"NIT {state.nit}" in card.splitlines()[1]
    assert re.findall(r"^- Espera a: \*\*(.*)\*\*, desde", card, re.M) == ([WAITS_ON[waits]] if waits else [])
    (to_do,) = re.findall(r"^- Qué hacer: (.*)$", card, re.M)
    assert re.fullmatch(r"[A-ZÁÉÍÓÚ][^.]*\.", to_do.replace("./dse", "")), "not one sentence"
    assert ("- **En pausa**" in card) == (state.held is not None and step in ROWS)
    assert ("- **Bloqueado**" in card) == (state.blocked is not None)
    own = "\n".join(line for line in card.splitlines() if not line.startswith(GIVEN))
    assert not ADDRESSED_AS_TU.search(own), ADDRESSED_AS_TU.search(own)
    assert not PYTHON.search(own), PYTHON.search(own)
    assert len(quote(card)) < LONGEST
    _acts_legally(world, card)
    _gives_nobody_away(world, card)


def _acts_legally(world: World, card: str) -> None:
    ways = re.findall(r"`\./dse ([a-z-]+)(?: [^`]*)?`(?: · (update|signal) `([a-z_]+)`)?", card)
    assert {"status", "timeline"} <= {verb for verb, _, _ in ways}
    for verb, sent_as, name in ways:
        assert verb in VERBS
        if name:
            assert illegal(world.state, KINDS[name]) is None, name
            assert KINDS[name].card.is_signal == (sent_as == "signal")
    if world.state.blocked is not None:
        assert "retry" in {verb for verb, _, _ in ways}


def _gives_nobody_away(world: World, card: str) -> None:
    contact, person = world.state.contact, world.state.representative
    private = [contact.name, contact.email, contact.mobile]
    if person is not None:
        private += [person.full_name, person.document_number, person.email, person.mobile, person.address]
    assert not [each for each in private if each and each in card]
