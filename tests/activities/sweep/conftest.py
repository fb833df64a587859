"""Records and documents of these tests' own, with nothing in them but what a test puts there."""

import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
import boto3
import pytest
import pytest_asyncio

from activities.records import Bookkeeping
from activities.store.documents import Documents
from activities.store.keyed import Keyed
from activities.store.mail import Mailer
from activities.store.outbox import Outbox
from activities.store.pool import Pool, connect
from activities.store.reading import Reading
from activities.store.records import Records
from activities.store.sweeping import Sweeping
from activities.sweep import Sweep
from domain.effects import EndSweep, LookThrough
from domain.findings import CLOCKS_APART, Source
from infra.embedded.addresses import S3, Mail
from infra.migrations import migrate
from tests.activities.company import OPERATORS, SENDER, SUPERVISORS, Company, record

ENVIRONMENT = "habilitacion"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class At(Sweeping):
    """The records' clock stands where a test wants it."""

    at: datetime | None = None

    async def now(self) -> datetime:
        return self.at or await super().now()


@dataclass
class Scene:
    """Records and documents of its own, with nothing in them."""

    pool: Pool
    store: At
    documents: Documents
    books: Bookkeeping
    keyed: Keyed
    outbox: Outbox

    @property
    def sweep(self) -> Sweep:
        return Sweep(self.store, self.documents, mail_domain=self.outbox.domain, operators_mail=OPERATORS)

    async def look(self, source: Source, off: timedelta = timedelta(0)) -> int | None:
        """What is found; None if nothing was judged."""
        at = await self.store.now() + off
        looked = await self.sweep.sweep(LookThrough(environment=ENVIRONMENT, source=source, at=at))
        return None if looked.clocks_apart else looked.found

    async def end(self, *away: Source, off: timedelta = timedelta(0)) -> None:
        at = await self.store.now() + off
        found = {source: 1 for source in Source if source not in away}
        apart = abs(off) > CLOCKS_APART
        ending = EndSweep(environment=ENVIRONMENT, at=at, ended_at=at + MINUTE, found=found, clocks_apart=apart)
        swept = await self.sweep.end_sweep(ending)
        assert (swept.missing, swept.told) == (away, True)

    async def found(self) -> dict[str, list[str]]:
        """NITs by code."""
        found: dict[str, list[str]] = {}
        for each in await self.store.findings(ENVIRONMENT):
            found.setdefault(each.finding.code.value, []).append(each.finding.nit)
        return found

    async def change(self, company: Company, **columns: object) -> None:
        sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, 2))
        await self.pool.execute(
            f"UPDATE dse.onboarding SET {sets} WHERE onboarding_id = $1", company.onboarding_id, *columns.values()
        )

    async def company(self, **columns: object) -> Company:
        """One that waits and is late with nothing, unless these columns say so."""
        company = Company()
        await self.books.record(record(company.begun()))
        await self.change(company, **{"due_at": None, "overdue_noticed": True, **columns})
        return company


@pytest.fixture(scope="session")
def bucket(s3: S3) -> Iterator[str]:
    client = boto3.client(
        "s3",
        endpoint_url=s3.endpoint,
        aws_access_key_id=s3.access_key,
        aws_secret_access_key=s3.secret_key,
        region_name="us-east-1",
    )
    name = f"sweep-{uuid.uuid4().hex[:8]}"
    client.create_bucket(Bucket=name)
    yield name
    client.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def own(dsn: str) -> AsyncIterator[Pool]:
    """A database of these tests, in which also what only grows may be emptied between them."""
    name = f"t{uuid.uuid4().hex}"
    server = await asyncpg.connect(dsn)
    await server.execute(f"CREATE DATABASE {name}")
    await server.close()
    at = dsn.rpartition("/")[0] + f"/{name}"
    await migrate(at)
    async with connect(at) as pool:
        for table in ("timeline", "expiry_told"):
            await pool.execute(f"DROP TRIGGER {table}_only_grows ON dse.{table}")
        yield pool


@pytest_asyncio.fixture
async def scene(own: Pool, s3: S3, bucket: str, mail: Mail) -> AsyncIterator[Scene]:
    await own.execute("TRUNCATE dse.company, dse.tombstone, dse.finding, dse.sweep, dse.sweep_pass CASCADE")
    documents = Documents(s3.endpoint, bucket, s3.access_key, s3.secret_key)
    outbox, keyed = Outbox(own, Mailer(mail.smtp, SENDER)), Keyed(own)
    books = Bookkeeping(
        Records(own),
        Reading(own),
        keyed,
        outbox,
        mandated_wait=3 * HOUR,
        provider_name="Proveedor S.A.S.",
        software_name="Factura Fácil",
        operators_mail=OPERATORS,
        supervisors_mail=SUPERVISORS,
    )
    yield Scene(own, At(own), documents, books, keyed, outbox)
    documents.close()


def ago(**lasted: float) -> datetime:
    return datetime.now(UTC) - timedelta(**lasted)
