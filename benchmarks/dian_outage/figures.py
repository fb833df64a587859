"""What `./dse bench dian-outage` found, and which of its bounds it misses."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta

from activities.dian.breaker import Pauses

LEAK = 0.01
"""The share of the normal rate that may still reach DIAN while it is down, besides the probes."""
BURST = 1.2
"""By how much any 5 s of the return may exceed the fleet's limit."""


@dataclass(frozen=True)
class Figures:
    n: int
    before_per_s: float
    during_per_s: float
    after_max_per_s: float
    limit_per_s: float
    all_looked_at_s: float | None
    """From the end of the outage; None: they were not."""
    lost: int

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    def misses(self, probes_per_s: float) -> Iterator[str]:
        """A sentence for each bound that is missed."""
        most = LEAK * self.before_per_s + probes_per_s
        if self.during_per_s > most:
            yield f"While DIAN was down it was called {self.during_per_s} times a second; {most:.2f} are allowed."
        most = BURST * self.limit_per_s
        if self.after_max_per_s > most:
            yield f"Afterwards it was called {self.after_max_per_s} times a second; {most:.2f} are allowed."
        if self.before_per_s == 0:
            yield "Nobody looked before the outage: this run proves nothing. Take more onboardings."
        if self.lost:
            yield f"{self.lost} of {self.n} onboardings don't answer, or were not looked at after the outage."

    def told(self, probes_per_s: float) -> str:
        allowed = LEAK * self.before_per_s + probes_per_s
        looked_at = "never" if self.all_looked_at_s is None else f"{self.all_looked_at_s} s after its end"
        return "\n".join(
            [
                f"calls per second before   {self.before_per_s:>8}   (limit {self.limit_per_s})",
                f"while DIAN is down        {self.during_per_s:>8}   (at most {allowed:.2f})",
                f"busiest 5 s of the return {self.after_max_per_s:>8}   (at most {BURST * self.limit_per_s:.2f})",
                f"all {self.n} looked at: {looked_at}; lost: {self.lost}",
            ]
        )


def most_probes(pauses: Pauses, seconds: float) -> int:
    """How many probes one worker may make in so long, if the first is due at once."""
    made, pause, left = 0, pauses.probe, timedelta(seconds=seconds)
    while left >= timedelta(0):
        made, left = made + 1, left - pause
        pause = min(2 * pause, pauses.longest_probe)
    return made
