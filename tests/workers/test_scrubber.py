"""What must not be logged isn't, wherever in a line it stands; what operators need is left as it was."""

import base64
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.nit import check_digit
from domain.people import FIELDS, Contact
from workers.scrubber import MARK, clean, scrub, scrubbed

AROUND = st.text(" \t\n,;:()'\"=-.[]{}<>abcñ", max_size=12)
WORDS = st.text("abxyz019._+-", min_size=1, max_size=20)
ADDRESSES = st.tuples(WORDS, WORDS).map(lambda parts: f"{parts[0]}@{parts[1]}.example")
BESIDE = st.text("xyz ,;:()'\"=[]{}<>", max_size=12)
NUMBERS = st.integers(10**5, 10**15 - 1).map(str)
NAMES = st.text(st.characters(categories=("Lu", "Ll")), min_size=3, max_size=12).map(lambda name: f"Zu{name}ña")
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="\"'\\,;)}]@"), min_size=8)


@given(AROUND, ADDRESSES, AROUND)
def test_an_address_is_taken_out_whatever_stands_around_it(before: str, address: str, after: str) -> None:
    assert "@" not in clean(f"{before} {address}{after}")
    assert "%40" not in clean(f"{before} {address.replace('@', '%40')}{after}")


@given(BESIDE, NUMBERS, BESIDE)
def test_a_number_of_a_person_is_taken_out(before: str, number: str, after: str) -> None:
    assert number not in clean(f"{before}{number}{after}")
    if 7 <= len(number) <= 12:
        dotted = f"{int(number):,}".replace(",", ".")
        assert dotted not in clean(f"{before}{dotted}{after}")


@pytest.mark.parametrize("mobile", ["3001234567", "300 123 4567", "+57 300 1234567", "+573001234567", "300-123-45-67"])
def test_a_mobile_number_is_taken_out_as_people_write_it(mobile: str) -> None:
    assert not {"300", "4567", "123"} & set(clean(f"cel: {mobile}.").replace("-", " ").split())


@given(st.integers(10**5, 10**10 - 1).map(str))
def test_a_nit_stays_with_its_right_check_digit_alone(number: str) -> None:
    right = check_digit(number)
    assert clean(f"dse:habilitacion:{number}-{right}") == f"dse:habilitacion:{number}-{right}"
    assert number not in clean(f"dse:habilitacion:{number}-{(right + 1) % 10}")


@given(st.binary(min_size=32, max_size=32), AROUND)
def test_a_key_is_taken_out(key: bytes, around: str) -> None:
    for written in (base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode()):
        assert written.rstrip("=") not in clean(f"{around} 2026a:{written}")


def test_pem_is_taken_out_to_its_end_even_if_it_is_cut() -> None:
    pem = "-----BEGIN PRIVATE KEY-----\nMIIabc\ndef=\n-----END PRIVATE KEY-----"
    assert clean(f"read {pem} here") == f"read {MARK} here"
    assert clean(f"read {pem[:40]}") == f"read {MARK}"


@given(SECRETS)
def test_of_an_address_with_a_password_the_host_is_left(password: str) -> None:
    shown = clean(f"cannot reach postgresql://dse:{password}@db.internal:5432/dse now")
    assert shown == f"cannot reach postgresql://{MARK}db.internal:5432/dse now"


@pytest.mark.parametrize("header", ["Authorization: Bearer abc.def-1", "authorization='Basic YWJjOmRlZg=='"])
def test_a_header_that_authorises_is_taken_out(header: str) -> None:
    assert not {"abc", "YWJj"} & set(clean(f"sent {header}").replace(".", " ").split())
    assert "YWJjOmRlZg" not in clean(header)


@given(st.sampled_from([*FIELDS, "contact", "password", "smtp_url", "secret_key", "contact_email"]), NAMES, NAMES)
def test_a_field_is_known_by_its_name_in_whatever_quotes(field: str, first: str, last: str) -> None:
    if field in ("address", "document_type", "municipality"):  # everyday words, and codes
        return
    both = f"{first} {last}"
    for shown in (
        f"{field}='{both}'",
        f'"{field}": "{both}"',
        f'{{\\"{field}\\": \\"{both}\\"}}',
        f"{field}={first}",
    ):
        assert first not in clean(f"1 validation error {shown} more")
        assert last not in clean(f"1 validation error {shown} more")


@given(NAMES)
def test_values_are_looked_into_whatever_holds_them(name: str) -> None:
    contact = Contact(name=name, email="z@q.example", mobile="3001234567")
    error = ValueError(contact)
    event: dict[str, Any] = {
        "event": "x",
        "contact": contact,
        "given": [{"first_names": name}, {"deep": {"deep": {"email": name}}}],
        "error": repr(ValueError(f"first_names='{name}'")),
        "body": name.encode(),
        "numbers": (1098765432, 12),
        "told": error,
    }
    shown = scrub(None, "info", event)
    assert name not in repr({key: shown[key] for key in shown if key != "told"})
    assert "z@q.example" not in repr(shown)
    assert "3001234567" not in repr(shown)
    assert "1098765432" not in repr(shown)


@pytest.mark.parametrize(
    "line",
    [
        "worker ready",
        "Failed activation on workflow Onboarding with ID dse:habilitacion:900123456-8"
        " and run ID 550e8400-e29b-41d4-a716-446655440000",
        "900.123.456-8",
        "at 2026-11-26T19:14:19.123456+00:00, 127.0.0.1:17233, 0x7f0123456789, 12.5 s, attempt 3",
        'File "/srv/dse/.venv/lib/python3.11/site-packages/temporalio/worker/_activity.py", line 345, in _run_activity',
        f"sha256 {'0123456789abcdef' * 4} of 123456789abc",
        "habilitacion/900123456-8/scans/1.pdf",
    ],
)
def test_what_operators_need_is_left(line: str) -> None:
    assert clean(line) == line


def test_our_own_fields_and_small_numbers_are_left() -> None:
    event = {"event": "x", "build_id": "123456789012", "attempt": 3, "size": 9_999_999, "ok": True, "nothing": None}
    assert scrub(None, "info", event) == event
    assert scrubbed(object) == "<class 'object'>"


@pytest.mark.parametrize("piece", ["a://", "@", "1.111", 'email="', "\\", "a_", "bearer ", "-----BEGIN ", "/a", "a-"])
def test_a_hostile_text_takes_no_longer_than_another(piece: str) -> None:
    begun = time.process_time()
    clean(piece * (1_000_000 // len(piece)))
    assert time.process_time() - begun < 1
