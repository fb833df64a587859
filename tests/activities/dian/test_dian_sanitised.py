"""What may be shown of an exchange: whatever the bytes, no keys, no signatures, no addresses, and never too much."""

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.dian.certificate import Credentials
from activities.dian.classify import classify, scrubbed
from activities.dian.envelope import envelope
from activities.dian.exchange import Exchange, Reply
from activities.dian.sanitised import MARK, MOST_BYTES, lasting, sanitised

ANSWERS = sorted((Path(__file__).parents[2] / "contract/dian/answers").iterdir())
KEY = "693ff6f2a553c3646a063436fd4dd9ded0311471"
SHORT_KEY = "clave-corta-7"
SOFTWARE = "56f2ae4e-9812-4fad-9255-08fcfcd5ccb0"
NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)

signs = st.text("abcdefghijklmnopqrstuvwxyzABCDEFXYZ0123456789+/_=-", min_size=32, max_size=90)
keys = signs.filter(lambda text: not re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text))
addresses = st.from_regex(r"[a-z0-9._+'-]{1,20}@[a-z0-9-]{1,20}(\.[a-z]{2,5}){1,3}", fullmatch=True)
around = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])


@settings(deadline=None)
@given(
    body=st.one_of(st.binary(max_size=400), st.sampled_from(ANSWERS).map(Path.read_bytes)), times=st.integers(1, 300)
)
def test_whatever_the_bytes_it_is_text_of_bounded_size_that_json_can_hold(body: bytes, times: int) -> None:
    shown = sanitised(body * times)
    assert len(shown.encode()) <= MOST_BYTES
    assert json.loads(json.dumps(shown)) == shown


@settings(deadline=None)
@given(before=around, key=keys, after=around, encoding=encodings)
def test_what_looks_like_a_key_is_not_shown(before: str, key: str, after: str, encoding: str) -> None:
    shown = sanitised(f"{before} {key} {after}".encode(encoding))
    assert key not in shown
    assert key not in scrubbed(f"{before} {key} {after}")


@settings(deadline=None)
@given(before=around, address=addresses, after=around, encoding=encodings)
def test_nor_is_an_address(before: str, address: str, after: str, encoding: str) -> None:
    for shown in (sanitised(f"{before} {address} {after}".encode(encoding)), scrubbed(f"{before} {address} {after}")):
        assert address not in shown
        assert address.partition("@")[2] not in shown or address.partition("@")[2] in before + after


@settings(deadline=None)
@given(
    name=st.sampled_from(["TechnicalKey", "BinarySecurityToken", "SignatureValue", "DigestValue", "X509Certificate"]),
    letter=st.sampled_from(["", "c:", "wsse:", "a-b.c:"]),
    attributes=st.sampled_from(["", ' wsu:Id="token"', '\n  x="1"\n']),
    inside=st.sampled_from([SHORT_KEY, f"<![CDATA[{SHORT_KEY}]]>", f"<v>{SHORT_KEY}</v>", f"\n {SHORT_KEY}\n"]),
    closed=st.booleans(),
    encoding=encodings,
)
def test_nor_what_a_secret_element_holds_however_short(
    name: str, letter: str, attributes: str, inside: str, closed: bool, encoding: str
) -> None:
    end = f"</{letter}{name}><Prefix>DSA</Prefix>" if closed else ""
    shown = sanitised(f"<r><{letter}{name}{attributes}>{inside}{end}".encode(encoding))
    assert SHORT_KEY not in shown
    assert f"<{letter}{name}{attributes}>{MARK}" in shown
    assert ("<Prefix>DSA</Prefix>" in shown) == closed


@pytest.mark.parametrize("written", ['{"TechnicalKey": "%s"}', '{"technicalkey" :"a\\"%s', '{"SignatureValue":"%s\\'])
def test_nor_does_json_show_its_secrets(written: str) -> None:
    assert SHORT_KEY not in sanitised((written % SHORT_KEY).encode())


