"""Looking at DIAN's list: while an onboarding waits for its range, and once more before it is ready."""

from temporalio import activity

from activities.clock import Clock, now_utc
from activities.dian.certificate import Credentials
from activities.dian.client import DianClient
from activities.errors import dian_transient
from activities.store.reading import Reading
from domain.effects import LOOK_UP_RANGES, READ_BACK, Identity, LookUpRanges, Proof, ReadBack
from domain.numbering import AnswerClass, Look
from domain.reasons import Code


class Ranges:
    def __init__(
        self,
        dian: DianClient,
        reading: Reading,
        credentials: Credentials,
        clock: Clock = now_utc,
    ) -> None:
        self._dian, self._reading, self._credentials, self._clock = dian, reading, credentials, clock

    @activity.defn(name=LOOK_UP_RANGES.name)
    async def look_up_ranges(self, given: LookUpRanges) -> Look:
        return await self._look(given)

    @activity.defn(name=READ_BACK.name)
    async def read_back(self, given: ReadBack) -> Proof:
        """DIAN's list, and what of ours must be mended: grant, voucher types, certificate."""
        look = await self._look(given)
        ends_at = await self._reading.grant_ends_at(given.grant_key)
        failures = {
            Code.GRANT_EXPIRED: ends_at is None or ends_at <= look.at,
            Code.VOUCHER_MISSING: not await self._reading.is_claimed(given.claim_key),
            Code.PROVIDER_CERTIFICATE: not self._credentials.in_date(look.at),
        }
        return Proof(look=look, failures=tuple(code for code, failed in failures.items() if failed))

    async def _look(self, whose: Identity) -> Look:
        """Raises dian_transient: such an answer says nothing of the company, and the next one may."""
        answer = await self._dian.numbering_ranges(whose.nit)
        if answer.answer_class == AnswerClass.TRANSIENT:
            raise dian_transient(answer.code)
        claims = await self._reading.claims(whose.environment, whose.nit, whose.onboarding_id, answer.ranges)
        return Look(at=self._clock(), answer=answer, claims=claims)
