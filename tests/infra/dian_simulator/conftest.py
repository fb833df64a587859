"""A provider's certificate and every other kind of certificate; a running simulator."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from .signing import Signer
from .site import Site, site

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
Issue = Callable[..., Signer]


@pytest.fixture(scope="session")
def issue() -> Issue:
    """Makes a certificate in date at a moment, signed by itself or by an issuer."""

    def made(
        subject: dict[str, str],
        *,
        issuer: Signer | None = None,
        ca: bool = False,
        bits: int = 2048,
        days: int = 30,
        at: datetime = NOW,
    ) -> Signer:
        key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        name = x509.Name([x509.NameAttribute(x509.ObjectIdentifier(oid), text) for oid, text in subject.items()])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer.certificate.subject if issuer else name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - timedelta(days=30))
            .not_valid_after(at + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(issuer.key if issuer else key, hashes.SHA256())
        )
        return Signer(key, certificate)

    return made


@pytest.fixture(scope="session")
def provider(issue: Issue) -> Signer:
    """In date on the day of the test."""
    return issue({"2.5.4.5": "900999888-5"}, at=datetime.now(UTC))


@pytest.fixture
async def simulator(tmp_path: Path, provider: Signer) -> AsyncIterator[Site]:
    async with site(tmp_path, provider) as made:
        yield made