@settings(deadline=None, max_examples=25)
@given(cut=st.integers(0, 60))
def test_nor_half_a_key_where_it_is_cut_off(cut: int) -> None:
    for room in (MOST_BYTES, 4 * MOST_BYTES):
        shown = sanitised(b". " * ((room - cut) // 2) + KEY.encode() + b" ." * 50_000)
        assert KEY[:2] not in shown
        assert shown.endswith(MARK)


def test_what_tells_people_something_stays() -> None:
    nil = b'<c:TechnicalKey i:nil="true"/><c:Prefix>DSA</c:Prefix>'
    assert sanitised(nil) == nil.decode()
    words = f"No registra prefijos asociados al código de software: {SOFTWARE}. NIT: 900123456"
    assert sanitised(words.encode()) == words
    assert sanitised(words.encode("latin-1")) == words
    for each in ANSWERS:
        if each.name.startswith(("100_one_range", "301.", "302.", "303", "fault_invalid_security.")):
            assert sanitised(each.read_bytes()) == each.read_text()


def test_a_question_is_shown_without_what_signs_it(credentials: Credentials) -> None:
    question = envelope(credentials, "https://dian.test/x", "900123456", "900999888", SOFTWARE, NOW)
    shown = sanitised(question)
    token = base64.b64encode(credentials.certificate.public_bytes(Encoding.DER)).decode()
    assert token.encode() in question
    assert token[:20] not in shown
    assert shown.count(MARK) == 3
    for kept in ("<wcf:accountCode>900123456<", SOFTWARE, "2026-11-24T15:30:00.000Z", "wss-wssecurity-secext-1.0.xsd"):
        assert kept in shown


def test_an_exchange_is_shown_without_queries_and_with_what_is_missing(credentials: Credentials) -> None:
    endpoint = "https://dian.test/x?token=abc&b=1"
    question = envelope(credentials, endpoint, "900123456", "900999888", SOFTWARE, NOW)
    headers = {"Server": "x\udcff ana@x.co", "Location": "https://dian.test/y?token=abc", "Set-Cookie": "abc"}
    body = ANSWERS[0].read_bytes()
    answer = classify(200, body)
    exchange = Exchange(endpoint, NOW, question, Reply(302, headers, bytearray(body)), NOW, answer)
    assert len(repr(exchange)) < 1_000  # event loops make one, and what it says may be logged
    document = exchange.document()
    assert "token=abc" not in json.dumps(document)
    assert "Set-Cookie" not in document["headers"]
    assert document["headers"]["Location"] == "https://dian.test/y"
    assert (document["method"], document["url"], document["status"]) == ("POST", "https://dian.test/x", 302)
    nothing = Exchange(endpoint, NOW, question, Reply(), NOW, answer).document()
    assert (nothing["status"], nothing["headers"], nothing["body"], nothing["clock_skew_s"]) == (None, {}, "", None)
    json.dumps(nothing, ensure_ascii=False).encode()


def test_the_same_answer_at_another_moment_is_the_same() -> None:
    def said(minute: int, code: str = "999") -> str:
        return lasting(
            f"<a:RelatesTo s:x='1'>urn:uuid:56f2ae4e-9812-4fad-9255-08fcfcd5cc{minute}</a:RelatesTo>"
            f"<u:Timestamp><u:Created>2026-11-24T15:{minute}:00.000Z</u:Created></u:Timestamp><b:Code>{code}</b:Code>"
        )

    assert said(10) == said(59)
    assert said(10).count(MARK) == 2
    assert said(10).endswith("</u:Created></u:Timestamp><b:Code>999</b:Code>")
    assert said(10) != said(10, "998")


@pytest.mark.parametrize(
    "sign", [b"a", b"a@", b"<TechnicalKey>", b'"TechnicalKey": "', b"<TechnicalKey ", b"\\\\", b"&#64", b"<Created>"]
)
def test_nothing_takes_it_long(sign: bytes) -> None:
    body = sign * (10_000_000 // len(sign))
    assert len(lasting(sanitised(body)).encode()) <= MOST_BYTES
    assert len(scrubbed(body.decode())) <= 300
