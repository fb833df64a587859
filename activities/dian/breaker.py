"""Manners towards DIAN: when it is down, or refuses us all, this process asks it with one probe at a time.

    closed     every call passes; TRIPS outcomes in a row that say nothing of a company → probing
    probing    one call at a time, with pauses that grow while it fails; answered → returning
    returning  so many calls a second as the step has; all steps answered → closed. A failure takes a step back,
               for a DIAN that fails at times is still worth asking; TRIPS in a row → probing

One breaker a worker process, and nothing shared: a fleet is as polite as each of its workers. It has no timers: who
is refused comes again, and finds out then.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from secrets import SystemRandom

from domain.numbering import Answer, AnswerClass

TRIPS = 3
"""Two failures in a row happen to a DIAN that is well."""
STEPS = (1, 2, 4, 8, 16)
"""Calls a second while they come back; beyond, the queue's own limit holds."""
STEP = timedelta(seconds=1)
JITTER = 0.25
"""By how much of itself a probe's pause may be longer: workers that stopped together don't probe together."""
_SAYS_NOTHING = (AnswerClass.TRANSIENT, AnswerClass.OURS)
_DICE = SystemRandom()
log = logging.getLogger("dse.dian")


@dataclass(frozen=True)
class Pauses:
    """The pauses of a breaker."""

    probe: timedelta = timedelta(seconds=15)
    """Before the first probe; doubled by each that fails."""
    longest_probe: timedelta = timedelta(seconds=60)
    rest: timedelta = timedelta(minutes=1)
    longest_rest: timedelta = timedelta(minutes=3)
    """How long a refused call stays away: each coming back takes a token of the queue's fleet-wide limit."""


PAUSES = Pauses()


class Mode(StrEnum):
    CLOSED = "closed"
    PROBING = "probing"
    RETURNING = "returning"


class Breaker:
    """Asked before each call, and told how it ended."""

    mode: Mode
    _since: float
    _under_way: bool
    """A probe is."""
    _pause: timedelta
    _probe_at: float
    _step: int
    _second: float
    """When the step's current second began, in which so many were admitted, and whether DIAN was heard in it."""
    _admitted: int
    _heard: bool

    def __init__(
        self,
        pauses: Pauses = PAUSES,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = _DICE.random,
        tell: Callable[[Mode], None] = lambda mode: None,
    ) -> None:
        self._pauses, self._clock, self._chance, self._tell_mode = pauses, clock, chance, tell
        self._told: set[AnswerClass] = set()
        """Of what this outage has already been logged."""
        self._era = 0
        self._enter(Mode.CLOSED)

    @property
    def seconds(self) -> float:
        """For how long it has been in its mode."""
        return self._clock() - self._since

    def admit(self) -> int | None:
        """The number under which a call is made, and then `ended`; None: it must not be made."""
        if self.mode == Mode.PROBING:
            if self._under_way or self._clock() < self._probe_at:
                return None
            self._under_way = True
        if self.mode == Mode.RETURNING and not self._within_step():
            return None
        return self._era

    def ended(self, number: int, answer: Answer | None) -> None:
        """How a call ended; None: it was broken off by us, which tells nothing of DIAN."""
        if number != self._era:
            return  # begun in another mode: newer words count
        self._under_way = False
        if answer is None:
            return
        if answer.answer_class in _SAYS_NOTHING:
            self._failed(answer)
        else:
            self._answered()

    def rest(self) -> timedelta:
        """How long a refused call should stay away: each another time, so that they don't come back as one."""
        return self._pauses.rest + self._chance() * (self._pauses.longest_rest - self._pauses.rest)

    def _failed(self, answer: Answer) -> None:
        self._failures += 1
        if self.mode != Mode.PROBING and self._failures < TRIPS:
            self._step, self._heard = max(self._step - 1, 0), False
            return
        self._tell(answer)
        if self.mode == Mode.PROBING:
            self._pause = min(2 * self._pause, self._pauses.longest_probe)
        else:
            self._enter(Mode.PROBING)
        self._probe_at = self._clock() + self._pause.total_seconds() * (1 + JITTER * self._chance())

    def _answered(self) -> None:
        self._failures = 0
        self._heard = True
        if self.mode == Mode.PROBING:
            self._enter(Mode.RETURNING)

    def _within_step(self) -> bool:
        """Whether one more call fits this second. A step is climbed when it has lasted, and DIAN has answered in it."""
        now = self._clock()
        if now - self._second >= STEP.total_seconds():
            self._step += self._heard
            self._second, self._admitted, self._heard = now, 0, False
        if self._step == len(STEPS):
            log.info("dian is back")
            self._told.clear()
            self._enter(Mode.CLOSED)
            return True
        self._admitted += 1
        return self._admitted <= STEPS[self._step]

    def _enter(self, mode: Mode) -> None:
        """What is under way doesn't count in it."""
        self.mode, self._since = mode, self._clock()
        self._tell_mode(mode)
        self._era += 1
        self._failures = 0
        self._under_way, self._pause, self._probe_at = False, self._pauses.probe, self._since
        self._step, self._second, self._admitted, self._heard = 0, self._since, 0, False

    def _tell(self, answer: Answer) -> None:
        """Once an outage: the one alert, or that it is DIAN's affair."""
        if answer.answer_class in self._told:
            return
        self._told.add(answer.answer_class)
        if answer.answer_class == AnswerClass.OURS:
            log.error("dian refuses us", extra={"code": answer.code})
        else:
            log.warning("dian is down", extra={"code": answer.code})
