"""What a back office meets at DIAN, by the number of its case in domain.md: what the company reads, what operators see.

The cases of the letter are in `test_back_office_letter.py`.
"""

import pytest

from domain.commands import ConfigureVoucherType, DeclareResolution, PrefixesAssociated
from domain.explaining import explanation
from domain.numbering import Answer, AnswerClass, Claim
from domain.reasons import Code
from domain.status import requirements
from domain.steps import Step
from tests.domain.messages import OURS, RESOLUTION, denies, dse_range, lists
from tests.domain.reading import PROVIDER, SOFTWARE, company_reads, mailed, operator_sees, shown
from tests.domain.test_ranges import A, B, refusal, syncing
from tests.domain.world import World, begun, drive_to

TAKEN = (Claim(resolution=RESOLUTION, prefix="DSA", own=False),)
NOTHING_TO_DO = "No tienes que hacer nada"


def associating(answer: Answer, claims: tuple[Claim, ...] = ()) -> World:
    """DIAN's wait is over, and this is what it answers; nobody has said that anything is associated."""
    world = begun()
    world.answer, world.claims = answer, claims
    drive_to(world, Step.PREFIX_ASSOCIATION)
    world.forward(minutes=5)
    assert world.step == Step.PREFIX_ASSOCIATION
    return world


def test_01_the_provider_was_not_chosen_or_other_software_was() -> None:
    world = associating(denies("302"))
    assert f"falta asociar su prefijo con el proveedor {PROVIDER} y el software {SOFTWARE}" in mailed(world)
    assert world.forward(days=4) == Step.PREFIX_ASSOCIATION
    assert "Si lo asociaste con otro proveedor o software, quita primero esa asociación" in company_reads(world)
    assert "Confirmar qué proveedor y qué software eligió" in operator_sees(world)
    assert (shown(world).waiting_on, shown(world).overdue) == ("company", True)


def test_01_the_software_is_not_the_providers() -> None:
    world = associating(OURS)
    assert company_reads(world).startswith(NOTHING_TO_DO)
    assert "Corregir DSE_SOFTWARE_CODE" in operator_sees(world)
    assert shown(world).blocked is None


def test_02_the_resolution_is_still_a_draft() -> None:
    world = associating(denies("301"))
    for told in (company_reads(world), mailed(world)):
        assert "Quedó en borrador: pásala a Definitivo y fírmala" in told
        assert "formulario 1876" in told
    assert "Pedirle el formulario 1876 en estado Definitivo" in operator_sees(world)
    assert shown(world).waiting_on == "company"


@pytest.mark.parametrize("code", ["301", "302"])
def test_03_it_is_too_early(code: str) -> None:
    world = begun()
    world.answer = denies(code)
    drive_to(world, Step.MANDATED_WAIT)
    assert world.forward(hours=2) == Step.MANDATED_WAIT
    assert "entre 2 y 3 horas después" in company_reads(world)
    assert (shown(world).waiting_on, shown(world).overdue) == ("dian", False)
    assert f"({code})" in operator_sees(world)
    assert world.forward(hours=1) == Step.PREFIX_ASSOCIATION
    assert "Asocia los prefijos de la resolución en la página de la DIAN" in mailed(world)


def test_04_enabled_but_not_synchronised_to_production() -> None:
    world = associating(denies("401"))
    for told in (company_reads(world), mailed(world)):
        assert "el olvido más común es el último clic del primero, «Sincronizar a Producción»" in told
    assert "solo aparece el software que está en estado Producción" in operator_sees(world)


def test_05_the_resolution_is_of_invoice_type() -> None:
    world = associating(lists(dse_range(key=True)))
    assert "ninguno de documento soporte" in company_reads(world)
    assert "hay que solicitar otra" in operator_sees(world)
    world.say(DeclareResolution)
    assert [(each.field, each.code) for each in requirements(world.state)] == [
        ("resolution", Code.RANGE_IS_FOR_INVOICES)
    ]
    assert "Solicita una de tipo Documento soporte" in company_reads(world)
    assert "corregir la resolución declarada" in operator_sees(world)
    assert world.forward(days=1) == Step.PREFIX_ASSOCIATION


