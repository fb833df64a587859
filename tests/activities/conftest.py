"""The real parts, once for all tests: PostgreSQL, S3, DIAN's simulator, mail. No worker, no Temporal."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.serialization import Encoding

from activities.certificate import Certificate
from activities.dian.breaker import Breaker
from activities.dian.certificate import Credentials, development_pkcs12, load
from activities.dian.client import DianClient
from activities.letter.isolation import Decoders
from activities.letter.seal import DEVELOPMENT_KEYS, LetterKeys
from activities.letters import Letters
from activities.ranges import Ranges
from activities.records import Bookkeeping
from activities.store.documents import Documents
from activities.store.keyed import Keyed
from activities.store.mail import Mailer
from activities.store.outbox import Outbox
from activities.store.pool import Pool, connect
from activities.store.reading import Reading
from activities.store.records import Records
from activities.store.timeline import Timeline
from activities.store.unknown import Unknown
from activities.vouchers import Vouchers
from infra.embedded.addresses import S3, Dian, Mail
from infra.embedded.part import PartName
from infra.embedded.stack import Stack, running
from infra.migrations import migrate
from tests.activities.company import OPERATORS, PROVIDER, SENDER, SOFTWARE, SUPERVISORS

PARTS: tuple[PartName, ...] = ("postgres", "s3", "dian", "mail")


@pytest.fixture(scope="session")
def credentials() -> Credentials:
    return load(development_pkcs12(PROVIDER))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory, credentials: Credentials) -> AsyncIterator[Stack]:
    folder: Path = tmp_path_factory.mktemp("stack")
    trust = folder / "trust.pem"
    trust.write_bytes(credentials.certificate.public_bytes(Encoding.PEM))
    known = ("--provider-nit", PROVIDER, "--software-code", SOFTWARE, "--trust", str(trust))
    data = folder / "data"
    async with running(data, durable=False, parts=PARTS, dian_args=known, migrate=migrate) as stack:
        yield stack


@pytest.fixture(scope="session")
def dsn(stack: Stack) -> str:
    assert stack.addresses.postgres is not None
    return stack.addresses.postgres


@pytest.fixture(scope="session")
def s3(stack: Stack) -> S3:
    assert stack.addresses.s3 is not None
    return stack.addresses.s3


@pytest.fixture(scope="session")
def mail(stack: Stack) -> Mail:
    assert stack.addresses.mail is not None
    return stack.addresses.mail


@pytest.fixture(scope="session")
def dian_at(stack: Stack) -> Dian:
    assert stack.addresses.dian is not None
    return stack.addresses.dian


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pool(dsn: str) -> AsyncIterator[Pool]:
    async with connect(dsn) as pool:
        yield pool


@pytest.fixture(scope="session")
def documents(s3: S3) -> Documents:
    return Documents(s3.endpoint, s3.bucket, s3.access_key, s3.secret_key)


@pytest.fixture(scope="session")
def reading(pool: Pool) -> Reading:
    return Reading(pool)


@pytest.fixture(scope="session")
def timeline(pool: Pool) -> Timeline:
    return Timeline(pool)


@pytest.fixture(scope="session")
def keyed(pool: Pool) -> Keyed:
    return Keyed(pool)


@pytest.fixture(scope="session")
def outbox(pool: Pool, mail: Mail) -> Outbox:
    return Outbox(pool, Mailer(mail.smtp, SENDER))


@pytest.fixture(scope="session")
def bookkeeping(pool: Pool, reading: Reading, keyed: Keyed, outbox: Outbox) -> Bookkeeping:
    return Bookkeeping(
        Records(pool),
        reading,
        keyed,
        outbox,
        mandated_wait=timedelta(hours=3),
        provider_name="Proveedor S.A.S.",
        software_name="Factura Fácil",
        operators_mail=OPERATORS,
        supervisors_mail=SUPERVISORS,
    )


@pytest.fixture(scope="session")
def certificate(keyed: Keyed, credentials: Credentials) -> Certificate:
    return Certificate(keyed, credentials, timedelta(days=365))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def decoders() -> AsyncIterator[Decoders]:
    async with Decoders() as decoders:
        yield decoders


@pytest.fixture(scope="session")
def letters(documents: Documents, decoders: Decoders) -> Letters:
    keys = LetterKeys.parse(DEVELOPMENT_KEYS)
    period = timedelta(days=365)
    return Letters(documents, keys, decoders, provider_nit=PROVIDER, provider_name="Proveedor S.A.S.", period=period)


@pytest.fixture(scope="session")
def vouchers(keyed: Keyed) -> Vouchers:
    return Vouchers(keyed)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def dian(dian_at: Dian, credentials: Credentials) -> AsyncIterator[DianClient]:
    client = DianClient(credentials, dian_at.endpoint, PROVIDER, SOFTWARE, environment="habilitacion")
    async with client:
        yield client


@pytest.fixture(scope="session")
def unknown(pool: Pool) -> Unknown:
    return Unknown(pool)


@pytest.fixture(scope="session")
def ranges(dian: DianClient, reading: Reading, unknown: Unknown, credentials: Credentials) -> Ranges:
    return Ranges(dian, reading, unknown, credentials, Breaker())
