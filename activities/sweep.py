"""The sweep: what is stuck, looked for in records, visibility and documents at once, and told once a day by mail."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time

from temporalio import activity

from activities.calendar import after_hours, due, is_business_day
from activities.store.documents import Documents, Listed
from activities.store.mail import OutgoingMail
from activities.store.mail_page import html, text
from activities.store.pool import Row
from activities.store.sweeping import Filed, LastSweep, Sweeping
from activities.visibility import running, still_running
from domain.digest import OLDEST, digest
from domain.effects import END_SWEEP, SWEEP, EndSweep, LookedThrough, LookThrough, Swept
from domain.fields import BOGOTA
from domain.findings import (
    CLOCKS_APART,
    SIGNAL_OVERDUE,
    Finding,
    FindingCode,
    Open,
    Source,
    absent,
    disagreements,
    late,
)
from domain.looks import LONGEST, QUIET
from domain.reminders import Recipient
from domain.steps import ROWS, Step

MOST_DOCUMENTS = 10_000
"""Names in one pass: ten answers of the store's. A fleet with more is looked through part by part, each pass going on
at the company where the last one stopped. Letters and scans don't change once they are there: a round that takes
several sweeps finds what is lost soon enough, and no sweep costs more because the fleet has grown."""
MOST_ABSENT = 1_000
"""Who isn't listed is asked for by id, for a new run may have begun meanwhile; so many don't at one moment."""
MORNING = time(7)
"""In Bogotá, on business days: who reads the digest begins the day with it."""
KIND = "digest"
_NIT = re.compile(r"[0-9]{6,10}-[0-9]")


class Sweep:
    """Each source in an activity of its own, so that one that is away takes no other with it."""

    def __init__(self, store: Sweeping, documents: Documents, *, mail_domain: str, operators_mail: str) -> None:
        self._store, self._documents = store, documents
        self._domain, self._operators = mail_domain, operators_mail

    @activity.defn(name=SWEEP.name)
    async def sweep(self, given: LookThrough) -> LookedThrough:
        """Raises AwayError. Nothing is judged, nor forgotten, while Temporal's clock and the records' disagree."""
        now = await self._store.now()
        if abs(now - given.at) > CLOCKS_APART:
            return LookedThrough(clocks_apart=True)
        match given.source:
            case Source.RECORDS:
                found = await self._late(given.environment, now)
            case Source.VISIBILITY:
                found = await self._different(given.environment, now)
            case Source.DOCUMENTS:
                return await self._lost(given.environment, now)
        await self._store.keep(given.environment, given.source, now, found)
        return LookedThrough(found=len(found))

    @activity.defn(name=END_SWEEP.name)
    async def end_sweep(self, given: EndSweep) -> Swept:
        """Puts on record that it is over and what it lacked; from the morning on the day's digest goes out."""
        missing = [source for source in Source if source not in given.found]
        now = await self._store.now()
        jump = Finding(FindingCode.CLOCK_JUMP, since=now, subject=str(now - given.at)) if given.clocks_apart else None
        lasted = (given.ended_at - given.at).total_seconds()
        await self._store.end(given.environment, given.at, lasted, missing, jump)
        await self._digest(given.environment, now)
        return Swept(found=sum(given.found.values()), missing=tuple(missing), told=True)

    async def _late(self, environment: str, now: datetime) -> list[Finding]:
        rows = [_open(row) for row in await self._store.open_rows(environment)]
        return [*late(rows, now), *await self._store.ended_wrong(environment)]

    async def _different(self, environment: str, now: datetime) -> list[Finding]:
        """Visibility first: an onboarding that ends between the two is closed on record, and differs from nothing."""
        client = activity.client()
        listed = await running(client, environment)
        rows = {row["nit"]: _open(row) for row in await self._store.open_rows(environment)}
        missing = absent(rows, listed, now)
        still = await still_running(client, environment, missing[:MOST_ABSENT])
        return list(disagreements(rows, listed, [nit for nit in missing if nit not in still], now))

    async def _lost(self, environment: str, now: datetime) -> LookedThrough:
        """Records first: a letter's object is older than its record, and a scan has an hour until its own."""
        after = await self._store.reached(environment)
        filed = await self._store.filed(environment, after, MOST_DOCUMENTS)
        prefix = f"{environment}/"
        start = f"{prefix}{after}0" if after else ""  # the first name behind all of that company: 0 comes after /
        listed, more = await self._documents.listed(prefix, start, MOST_DOCUMENTS)
        objects = by_company(listed, prefix)
        reached, whole = extent(list(objects), [each.nit for each in filed], more, len(filed) == MOST_DOCUMENTS)
        found = [each for each in lost(objects, filed, now) if each.nit <= reached or not reached]
        found = [each for each in found if whole or each.nit != reached]
        await self._store.keep(environment, Source.DOCUMENTS, now, found, after=after, reached=reached)
        return LookedThrough(found=len(found))

    async def _digest(self, environment: str, now: datetime) -> None:
        local = now.astimezone(BOGOTA)
        name = f"<{KIND}.{environment}.{local.date()}@{self._domain}>"
        if not is_business_day(local.date()) or local.time() < MORNING or await self._store.is_told(name):
            return
        last = await self._store.last_sweep(environment)
        if last is not None and last.counts:
            await self._store.tell(await self._mail(name, environment, last))

    async def _mail(self, name: str, environment: str, last: LastSweep) -> OutgoingMail:
        oldest: dict[FindingCode, list[Finding]] = defaultdict(list)
        for each in await self._store.findings(environment, most_of_each=OLDEST):
            oldest[each.finding.code].append(each.finding)
        counts = {FindingCode(code): count for code, count in last.counts.items()}
        says = digest(counts, oldest, last.missing, last.finished_at)
        return OutgoingMail(
            message_id=name,
            kind=KIND,
            audience=Recipient.OPERATORS,
            recipient=self._operators,
            subject=says.subject,
            body=text(says),
            html=html(says),
        )


