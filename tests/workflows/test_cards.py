"""The card that operators see in Temporal's UI tells what a back office meets: its cause, and what to do."""

import pytest

from domain.commands import DeclareResolution, ReviewSignedLetter, SignedLetterUploaded
from domain.numbering import Answer, Claim
from domain.reasons import Code
from domain.steps import Step
from domain.verdict import Judgement
from tests.domain.messages import OURS, RESOLUTION, denies, dse_range, lists
from tests.domain.world import World, begun, drive_to
from workflows.cards import details

TAKEN = Claim(resolution=RESOLUTION, prefix="DSA", own=False)


def card(world: World) -> str:
    return details(world.state, world.now)


@pytest.mark.parametrize(
    ("answer", "claims", "meaning", "to_do"),
    [
        (denies("301"), (), "ninguna resolución definitiva y vigente", "preguntar por la IFE y su clave"),
        (denies("302"), (), "ningún prefijo asociado a nuestro software", "qué proveedor y qué software eligió"),
        (denies("401"), (), "no le ha asociado ningún prefijo", "confirmar el correo del RUT"),
        (OURS, (), "El código de software no es del proveedor", "Corregir DSE_SOFTWARE_CODE"),
        (lists(dse_range(key=True)), (), "son todos de facturación", "qué tipo eligió en el formulario 1876"),
        (lists(dse_range(prefix="DS1")), (), "su prefijo termina en número", "qué prefijo pedir"),
        (lists(dse_range()), (TAKEN,), "ya están en uso en otro tipo de comprobante", "en los registros quién los usa"),
    ],
)
def test_the_card_says_what_dians_answer_means_and_what_to_do(
    answer: Answer, claims: tuple[Claim, ...], meaning: str, to_do: str
) -> None:
    world = begun()
    world.answer, world.claims = answer, claims
    drive_to(world, Step.PREFIX_ASSOCIATION)
    world.forward(minutes=5)
    lines = card(world).splitlines()
    assert any(line.startswith("- Qué significa: ") and meaning in line for line in lines)
    assert any(line.startswith("- Qué hacer: ") and to_do in line for line in lines)
    assert "- Espera a: **la empresa**" in card(world)
    world.forward(days=4)
    assert "(**vencido**)" in card(world)


def test_the_card_names_the_declared_invoice_range() -> None:
    world = begun()
    world.answer = lists(dse_range(key=True))
    drive_to(world, Step.PREFIX_ASSOCIATION)
    world.say(DeclareResolution)
    world.forward(minutes=5)
    assert f"- Falta `resolution`: {Code.RANGE_IS_FOR_INVOICES.es()}" in card(world)
    assert "corregir la resolución declarada" in card(world)


def test_the_card_says_why_a_person_rejected_the_letter() -> None:
    world = drive_to(begun(), Step.SIGNED_LETTER)
    world.judgement = Judgement.REVIEW
    world.hear(SignedLetterUploaded)
    world.settle()
    assert "- Espera a: **nuestro equipo**" in card(world)
    world.say(ReviewSignedLetter, decision="reject", code="not_the_representative")
    assert f"- Falta `file`: {Code.NOT_THE_REPRESENTATIVE.es()}" in card(world)
