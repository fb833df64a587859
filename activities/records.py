"""What the records are asked and told: what is known of a company, where it stands, what is taken back."""

from datetime import datetime, timedelta

from temporalio import activity

from activities.calendar import due, quiet_until, reminders
from activities.clock import Clock, now_utc
from activities.store.keyed import Keyed
from activities.store.mail import OutgoingMail, message_id
from activities.store.mail_page import html, text
from activities.store.outbox import Outbox
from activities.store.reading import Reading
from activities.store.records import Records
from domain.begin import Recalled
from domain.effects import RECALL, RECORD, UNDO, Done, Recall, Record, Recorded
from domain.mail_words import About, words
from domain.mails import LATE, REMINDER, TURN, Mail, keeps_quiet_hours
from domain.reminders import POLICIES, Recipient
from domain.state import Undo
from domain.steps import DENIED_WORD, ROWS, Step


class Bookkeeping:
    def __init__(
        self,
        records: Records,
        reading: Reading,
        keyed: Keyed,
        outbox: Outbox,
        *,
        mandated_wait: timedelta,
        provider_name: str,
        software_name: str,
        operators_mail: str,
        supervisors_mail: str,
        gateway_url: str = "",
        clock: Clock = now_utc,
    ) -> None:
        self._gateway_url = gateway_url
        self._records, self._reading, self._keyed, self._outbox = records, reading, keyed, outbox
        self._mandated_wait, self._provider, self._software = mandated_wait, provider_name, software_name
        self._ours, self._clock = {Recipient.OPERATORS: operators_mail, Recipient.SUPERVISORS: supervisors_mail}, clock

    @activity.defn(name=RECALL.name)
    async def recall(self, given: Recall) -> Recalled:
        """Whether this start is legal, however it came; the grant that the company may still have; and for a renewal
        what it may leave out. A partner is told nothing that another one gave."""
        whose = given.environment, given.nit
        refused = await self._reading.legality_of_start(*whose, given.onboarding_id, renew=given.renew)
        if refused is not None:
            return Recalled(refused=refused)
        known = await self._reading.live_grant(*whose)
        grant, person = known or (None, None)
        recalled = Recalled(
            grant=grant,
            representative=person,
            mandated_wait=self._mandated_wait,
            provider_name=self._provider,
            software_name=self._software,
            gateway_url=self._gateway_url,
        )
        former = await self._reading.former(*whose, given.onboarding_id) if given.renew else None
        if former is None:
            return recalled
        own = {"name": former.name, "contact": former.contact} if former.partner == given.partner else {}
        return recalled.model_copy(update={"invoicing_done": former.was_ready, **own})

    @activity.defn(name=UNDO.name)
    async def undo(self, given: Undo) -> Done:
        await self._keyed.undo(given)
        return Done()

    @activity.defn(name=RECORD.name)
    async def record(self, given: Record) -> Recorded:
        """On record first, then mailed: a mail server that is away holds nothing up."""
        dates = dates_of(given)
        due_at = _due_at(given, dates)
        mails = [self._worded(given, mail, due_at) for mail in given.mails]
        await self._records.write(given, due_at, mails)
        if mails:
            await self._outbox.send_soon(given.onboarding_id)
        return dates

    def _worded(self, given: Record, mail: Mail, due_at: datetime | None) -> OutgoingMail:
        """What waits says until when: where the workflow doesn't know yet, the calendar does."""
        if mail.due_at is None and mail.kind in (TURN, REMINDER, LATE):
            mail = mail.model_copy(update={"due_at": due_at})
        about = About(
            nit=given.nit, company=given.name, partner=given.partner, provider=self._provider, software=self._software
        )
        now = self._clock()
        reads_at = quiet_until(now) if keeps_quiet_hours(mail.kind, mail.to) else now
        says = words(mail, about, reads_at)
        return OutgoingMail(
            message_id=message_id(given.onboarding_id, mail.key, self._outbox.domain),
            kind=mail.kind,
            audience=mail.to,
            step=mail.step,
            recipient=self._ours.get(mail.to, given.contact.email),
            subject=says.subject,
            body=text(says),
            html=html(says),
            not_before=reads_at if reads_at > now else None,
        )


def dates_of(given: Record) -> Recorded:
    """What the business calendar says of the row; nothing while it is on hold."""
    row = ROWS.get(Step(given.step))
    if row is None or given.held:
        return Recorded()
    denied = given.denied_since
    return Recorded(
        due_at=due(given.counted_from, row.allowed),
        remind_at=reminders(given.counted_from, POLICIES[row.step]),
        patience_until=due(denied, DENIED_WORD) if denied is not None else None,
    )


def _due_at(given: Record, dates: Recorded) -> datetime | None:
    """The due date on record: what the workflow knows already, else what it is being told."""
    return given.due_at or dates.due_at
