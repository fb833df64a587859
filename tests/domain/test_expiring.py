"""What a ready company holds ends: from when on that is told, in which words, and what a renewal takes up."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.store.mail_page import text
from domain.begin import Recalled, refusal_of
from domain.commands import ElectronicInvoicingCompleted
from domain.expiring import Expiry, What, operators_words, soon, words
from domain.numbering import Claim, Look
from domain.people import Contact, Representative
from domain.reasons import Code
from domain.state import Grant
from domain.steps import Step
from tests.domain.messages import NIT, NOW, REPRESENTATIVE, RESOLUTION, dse_range, lists
from tests.domain.world import World, begun, drive_to_ready

RANGE = Expiry(
    nit=NIT, name="Café S.A.S.", what=What.RANGE, ends_on=date(2026, 12, 20), resolution=RESOLUTION, prefix="DSA"
)
GRANT = Expiry(nit=NIT, name="Café S.A.S.", what=What.GRANT, ends_on=date(2026, 11, 23))
LUZ = Contact(name="Luz Marina", email="luz@cafe.example", mobile="3001234567")


def renewed(known: Recalled, **start: Any) -> World:
    """A start that says only whose renewal it is; the records know the rest."""
    world = begun(**{"name": None, "contact": None, "renew": "true", **start})
    world.recalled = known
    return world


def known(grant_days: float | None = None, **other: Any) -> Recalled:
    grant = None
    if grant_days is not None:
        starts_at = NOW - timedelta(days=300)
        grant = Grant(key="o-0/grant_certificate/1", starts_at=starts_at, ends_at=NOW + timedelta(days=grant_days))
    person = Representative.model_validate(REPRESENTATIVE)
    facts = {"name": "Café S.A.S.", "contact": LUZ, "invoicing_done": True, **other}
    return Recalled(grant=grant, representative=person, **facts)


# when


@given(st.floats(-400, 400), st.integers(0, 86399))
def test_a_grant_is_told_exactly_when_a_renewal_would_not_take_it(days: float, second: int) -> None:
    now = NOW.replace(hour=0) + timedelta(seconds=second)
    world = renewed(known(days))
    world.now = now
    world.settle()
    grant = world.recalled.grant
    assert grant is not None
    assert (world.state.grant is None) == (grant.ends_at < soon(now))


@given(st.integers(-40, 60), st.integers(0, 86399))
def test_a_range_is_told_exactly_when_it_is_no_candidate_of_a_renewal(days: int, second: int) -> None:
    now = NOW.replace(hour=0, minute=0) + timedelta(seconds=second)
    last = now.date() + timedelta(days=days)
    each = dse_range().model_copy(update={"valid_to": last})
    own = (Claim(resolution=each.resolution, prefix=each.prefix, own=True),)
    ends_at = NOW.replace(hour=0, minute=0) + timedelta(days=days + 1)  # the first moment after its last day, in UTC
    assert (Look(at=now, answer=lists(each), claims=own).wanted(None) == ()) == (ends_at <= soon(now))


# words


def test_the_company_reads_what_ends_and_what_to_do_at_dian() -> None:
    says = words(RANGE, NOW, "Proveedor", "Programa")
    read = text(says)
    assert says.subject == "Tu rango de numeración vence el 20 de diciembre de 2026"
    assert read.startswith(f"Hola, Café S.A.S. (NIT {NIT}):\n")
    assert f"resolución {RESOLUTION}, prefijo DSA, vence el 20 de diciembre de 2026" in read
    assert "formulario 1876" in read
    assert "Rangos de numeración → Proveedor → Programa" in read
    assert read.endswith("\nProveedor")


def test_what_has_ended_is_told_so() -> None:
    says = words(GRANT, NOW, "Proveedor", "Programa")
    assert says.subject == "Tu certificado digital venció el 23 de noviembre de 2026"
    assert "carta de exoneración" in says.todo
    assert says.ways == ()


def test_operators_read_a_line_each_that_begins_with_the_nit() -> None:
    says = operators_words((RANGE, GRANT), NOW)
    assert says.subject == "Certificados y rangos por vencer: 2"
    assert (
        f"\n{NIT} · Café S.A.S. · rango de numeración {RESOLUTION} DSA · vence el 20 de diciembre de 2026\n"
        f"{NIT} · Café S.A.S. · certificado digital · venció el 23 de noviembre de 2026\n"
    ) in text(says)
    assert "./dse start NIT --renew" in text(says)


@pytest.mark.parametrize("each", [RANGE, GRANT], ids=["range", "grant"])
@pytest.mark.parametrize("month", range(1, 13))
def test_nothing_is_left_unfilled(each: Expiry, month: int) -> None:
    dated = each.model_copy(update={"ends_on": date(2027, month, 1)})
    both = words(dated, NOW, "P", "S"), operators_words((dated,), NOW)
    assert not set("{}") & set("".join(says.subject + text(says) for says in both))
    assert both[0].subject.endswith(" de 2027")


# renewal


def test_a_renewal_begins_at_the_first_row_that_is_not_done() -> None:
    assert renewed(known(29)).settle() == Step.LEGAL_REPRESENTATIVE
    world = renewed(known(200))
    assert world.settle() == Step.PREFIX_ASSOCIATION
    assert (world.state.name, world.state.contact) == ("Café S.A.S.", LUZ)
    world = renewed(known(200))
    world.answer, world.claims = lists(dse_range()), (Claim(resolution=RESOLUTION, prefix="DSA", own=True),)
    assert world.settle() == Step.VOUCHER_TYPE
    drive_to_ready(world)


def test_a_renewal_of_a_company_that_was_never_ready_is_a_plain_start() -> None:
    world = renewed(Recalled(name="Café S.A.S.", contact=LUZ))
    assert world.settle() == Step.ELECTRONIC_INVOICING
    world.hear(ElectronicInvoicingCompleted)
    assert world.settle() == Step.LEGAL_REPRESENTATIVE


def test_what_a_renewal_says_itself_counts() -> None:
    world = renewed(known(), name="Café Nuevo S.A.S.", contact={"email": "eva@cafe.example"})
    world.settle()
    assert (world.state.name, world.state.contact) == ("Café Nuevo S.A.S.", Contact(email="eva@cafe.example"))
    world = renewed(known(), contact={"mobile": "3009999999"})
    world.settle()
    assert world.state.contact == LUZ.model_copy(update={"mobile": "3009999999"})


def test_what_neither_the_start_nor_the_records_say_is_asked_for() -> None:
    world = renewed(Recalled())
    refusal = refusal_of(world.state, Recalled())
    assert refusal is not None
    assert [(each.field, each.code) for each in refusal.fields] == [
        ("name", Code.REQUIRED),
        ("contact.email", Code.REQUIRED),
    ]
    assert refusal_of(world.state, known()) is None
    illegal = refusal_of(world.state, Recalled(refused=Code.CANCELLING))
    assert illegal is not None
    assert illegal.code == Code.CANCELLING
