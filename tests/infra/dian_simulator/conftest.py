"""A provider's credentials, and certificates of every other kind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from activities.dian.certificate import Credentials, development_pkcs12, load

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
Issue = Callable[..., Credentials]


@pytest.fixture(scope="session")
def credentials() -> Credentials:
    return load(development_pkcs12("900999888-5"))


@pytest.fixture(scope="session")
def issue() -> Issue:
    """Makes a certificate in date at NOW, signed by itself or by an issuer."""

    def made(
        subject: dict[str, str],
        *,
        issuer: Credentials | None = None,
        ca: bool = False,
        bits: int = 2048,
        days: int = 30,
    ) -> Credentials:
        key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        name = x509.Name([x509.NameAttribute(x509.ObjectIdentifier(oid), text) for oid, text in subject.items()])
        signer = issuer or Credentials(key, None, "")  # type: ignore[arg-type] # its own certificate is being made
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer.certificate.subject if issuer else name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=30))
            .not_valid_after(NOW - timedelta(days=30) + timedelta(days=30 + days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(signer.key, hashes.SHA256())
        )
        return Credentials(key, certificate, "")

    return made
