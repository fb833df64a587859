"""What should hold of every onboarding, and when it counts as stuck: the sweep's one list.

Stuck is late by business as much as sick by machine: it waits longer than it should on us, on DIAN or on a person; or
its records, its documents and Temporal don't tell the same.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.findings_es import LOOKS_LATE, WHY
from domain.steps import WaitsOn


class FindingCode(StrEnum):
    """Codes that metrics and clients may branch on; they only grow."""

    OVERDUE_ON_US = "overdue_on_us"
    OVERDUE_ON_DIAN = "overdue_on_dian"
    OVERDUE_ON_COMPANY = "overdue_on_company"
    OVERDUE_ON_OPERATOR = "overdue_on_operator"
    LOOK_LATE = "look_late"
    DUE_UNNOTICED = "due_unnoticed"
    PROJECTION_DIFFERS = "projection_differs"
    LETTER_WITHOUT_OBJECT = "letter_without_object"
    OBJECT_WITHOUT_RECORD = "object_without_record"
    GRANT_ALIVE = "grant_alive"
    READY_WITHOUT_RANGE = "ready_without_range"
    REVIEW_OLD = "review_old"
    UNREADABLE_SIGNALS = "unreadable_signals"
    TASK_FAILING = "task_failing"
    CLOCK_JUMP = "clock_jump"


class Source(StrEnum):
    """What a sweep looks through. One that is away leaves its findings as they were."""

    RECORDS = "records"
    VISIBILITY = "visibility"
    DOCUMENTS = "documents"


class Severity(StrEnum):
    PAGE = "page"
    TICKET = "ticket"


LATE = timedelta(minutes=15)
"""So long after a moment at which it should have woken, a workflow hasn't by itself."""
SETTLED = timedelta(minutes=1)
"""Visibility follows a moment later, and so do records while they are away: only then do the two disagree."""
SIGNAL_OVERDUE = timedelta(hours=1)
"""Whoever uploads signals afterwards."""
TOLD_FOR = timedelta(days=3)
"""An unreadable signal stays unread: so long it is a finding, for whoever sent it to send it again."""
CLOCKS_APART = timedelta(minutes=5)
"""Beyond that between Temporal's clock and the records', no lateness can be believed."""
MANY_LOOKS = 20
"""More companies than that are not stuck one by one: DIAN or its queue is, and they are one finding."""


@dataclass(frozen=True, slots=True)
class Open:
    """An open onboarding as the records have it, with what the business calendar says of it."""

    nit: str
    step: str
    waiting_on: str
    held: bool
    blocked: bool
    started_at: datetime
    recorded_at: datetime
    due_at: datetime | None
    overdue_noticed: bool
    look_by: datetime | None
    """When it looks at DIAN next, at the latest."""
    review_by: datetime | None
    """When a letter has waited for a person for too long."""
    unreadable_at: datetime | None
    holds: bool
    """A letter, a grant or a voucher type lives by it."""


@dataclass(frozen=True, slots=True)
class Running:
    """The same onboarding as Temporal's visibility has it."""

    step: str
    waiting_on: str
    started_at: datetime
    failing: bool
    """Its workflow task fails, over and over."""


@dataclass(frozen=True, slots=True)
class Finding:
    code: FindingCode
    nit: str = ""
    """Empty: all of them."""
    since: datetime | None = None
    """None: only its first sight tells."""
    waiting_on: str = ""
    subject: str = ""
    """What of the company's it is about: an object's key, two rows that differ, how many."""

    @property
    def settles(self) -> timedelta:
        """How long it is to be seen before it counts, where the moment at which it began isn't known."""
        return INVARIANTS[self.code].threshold if self.since is None else timedelta(0)

    @property
    def why_es(self) -> str:
        sentence = LOOKS_LATE if self.code == FindingCode.LOOK_LATE and not self.nit else WHY[self.code][1]
        return sentence.format(subject=self.subject)


Since = Callable[[Open, datetime], datetime | None]


@dataclass(frozen=True)
class Invariant:
    """What must not be so for longer than the threshold; how urgent it is, and who says what to do."""

    code: FindingCode
    threshold: timedelta = timedelta(0)
    severity: Severity = Severity.TICKET
    alert: str = ""
    """The runbook of an alert of its own, if that has another name than the code."""
    since: Since | None = None
    """Since when an open onboarding is so, if the records alone can tell."""

    @property
    def runbook(self) -> str:
        """A file's name in infra/runbooks/."""
        return self.alert or self.code.value.replace("_", "-")

    @property
    def title_es(self) -> str:
        return WHY[self.code][0]

    def of(self, row: Open, now: datetime) -> Finding | None:
        since = self.since(row, now) if self.since is not None else None
        if since is None or since + self.threshold > now:
            return None
        return Finding(self.code, row.nit, since, row.waiting_on)


