"""Loading the provider's certificate: what is taken, what is refused and in which words."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.dian.certificate import EXPIRES_SOON, Credentials, development_pkcs12, load, wrong_with
from activities.dian.errors import CertificateError
from domain.nit import check_digit

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
LOCKED = development_pkcs12("900999888-5", "Proveedor", "right")
WEAK_BITS = 1024


def file(subject: dict[str, str], key: Key = RSA, *, with_key: bool = True, days: int = 30) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.ObjectIdentifier(oid), text) for oid, text in subject.items()])
    begins = datetime.now(UTC) - timedelta(days=60)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=60 + days))
        .sign(key, hashes.SHA256())
    )
    if not with_key:
        return pkcs12.serialize_java_truststore([pkcs12.PKCS12Certificate(certificate, None)], NoEncryption())
    return pkcs12.serialize_key_and_certificates(None, key, certificate, None, NoEncryption())


@pytest.mark.parametrize(
    "subject",
    [
        {"2.5.4.5": "900999888"},
        {"2.5.4.5": "9009998885"},
        {"2.5.4.5": "900999888-5"},
        {"2.5.4.5": "NIT 900.999.888-5"},
        {"1.3.6.1.4.1.23267.2.3": "900999888"},
        {"1.3.6.1.4.1.31136.1.1.20.2": "9009998885"},
        {"2.5.4.97": "VATCO-900999888-5"},
        {"2.5.4.97": "800197268", "2.5.4.5": "900999888"},
        {"2.5.4.5": "", "2.5.4.97": "900999888"},
    ],
    ids=str,
)
def test_the_nit_is_found_where_dian_looks(subject: dict[str, str]) -> None:
    subject = {oid: text for oid, text in subject.items() if text}
    assert load(file(subject)).nit == "900999888-5"


@pytest.mark.parametrize(
    ("content", "password", "code"),
    [
        (b"", "", "certificate_unreadable"),
        (b"junk", "", "certificate_unreadable"),
        (file({"2.5.4.5": "900999888"})[:-40], "", "certificate_unreadable"),
        (LOCKED, "wrong", "certificate_unreadable"),
        (LOCKED, "", "certificate_unreadable"),
        (file({"2.5.4.5": "900999888"}, with_key=False), "", "certificate_incomplete"),
        (file({"2.5.4.5": "900999888"}, ec.generate_private_key(ec.SECP256R1())), "", "certificate_key"),
        (file({"2.5.4.5": "900999888"}, rsa.generate_private_key(65537, WEAK_BITS)), "", "certificate_key"),
        (file({"2.5.4.3": "Representante, Ana"}), "", "certificate_nit"),
    ],
)
def test_what_is_no_use_is_refused_in_a_sentence(content: bytes, password: str, code: str) -> None:
    with pytest.raises(CertificateError) as refused:
        load(content, password)
    assert refused.value.code == code
    assert str(refused.value).endswith(".")
    assert "Ana" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_one_out_of_date_is_loaded_and_says_so() -> None:
    """Whether it is good is asked at each use: it runs out while a worker is up."""
    now = datetime.now(UTC)
    assert not load(file({"2.5.4.5": "900999888"}, days=-1)).in_date(now)
    assert load(file({"2.5.4.5": "900999888"}, days=1)).in_date(now)


def test_a_development_certificate_is_good_for_two_years(credentials: Credentials) -> None:
    now = datetime.now(UTC)
    assert credentials.nit == "900999888-5"
    assert credentials.in_date(now)
    assert timedelta(days=728) < credentials.good_until - now < timedelta(days=730)
    assert credentials.key.key_size == 2048
    assert load(LOCKED, "right").nit == "900999888-5"


SECOND = timedelta(seconds=1)


def test_what_is_wrong_is_told_by_its_code_at_each_moment(credentials: Credentials) -> None:
    begins, ends = credentials.certificate.not_valid_before_utc, credentials.good_until
    for at, codes, refused in (
        (begins - SECOND, ["certificate_not_yet"], True),
        (begins, [], False),
        (ends - EXPIRES_SOON, [], False),
        (ends - EXPIRES_SOON + SECOND, ["certificate_expires_soon"], False),
        (ends, ["certificate_expires_soon"], False),
        (ends + SECOND, ["certificate_expired"], True),
    ):
        found = wrong_with(credentials, "900999888-5", at)
        assert [each.code for each in found] == codes
        assert all(each.refused is refused and each.sentence.endswith(".") for each in found)
    both = wrong_with(credentials, "800197268-4", ends + SECOND)
    assert [each.code for each in both] == ["certificate_nit_differs", "certificate_expired"]
    assert "900999888-5" in both[0].sentence
    assert "800197268-4" in both[0].sentence


NUMBERS = st.integers(100_000, 9_999_999_999).map(str)


@settings(deadline=None, max_examples=25)
@given(number=NUMBERS, digit=st.booleans(), other=NUMBERS)
def test_a_nit_is_known_again_with_or_without_its_check_digit(number: str, digit: bool, other: str) -> None:
    """Nine digits may be a NIT, or eight and a check digit: the provider's own must never be refused."""
    nit = f"{number}-{check_digit(number)}"
    subject = nit.replace("-", "") if digit else number
    known = load(file({"2.5.4.5": subject}))
    assert known.names(nit)
    if not (other.startswith(number) or number.startswith(other)):
        assert not known.names(f"{other}-{check_digit(other)}")


def test_credentials_are_silent_about_key_and_subject(credentials: Credentials) -> None:
    assert repr(credentials) == "Credentials(nit='900999888-5')"
