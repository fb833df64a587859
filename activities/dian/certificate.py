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
