"""Settings made into adapters. Each imports what it needs when it is asked for: a verb pays only for what it uses."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding

from activities.dian.certificate import Credentials, development_pkcs12
from activities.dian.certificate import load as load_credentials
from activities.dian.errors import DianError, EndpointError
from activities.errors import AwayError
from activities.letter.seal import DEVELOPMENT_KEYS, LetterKeys
from workers import tracing
from workers.settings import Settings, SettingsError

if TYPE_CHECKING:
    from activities.dian.client import DianClient
    from activities.store.documents import Documents
    from activities.store.expiring import Expiring
    from activities.store.reading import Reading
    from activities.store.sweeping import Sweeping
    from activities.store.timeline import Timeline
    from activities.store.unknown import Unknown


@asynccontextmanager
async def reading(settings: Settings) -> "AsyncIterator[Reading]":
    from activities.store import pool
    from activities.store.reading import Reading

    async with pool.connect(settings.postgres_dsn.get_secret_value(), most=2) as connections:
        yield Reading(connections)


@asynccontextmanager
async def expiring(settings: Settings) -> "AsyncIterator[Expiring]":
    from activities.store import pool
    from activities.store.expiring import Expiring

    async with pool.connect(settings.postgres_dsn.get_secret_value(), most=2) as connections:
        yield Expiring(connections)


@asynccontextmanager
async def sweeping(settings: Settings) -> "AsyncIterator[Sweeping]":
    from activities.store import pool
    from activities.store.sweeping import Sweeping

    async with pool.connect(settings.postgres_dsn.get_secret_value(), most=2) as connections:
        yield Sweeping(connections)


@asynccontextmanager
async def timeline(settings: Settings) -> "AsyncIterator[Timeline]":
    from activities.store import pool
    from activities.store.timeline import Timeline

    async with pool.connect(settings.postgres_dsn.get_secret_value(), most=2) as connections:
        yield Timeline(connections)


@asynccontextmanager
async def unknown(settings: Settings) -> "AsyncIterator[Unknown]":
    from activities.store import pool
    from activities.store.unknown import Unknown

    async with pool.connect(settings.postgres_dsn.get_secret_value(), most=2) as connections:
        yield Unknown(connections)


@asynccontextmanager
async def documents(settings: Settings) -> "AsyncIterator[Documents]":
    from activities.store.documents import Documents

    store = Documents(
        settings.s3_endpoint or None,
        settings.s3_bucket,
        settings.s3_access_key,
        settings.s3_secret_key.get_secret_value(),
        settings.s3_region,
    )
    try:
        yield store
    finally:
        store.close()


@asynccontextmanager
async def dian(settings: Settings, endpoint: str) -> "AsyncIterator[DianClient]":
    """Raises SettingsError if the endpoint can't be used, nor the certificate; it must be the provider's."""
    from activities.dian.client import DianClient

    try:
        client = DianClient(
            credentials(settings),
            endpoint,
            settings.provider_nit,
            settings.software_code,
            environment=settings.environment,
            seconds=settings.dian_timeout.total_seconds(),
            tracer=tracing.tracer(),
        )
    except EndpointError as error:
        raise SettingsError(f"DSE_DIAN_ENDPOINT: {error}") from None
    async with client:
        yield client


def credentials(settings: Settings) -> Credentials:
    """The provider's certificate; a development one is made on first use outside produccion."""
    if settings.dian_certificate is None:
        development_certificate(settings)
    return _provided(settings)


def _provided(settings: Settings) -> Credentials:
    """What the certificate's file holds. Raises SettingsError, also if it is another NIT's, which DIAN refuses."""
    file = settings.certificate_file
    try:
        known = load_credentials(file.read_bytes(), settings.certificate_password)
    except (OSError, DianError) as error:
        raise SettingsError(f"DSE_DIAN_CERTIFICATE ({file}): {error}") from None
    if known.names(settings.provider_nit):
        return known
    differs = f"The certificate {file} names the NIT {known.nit}, but DSE_PROVIDER_NIT is {settings.provider_nit}."
    if settings.dian_certificate is not None:
        raise SettingsError(f"{differs} Set DSE_PROVIDER_NIT to that, or DSE_DIAN_CERTIFICATE to the provider's.")
    pem = file.with_suffix(".pem").name
    raise SettingsError(
        f"{differs} It is a development certificate: delete {file} and {pem} beside it, and another is made."
    )


def development_certificate(settings: Settings) -> Path:
    """Where the PEM lies that a simulator may trust; certificate and key are made if there are none."""
    file = settings.certificate_file
    pem = file.with_suffix(".pem")
    if settings.environment == "produccion":
        raise SettingsError("DSE_DIAN_CERTIFICATE is not set (produccion takes no development certificate)")
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = development_pkcs12(settings.provider_nit, password=settings.certificate_password)
        partial = file.with_suffix(f".{os.getpid()}.tmp")
        partial.touch(mode=0o600)
        partial.write_bytes(made)
        partial.rename(file)
    known = _provided(settings)
    if not pem.exists():
        pem.write_bytes(known.certificate.public_bytes(Encoding.PEM))
    return pem


def letter_keys(settings: Settings) -> LetterKeys:
    """The keys that seal letters. Raises SettingsError if they can't be read, or are public ones in produccion."""
    given = settings.letter_keys.get_secret_value()
    production = settings.environment == "produccion"
    if production and DEVELOPMENT_KEYS.partition(":")[2] in given:
        raise SettingsError("DSE_LETTER_KEYS holds the public development key: in produccion make one of your own")
    try:
        return LetterKeys.parse(given if given or production else DEVELOPMENT_KEYS)
    except ValueError as error:
        raise SettingsError(f"DSE_LETTER_KEYS: {error}") from None


def whereabouts(settings: Settings, error: AwayError) -> tuple[str, str]:
    """A part that is away by the name people know, and where it was looked for."""
    match error.part:
        case "documents":
            return "S3", settings.s3_endpoint or "DSE_S3_ENDPOINT, which is not set"
        case "mail":
            return "The mail server", _host(settings.smtp_url.get_secret_value()) or "DSE_SMTP_URL, which is not set"
        case _:
            dsn = settings.postgres_dsn.get_secret_value()
            return "PostgreSQL", _host(dsn) or "DSE_POSTGRES_DSN, which is not set"


def _host(url: str) -> str:
    """Host and port alone: the rest of an address may hold a password."""
    address = urlsplit(url)
    return f"{address.hostname}:{address.port}" if address.hostname else ""
