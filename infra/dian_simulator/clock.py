"""The simulator's own clock: the real one, moved."""

from datetime import UTC, date, datetime, timedelta


class Clock:
    """Runs at the real pace from wherever it was set. DIAN goes by UTC, dates included."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def today(self) -> date:
        return self.now().date()

    def set(self, instant: datetime) -> None:
        self._ahead = instant - datetime.now(UTC)

    def advance(self, by: timedelta) -> None:
        self._ahead += by
