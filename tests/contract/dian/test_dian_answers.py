"""What each kind of answer becomes. A new kind met in the field is a file in `answers/` and a line here."""

from datetime import date
from pathlib import Path

import pytest

from activities.dian.classify import classify
from domain.numbering import AnswerClass, Range

ANSWERS = Path(__file__).parent / "answers"
DONE, PENDING, OURS, TRANSIENT = (
    AnswerClass.DONE,
    AnswerClass.PENDING,
    AnswerClass.OURS,
    AnswerClass.TRANSIENT,
)

# file: HTTP status, class, code, listed prefixes
TABLE = {
    "100_one_range.xml": (200, DONE, "100", ["DSA"]),
    "100_other_prefixes.xml": (200, DONE, "100", ["DSA"]),
    "100_invoice_and_support.xml": (200, DONE, "100", ["FE", "DSA"]),
    "100_no_prefix_dates_with_time.xml": (200, DONE, "100", [""]),
    "100_a_row_unreadable.xml": (200, DONE, "100", ["DSB"]),
    "100_list_nil.xml": (200, PENDING, "100", []),
    "301.xml": (200, PENDING, "301", []),
    "302.xml": (200, PENDING, "302", []),
    "303.xml": (200, OURS, "303", []),
    "401_company.xml": (200, PENDING, "401", []),
    "401_certificate.xml": (200, OURS, "401", []),
    "401_other_words.xml": (200, PENDING, "401", []),
    "89.xml": (200, OURS, "89", []),
    "500.xml": (200, TRANSIENT, "500", []),
    "999_unknown.xml": (200, PENDING, "999", []),
    "no_code.xml": (200, TRANSIENT, "not_an_answer", []),
    "fault_invalid_security.xml": (500, OURS, "InvalidSecurity", []),
    "fault_internal.xml": (500, TRANSIENT, "InternalServiceFault", []),
    "truncated.xml": (200, TRANSIENT, "not_xml", []),
    "entity.xml": (200, TRANSIENT, "forbidden_xml", []),
    "other_operation.xml": (200, TRANSIENT, "not_an_answer", []),
    "maintenance.html": (200, TRANSIENT, "html", []),
    "empty.xml": (200, TRANSIENT, "empty", []),
}
UNKNOWN = {"999_unknown.xml", "401_other_words.xml"}


@pytest.mark.parametrize("name", TABLE)
def test_what_it_becomes(name: str) -> None:
    status, expected, code, prefixes = TABLE[name]
    answer = classify(status, (ANSWERS / name).read_bytes())
    assert (answer.answer_class, answer.code, answer.unknown) == (expected, code, name in UNKNOWN)
    assert [each.prefix for each in answer.ranges] == prefixes
    assert "\n" not in answer.description
    assert "@" not in answer.description


def test_every_file_is_in_the_table() -> None:
    assert {each.name for each in ANSWERS.iterdir()} == set(TABLE)


def test_a_range_is_read_whole() -> None:
    first, second = classify(200, (ANSWERS / "100_invoice_and_support.xml").read_bytes()).ranges
    assert second == Range.model_validate(
        {
            "resolution": "18764012345678",
            "prefix": "DSA",
            "from": 1,
            "to": 5_000_000,
            "valid_from": date(2026, 11, 20),
            "valid_to": date(2027, 11, 20),
        }
    )
    assert (first.has_technical_key, second.has_technical_key) == (True, False)


def test_dates_may_carry_midnight() -> None:
    (found,) = classify(200, (ANSWERS / "100_no_prefix_dates_with_time.xml").read_bytes()).ranges
    assert (found.valid_from, found.valid_to) == (date(2026, 1, 1), date(2026, 12, 31))


def test_no_technical_key_goes_further() -> None:
    body = (ANSWERS / "100_invoice_and_support.xml").read_bytes()
    assert b"693ff6f2a553c3646a063436fd4dd9ded0311471" in body
    assert "693ff6f2" not in classify(200, body).model_dump_json()