def test_06_the_prefix_ends_in_a_digit() -> None:
    world = associating(lists(dse_range(prefix="DS1")))
    assert [(each.field, each.code) for each in requirements(world.state)] == [("prefix", Code.PREFIX_ENDS_IN_DIGIT)]
    for told in (company_reads(world), mailed(world)):
        assert "Solicita otra numeración con un prefijo de máximo 4 letras o números que termine en letra" in told
    assert "Explicar a la empresa qué prefijo pedir" in operator_sees(world)


def test_07_another_companys_voucher_type_holds_what_dian_lists() -> None:
    world = associating(lists(A), TAKEN)
    assert "ya están en uso en otro tipo de comprobante" in company_reads(world)
    assert "Averiguar en los registros quién los usa" in operator_sees(world)
    assert shown(world).range is None
    world.answer = lists(A, B)
    world.forward(days=3)
    assert world.state.wanted == (B,)
    assert "En la DIAN ya no tienes nada pendiente" in company_reads(world)


@pytest.mark.parametrize(("associated", "row"), [(False, Step.PREFIX_ASSOCIATION), (True, Step.PREFIX_SYNC)])
def test_07_another_company_claims_the_range_first(associated: bool, row: Step) -> None:
    world = associating(denies("302"))
    world.answer = lists(A)
    if associated:
        world.hear(PrefixesAssociated)
    assert world.forward(days=1) == Step.VOUCHER_TYPE
    world.refuse_claim, world.claims = Code.RANGE_TAKEN, TAKEN
    world.say(ConfigureVoucherType)
    assert world.settle() == row
    assert [each.code for each in world.state.notes] == [Code.RANGE_TAKEN]
    told = mailed(world) if row == Step.PREFIX_ASSOCIATION else company_reads(world)
    assert Code.RANGE_TAKEN.es() in told
    assert "Asocia el prefijo de otra resolución" in told
    assert "Si no, solicítala: MUISCA" in told
    assert "una resolución es de un solo NIT" in operator_sees(world)
    assert shown(world).voucher_types == ()


def test_07_the_voucher_types_code_is_in_use() -> None:
    world = syncing(A)
    world.refuse_claim = Code.VOUCHER_CODE_TAKEN
    world.say(ConfigureVoucherType)
    assert world.settle() == Step.VOUCHER_TYPE
    assert [each.field for each in requirements(world.state)] == ["code"]
    assert "elige otro" in company_reads(world)
    assert (shown(world).step, shown(world).waiting_on) == ("voucher_type", "company")


def test_08_the_resolution_expired_and_disappears() -> None:
    world = syncing(A)
    world.say(ConfigureVoucherType)
    world.answer = denies("301")
    assert world.settle() == Step.PREFIX_SYNC
    assert "Se venció: solicita otra" in company_reads(world)
    assert "comprobar que sea de este NIT, que esté vigente" in operator_sees(world)
    assert world.forward(days=1) == Step.PREFIX_ASSOCIATION
    assert "Se venció: solicita otra" in mailed(world)
    world.answer = lists(B)
    assert world.forward(days=3) == Step.VOUCHER_TYPE
    world.say(ConfigureVoucherType)
    assert (world.settle(), world.state.chosen) == (Step.READY, B)


def test_09_the_next_number_lies_outside_the_range() -> None:
    world = syncing(A)
    before = world.state
    refused = refusal(world, next_number=5001)
    assert [(each.field, each.message_es) for each in refused.fields] == [
        ("next_number", "El siguiente número debe estar dentro del rango, 1–5000.")
    ]
    assert world.state == before
    assert (shown(world).step, shown(world).waiting_on, shown(world).range) == ("voucher_type", "company", A)


def test_10_the_rut_is_out_of_date_and_the_link_of_60_minutes_goes_to_its_mail() -> None:
    world = associating(denies("401"))
    for told in (company_reads(world), mailed(world)):
        assert "llega al correo inscrito en el RUT y vence a los 60 minutos: si se venció, pide otro" in told
        assert "si ese correo está desactualizado" in told
        assert "actualiza primero el RUT" in told
    assert "confirmar el correo del RUT" in operator_sees(world)
    world = associating(denies("301"))
    assert "con el RUT actualizado" in company_reads(world)


