"""The second and third ledger: what the records hold, and what the outside saw."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path

import asyncpg
import boto3

from domain.state import Event
from infra.embedded.addresses import S3

MAILED_WITHIN_S = 180.0
_TIMELINE = """
    SELECT onboarding_id, seq, at, name, actor, verified, channel, reason, before, after
    FROM dse.happened WHERE source = 'workflow' ORDER BY onboarding_id, seq
"""
_DOUBLED = "SELECT count(*) FROM dse.certificate_grant WHERE effect_key LIKE '%#%'"
_UNSENT = "SELECT count(*) FROM dse.mail WHERE coalesce(sent_at, dropped_at, bounced_at) IS NULL AND try_at <= now()"


@dataclass(frozen=True)
class Effect:
    """A grant or a voucher type as it was done."""

    nit: str
    kind: str
    key: str
    stands: bool
    """Neither revoked nor released."""


@dataclass(frozen=True)
class Records:
    closed: dict[str, tuple[str, str | None]]
    """NIT and end of each onboarding, by its id."""
    events: dict[str, list[Event]]
    """What each onboarding's workflow told, by its own numbers."""
    effects: list[Effect]
    mails: dict[str, tuple[str, str]]
    """Onboarding and kind of each mail, by Message-ID."""


@dataclass(frozen=True)
class Outside:
    objects: Counter[str]
    """How often each letter and scan was stored."""
    mails: set[str]
    """Message-IDs that reached a mailbox."""


async def until_doubled(dsn: str, count: int) -> None:
    """Returns once the store without keys has granted so often anew; the records may be away meanwhile."""
    while True:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            connection = await asyncpg.connect(dsn, timeout=5)
            try:
                if await connection.fetchval(_DOUBLED) >= count:
                    return
            finally:
                await connection.close(timeout=1)
        await asyncio.sleep(1)


async def records(dsn: str) -> Records:
    """Read once every mail has been sent, or after a while."""
    connection = await asyncpg.connect(dsn)
    try:
        for _ in range(int(MAILED_WITHIN_S)):
            if not await connection.fetchval(_UNSENT):
                break
            await asyncio.sleep(1)
        onboardings = await connection.fetch("SELECT onboarding_id, nit, closed FROM dse.onboarding")
        grants = await connection.fetch(
            "SELECT nit, effect_key, revoked_at IS NULL AS stands FROM dse.certificate_grant"
        )
        vouchers = await connection.fetch(
            "SELECT nit, effect_key, document_type, released_at IS NULL AS stands FROM dse.voucher_type"
        )
        mails = await connection.fetch(
            "SELECT message_id, onboarding_id, kind FROM dse.mail WHERE dropped_at IS NULL AND try_at <= now()"
        )
        events: dict[str, list[Event]] = {}
        for row in await connection.fetch(_TIMELINE):
            told = dict(row)
            events.setdefault(told.pop("onboarding_id"), []).append(Event(**told))
    finally:
        await connection.close()
    return Records(
        closed={row["onboarding_id"]: (row["nit"], row["closed"]) for row in onboardings},
        events=events,
        effects=[Effect(row["nit"], "grant", row["effect_key"], row["stands"]) for row in grants]
        + [Effect(row["nit"], row["document_type"], row["effect_key"], row["stands"]) for row in vouchers],
        mails={row["message_id"]: (row["onboarding_id"], row["kind"]) for row in mails},
    )


def outside(store: S3, mailbox: Path) -> Outside:
    s3 = boto3.client(
        "s3",
        endpoint_url=store.endpoint,
        aws_access_key_id=store.access_key,
        aws_secret_access_key=store.secret_key,
        region_name="us-east-1",
    )
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=store.bucket)
    objects = Counter(version["Key"] for page in pages for version in page.get("Versions", ()))
    return Outside(objects, set(_message_ids(list(mailbox.glob("*.eml")))))


def _message_ids(files: Sequence[Path]) -> list[str]:
    parser = BytesHeaderParser()
    return [str(parser.parsebytes(file.read_bytes())["Message-ID"]).strip() for file in files]
