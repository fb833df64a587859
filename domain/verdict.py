"""What a look at a scan of the signed letter concludes."""

from enum import StrEnum

from domain.reasons import Reason
from domain.values import Value


class Judgement(StrEnum):
    """accepted: this onboarding's current letter, signed. review: a person must look. rejected: send another one."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    REJECTED = "rejected"


class Verdict(Value):
    """A judgement on one scan, with its reasons and the measures behind them."""

    key: str
    """The scan's object key: a verdict counts for this scan alone."""
    sha256: str
    judgement: Judgement
    reasons: tuple[Reason, ...] = ()
    measures: dict[str, str | int | float | bool | None] = {}
    engine: str = ""
    """Version of the engine that judged."""
