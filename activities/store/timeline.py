"""The timeline: all that happened in a company's last onboarding, and whether it still is as it was written.

Each entry's hash covers the entry and the hash before it. PostgreSQL sets it on insert (migration 0005) and refuses
every change. Verifying computes the chain here, not there: who may rewrite a table may rewrite a function.

It proves that nobody changed, removed, moved or slipped in an entry without computing all later hashes anew; and, by
what the other tables say was told, that the end was not cut off. Whoever may write the whole database can do all of
that. Only a head noted elsewhere helps against them: then every entry up to it is as it was. What is *added*, by
whoever may, is chained like all else: the chain says neither who wrote it nor that it is true.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from activities.store.pool import Pool, transaction
from domain.state import Event
from domain.values import Value

_ENTRIES = """
    SELECT place AS seq, at, name, actor, verified, channel, reason, before, after FROM dse.happened
    WHERE onboarding_id = (
        SELECT onboarding_id FROM dse.onboarding
        WHERE environment = $1 AND nit = $2
        ORDER BY started_at DESC, onboarding_id DESC
        LIMIT 1
    )
    ORDER BY place
"""
_ONBOARDINGS = """
    SELECT onboarding_id, seq AS workflow,
        (
            SELECT count(*) + count(sent_at) + count(dropped_at) + count(bounced_at) FROM dse.mail AS each
            WHERE each.onboarding_id = this.onboarding_id
        ) AS mail,
        (SELECT count(*) FROM dse.expiry_told AS each WHERE each.onboarding_id = this.onboarding_id) AS watch
    FROM dse.onboarding AS this
    WHERE environment = $1 AND nit = $2
    ORDER BY started_at DESC, onboarding_id DESC
"""
"""Newest first; how many entries each source has told, as the other tables say."""
_CHAIN = """
    SELECT onboarding_id, place, source, seq, fence, at, name, actor, verified, channel, reason, before, after, hash
    FROM dse.timeline
    WHERE onboarding_id = $1
    ORDER BY place
"""
Entry: TypeAlias = Mapping[str, Any]
"""A row of `_CHAIN`, its columns in that order."""
_SOURCES = ("workflow", "mail", "watch")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Verified(Value):
    """What verifying a chain found."""

    intact: bool
    entries: int
    head: str
    """The hash, in hexadecimal, of the last entry up to which all is right."""
    broken_at: int | None = None
    """The first place where the chain isn't right; None also where no place can be told."""
    why: str = ""


class Timeline:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def entries(self, environment: str, nit: str) -> list[Event]:
        """What happened in the company's last onboarding, numbered by place: what was told again and otherwise, by a
        repeated workflow task, leaves a gap. Raises AwayError."""
        async with transaction(self._pool) as connection:
            return [Event(**row) for row in await connection.fetch(_ENTRIES, environment, nit)]

    async def verify(self, environment: str, nit: str, head: str = "") -> Verified | None:
        """Whether the chain of the company's last onboarding is whole, and its chains still hold this head, if one is
        given: it may be a former onboarding's. None: the records know no onboarding. Raises AwayError."""
        async with transaction(self._pool) as connection:
            onboardings = await connection.fetch(_ONBOARDINGS, environment, nit)  # first: entries only grow
            chains: list[Sequence[Entry]] = []
            for each in onboardings if head else onboardings[:1]:
                chains.append([dict(row) for row in await connection.fetch(_CHAIN, each["onboarding_id"])])
        if not chains:
            return None
        found = verified(chains[0], {source: onboardings[0][source] for source in _SOURCES})
        if not found.intact or not head or any(head in _heads(chain) for chain in chains):
            return found
        return _not(found, None, "no entry has this head: the chain was rewritten since that was noted")


def verified(chain: Sequence[Entry], least: Mapping[str, int]) -> Verified:
    """What is found in an onboarding's entries by place; `least`: how many each source has told at least."""
    heads = _heads(chain)
    found = Verified(intact=True, entries=len(chain), head=heads[-1] if heads else "")
    following = len(heads) + 1
    if len(heads) < len(chain):
        return _not(found, following, _wrong(chain[len(heads)], following))
    for source, count in least.items():
        told = {row["seq"] for row in chain if row["source"] == source}
        if missing := sorted(set(range(1, count + 1)) - told):
            cut_off = missing[0] > max(told, default=0)
            why = f"of {count} entries by the {source}, number {missing[0]} is missing"
            return _not(found, following if cut_off else None, why)
    return found


def _not(found: Verified, at: int | None, why: str) -> Verified:
    return found.model_copy(update={"intact": False, "broken_at": at, "why": why})


def _wrong(row: Entry, place: int) -> str:
    if row["place"] > place:
        return f"entry {place} is missing: {row['place']} comes in its place"
    if row["place"] < place:
        return f"entry {row['place']} is there twice"
    return f"entry {place} ({row['name']}) is not what was written there, or doesn't follow the one before it"


def _heads(chain: Sequence[Entry]) -> list[str]:
    """The hash after each entry, computed anew, as far as the chain is right."""
    heads: list[str] = []
    previous = b""
    for place, row in enumerate(chain, 1):
        previous = hashlib.sha256(previous + _hashed(row)).digest()
        if row["place"] != place or row["hash"] != previous:
            break
        heads.append(previous.hex())
    return heads


def _hashed(row: Entry) -> bytes:
    """The entry as PostgreSQL's jsonb writes it: every column but the hash, the time in microseconds."""
    at = (row["at"] - _EPOCH) // timedelta(microseconds=1)
    told = [at if name == "at" else value for name, value in row.items() if name != "hash"]
    return json.dumps(told, ensure_ascii=False).encode()