def test_13_the_company_invoices_with_another_provider() -> None:
    world = associating(denies("401"))
    for told in (company_reads(world), mailed(world)):
        assert "Si facturas con otro proveedor, no tienes que cambiarlo" in told
    assert "la autorización nace al asociar el prefijo" in operator_sees(world)
    world.answer = lists(A)
    assert world.forward(days=1) == Step.VOUCHER_TYPE


@pytest.mark.parametrize(
    ("skew_s", "clock"), [(400, "atrasado 400 s"), (-400, "adelantado 400 s"), (0, "coincide con el de la DIAN")]
)
def test_14_our_clock_or_certificate_is_wrong(skew_s: float, clock: str) -> None:
    answer = Answer(answer_class=AnswerClass.OURS, code="InvalidSecurity")
    world = associating(answer)
    assert company_reads(world).startswith(NOTHING_TO_DO)
    assert "Afecta a todas las empresas" in operator_sees(world)
    told = explanation(answer, PROVIDER, SOFTWARE, skew_s).operator_es
    assert clock in told
    assert "vigente, sin revocar" in told
    assert shown(world).blocked is None
    world.answer = lists(A)
    assert world.forward(days=1) == Step.VOUCHER_TYPE


def test_14_our_certificate_is_out_of_date_at_the_last_check() -> None:
    world = syncing(A)
    world.say(ConfigureVoucherType)
    world.failures = (Code.PROVIDER_CERTIFICATE,)
    assert world.settle() == Step.READINESS_CHECK
    assert "nuestro equipo lo está resolviendo" in company_reads(world)
    assert (shown(world).waiting_on, shown(world).blocked) == ("dian", None)
    world.failures = ()
    assert world.forward(days=1) == Step.READY


def test_15_said_before_it_is_true() -> None:
    world = associating(denies("302"))
    world.hear(PrefixesAssociated)
    assert world.settle() == Step.PREFIX_SYNC
    assert world.forward(hours=5) == Step.PREFIX_ASSOCIATION
    for told in (company_reads(world), mailed(world)):
        assert "La DIAN todavía no muestra prefijos asociados. Revisa la asociación" in told
        assert "falta asociar su prefijo" in told
    assert "detenida en el acto 3" in operator_sees(world)
    assert [each.done for each in shown(world).acts] == [False, False, False]


def test_15_said_too_early() -> None:
    world = drive_to(begun(), Step.MANDATED_WAIT)
    world.answer = denies("301")
    world.hear(PrefixesAssociated)
    assert world.settle() == Step.PREFIX_SYNC
    assert "La acabas de firmar: la DIAN la muestra entre 2 y 3 horas después" in company_reads(world)
    assert "detenida en el acto 2" in operator_sees(world)
    assert world.forward(hours=5) == Step.PREFIX_ASSOCIATION
    assert Code.ASSOCIATION_DENIED.es() in mailed(world)


def test_15_never_said_though_it_is_true() -> None:
    world = associating(denies("302"))
    world.answer = lists(A)
    assert world.forward(days=1) == Step.VOUCHER_TYPE
    assert "En la DIAN ya no tienes nada pendiente" in company_reads(world)
    assert "Configura el tipo de comprobante" in mailed(world)
    assert "Nada que hacer" in operator_sees(world)


def test_16_the_ife_expired_or_its_key_is_forgotten() -> None:
    world = associating(denies("301"))
    for told in (company_reads(world), mailed(world)):
        assert "la IFE se venció o no recuerdas su clave: renueva la IFE o recupera la clave" in told
    assert "si no lo puede firmar, preguntar por la IFE y su clave" in operator_sees(world)


def test_17_the_ruts_mailbox_cannot_be_reached() -> None:
    world = associating(denies("401"))
    for told in (company_reads(world), mailed(world)):
        assert "no puedes abrirlo, actualiza primero el RUT" in told
    assert "si no le llega el enlace de acceso, confirmar el correo del RUT" in operator_sees(world)
