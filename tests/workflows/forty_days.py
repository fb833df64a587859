"""A company that takes 40 days, told as though they had begun on one Friday of March: its due dates are the calendar's.

Of two days without DIAN the server notes every attempt; so they pass beside the other tests, as `two_days` does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.calendar import open_near
from activities.records import dates_of
from domain import effects
from domain.fields import BOGOTA
from domain.numbering import Look
from domain.reasons import Code
from domain.status import Status
from tests.workflows.company import Company
from tests.workflows.effects import Effects, dse_range, rejected

YEAR = 2026
BEGINS = datetime(YEAR, 3, 20, 9, tzinfo=BOGOTA)
"""Monday 23 March, Maundy Thursday and Good Friday (2 and 3 April) and Friday 1 May are holidays."""
AWAY_FROM = datetime(YEAR, 4, 21, 9, 30, tzinfo=BOGOTA)
AWAY_UNTIL = datetime(YEAR, 4, 23, 16, 30, tzinfo=BOGOTA)
"""Two days without DIAN."""
DIAN = effects.LOOK_UP_RANGES.name


class InMarch(Effects):
    """What is outside a company that began at BEGINS, whenever this is played."""

    later = timedelta(0)
    """From the time at which it is played to the story's."""

    async def record(self, given: effects.Record) -> effects.Recorded:
        """As the real one does it, but that its calendar lies where the story does."""
        await super().record(given)
        self.later = BEGINS - given.started_at
        denied = given.denied_since
        then = {"counted_from": given.counted_from + self.later, "denied_since": denied and denied + self.later}
        said = dates_of(given.model_copy(update=then))
        due, patience = said.due_at, said.patience_until
        return effects.Recorded(
            due_at=due and due - self.later,
            patience_until=patience and patience - self.later,
            remind_at=tuple(moment - self.later for moment in said.remind_at),
        )

    async def look_up_ranges(self, given: effects.LookUpRanges) -> Look:
        """While DIAN is away it is tried seldom, for each attempt adds to the history; its gate shows as closed."""
        now = activity.info().current_attempt_scheduled_time + self.later
        if AWAY_FROM <= now < AWAY_UNTIL:
            self.close(DIAN)
            benign, seldom = ApplicationErrorCategory.BENIGN, timedelta(hours=2)
            raise ApplicationError("away", type="dian_transient", category=benign, next_retry_delay=seldom)
        self.open(DIAN)
        look = await super().look_up_ranges(given)
        hours = tuple((opens - self.later, closes - self.later) for opens, closes in open_near(now))
        return look.model_copy(update={"open_near": hours})


@dataclass(frozen=True)
class Told:
    """The company and its time, in the story's dates."""

    company: Company
    outside: InMarch

    def date(self, moment: datetime | None) -> str:
        return "" if moment is None else (moment + self.outside.later).astimezone(BOGOTA).strftime("%m-%d %H:%M")

    async def until(self, month: int, day: int, hour: int, minute: int = 0) -> None:
        there = datetime(YEAR, month, day, hour, minute, tzinfo=BOGOTA) - self.outside.later
        now = await self.company.env.get_current_time(self.company.handle)
        await self.company.forward(seconds=(there - now).total_seconds())

    @property
    def events(self) -> list[tuple[str, str, str, str]]:
        """When, what, before and after: all that is on record."""
        return [
            (self.date(event.at), event.name, event.before, event.after)
            for record in self.outside.records
            for event in record.events
        ]

    def mailed(self, step: str) -> list[tuple[Code, ...]]:
        """The reasons in each mail that asked the company for what this row needs."""
        mails = [mail for record in self.outside.records for mail in record.mails]
        return [tuple(note.code for note in mail.notes) for mail in mails if (mail.kind, mail.step) == ("turn", step)]

    @property
    def reminders(self) -> list[tuple[str, str, int]]:
        """When the company was reminded, of which row, for how many times."""
        return [
            (self.date(event.at), mail.step, mail.nth)
            for record in self.outside.records
            for mail in record.mails
            for event in record.events
            if mail.kind == "reminder" and event.seq == mail.number
        ]


@dataclass(frozen=True)
class Letters:
    """Wizard steps 1 and 2: how it stood at each row, and after each correction of what the letter prints."""

    started: Status
    extended: Status
    invoiced: Status
    represented: Status
    corrected_before_any_scan: Status
    corrected_when_accepted: Status
    refused: Status
    corrected_when_refused: Status
    accepted: Status


