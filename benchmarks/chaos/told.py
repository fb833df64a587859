"""The first ledger: what clients said, what they were told, and how long that took while parts were killed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Said:
    """One message, however often it was sent. Its id is its actor too: so it is found again in the timeline."""

    nit: str
    name: str
    message_id: str
    is_signal: bool
    times: int = 0
    unanswered: int = 0
    told: str = ""
    """`done`, or the code of a refusal; empty: no answer ever."""


@dataclass
class Told:
    """What all clients of a run wrote down."""

    said: list[Said] = field(default_factory=list)
    scans: dict[str, bool] = field(default_factory=dict)
    """Scans stored, by key; false: the client died before it could say so."""
    spans: list[tuple[float, float]] = field(default_factory=list)
    """Begin and end of everything that a client waited for and that was ours to do."""
    stages_done: int = 0
    left_behind: list[str] = field(default_factory=list)
    """Who could not go on, and why."""

    @contextmanager
    def waiting(self) -> Iterator[None]:
        begun = time.monotonic()
        try:
            yield
        finally:
            self.spans.append((begun, time.monotonic()))

    def recovery_p95(self, kills: list[float]) -> float:
        """Seconds from a kill to the end of what a client was waiting for at that moment: the 95th percentile."""
        took = sorted(end - kill for kill in kills for begin, end in self.spans if begin <= kill < end)
        return took[int(0.95 * (len(took) - 1))] if took else 0.0