def _overdue_on(party: WaitsOn) -> Since:
    return lambda row, now: row.due_at if row.waiting_on == party and not row.held else None


def _unnoticed(row: Open, now: datetime) -> datetime | None:
    return None if row.held or row.overdue_noticed else row.due_at


def _unlooked(row: Open, now: datetime) -> datetime | None:
    return None if row.held or row.blocked else row.look_by


def _unreviewed(row: Open, now: datetime) -> datetime | None:
    return None if row.held else row.review_by


def _unread(row: Open, now: datetime) -> datetime | None:
    at = row.unreadable_at
    return at if at is not None and now < at + TOLD_FOR else None


_C = FindingCode
INVARIANTS: Mapping[FindingCode, Invariant] = {
    each.code: each
    for each in (
        Invariant(_C.OVERDUE_ON_US, severity=Severity.PAGE, since=_overdue_on(WaitsOn.US)),
        Invariant(_C.OVERDUE_ON_DIAN, since=_overdue_on(WaitsOn.DIAN)),
        Invariant(_C.OVERDUE_ON_COMPANY, since=_overdue_on(WaitsOn.COMPANY)),
        Invariant(_C.OVERDUE_ON_OPERATOR, since=_overdue_on(WaitsOn.OPERATOR)),
        Invariant(_C.LOOK_LATE, threshold=LATE, since=_unlooked),
        Invariant(_C.DUE_UNNOTICED, threshold=LATE, since=_unnoticed),
        Invariant(_C.PROJECTION_DIFFERS, threshold=SETTLED),
        Invariant(_C.LETTER_WITHOUT_OBJECT),
        Invariant(_C.OBJECT_WITHOUT_RECORD, threshold=SIGNAL_OVERDUE),
        Invariant(_C.GRANT_ALIVE),
        Invariant(_C.READY_WITHOUT_RANGE),
        Invariant(_C.REVIEW_OLD, alert="review-queue-old", since=_unreviewed),
        Invariant(_C.UNREADABLE_SIGNALS, since=_unread),
        Invariant(_C.TASK_FAILING, alert="workflow-task-failing"),
        Invariant(_C.CLOCK_JUMP, threshold=CLOCKS_APART),
    )
}


def late(rows: Iterable[Open], now: datetime) -> list[Finding]:
    """What the records alone tell of open onboardings."""
    found = [finding for row in rows for each in INVARIANTS.values() if (finding := each.of(row, now)) is not None]
    looks = [each for each in found if each.code == FindingCode.LOOK_LATE]
    if len(looks) <= MANY_LOOKS:
        return found
    oldest = min(each.since for each in looks if each.since is not None)
    summary = Finding(FindingCode.LOOK_LATE, "", oldest, WaitsOn.DIAN, str(len(looks)))
    return [*(each for each in found if each.code != FindingCode.LOOK_LATE), summary]


def absent(rows: Mapping[str, Open], running: Mapping[str, Running], now: datetime) -> list[str]:
    """The companies on record as open that visibility doesn't list, though it has had time to."""
    return [nit for nit, row in rows.items() if nit not in running and row.started_at + SETTLED <= now]


def disagreements(
    rows: Mapping[str, Open], running: Mapping[str, Running], gone: Collection[str], now: datetime
) -> Iterator[Finding]:
    """Where records and visibility don't tell the same, by NIT. `gone`: open on record, and sure not to run."""
    for nit in gone:
        row = rows[nit]
        if row.holds:
            yield Finding(FindingCode.GRANT_ALIVE, nit, None, row.waiting_on, row.step)
        else:
            yield Finding(FindingCode.PROJECTION_DIFFERS, nit, None, row.waiting_on, f"{row.step} ≠ —")
    for nit, run in running.items():
        known = rows.get(nit)
        if run.failing:
            yield Finding(FindingCode.TASK_FAILING, nit, None, run.waiting_on)
        if (difference := _difference(known, run, now)) is not None:
            yield Finding(FindingCode.PROJECTION_DIFFERS, nit, None, run.waiting_on, difference)


def _difference(row: Open | None, run: Running, now: datetime) -> str | None:
    """What the records say, then what visibility says; None: the same, or too young to tell."""
    if row is None:
        return f"— ≠ {run.step or '—'}" if run.started_at + SETTLED <= now else None
    if (row.step, row.waiting_on) == (run.step, run.waiting_on) or row.recorded_at + SETTLED > now:
        return None
    return f"{row.step}/{row.waiting_on} ≠ {run.step}/{run.waiting_on}"
