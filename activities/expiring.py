"""Telling whose grant or range ends soon: the company what to do, operators all of them in one mail."""

from collections.abc import Sequence

from temporalio import activity

from activities.clock import Clock, now_utc
from activities.store.expiring import Due, Expiring
from activities.store.mail import OutgoingMail, message_id
from activities.store.mail_page import html, text
from domain.effects import TELL_EXPIRING, TellExpiring, Told
from domain.expiring import operators_words, soon, words
from domain.mail_words import Words
from domain.reminders import Recipient

KIND = "expiring"


class Watching:
    def __init__(
        self,
        expiring: Expiring,
        *,
        mail_domain: str,
        operators_mail: str,
        provider_name: str,
        software_name: str,
        clock: Clock = now_utc,
    ) -> None:
        self._expiring, self._domain, self._operators, self._clock = expiring, mail_domain, operators_mail, clock
        self._provider, self._software = provider_name, software_name

    @activity.defn(name=TELL_EXPIRING.name)
    async def tell_expiring(self, given: TellExpiring) -> Told:
        """Repeated, it goes on where it was; the outbox sends what was written."""
        before = soon(self._clock())
        told, more = await self._expiring.tell(given.environment, before, self._mail, self._summary)
        return Told(told=told, more=more)

    def _mail(self, due: Due) -> OutgoingMail:
        says = words(due, self._clock(), self._provider, self._software)
        return _outgoing(self._id(due), Recipient.COMPANY, due.recipient, says)

    def _summary(self, told: Sequence[Due]) -> OutgoingMail:
        says = operators_words(told, self._clock())
        return _outgoing(self._id(told[0], "-operators"), Recipient.OPERATORS, self._operators, says)

    def _id(self, due: Due, to: str = "") -> str:
        """One per end: it is told once, so that the first of a summary has named no other."""
        return message_id(due.onboarding_id, f"{due.what}-{due.ends_on}{to}", self._domain)


def _outgoing(name: str, audience: Recipient, recipient: str, says: Words) -> OutgoingMail:
    return OutgoingMail(
        message_id=name,
        kind=KIND,
        audience=audience,
        recipient=recipient,
        subject=says.subject,
        body=text(says),
        html=html(says),
    )