async def letters(told: Told) -> Letters:
    company = told.company
    started = await company.rests("electronic_invoicing")
    await told.until(3, 24, 9)
    await company.operate("extend", until="P5D")
    extended = await company.status()
    await told.until(3, 31, 10)
    await company.signal("electronic_invoicing_completed", {})
    invoiced = await company.rests("legal_representative")
    await told.until(4, 6, 9)
    await company.represent()
    represented = await company.rests("signed_letter")
    await told.until(4, 7, 9)
    await company.represent(last_names="Rojas")
    corrected_before_any_scan = await company.rests("signed_letter")
    await told.until(4, 8, 9)
    await company.upload("of v2")
    await company.rests("letter_accepted")
    await company.represent(last_names="Rojas", position="Suplente")
    corrected_when_accepted = await company.rests("signed_letter")
    await told.until(4, 10, 9)
    company.effects.verdicts[company.key("of v3")] = rejected(Code.UNSIGNED)
    await company.upload("of v3")
    refused = await company.until(lambda status: status.step == "signed_letter" and bool(status.requirements))
    await company.represent(last_names="Rojas", position="Suplente", place_of_issue="Cali")
    await company.upload("of v2")
    corrected_when_refused = await company.rests("signed_letter")
    await told.until(4, 17, 9)
    await company.upload("of v4")
    accepted = await company.rests("letter_accepted")
    return Letters(
        started,
        extended,
        invoiced,
        represented,
        corrected_before_any_scan,
        corrected_when_accepted,
        refused,
        corrected_when_refused,
        accepted,
    )


@dataclass(frozen=True)
class Association:
    """Wizard step 3: DIAN away for two days, a word said too early, a hold over a weekend, a word never said."""

    granted: Status
    requested: Status
    waited: Status
    believed: Status
    escalated: Status
    denied: Status
    forgotten: Status
    held: Status
    looks_on_hold: int
    """Looks at DIAN between the hold and its end."""
    resumed: Status
    found: Status


async def association(told: Told) -> Association:
    company, outside = told.company, told.outside
    await told.until(4, 21, 10)
    await company.command("continue_onboarding")
    granted = await company.rests("mandated_wait")
    await told.until(4, 21, 11)
    await company.command("tick_act", act="request")
    requested = await company.status()
    await told.until(4, 21, 14, 5)
    waited = await company.rests("prefix_association")
    await told.until(4, 21, 15)
    await company.signal("prefixes_associated", {})
    believed = await company.rests("prefix_sync")
    await told.until(4, 23, 16, 30)
    escalated = await company.until(lambda status: status.overdue)
    await told.until(4, 23, 17, 30)
    denied = await company.until(lambda status: status.last_dian is not None)
    await told.until(4, 24, 11, 30)
    forgotten = await company.rests("prefix_association")
    await told.until(4, 24, 17)
    await company.operate("hold")
    before = len(outside.looks)
    await told.until(4, 25, 11)
    await company.command("declare_resolution", resolution=dse_range().resolution, prefix=dse_range().prefix)
    await told.until(4, 27, 10)
    held, looks_on_hold = await company.status(), len(outside.looks) - before
    await company.operate("resume")
    await company.once(lambda: len(outside.looks) > before)
    resumed = await company.until(lambda status: status.due_at is not None)
    await told.until(4, 27, 11)
    outside.lists(dse_range())
    await told.until(4, 28, 12)
    found = await company.rests("voucher_type")
    return Association(
        granted, requested, waited, believed, escalated, denied, forgotten, held, looks_on_hold, resumed, found
    )


@dataclass(frozen=True)
class Correction:
    """Wizard step 4, where the representative turns out to be another one: back to the letter, and on to ready."""

    claimed: Status
    corrected: Status
    ready: Status


async def correction(told: Told) -> Correction:
    company, outside = told.company, told.outside
    await told.until(4, 28, 15)
    outside.failures = (Code.PROVIDER_CERTIFICATE,)
    await company.configure()
    claimed = await company.rests("readiness_check")
    await company.represent(first_names="Ana", last_names="Ruiz", document_number="52999888")
    corrected = await company.rests("signed_letter")
    outside.failures = ()
    await told.until(4, 30, 9)
    await company.upload("of v5")
    await company.rests("letter_accepted")
    await company.command("continue_onboarding")
    return Correction(claimed, corrected, await company.result())


@dataclass(frozen=True)
class FortyDays:
    """The whole of it, once it is over."""

    told: Told
    letters: Letters
    association: Association
    correction: Correction


async def forty_days(company: Company) -> FortyDays:
    outside = company.effects
    assert isinstance(outside, InMarch)
    await company.rests("electronic_invoicing")
    told = Told(company, outside)
    return FortyDays(told, await letters(told), await association(told), await correction(told))
