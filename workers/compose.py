"""Settings made into adapters, and adapters into activities: the one place that knows who uses what."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding

from activities.certificate import Certificate
from activities.dian.certificate import Credentials, development_pkcs12
from activities.dian.certificate import load as load_credentials
from activities.dian.client import DianClient
from activities.dian.errors import DianError
from activities.errors import AwayError
from activities.letter.seal import DEVELOPMENT_KEYS, LetterKeys
from activities.letters import Letters
from activities.ranges import Ranges
from activities.records import Bookkeeping
from activities.store import pool
from activities.store.documents import Documents
from activities.store.keyed import Keyed
from activities.store.mail import Mailer
from activities.store.outbox import Outbox
from activities.store.reading import Reading
from activities.store.records import Records
from activities.vouchers import Vouchers
from workers.settings import Settings, SettingsError

Activity = Callable[..., Any]


@dataclass(frozen=True)
class Effects:
    """The activities of one worker, by the queue that they are asked for on."""

    ours: tuple[Activity, ...]
    at_dian: tuple[Activity, ...]
    outbox: Outbox


@asynccontextmanager
async def effects(settings: Settings) -> AsyncIterator[Effects]:
    """Everything a worker needs; parts that are away are waited for by the activities themselves."""
    known = credentials(settings)
    async with (
        dian(settings, settings.dian_endpoint) as client,
        pool.connect(settings.postgres_dsn.get_secret_value()) as connections,
        documents(settings) as store,
    ):
        keyed, reader = Keyed(connections), Reading(connections)
        outbox = Outbox(connections, Mailer(settings.smtp_url.get_secret_value(), settings.mail_from))
        books = Bookkeeping(
            Records(connections),
            reader,
            keyed,
            outbox,
            mandated_wait=settings.mandated_wait,
            provider_name=settings.provider_name,
            software_name=settings.software_name,
        )
        letters = Letters(
            store,
            letter_keys(settings),
            provider_nit=settings.provider_nit,
            provider_name=settings.provider_name,
            period=settings.grant_period,
        )
        ranges = Ranges(client, reader, known)
        certificate = Certificate(keyed, known, settings.grant_period)
        vouchers = Vouchers(keyed)
        yield Effects(
            ours=(
                books.recall,
                books.undo,
                books.record,
                letters.issue_letter,
                letters.check_scan,
                certificate.grant_certificate,
                vouchers.claim_voucher_type,
            ),
            at_dian=(ranges.look_up_ranges, ranges.read_back),
            outbox=outbox,
        )


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[Reading]:
    async with pool.connect(settings.postgres_dsn.get_secret_value(), most=2) as connections:
        yield Reading(connections)


@asynccontextmanager
async def documents(settings: Settings) -> AsyncIterator[Documents]:
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
async def dian(settings: Settings, endpoint: str) -> AsyncIterator[DianClient]:
    """Raises SettingsError if the endpoint or the certificate can't be used."""
    try:
        client = DianClient(
            credentials(settings),
            endpoint,
            settings.provider_nit,
            settings.software_code,
            environment=settings.environment,
        )
    except DianError as error:
        raise SettingsError(f"DSE_DIAN_ENDPOINT or DSE_DIAN_CERTIFICATE: {error}") from None
    async with client:
        yield client


def credentials(settings: Settings) -> Credentials:
    """The provider's certificate; a development one is made on first use outside produccion."""
    file = settings.certificate_file
    if settings.dian_certificate is None:
        development_certificate(settings)
    try:
        return load_credentials(file.read_bytes(), settings.certificate_password)
    except (OSError, DianError) as error:
        raise SettingsError(f"DSE_DIAN_CERTIFICATE ({file}): {error}") from None


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
    if not pem.exists():
        known = load_credentials(file.read_bytes(), settings.certificate_password)
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
