"""Telling whose grant or range ends soon: the company what to do, operators all of them in one mail."""

from collections.abc import Sequence

from temporalio import activity

from activities.clock import Clock, now_utc
from activities.store.expiring import Due, Expiring
from activities.store.mail import OutgoingMail, message_id
from domain.effects import TELL_EXPIRING, TellExpiring, Told
from domain.expiring import body, operators_body, operators_subject, soon, subject

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
        now = self._clock()
        return OutgoingMail(
            message_id=self._id(due),
            kind=KIND,
            recipient=due.recipient,
            subject=subject(due, now),
            body=body(due, now, self._provider, self._software),
        )

    def _summary(self, told: Sequence[Due]) -> OutgoingMail:
        return OutgoingMail(
            message_id=self._id(told[0], "-operators"),
            kind=KIND,
            recipient=self._operators,
            subject=operators_subject(told),
            body=operators_body(told, self._clock()),
        )

    def _id(self, due: Due, to: str = "") -> str:
        """One per end: it is told once, so that the first of a summary has named no other."""
        return message_id(due.onboarding_id, f"{due.what}-{due.ends_on}{to}", self._domain)
