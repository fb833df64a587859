"""What was measured, as one JSON document and as people read it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

WANTED = 0.9
LEVERS = """\
What would bring it there; each was tried in a worker of its own beside the code as it is, on one server,
with 20 onboardings each (2026-11; what should be equal differed by up to 5 %):
  grant and claim first tried as local activities, within the workflow task: 10 events less, but they have no fence
  no sandbox: worker -10 to -17 %, but then nothing guards determinism
  uvloop: worker -2 %, which is nothing
Taken already: SQLite in WAL mode, what is pure passed through the sandbox, eager activities,
recall within the first task, payloads written without asking the sandbox,
rows looked up once, cards written only before waits."""
_NAMES = ("server", "worker", "checks", "adapters_alone", "bare_server", "bare_worker", "postgres", "s3")
"""What the document says of CPU; the rest is for people."""


@dataclass(frozen=True)
class Figures:
    n: int
    ours_wall_s: float
    bare_wall_s: float
    cpu_ms: Mapping[str, float]
    """By process, of one onboarding or bare workflow."""
    history: tuple[int, int]
    """Events and bytes."""
    bare_history: tuple[int, int]
    idle_ms_per_s: float
    """The server's own, which is taken off."""

    @property
    def least_ms(self) -> float:
        """What it costs at least: a workflow that does nothing, and the effects."""
        return self._sum("bare_server", "bare_worker", "adapters_alone")

    @property
    def ours_ms(self) -> float:
        return self._sum("server", "worker", "checks")

    @property
    def efficiency(self) -> float:
        return self.least_ms / self.ours_ms

    def _sum(self, *names: str) -> float:
        return sum(self.cpu_ms[name] for name in names)

    def to_json(self) -> str:
        ours_per_s, bare_per_s = self.n / self.ours_wall_s, self.n / self.bare_wall_s
        document = {
            "n": self.n,
            "ours_per_s": round(ours_per_s, 2),
            "bare_per_s": round(bare_per_s, 2),
            "ratio": round(ours_per_s / bare_per_s, 3),
            "efficiency": round(self.efficiency, 3),
            "history_events": self.history[0],
            "history_bytes": self.history[1],
            "bare_history_events": self.bare_history[0],
            "cpu_ms_each": {name: round(self.cpu_ms[name], 1) for name in _NAMES},
        }
        return json.dumps(document)

    def told(self) -> str:
        cpu, events, bare_events = self.cpu_ms, self.history[0], self.bare_history[0]
        effects = cpu["adapters_alone"] - cpu["checks_alone"]
        server, worker = cpu["server"] - cpu["bare_server"], cpu["worker"] - cpu["bare_worker"] - effects
        return f"""
CPU in ms, of one onboarding or bare workflow ({self.n} of each):

                      ours      bare  adapters alone
  Temporal server {cpu["server"]:8.0f}  {cpu["bare_server"]:8.0f}
  worker          {cpu["worker"]:8.0f}  {cpu["bare_worker"]:8.0f}  {effects:14.0f}
  letter checks   {cpu["checks"]:8.0f}            {cpu["checks_alone"]:14.0f}
  together        {self.ours_ms:8.0f}  {self._sum("bare_server", "bare_worker"):8.0f}  {cpu["adapters_alone"]:14.0f}
  history events  {events:8}  {bare_events:8}
  history bytes   {self.history[1]:8}  {self.bare_history[1]:8}

Not counted: PostgreSQL {cpu["postgres"]:.0f}, S3 {cpu["s3"]:.0f}, DIAN (simulated) {cpu["dian"]:.0f}, \
mail {cpu["mail"]:.0f}; the idle server ({self.idle_ms_per_s:.0f} ms a second).
By the clock, which says little on a busy machine: ours {self.n / self.ours_wall_s:.2f}/s, pen and scanner apart; \
bare {self.n / self.bare_wall_s:.2f}/s.

efficiency {self.efficiency:.2f} = ({cpu["bare_server"]:.0f} + {cpu["bare_worker"]:.0f} + \
{cpu["adapters_alone"]:.0f}) ÷ {self.ours_ms:.0f}

Where the other {self.ours_ms - self.least_ms:.0f} ms go:
  server {server:+6.0f}   {events} events for {bare_events}, at {cpu["server"] / events:.1f} ms each \
(bare: {cpu["bare_server"] / bare_events:.1f})
  worker {worker:+6.0f}   beyond bare worker and effects; our rules alone would take {cpu["rules"]:.0f} of it
  checks {cpu["checks"] - cpu["checks_alone"]:+6.0f}   the same decoders: noise, and how many run side by side

{WANTED} asks for {max(self.ours_ms - self.least_ms / WANTED, 0.0):.0f} ms less.
{LEVERS}"""
