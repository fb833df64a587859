"""What mails say: what happened, what to do next, until when; to companies, operators and supervisors."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from domain.explaining import Meaning
from domain.mail_words import ARROW, About, Words, act_paths, moment_in_words, split, words
from domain.mails import CANCELLED, GRANTED, LATE, READY, REMINDER, TURN, Mail
from domain.reasons import Code, Reason
from domain.reminders import Recipient
from domain.steps import OPEN_STEPS, WaitsOn
from domain.texts_es import ROW_NEXT, ROW_TITLES
from tests.domain.messages import NIT, NOW

ABOUT = About(nit=NIT, company="Café S.A.S.", provider="Proveedor S.A.S.", software="Programa")
SINCE, DUE = datetime(2026, 11, 23, 15, 12, tzinfo=UTC), datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
BEFORE, AFTER = DUE - timedelta(seconds=1), DUE
ROW = {"since": SINCE, "due_at": DUE}


def mail(kind: str, step: str, **other: object) -> Mail:
    return Mail.model_validate({"number": 1, "kind": kind, "step": step, **other})


def sentences(says: Words) -> Iterator[str]:
    yield from (says.subject, says.greeting, *says.told, *says.reasons, *says.lines, says.todo, says.until, says.signed)
    yield from (part for pair in (*says.facts, *says.commands) for part in pair)
    yield from (part for way in says.ways for part in (way.told, *way.steps))
    yield from says.also


def read(says: Words) -> str:
    return "\n".join(sentences(says))


def every_mail() -> Iterator[Mail]:
    for step in OPEN_STEPS:
        for kind in (TURN, REMINDER):
            yield mail(kind, step, notes=(Reason.of(Code.UNSIGNED),), **ROW)
        for waits in WaitsOn:
            for to in (Recipient.OPERATORS, Recipient.SUPERVISORS):
                yield mail(LATE, step, waits_on=waits, to=to, **ROW)
    yield mail(REMINDER, "letter_review", waits_on="operator", to=Recipient.OPERATORS, **ROW)
    for where in ("mandated_wait", "prefix_association"):
        yield mail(GRANTED, where)
    for kind in (READY, CANCELLED):
        yield mail(kind, kind)
    for meaning in Meaning:
        yield mail(TURN, "prefix_association", meaning=meaning)


@pytest.mark.parametrize(
    "each", list(every_mail()), ids=lambda each: f"{each.kind}-{each.step}-{each.waits_on}-{each.to}"
)
def test_a_mail_says_all_it_should_and_nothing_is_left_unfilled(each: Mail) -> None:
    says = words(each, ABOUT, NOW)
    assert not set("{}") & set(read(says))
    assert all(part.strip() == part != "" for part in (says.subject, *says.told, says.todo, *says.also))
    assert "\n" not in says.subject
    if each.to == Recipient.COMPANY:
        assert says.greeting == f"Hola, Café S.A.S. (NIT {NIT}):"
        assert says.signed == ABOUT.provider
        assert says.also
        assert not says.commands
        assert ("./dse" in read(says)) is False
    else:
        assert says.subject.endswith(f" · {NIT}")
        assert says.commands[0] == ("Ver dónde está", f"./dse status {NIT}")
        assert len(says.commands) > 2


@pytest.mark.parametrize("kind", [TURN, REMINDER])
@pytest.mark.parametrize("step", OPEN_STEPS)
def test_whoever_is_to_do_something_is_told_what_and_until_when(kind: str, step: str) -> None:
    says = words(mail(kind, step, notes=(Reason.of(Code.UNSIGNED),), **ROW), ABOUT, BEFORE)
    assert says.todo == ROW_NEXT[step]
    assert says.until == "Tienes plazo hasta el martes 1 de diciembre de 2026, 6:00 p. m., hora de Bogotá."
    assert says.reasons == (Code.UNSIGNED.es(),)
    assert ROW_TITLES[step] in says.subject
    assert says.subject.startswith("Recordatorio: ") == (kind == REMINDER)


def test_a_due_date_that_has_passed_is_told_so() -> None:
    says = words(mail(REMINDER, "signed_letter", **ROW), ABOUT, AFTER)
    assert says.until.startswith("El plazo venció el martes 1 de diciembre de 2026")
    assert words(mail(TURN, "signed_letter"), ABOUT, AFTER).until == ""


def test_a_reminder_says_since_when_we_wait_and_which_it_is() -> None:
    first, second = (words(mail(REMINDER, "voucher_type", nth=nth, **ROW), ABOUT, NOW).told[0] for nth in (1, 2))
    assert first.endswith("está detenida: esperamos por ti desde el lunes 23 de noviembre de 2026.")
    assert "(paso 4 de 4, Asociar resolución documento soporte electrónico)" in first
    assert second == f"{first} Es el recordatorio número 2."


def test_the_way_through_dian_s_menus_is_told_step_by_step() -> None:
    (way,) = words(mail(TURN, "prefix_association"), ABOUT, NOW).ways
    assert way.told == "3. Asociar prefijos en página de la DIAN:"
    assert way.steps[2:5] == ("Rangos de numeración", "Proveedor S.A.S.", "Programa y el prefijo")
    granted = words(mail(GRANTED, "prefix_association"), ABOUT, NOW)
    assert [way.told[0] for way in granted.ways] == ["1", "2"]
    assert granted.ways[0].steps[-1] == "Sincronizar a Producción"
    assert words(mail(READY, "ready"), ABOUT, NOW).ways == ()


def test_what_dian_s_answer_means_is_told_with_the_paths_where_they_belong() -> None:
    says = words(mail(REMINDER, "prefix_association", meaning="not_authorised", **ROW), ABOUT, NOW)
    first, second, third, rest = says.ways
    assert first.told.startswith("En la DIAN todavía no hay nada asociado a Proveedor S.A.S. Puede faltar")
    assert first.told.endswith("Acto 1:")
    assert [way.told for way in (second, third)] == ["Acto 2:", "Acto 3:"]
    assert rest.told.startswith("El enlace para entrar")
    assert (rest.steps, third.steps[-1]) == ((), "Aceptar")


@pytest.mark.parametrize("meaning", Meaning)
def test_cut_at_its_paths_a_text_loses_nothing(meaning: Meaning) -> None:
    paths = act_paths(ABOUT)
    ways = words(mail(TURN, "prefix_association", meaning=meaning), ABOUT, NOW).ways
    assert all(ARROW not in part for way in ways for part in (way.told, *way.steps))
    quoted = [ARROW.join(way.steps) for way in ways if way.steps]
    assert set(quoted) <= set(paths.values())
    together = " ".join(f"{way.told} {ARROW.join(way.steps)}".strip() for way in ways)
    assert list(split(together, paths)) == list(ways)


def test_operators_read_whose_row_is_late_and_what_helps() -> None:
    late = mail(LATE, "signed_letter", to=Recipient.OPERATORS, waits_on="company", assignee="ana.perez", **ROW)
    says = words(late, ABOUT.model_copy(update={"partner": "acme"}), AFTER)
    assert says.subject == f"Vencido: Adjuntar la carta de exoneración firmada · {NIT}"
    assert says.facts == (
        ("Empresa", "Café S.A.S."),
        ("NIT", NIT),
        ("Aliado", "acme"),
        ("Paso", "Adjuntar la carta de exoneración firmada"),
        ("Espera a", "la empresa"),
        ("Desde", "lunes 23 de noviembre de 2026, 10:12 a. m., hora de Bogotá"),
        ("Plazo", "martes 1 de diciembre de 2026, 6:00 p. m., hora de Bogotá"),
        ("Asignada a", "ana.perez"),
    )
    verbs = [command.split()[1] for _, command in says.commands]
    assert verbs == ["status", "timeline", "remind", "extend", "hold"]
    plain = dict(words(late.model_copy(update={"assignee": ""}), ABOUT, AFTER).facts)
    assert plain["Asignada a"] == "nadie"
    assert "Aliado" not in plain


@pytest.mark.parametrize(
    ("step", "waits", "verbs"),
    [
        ("letter_check", "us", ["retry"]),
        ("signed_letter", "operator", ["retry", "correct"]),
        ("letter_review", "operator", ["review", "review", "review"]),
        ("prefix_sync", "dian", ["ranges", "retry", "extend"]),
    ],
)
def test_what_helps_depends_on_whom_the_row_waits_on(step: str, waits: str, verbs: list[str]) -> None:
    says = words(mail(LATE, step, to=Recipient.SUPERVISORS, waits_on=waits, **ROW), ABOUT, AFTER)
    assert [command.split()[1] for _, command in says.commands[2:]] == verbs


def test_operators_are_reminded_of_a_letter_to_review() -> None:
    given = mail(REMINDER, "letter_review", to=Recipient.OPERATORS, waits_on="operator", nth=1, **ROW)
    says = words(given, ABOUT, BEFORE)
    assert says.subject == f"Recordatorio: Revisar la carta firmada · {NIT}"
    assert says.commands[2:] == (
        ("Abrir la carta", f"./dse review {NIT} --open CARPETA"),
        ("Aceptar", f"./dse review {NIT} accept"),
        ("Rechazar", f"./dse review {NIT} reject --reason CÓDIGO"),
    )


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-12-01T05:00", "martes 1 de diciembre de 2026, 12:00 a. m., hora de Bogotá"),
        ("2026-12-01T17:00", "martes 1 de diciembre de 2026, 12:00 p. m., hora de Bogotá"),
        ("2026-12-07T04:59", "domingo 6 de diciembre de 2026, 11:59 p. m., hora de Bogotá"),
        ("2027-01-01T14:05", "viernes 1 de enero de 2027, 9:05 a. m., hora de Bogotá"),
    ],
)
def test_a_moment_in_words_is_bogota_s(moment: str, said: str) -> None:
    assert moment_in_words(datetime.fromisoformat(moment).replace(tzinfo=UTC)) == said
