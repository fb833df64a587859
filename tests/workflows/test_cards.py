"""The card that operators see in Temporal's UI tells what a back office meets: its cause, and what to do."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.begin import Recalled
from domain.card_es import ASK, LATE, TO_DO
from domain.commands import (
    Assign,
    Back,
    Cancel,
    ConfigureVoucherType,
    ContinueOnboarding,
    Correct,
    DeclareResolution,
    ElectronicInvoicingCompleted,
    Extend,
    Hold,
    MailBounced,
    Message,
    Note,
    PrefixesAssociated,
    Remind,
    Retry,
    ReviewSignedLetter,
    SignedLetterUploaded,
    SubmitRepresentative,
    TickAct,
)
from domain.numbering import Answer, Claim
from domain.reasons import Code
from domain.rules import unreadable
from domain.steps import OPEN_STEPS, Step
from domain.texts_es import ACT_PATHS, ACTS
from domain.verdict import Judgement
from tests.domain.messages import NIT, OURS, RESOLUTION, denies, dse_range, lists
from tests.domain.test_markdown import shown
from tests.domain.world import World, begun, drive_to, drive_to_ready
from tests.workflows import card_laws
from workflows.cards import details

TAKEN = Claim(resolution=RESOLUTION, prefix="DSA", own=False)
SETTINGS = Recalled(provider_name="Proveedor S.A.S.", software_name="Factura_Fácil", gateway_url="https://dse.example/")

SAID: dict[Step, type[Message]] = {
    Step.ELECTRONIC_INVOICING: ElectronicInvoicingCompleted,
    Step.LEGAL_REPRESENTATIVE: SubmitRepresentative,
    Step.SIGNED_LETTER: SignedLetterUploaded,
    Step.LETTER_REVIEW: ReviewSignedLetter,
    Step.LETTER_ACCEPTED: ContinueOnboarding,
    Step.PREFIX_ASSOCIATION: PrefixesAssociated,
    Step.VOUCHER_TYPE: ConfigureVoucherType,
}


def card(world: World) -> str:
    """As its reader sees it; every one keeps the laws."""
    card_laws.the_card_is_right(world)
    return shown(details(world.state, world.now))


def line(world: World, start: str) -> str:
    """The only line that starts so."""
    (found,) = [each for each in card(world).splitlines() if each.startswith(f"- {start}")]
    return found


def company() -> World:
    world = begun()
    world.recalled = SETTINGS
    return world


def reviewed() -> World:
    world = drive_to(company(), Step.SIGNED_LETTER)
    world.judgement = Judgement.REVIEW
    world.hear(SignedLetterUploaded)
    world.settle()
    return world


def move_on(world: World) -> None:
    """Whoever the row waits on does what it asks for; nothing that follows from it is done yet."""
    kind = SAID.get(world.step)
    if kind is not None:
        _ = world.hear(kind) if kind.card.is_signal else world.say(kind)
    else:
        world.answer = lists(dse_range()) if world.state.associated else world.answer
        world.forward(hours=3)


def rows() -> Iterator[World]:
    """One onboarding at each row, at rest or while its effect is under way."""
    world = company()
    for step in OPEN_STEPS:
        if step == Step.LETTER_REVIEW:
            world.judgement = Judgement.REVIEW
        while world.step < step:
            if not world.turn():
                move_on(world)
        assert world.step == step
        yield World(world.state, world.now)


@pytest.mark.parametrize("world", list(rows()), ids=lambda world: world.step)
def test_every_row_says_what_to_do_in_time_and_late(world: World) -> None:
    step = world.step
    assert f"- Qué hacer: {TO_DO[step] if step in TO_DO else f'Esperar a la empresa; si llama, {ASK[step]}.'}" in card(
        world
    )
    assert "**vencido**" not in card(world)
    world.now += timedelta(days=100)
    late = card(world)
    if "**Vencido**" in late:
        ask = f"Llamar a la empresa, {ASK[step]}, o ampliar el plazo." if step in ASK else ""
        assert f"- Qué hacer: {ask or LATE.get(step, TO_DO.get(step))}" in late
        assert "(**vencido**)" in late
        assert f"`./dse extend {NIT} --until P5D --reason MOTIVO` · update `extend`" in late


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
    assert f"`{answer.code}` {answer.description}" in line(world, "Última respuesta de la DIAN")
    assert meaning in line(world, "Qué significa: ")
    assert to_do in line(world, "Ante esa respuesta: ")
    assert ("nuestra configuración" in line(world, "Qué hacer: ")) == (answer is OURS)
    assert "- Espera a: **la empresa**" in card(world)
    world.forward(days=4)
    assert "(**vencido**)" in card(world)


@pytest.mark.parametrize(
    ("code", "acts"),
    [("302", ["associate"]), ("301", ["request", "associate"]), ("401", [*ACTS]), ("777", [*ACTS][2:])],
)
def test_the_menu_path_is_that_of_the_acts_that_dian_misses(code: str, acts: list[str]) -> None:
    world = company()
    world.answer = denies(code)
    drive_to(world, Step.PREFIX_ASSOCIATION)
    world.forward(minutes=5)
    names = {"provider": "Proveedor S.A.S.", "software": "Factura_Fácil"}
    for act, path in ACT_PATHS.items():
        assert (f"- Ruta en la DIAN, {ACTS[act]}: {path.format(**names)}" in card(world)) == (act in acts)
        assert (f"./dse act {NIT} {act}`" in card(world)) == (act in acts)


def test_an_act_that_dian_misses_though_it_is_ticked_keeps_its_path() -> None:
    world = drive_to(company(), Step.PREFIX_ASSOCIATION)
    world.say(TickAct, act="enable")
    assert f"- Ruta en la DIAN, {ACTS['enable']}" in card(world)
    assert f"./dse act {NIT} enable" not in card(world)


def test_during_the_wait_the_card_shows_the_acts_that_can_be_done_meanwhile() -> None:
    world = drive_to(begun(), Step.MANDATED_WAIT)
    assert "- La espera de la DIAN termina: 2026-11-24 13:00" in card(world)
    assert "Software de un proveedor tecnológico → proveedor → software" in line(
        world, f"Ruta en la DIAN, {ACTS['enable']}"
    )
    world.say(TickAct, act="enable")
    assert ACTS["enable"] not in card(world)
    world.say(TickAct, act="request")
    assert "Ruta en la DIAN" not in card(world)


def test_a_denied_word_is_told_with_how_long_it_is_believed() -> None:
    world = drive_to(company(), Step.PREFIX_ASSOCIATION)
    world.hear(PrefixesAssociated)
    world.settle()
    assert line(world, "Qué hacer: ") == f"- Qué hacer: {TO_DO['denied']}"
    assert "2026-11-24 17:0" in line(world, "Si la DIAN lo sigue negando")
    assert "`./dse act 900123456-8 associate --undo`" in card(world)


def test_the_card_names_the_declared_invoice_range() -> None:
    world = begun()
    world.answer = lists(dse_range(key=True))
    drive_to(world, Step.PREFIX_ASSOCIATION)
    world.say(DeclareResolution)
    world.forward(minutes=5)
    assert "- Falta `resolution`: La resolución indicada es de facturación, no de documento soporte." in card(world)
    assert "corregir la resolución declarada" in card(world)


def test_the_card_says_why_a_person_rejected_the_letter() -> None:
    world = reviewed()
    assert "- Espera a: **nuestro equipo**" in card(world)
    assert "**en duda**. No se distingue bien la firma" in line(
        world, "Última carta recibida (2026-11-24 10:00, versión 1)"
    )
    world.say(ReviewSignedLetter, decision="reject", code="not_the_representative")
    assert "- Falta `file`: Quien firmó no es el representante legal que figura en el RUT." in card(world)
    assert "**rechazada por una persona**" in line(world, "Última carta recibida")
    assert "explicarle por qué no sirve la carta" in line(world, "Qué hacer: ")


def test_the_card_tells_what_became_of_the_last_letter() -> None:
    world = drive_to(company(), Step.SIGNED_LETTER)
    world.judgement = Judgement.REJECTED
    world.hear(SignedLetterUploaded)
    assert "**sin verificar todavía**." in line(world, "Última carta recibida")
    world.settle()
    assert "**rechazada**. La carta no está firmada." in line(world, "Última carta recibida")
    assert "- Falta `file`: La carta no está firmada." in card(world)
    world = reviewed()
    world.say(ReviewSignedLetter)
    assert "**aceptada por ana.perez**" in line(world, "Última carta recibida")
    world.say(SubmitRepresentative, first_names="Ana")
    assert "**anulada**" in line(world, "Última carta recibida")


def test_the_card_says_that_it_is_held_by_whom_since_when_and_why() -> None:
    world = drive_to(company(), Step.SIGNED_LETTER)
    world.say(Hold, reason="vacaciones *colectivas*")
    assert "- **En pausa** desde 2026-11-24 10:00, por ana.perez: vacaciones *colectivas*" in card(world)
    assert r"vacaciones \*colectivas\*" in details(world.state, world.now)
    assert "Reanudar" in line(world, "Qué hacer: ")
    assert f"`./dse resume {NIT} --reason MOTIVO` · update `resume`" in card(world)
    assert "Plazo" not in card(world)
    assert "./dse upload" not in card(world)


def test_a_block_comes_before_all_and_names_its_code() -> None:
    world = drive_to(company(), Step.LEGAL_REPRESENTATIVE)
    world.say(SubmitRepresentative)
    call = world.call()
    assert call is not None
    world.fail(call, "typst_missing")
    blocked = "- **Bloqueado** desde 2026-11-24 10:00: falló «Generar la carta de exoneración», código `typst_missing`"
    assert blocked in card(world)
    assert line(world, "Qué hacer: ") == "- Qué hacer: Corregir la causa del error y después usar Reintentar."
    assert f"`./dse assign {NIT} USUARIO`" in card(world)
    world.say(Hold)
    assert line(world, "Qué hacer: ").endswith("usar Reintentar y después Reanudar.")
    world.say(Assign)
    assert "- Responsable: ana.perez" in card(world)
    assert "./dse assign" not in card(world)


def test_an_extended_due_date_is_said_to_be_so() -> None:
    world = drive_to(company(), Step.SIGNED_LETTER)
    world.say(Extend, until="2026-12-20T12:00")
    assert line(world, "Plazo: ") == "- Plazo: 2026-12-20 12:00, hora de Bogotá (ampliado)"
    world.forward(days=30)
    assert line(world, "Plazo: ") == "- Plazo: 2026-12-20 12:00, hora de Bogotá (ampliado) (**vencido**)"


def test_a_refused_address_asks_for_a_call_and_is_not_shown() -> None:
    world = drive_to(company(), Step.SIGNED_LETTER)
    world.hear(MailBounced)
    assert "- Espera a: **nuestro equipo**" in card(world)
    assert line(world, "Qué hacer: ").startswith("- Qué hacer: Llamar a la empresa, pedirle un correo que sí reciba")
    assert "rechazado desde 2026-11-24 10:00 (`550 5.1.1`)" in card(world)
    assert f"`./dse correct {NIT} contact_email CORREO --reason MOTIVO` · update `correct`" in card(world)
    world.say(Correct, field="contact_email", value="nueva@cafe.example")
    assert "rechazado" not in card(world)
    world = reviewed()
    world.hear(MailBounced)
    assert line(world, "Qué hacer: ") == f"- Qué hacer: {TO_DO['letter_review']}"
    assert "./dse correct" in card(world)


def test_notes_reminders_and_unreadable_messages_are_on_the_card() -> None:
    world = drive_to(company(), Step.SIGNED_LETTER)
    world.say(Note, text="Llamar a <la contadora>", follow_up="2026-11-30")
    world.become(unreadable(world.state, "`odd`", b"???", "0" * 64, world.now))
    assert "- Última nota (ana.perez, 2026-11-24 10:00): Llamar a <la contadora>" in card(world)
    assert "- Volver a mirar: 2026-11-30" in card(world)
    assert "- Mensajes ilegibles: 1; el último, `’odd’`, 2026-11-24 10:00, 3 bytes" in card(world)
    assert line(world, "Recordatorios") == "- Recordatorios de este paso: 0; el próximo, 2026-11-25 10:00"
    world.say(Remind)
    sent = "- Recordatorios de este paso: 1; el último, 2026-11-24 10:00; el próximo, 2026-11-25 10:00"
    assert line(world, "Recordatorios") == sent
    world.forward(days=10)
    assert line(world, "Recordatorios").startswith("- Recordatorios de este paso: 3; el último, 2026-11-2")


def test_the_page_of_ours_is_linked_where_there_is_one() -> None:
    world = drive_to(company(), Step.SIGNED_LETTER)
    assert card(world).endswith(f"\n\n[Abrir en nuestra consola](https://dse.example/onboardings/{NIT})")
    assert "consola" not in card(drive_to(begun(), Step.SIGNED_LETTER))


def test_ranges_to_choose_from_and_what_is_claimed_are_on_the_card() -> None:
    world = company()
    world.answer = lists(dse_range(), dse_range("18764000000002", "SOP", to=2031))
    drive_to(world, Step.PREFIX_ASSOCIATION)
    world.forward(days=1)
    assert "- Rango de numeración: 18764000000001 DSA, 1–5000, vigente hasta 2030-12-31" in card(world)
    assert "- Rango de numeración: 18764000000002 SOP, 1–5000, vigente hasta 2031-12-31" in card(world)
    world.refuse_claim = Code.VOUCHER_CODE_TAKEN
    world.say(ConfigureVoucherType)
    assert "- Espera a: **el sistema**" in card(world)
    assert "./dse voucher" not in card(world)
    world.settle()
    assert "- Falta `code`: Ese código de comprobante ya está en uso en esta empresa." in card(world)


def test_the_last_check_names_our_own_certificate() -> None:
    world = drive_to(company(), Step.VOUCHER_TYPE)
    world.failures = (Code.PROVIDER_CERTIFICATE,)
    world.say(ConfigureVoucherType)
    assert world.settle() == Step.READINESS_CHECK
    assert line(world, "Qué hacer: ") == f"- Qué hacer: {TO_DO['provider_certificate']}"
    assert "- Tipo de comprobante: DS1 (05), DS1NA (95)" in card(world)


def test_a_ready_company_needs_nothing() -> None:
    world = drive_to_ready(company())
    assert card(world).startswith("### Lista para emitir documento soporte electrónico\nNIT 900123456-8 · Café")
    assert line(world, "Qué hacer: ") == f"- Qué hacer: {TO_DO['ready']}"
    assert "- Certificado digital activo hasta: 2027-11-24" in card(world)
    assert "- Tipo de comprobante: DS1 (05), DS1NA (95)" in card(world)
    assert "Espera a" not in card(world)
    assert "More Actions" not in card(world)


def test_a_cancelled_one_says_what_is_undone_what_is_not_yet_and_what_fails() -> None:
    world = drive_to(company(), Step.VOUCHER_TYPE)
    world.say(ConfigureVoucherType)
    while world.step != Step.READINESS_CHECK:
        world.turn()
    world.say(Cancel)
    assert line(world, "Por deshacer: ") == "- Por deshacer: tipo de comprobante, certificado digital"
    assert line(world, "Qué hacer: ") == f"- Qué hacer: {TO_DO['undoing']}"
    assert "Sin efecto" not in card(world)
    call = world.call()
    assert call is not None
    world.learn(call)
    assert line(world, "Sin efecto: ") == "- Sin efecto: tipo de comprobante"
    call = world.call()
    assert call is not None
    world.fail(call, "records_locked")
    blocked = "falló «Deshacer» (certificado digital), código `records_locked`"
    assert blocked in line(world, "**Bloqueado**")
    assert f"`./dse retry {NIT} --reason MOTIVO` · update `retry`" in card(world)
    assert line(world, "Por deshacer: ") == "- Por deshacer: certificado digital"
    world.say(Retry)
    world.learn(call)
    assert line(world, "Qué hacer: ") == f"- Qué hacer: {TO_DO['ending']}"
    world.settle()
    assert line(world, "Qué hacer: ") == f"- Qué hacer: {TO_DO['cancelled']}"
    assert line(world, "Sin efecto: ") == "- Sin efecto: certificado digital, tipo de comprobante"


def test_after_a_way_back_the_card_is_of_the_open_row() -> None:
    world = drive_to(company(), Step.PREFIX_ASSOCIATION)
    world.say(Back, to="legal_representative")
    assert card(world).startswith("### Registrar los datos del representante legal\n**2. Activación")
    assert "- Por deshacer: certificado digital" in card(world)
    assert "- Falta: `first_names`, `last_names`, `document_type`" in card(world)
    assert "Qué significa" not in card(world)
