"""The provider's digital certificate, by which DIAN knows who asks."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    KeySerializationEncryption,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from activities.dian.errors import CertificateError
from domain.nit import check_digit, without_check_digit

NIT_ATTRIBUTES = ("2.5.4.5", "1.3.6.1.4.1.23267.2.3", "1.3.6.1.4.1.31136.1.1.20.2", "2.5.4.97")
"""Where DIAN looks for the NIT in the subject, in this order: SERIALNUMBER first."""
KEY_BITS = 2048
_DEVELOPMENT_PERIOD = timedelta(days=730)
_DEFAULT_NAME = "documento soporte, desarrollo"
EXPIRES_SOON = timedelta(days=30)
"""A new certificate of a provider takes days to be issued, and longer to be paid for."""


@dataclass(frozen=True)
class Credentials:
    """What signs an envelope: parsed once, used for every call."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    nit: str
    """The NIT that the certificate names, as `900123456-8`."""

    def __repr__(self) -> str:
        """Silent about key and subject: a certificate may name a person."""
        return f"Credentials(nit={self.nit!r})"

    @property
    def good_until(self) -> datetime:
        return self.certificate.not_valid_after_utc

    def in_date(self, at: datetime) -> bool:
        return self.certificate.not_valid_before_utc <= at <= self.certificate.not_valid_after_utc

    def names(self, nit: str) -> bool:
        """Whether the certificate is of this NIT.

        A subject's digits may come with or without a check digit, and nine digits can be read either way.
        """
        given = without_check_digit(nit)
        digits = self.nit.replace("-", "")
        return without_check_digit(self.nit) == given or digits in (given, f"{given}{check_digit(given)}")


@dataclass(frozen=True)
class Finding:
    """Something wrong with credentials: a stable code, a sentence, and whether DIAN refuses them for it."""

    code: str
    sentence: str
    refused: bool = True


def wrong_with(credentials: Credentials, provider_nit: str, at: datetime) -> tuple[Finding, ...]:
    """What is wrong with a provider's credentials at a moment.

    Codes: certificate_nit_differs, certificate_not_yet, certificate_expired, certificate_expires_soon.
    """
    begins, ends = credentials.certificate.not_valid_before_utc, credentials.good_until
    found = []
    if not credentials.names(provider_nit):
        sentence = f"It names the NIT {credentials.nit}, the provider is {provider_nit}: DIAN answers 401 to all."
        found.append(Finding("certificate_nit_differs", sentence))
    if at < begins:
        found.append(Finding("certificate_not_yet", f"It is good from {_day(begins)} on, not yet."))
    elif at > ends:
        sentence = f"It expired on {_day(ends)}: put a new one in its place and restart the workers."
        found.append(Finding("certificate_expired", sentence))
    elif at > ends - EXPIRES_SOON:
        sentence = f"It expires on {_day(ends)}: order a new one."
        found.append(Finding("certificate_expires_soon", sentence, refused=False))
    return tuple(found)


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def load(pkcs12_bytes: bytes, password: str = "") -> Credentials:
    """The credentials in a PKCS#12 file, which may be out of date. Raises CertificateError."""
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(pkcs12_bytes, password.encode() or None)
    except ValueError:  # cryptography's own words may quote the file
        raise CertificateError(
            "certificate_unreadable", "The certificate is no PKCS#12 file, or its password is another one."
        ) from None
    if key is None or certificate is None:
        raise CertificateError("certificate_incomplete", "The PKCS#12 file lacks a private key or its certificate.")
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < KEY_BITS:
        raise CertificateError("certificate_key", f"DIAN wants an RSA key of {KEY_BITS} bits or more.")
    nit = nit_of(certificate)
    if nit is None:
        raise CertificateError("certificate_nit", "The certificate's subject names no NIT.")
    return Credentials(key, certificate, nit)


def nit_of(certificate: x509.Certificate) -> str | None:
    """The NIT in a certificate's subject, as `900123456-8`, whether or not it comes with its check digit."""
    for oid in NIT_ATTRIBUTES:
        for attribute in certificate.subject.get_attributes_for_oid(x509.ObjectIdentifier(oid)):
            digits = re.sub(r"\D", "", str(attribute.value))
            if len(digits) > 6 and digits[-1] == str(check_digit(digits[:-1])):
                return f"{digits[:-1]}-{digits[-1]}"
            if digits:
                return f"{digits}-{check_digit(digits)}"
    return None


def development_pkcs12(provider_nit: str, common_name: str = _DEFAULT_NAME, password: str = "") -> bytes:
    """A self-signed certificate that only a simulator takes, good for two years; new at each call."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CO"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, without_check_digit(provider_nit)),
        ]
    )
    # It begins a day early: the simulator's clock may be behind.
    begins = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + _DEVELOPMENT_PERIOD)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encryption: KeySerializationEncryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"dian", key, certificate, None, encryption)