def _open(row: Row) -> Open:
    """With what the business calendar says."""
    known = {name: row[name] for name in Open.__dataclass_fields__ if name not in ("look_by", "review_by")}
    reviewing = row["step"] == Step.LETTER_REVIEW
    review_by = due(row["counted_from"], ROWS[Step.LETTER_REVIEW].allowed) if reviewing else None
    return Open(**known, look_by=_look_by(row), review_by=review_by)


def _look_by(row: Row) -> datetime | None:
    """Looks that told nothing new weren't recorded, nor the next one after them: it comes within the longest pause."""
    looked: datetime | None = row["looked_since"]
    recorded: datetime | None = row["next_look_at"]
    if recorded is None or looked is None:
        return recorded
    pause = LONGEST.get(Step(row["step"]))
    return None if pause is None else min(after_hours(looked, pause), looked + QUIET)


def by_company(listed: Iterable[Listed], prefix: str) -> dict[str, list[Listed]]:
    """Objects by the folder that they lie in, in the store's order."""
    folders: dict[str, list[Listed]] = defaultdict(list)
    for each in listed:
        folders[each.key.removeprefix(prefix).partition("/")[0]].append(each)
    return folders


def extent(folders: Sequence[str], filed: Sequence[str], more: bool, more_filed: bool) -> tuple[str, bool]:
    """Up to which company, empty for all, both lists are whole; and whether that one is."""
    ends = [_end(names) for names, cut in ((folders, more), (filed, more_filed)) if cut]
    return min(ends, default=("", True))


def _end(names: Sequence[str]) -> tuple[str, bool]:
    """The last company but one: of the last there may be more. If it fills the list it is passed over."""
    last = names[-1]
    before = max((each for each in names if each < last), default="")
    return (before, True) if before else (last, False)


def lost(objects: dict[str, list[Listed]], filed: Sequence[Filed], now: datetime) -> Iterator[Finding]:
    """Documents on record that aren't there, and objects in companies' folders that nobody told us of."""
    there = {each.key for of_one in objects.values() for each in of_one}
    known = {each.key for each in filed}
    for document in filed:
        if document.judged and document.key not in there:
            yield Finding(FindingCode.LETTER_WITHOUT_OBJECT, document.nit, None, "", document.key)
    for folder, of_one in objects.items():
        if _NIT.fullmatch(folder):
            for each in sorted(of_one, key=lambda each: each.modified_at):
                if each.key not in known and each.modified_at + SIGNAL_OVERDUE <= now:
                    yield Finding(FindingCode.OBJECT_WITHOUT_RECORD, folder, each.modified_at, "", each.key)
