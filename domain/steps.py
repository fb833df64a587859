"""The step table. Each row is done or not by what is known; the step is the first row that is not done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.state import State


class Step(StrEnum):
    ELECTRONIC_INVOICING = "electronic_invoicing"
    LEGAL_REPRESENTATIVE = "legal_representative"
    LETTER_ISSUE = "letter_issue"
    SIGNED_LETTER = "signed_letter"
    LETTER_CHECK = "letter_check"
    LETTER_REVIEW = "letter_review"
    LETTER_ACCEPTED = "letter_accepted"
    CERTIFICATE = "certificate"
    MANDATED_WAIT = "mandated_wait"
    PREFIX_ASSOCIATION = "prefix_association"
    PREFIX_SYNC = "prefix_sync"
    VOUCHER_TYPE = "voucher_type"
    READINESS_CHECK = "readiness_check"
    READY = "ready"
    CANCELLED = "cancelled"

    @property
    def position(self) -> int:
        return _POSITIONS[self]

    def __lt__(self, other: object) -> bool:
        return isinstance(other, Step) and self.position < other.position

    def __le__(self, other: object) -> bool:
        return isinstance(other, Step) and self.position <= other.position

    def __gt__(self, other: object) -> bool:
        return isinstance(other, Step) and self.position > other.position

    def __ge__(self, other: object) -> bool:
        return isinstance(other, Step) and self.position >= other.position


_POSITIONS = {step: position for position, step in enumerate(Step)}


class WaitsOn(StrEnum):
    COMPANY = "company"
    US = "us"
    DIAN = "dian"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Allowed:
    """Time allowed for a row: elapsed time, or business days or hours (counted by an activity)."""

    elapsed: timedelta | None = None
    business_days: int = 0
    business_hours: int = 0


@dataclass(frozen=True)
class Row:
    step: Step
    wizard_step: int
    waits_on: WaitsOn
    allowed: Allowed
    done: Callable[[State], bool]


def _granted(known: Callable[[State], bool]) -> Callable[[State], bool]:
    """A grant that is still good makes every row of wizard step 2 done."""
    return lambda state: state.grant is not None or known(state)


def _listed(state: State) -> bool:
    return bool(state.wanted)


def _judged(state: State) -> bool:
    return state.scan is not None and state.scan.verdict is not None


def _days(count: int) -> Allowed:
    return Allowed(business_days=count)


_SOON = Allowed(timedelta(minutes=15))
_TWO_DAYS = Allowed(timedelta(hours=48))
_COMPANY, _US, _DIAN, _OPERATOR = WaitsOn.COMPANY, WaitsOn.US, WaitsOn.DIAN, WaitsOn.OPERATOR

TABLE: tuple[Row, ...] = (
    Row(Step.ELECTRONIC_INVOICING, 1, _COMPANY, _days(15), lambda s: s.invoicing_completed_at is not None),
    Row(Step.LEGAL_REPRESENTATIVE, 2, _COMPANY, _days(3), _granted(lambda s: s.representative is not None)),
    Row(Step.LETTER_ISSUE, 2, _US, _SOON, _granted(lambda s: s.letter is not None)),
    Row(Step.SIGNED_LETTER, 2, _COMPANY, _days(5), _granted(lambda s: s.scan is not None)),
    Row(Step.LETTER_CHECK, 2, _US, _SOON, _granted(_judged)),
    Row(Step.LETTER_REVIEW, 2, _OPERATOR, Allowed(business_hours=4), _granted(lambda s: s.scan_accepted)),
    Row(Step.LETTER_ACCEPTED, 2, _COMPANY, _days(2), _granted(lambda s: s.continued)),
    Row(Step.CERTIFICATE, 2, _US, _SOON, lambda s: s.grant is not None),
    Row(
        Step.MANDATED_WAIT,
        3,
        _DIAN,
        Allowed(timedelta(hours=1)),  # after the wait's end
        lambda s: s.wait_over or s.associated or _listed(s),
    ),
    Row(Step.PREFIX_ASSOCIATION, 3, _COMPANY, _days(10), lambda s: s.associated or _listed(s)),
    Row(Step.PREFIX_SYNC, 3, _DIAN, _TWO_DAYS, _listed),
    Row(Step.VOUCHER_TYPE, 4, _COMPANY, _days(3), lambda s: s.voucher_claimed),
    Row(Step.READINESS_CHECK, 4, _DIAN, _TWO_DAYS, lambda s: s.proven_at is not None),
)
ROWS: dict[Step, Row] = {row.step: row for row in TABLE}
OPEN_STEPS: tuple[Step, ...] = tuple(ROWS)
DENIED_WORD = Allowed(business_hours=4)
"""How long a person's word that prefixes are associated is believed while DIAN denies it."""


def current_step(state: State) -> Step:
    """The first row that is not done; `cancelled` and `ready` lie after them all."""
    global _last
    asked, step = _last
    if asked is not state:
        step = _first_open(state)
        _last = (state, step)
    return step


_last: tuple[State | None, Step] = (None, Step.READY)
"""What was asked last is mostly asked again: 900 questions about 110 states in an onboarding. Replaced as a
whole, so that threads may share it."""


def _first_open(state: State) -> Step:
    if state.cancelled_at is not None:
        return Step.CANCELLED
    return next((row.step for row in TABLE if not row.done(state)), Step.READY)


def waits_on(state: State) -> WaitsOn | None:
    """Whom the current row waits on; nobody once the onboarding has ended."""
    step = current_step(state)
    if state.blocked is not None:
        return WaitsOn.OPERATOR
    if step not in ROWS:
        return None if state.closed else WaitsOn.US
    if step == Step.VOUCHER_TYPE and state.wish is not None:
        return WaitsOn.US
    if state.bounced is not None and ROWS[step].waits_on == WaitsOn.COMPANY:
        return WaitsOn.OPERATOR  # no mail reaches the company: somebody has to find another way to it
    return ROWS[step].waits_on
