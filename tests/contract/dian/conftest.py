"""A provider that asks, and servers' certificates that it should and should not trust."""

import ssl
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from activities.dian.certificate import Credentials, development_pkcs12, load
from activities.dian.client import modern_tls

PROVIDER, COMPANY = "900999888-5", "900123456-8"
SOFTWARE = "56f2ae4e-9812-4fad-9255-08fcfcd5ccb0"


@dataclass(frozen=True)
class Tls:
    """A server's side, and what the client trusts."""

    server: ssl.SSLContext
    client: ssl.SSLContext


@pytest.fixture(scope="session")
def credentials() -> Credentials:
    return load(development_pkcs12(PROVIDER))


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory, credentials: Credentials) -> Callable[[str], Tls]:
    """By name: trusted, untrusted, expired, other_host, old (TLS 1.1)."""
    folder = tmp_path_factory.mktemp("tls")

    @cache
    def made(name: str) -> Tls:
        host = "dian.example" if name == "other_host" else "localhost"
        ends = datetime.now(UTC) + timedelta(days=-1 if name == "expired" else 1)
        pem = _pem(folder / f"{name}.pem", credentials, host, ends)
        server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), modern_tls()
        server.load_cert_chain(pem)
        if name != "untrusted":
            client.load_verify_locations(pem)
        if name == "old":
            with warnings.catch_warnings(action="ignore"):  # that it is old
                server.minimum_version, server.maximum_version = (
                    ssl.TLSVersion.MINIMUM_SUPPORTED,
                    ssl.TLSVersion.TLSv1_1,
                )
        return Tls(server, client)

    return made


def _pem(file: Path, credentials: Credentials, host: str, ends: datetime) -> Path:
    key, name = credentials.key, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=3))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
    return file
