"""Looking at DIAN's list: while an onboarding waits for its range, and once more before it is ready."""

import asyncio
import logging
import time
from datetime import timedelta
from hashlib import sha256

from temporalio import activity
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

from activities.calendar import open_near
from activities.clock import Clock, now_utc
from activities.counting import NOBODY, Counting
from activities.dian.breaker import Breaker, Mode
from activities.dian.certificate import Credentials
from activities.dian.client import DianClient
from activities.dian.exchange import Exchange
from activities.dian.sanitised import lasting, sanitised
from activities.errors import AwayError, dian_refuses_us, dian_resting, dian_transient
from activities.store.reading import Reading
from activities.store.unknown import Unknown
from domain.effects import LOOK_UP_RANGES, READ_BACK, Identity, LookUpRanges, Proof, ReadBack
from domain.numbering import Answer, AnswerClass, Look
from domain.reasons import Code

MANY = 20
"""Attempts after which a pause has long been the longest; more would only make a number too large."""
KEEPING_S = 5.0
"""A look waits no longer until an unknown answer is kept."""
MANY_CODES = 100
"""Unknown ones of which a process tells."""
_log = logging.getLogger(__name__)


class Ranges:
    def __init__(
        self,
        dian: DianClient,
        reading: Reading,
        unknown: Unknown,
        credentials: Credentials,
        breaker: Breaker,
        clock: Clock = now_utc,
        counting: Counting = NOBODY,
    ) -> None:
        self._dian, self._reading, self._unknown, self._credentials = dian, reading, unknown, credentials
        self._breaker, self._clock, self._counting = breaker, clock, counting
        self._told: set[str] = set()
        """Unknown codes that were logged."""

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
        """Raises what becomes of an answer that says nothing of the company: the next one may."""
        answer = await self._asked(whose)
        claims = await self._reading.claims(whose.environment, whose.nit, whose.onboarding_id, answer.ranges)
        now = self._clock()
        return Look(at=now, answer=answer, claims=claims, open_near=open_near(now))

    async def _asked(self, whose: Identity) -> Answer:
        number = self._breaker.admit()
        if number is None:
            raise dian_resting(self._breaker.rest())
        exchange, begun = None, time.monotonic()
        try:
            exchange = await self._dian.exchange(whose.nit)
        finally:
            self._breaker.ended(number, None if exchange is None else exchange.answer)
        answer = exchange.answer
        self._counting.dian_called(answer, time.monotonic() - begun)
        if answer.unknown:
            await self._keep(whose.environment, exchange)
        match answer.answer_class:
            case AnswerClass.TRANSIENT:
                raise dian_transient(answer.code, self._again(whose))
            case AnswerClass.OURS:
                raise dian_refuses_us(answer.code, self._again(whose))
            case _:
                return answer

    async def _keep(self, environment: str, exchange: Exchange) -> None:
        """For people to read: the look, for which the answer is a pending one, goes on without."""
        code = exchange.answer.code
        if code not in self._told and len(self._told) < MANY_CODES:
            self._told.add(code)
            _log.warning("dian answered with an unknown code", extra={"code": code})
        try:
            async with asyncio.timeout(KEEPING_S):
                body = lasting(sanitised(bytes(exchange.reply.body)))
                await self._unknown.keep(environment, code, body, exchange.answered_at)
        except (AwayError, ApplicationError, TimeoutError) as error:
            _log.warning("an unknown answer was not kept", extra={"code": code, "error": type(error).__name__})

    def _again(self, whose: Identity) -> timedelta:
        """When to try again after a failure."""
        if self._breaker.mode != Mode.CLOSED:
            return self._breaker.rest()
        told = activity.info()
        return pause(told.retry_policy or RetryPolicy(), told.attempt, whose.onboarding_id)


def pause(policy: RetryPolicy, attempt: int, onboarding_id: str) -> timedelta:
    """The policy's pause after this attempt, between half and the whole of it, each onboarding another part.

    Temporal's own has no jitter: onboardings that fail together would come back together.
    """
    longest = policy.maximum_interval or 100 * policy.initial_interval  # the server's own default
    doublings = min(attempt - 1, MANY)
    whole = min(policy.initial_interval * policy.backoff_coefficient**doublings, longest)
    part = int.from_bytes(sha256(f"{onboarding_id}/{attempt}".encode()).digest()[:4]) / 2**32
    return whole * (1 + part) / 2
