"""How far our clock and DIAN's are apart, as each HTTP answer tells by the way: DIAN refuses what is 5 minutes off."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

TOLERATED_S = 60.0
_RESOLUTION_S = 1.0


@dataclass(frozen=True)
class Skew:
    """One measurement: DIAN's clock minus ours."""

    seconds: float
    """Above zero: our clock is behind."""
    uncertain: float
    """By how much that may be wrong either way, in seconds."""

    @property
    def clock(self) -> Literal["right", "behind", "ahead"]:
        """Ours; right unless it surely differs by more than is tolerated."""
        if abs(self.seconds) - self.uncertain <= TOLERATED_S:
            return "right"
        return "behind" if self.seconds > 0 else "ahead"

    @property
    def sentence(self) -> str:
        """In English, for logs and operators; nothing while the clock is right."""
        if self.clock == "right":
            return ""
        whose = "ahead of" if self.clock == "ahead" else "behind"
        return f"Our clock is {abs(self.seconds):.0f} s {whose} DIAN's."


def measured(date: str, asked: datetime, answered: datetime) -> Skew | None:
    """From an answer's `Date` header and the two moments, by our clock, between which it was written.

    None: the header is missing or no date. It counts whole seconds, so that half of one is added.
    """
    try:
        theirs = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    theirs = theirs if theirs.tzinfo is not None else theirs.replace(tzinfo=UTC)
    half = (answered - asked) / 2
    try:
        seconds = (theirs - (asked + half)).total_seconds() + _RESOLUTION_S / 2
    except OverflowError:  # year 1 or 9999 with an offset
        return None
    return Skew(seconds, abs(half.total_seconds()) + _RESOLUTION_S)
