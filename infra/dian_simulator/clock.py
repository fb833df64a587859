"""The simulator's own clock: the real one, moved."""

from datetime import UTC, date, datetime, timedelta, timezone

BOGOTA = timezone(timedelta(hours=-5))


class Clock:
    """Runs at the real pace from wherever it was set. DIAN goes by UTC, dates included."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def today(self) -> date:
        return self.now().date()

    def ahead(self) -> timedelta:
        """How far it was moved."""
        return self._ahead

    def set(self, instant: datetime) -> None:
        self._ahead = instant - datetime.now(UTC)

    def right(self) -> None:
        """Back to the real time."""
        self._ahead = timedelta()

    def advance(self, by: timedelta) -> None:
        self._ahead += by
