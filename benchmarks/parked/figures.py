"""What `./dse bench parked` found, and which of the bounds it misses."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.parked.machine import Restarts
from benchmarks.parked.waking import Cached, Woken

MOST = {
    "left_behind": 0,
    "worker_rss_mb.growth": 50,
    "idle_cpu_percent.worker": 2,
    "overdue_count_ms": 10,
    "first_100_ms": 50,
}
"""The bounds, by the figures' names in JSON."""


@dataclass
class Figures:
    n: int
    started_per_s: float = 0.0
    left_behind: int = 0
    timed_out_each: float = 0.0
    server_bytes_each: int = 0
    temporal_db_bytes_each: int = 0
    postgres_bytes_each: int = 0
    worker_rss_mb: dict[str, float] = field(default_factory=dict)
    idle_cpu_percent: dict[str, float] = field(default_factory=dict)
    restart: dict[str, float] = field(default_factory=dict)
    overdue_count_ms: float = 0.0
    first_100_ms: float = 0.0
    woken_per_s: float = 0.0
    woken_cpu_ms_each: dict[str, float] = field(default_factory=dict)
    caches: list[Cached] = field(default_factory=list)
    wall_s: float = 0.0

    def take_worker_rss(self, at_1000: int, at_n: int) -> None:
        """Bytes with the first thousand, and with all."""
        small, large = round(at_1000 / 1e6, 1), round(at_n / 1e6, 1)
        self.worker_rss_mb = {"at_1000": small, "at_n": large, "growth": round(large - small, 1)}

    def take_restarts(self, when: str, restarts: Restarts) -> None:
        self.restart |= {f"{when}_{what}": round(value, 2) for what, value in asdict(restarts).items()}

    def take_woken(self, woken: Woken) -> None:
        self.woken_per_s, self.woken_cpu_ms_each = woken.per_s, woken.cpu_ms_each

    @property
    def misses(self) -> list[str]:
        """The names of the figures that are over their bound."""
        found = self._flat()
        return [name for name, most in MOST.items() if found[name] > most]

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "misses": self.misses})

    def told(self) -> str:
        """For people: a line a figure, with its bound where it is missed."""
        missed = self.misses
        lines = [
            f"{name:<28} {value:>10}" + (f"   over the bound of {MOST[name]}" if name in missed else "")
            for name, value in self._flat().items()
        ]
        lines += ["  ".join(f"{name} {value}" for name, value in asdict(each).items()) for each in self.caches]
        return "\n".join(lines)

    def _flat(self) -> dict[str, Any]:
        flat: dict[str, Any] = {}
        for name, value in asdict(self).items():
            if isinstance(value, dict):
                flat |= {f"{name}.{part}": each for part, each in value.items()}
            elif not isinstance(value, list):
                flat[name] = value
        return flat
