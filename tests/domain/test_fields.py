"""NITs, people's data, and every reader of a lenient field."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.begin import checked_start
from domain.commands import Start, StartContact
from domain.fields import Fields, parse_time
from domain.letter import LetterData, letter_id, letter_key
from domain.nit import check_digit, parse_nit, without_check_digit
from domain.people import DOCUMENT_TYPES, FIELDS, Representative, mobile_error, representative
from domain.reasons import Code, FieldError, Refusal
from tests.domain.messages import NOW, REPRESENTATIVE

VECTORS = """899999068-1 890903938-8 830048145-8 800197268-4 899999061-9 890904996-1 890100577-6 890900608-9
    860034313-7 890930534-0 890321151-0 900210800-1 900204272-8 830084433-7"""
NUMBERS = st.integers(100_000, 9_999_999_999).map(str)
SETTINGS = settings(derandomize=True, deadline=None, database=None, max_examples=200)


def refusal(text: str) -> Refusal:
    with pytest.raises(Refusal) as refused:
        parse_nit(text)
    return refused.value


@pytest.mark.parametrize("nit", VECTORS.split())
def test_known_nits_are_right(nit: str) -> None:
    assert parse_nit(nit) == nit
    assert check_digit(without_check_digit(nit)) == int(nit[-1])


@SETTINGS
@given(NUMBERS, st.integers(0, 9))
def test_a_wrong_check_digit_is_refused_and_the_right_one_named(number: str, digit: int) -> None:
    right = f"{number}-{check_digit(number)}"
    if digit == check_digit(number):
        assert parse_nit(right) == right
        return
    refused = refusal(f"{number}-{digit}")
    assert refused.code == Code.NIT_CHECK_DIGIT
    assert right in refused.message_es
    assert right in str(refused)


@SETTINGS
@given(NUMBERS)
def test_dots_and_blanks_are_accepted_and_a_missing_digit_is_named(number: str) -> None:
    right = f"{number}-{check_digit(number)}"
    assert parse_nit(f" {int(number):,}".replace(",", ".") + f" - {right[-1]}\n") == right
    refused = refusal(number)
    assert refused.code == Code.NIT_CHECK_DIGIT_MISSING
    assert right in refused.message_es


@SETTINGS
@given(NUMBERS, st.integers(0, 12), st.sampled_from("ab٣３²-/_,"))
def test_anything_but_digits_is_refused(number: str, position: int, stray: str) -> None:
    right = f"{number}-{check_digit(number)}"
    assert refusal(right[:position] + stray + right[position:]).code == Code.NIT_FORMAT


@pytest.mark.parametrize(
    "text",
    ["", "12345-1", "12345678901-1", "900123456-8-001", "900123456-8 A", "9.00123456-8", "٩٠٠١٢٣٤٥٦-٨", "900123456-٨"],
)
def test_what_is_no_nit_is_refused(text: str) -> None:
    assert refusal(text).code == Code.NIT_FORMAT


def person(**fields: str | None) -> Representative | tuple[FieldError, ...]:
    return representative({**{name: str(value) for name, value in REPRESENTATIVE.items()}, **fields})


def wrong(**fields: str | None) -> list[tuple[str, Code]]:
    found = person(**fields)
    return [] if isinstance(found, Representative) else [(each.field, each.code) for each in found]


def test_every_field_is_required_and_told_at_once() -> None:
    assert wrong(**dict.fromkeys(FIELDS, "  ")) == [(name, Code.REQUIRED) for name in FIELDS]
    assert wrong(**dict.fromkeys(FIELDS, None)) == [(name, Code.REQUIRED) for name in FIELDS]


def test_every_bad_field_is_told_at_once() -> None:
    assert wrong(
        email="a@b", mobile="6012345678", municipality="Bogotá", document_number="12", first_names="x" * 61
    ) == [
        ("first_names", Code.TOO_LONG),
        ("document_number", Code.DOCUMENT_NUMBER),
        ("email", Code.EMAIL_FORMAT),
        ("mobile", Code.MOBILE_FORMAT),
        ("municipality", Code.MUNICIPALITY_CODE),
    ]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            "13",
            ("123456", "12.345.678", "1234567890"),
            ("12345", "123456789", "12345678901", "1234567a", "１２３４５６"),
        ),
        ("22", ("123456", "1234567"), ("12345", "12345678")),
        ("41", ("ab123", "A" * 16), ("A123", "A" * 17, "AB#12")),
        ("47", ("1" * 15,), ("1" * 14, "1" * 16)),
        ("48", ("123456", "12345678"), ("12345", "123456789")),
    ],
)
def test_each_document_type_has_its_format(kind: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    assert kind in DOCUMENT_TYPES
    for number in good:
        assert wrong(document_type=kind, document_number=number) == []
    for number in bad:
        assert wrong(document_type=kind, document_number=number) == [("document_number", Code.DOCUMENT_NUMBER)]


def test_an_unknown_document_type_is_told_once() -> None:
    assert wrong(document_type="99", document_number="1") == [("document_type", Code.DOCUMENT_TYPE)]


@pytest.mark.parametrize("address", ["Calle 1\x07", "\u202eCalle 1"])
def test_control_characters_are_refused(address: str) -> None:
    assert wrong(address=address) == [("address", Code.TOO_LONG)]


@pytest.mark.parametrize(
    "name", ["O'Brien", "O’Brien", "Ñuñez Güiza", "D’Artagnan-Çelik", "Nguyễn", "n.º 1 & Cía. «A»"]
)
def test_whatever_is_latin_is_printed(name: str) -> None:
    assert wrong(last_names=name, position=name, place_of_issue=name) == []


@pytest.mark.parametrize("sign", ["😀", "ש", "م", "李", "\u00ad", "\u0336", "\u200f"])
def test_what_the_letter_cannot_print_is_refused(sign: str) -> None:
    found = person(first_names=f"Ana {sign} María")
    assert isinstance(found, tuple)
    assert [(each.field, each.code) for each in found] == [("first_names", Code.UNPRINTABLE)]
    assert f"«{sign}»" in found[0].message_es
    with pytest.raises(Refusal) as refused:
        checked_start(Start(nit=VECTORS.split()[0], name=f"Andina {sign}", contact=StartContact(email="a@b.co")))
    assert [each.field for each in refused.value.fields] == ["name"]


def test_a_letter_typed_in_two_ways_is_one() -> None:
    composed, decomposed = (unicodedata.normalize(form, "Ñáñez") for form in ("NFC", "NFD"))
    assert decomposed != composed
    assert person(last_names=decomposed) == person(last_names=composed)


@pytest.mark.parametrize("mobile", ["3001234567", "+57 300 123 4567", "300-123.4567"])
def test_a_mobile_is_accepted_as_people_type_it(mobile: str) -> None:
    assert wrong(mobile=mobile) == []
    assert mobile_error("m", mobile) is None


@pytest.mark.parametrize("email", ["a@b.co", "ñandú.x+y@sub.dominio.com.co"])
def test_an_email_is_accepted(email: str) -> None:
    assert wrong(email=email) == []


@pytest.mark.parametrize(
    "email", ["a@@b.co", "a b@c.co", "a@b.c", "a@-b.co", "a@b.co,c@d.co", "<a@b.co>", "a" * 65 + "@b.co"]
)
def test_an_email_is_refused(email: str) -> None:
    assert wrong(email=email) == [("email", Code.EMAIL_FORMAT)]


def read(method: str, text: str | None, *rest: object, **named: object) -> object:
    """The value, or the code of what is wrong."""
    fields = Fields()
    value = getattr(fields, method)("f", text, *rest, **named)
    return fields.errors[0].code if fields.errors else value


@pytest.mark.parametrize(
    ("text", "gives"),
    [("7", 7), (" 7.0 ", 7), ("999999999999", 999999999999)]
    + [(each, Code.NUMBER_FORMAT) for each in ("0", "-1", "1.5", "x", "²", "٣", "1" * 13, "1" * 5000)]
    + [(each, Code.REQUIRED) for each in (None, "", " ")],
)
def test_whole_numbers(text: str | None, gives: object) -> None:
    assert read("whole_number", text) == gives


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        *((each, True) for each in ("true", "1", "Sí", "si", "YES")),
        *((each, False) for each in ("false", "0", "no")),
        *((each, Code.BOOLEAN_FORMAT) for each in ("perhaps", "2")),
        *((each, Code.REQUIRED) for each in ("", None)),
    ],
)
def test_flags(text: str | None, gives: object) -> None:
    assert read("flag", text) == gives
    assert read("flag", None, default=True) is True


def test_texts_and_choices() -> None:
    assert read("text", "  a   b ", 3) == "a b"
    assert read("text", "abcd", 3) == Code.TOO_LONG
    assert read("text", "a\x00", 3) == Code.TOO_LONG
    assert read("text", " ", 3) == Code.REQUIRED
    assert read("text", None, 3, required=False) == ""
    assert read("choice", " a ", ("a", "b")) == "a"
    assert read("choice", None, ("a", "b")) == Code.CHOICE


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        (None, NOW),
        ("", NOW),
        ("2026-11-24T09:00:00", datetime(2026, 11, 24, 14, 0, tzinfo=UTC)),
        ("2026-11-24T09:00:00Z", datetime(2026, 11, 24, 9, 0, tzinfo=UTC)),
        ("2026-11-24T15:04:59Z", NOW + timedelta(minutes=4, seconds=59)),
        ("2026-11-24T15:05:01Z", Code.TIME_IN_FUTURE),
        ("yesterday", Code.TIME_FORMAT),
        ("0001-01-01T00:00:00+05:00", Code.TIME_FORMAT),
    ],
)
def test_moments_of_the_past(text: str | None, gives: object) -> None:
    assert read("past", text, NOW) == gives


def test_a_time_without_offset_is_bogotas() -> None:
    assert parse_time("2026-07-01") == datetime(2026, 7, 1, 5, 0, tzinfo=UTC)


def test_a_natural_person_signs_in_their_own_name() -> None:
    person = Representative.model_validate(REPRESENTATIVE)
    data = LetterData(
        environment="habilitacion",
        nit=f"52123456-{check_digit('52123456')}",
        company="M",
        representative=person,
        provider_nit="",
        provider_name="",
        letter_id=letter_id("o-1"),
        revision=1,
        issued_on=NOW.date(),
        period_days=365,
    )
    assert data.in_own_name
    assert not data.model_copy(update={"nit": "900123456-8"}).in_own_name
    assert not data.model_copy(update={"representative": person.model_copy(update={"document_type": "22"})}).in_own_name
    assert len(data.letter_id) == 12
    assert "o-1" not in letter_key("e", "n", data.letter_id, 2)
