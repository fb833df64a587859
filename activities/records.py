"""What the records are asked and told: what is known of a company, where it stands, what is taken back."""

from datetime import datetime, timedelta

from temporalio import activity

from activities.calendar import due
from activities.store.keyed import Keyed
from activities.store.mail import OutgoingMail, message_id
from activities.store.outbox import Outbox
from activities.store.reading import Reading
from activities.store.records import Records
from domain.begin import Recalled
from domain.effects import RECALL, RECORD, UNDO, Done, Recall, Record, Recorded
from domain.mails import body, subject
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
    ) -> None:
        self._records, self._reading, self._keyed, self._outbox = records, reading, keyed, outbox
        self._mandated_wait, self._provider, self._software = mandated_wait, provider_name, software_name

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
        mails = self._mails(given)
        await self._records.write(given, _due_at(given, dates), mails)
        if mails:
            await self._outbox.send_soon(given.onboarding_id)
        return dates

    def _mails(self, given: Record) -> list[OutgoingMail]:
        return [
            OutgoingMail(
                message_id=message_id(given.onboarding_id, mail.key, self._outbox.domain),
                kind=mail.kind,
                recipient=given.contact.email,
                subject=subject(mail),
                body=body(mail, given.nit, given.name, self._provider, self._software),
            )
            for mail in given.mails
        ]


def dates_of(given: Record) -> Recorded:
    """What the business calendar says of the row; nothing while it is on hold."""
    row = ROWS.get(Step(given.step))
    if row is None or given.held:
        return Recorded()
    denied = given.denied_since
    return Recorded(
        due_at=due(given.counted_from, row.allowed),
        patience_until=due(denied, DENIED_WORD) if denied is not None else None,
    )


def _due_at(given: Record, dates: Recorded) -> datetime | None:
    """The due date on record: what the workflow knows already, else what it is being told."""
    return given.due_at or dates.due_at
