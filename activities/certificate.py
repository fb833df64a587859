"""Granting the provider's certificate to a company (wizard step 2)."""

from datetime import timedelta

from temporalio import activity

from activities.clock import Clock, now_utc
from activities.dian.certificate import Credentials
from activities.errors import everywhere
from activities.store.keyed import Keyed
from domain.effects import GRANT_CERTIFICATE, GrantCertificate
from domain.reasons import Code
from domain.state import Grant


class Certificate:
    def __init__(
        self,
        keyed: Keyed,
        credentials: Credentials,
        period: timedelta,
        clock: Clock = now_utc,
    ) -> None:
        self._keyed, self._credentials, self._period, self._clock = keyed, credentials, period, clock

    @activity.defn(name=GRANT_CERTIFICATE.name)
    async def grant_certificate(self, given: GrantCertificate) -> Grant:
        """From now on for the period, but never beyond the certificate's own end."""
        now = self._clock()
        if not self._credentials.in_date(now):
            raise everywhere(Code.PROVIDER_CERTIFICATE, Code.PROVIDER_CERTIFICATE.en())
        return await self._keyed.grant(given, now, min(now + self._period, self._credentials.good_until))
