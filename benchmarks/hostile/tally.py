"""What became of hostile files, counted."""

import json
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from activities.letter.verdict import Judged
from benchmarks.hostile.mutator import KINDS, Mutant
from domain.verdict import Judgement

HANG_S: Final = 10.0
"""From handing a file over to its judgement."""


@dataclass
class Tally:
    """Filled by `take`; the rest is measured by whoever runs."""

    files: int = 0
    crashes: int = 0
    """The entry raised: a company would have waited for a verdict in vain."""
    hangs: int = 0
    accepted: int = 0
    decoders_lost: int = 0
    """Files that were refused because a decoder died of them or was stopped: as it should be."""
    slowest_s: float = 0.0
    slowest_kind: str = ""
    verdicts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    kinds: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    kept_in: Path | None = None
    """Where the files are that failed."""
    peak_rss_mb: int = 0
    """Of the largest decoder. Linux counts at least what the bench itself had when it started it."""
    parent_growth_mb: float = 0.0
    """Of this process, once it had seen each kind several times."""
    wall_s: float = 0.0

    def take(self, mutant: Mutant, outcome: Judged | Exception, seconds: float) -> None:
        """One file's outcome; a failing one is kept."""
        self.files += 1
        if seconds > self.slowest_s:
            self.slowest_s, self.slowest_kind = seconds, mutant.kind
        if isinstance(outcome, Exception):
            self.crashes += 1
            became = type(outcome).__name__
        else:
            became = outcome.judgement.value
            self.accepted += outcome.judgement == Judgement.ACCEPTED
            self.verdicts[became] += 1
            codes = [reason.code.value for reason in outcome.reasons]
            self.reasons.update(codes)
            if "decoder" in outcome.measures:
                self.decoders_lost += 1
                self.endings[str(outcome.measures["decoder"])] += 1
            became = " ".join((became, *codes))
        self.kinds[mutant.kind][became] += 1
        self.hangs += seconds > HANG_S
        if isinstance(outcome, Exception) or outcome.judgement == Judgement.ACCEPTED or seconds > HANG_S:
            self._keep(mutant)

    @property
    def failed(self) -> bool:
        return bool(self.crashes or self.hangs or self.accepted)

    def document(self) -> dict[str, Any]:
        """The figures, for JSON."""
        return {
            "files": self.files,
            "crashes": self.crashes,
            "hangs": self.hangs,
            "accepted": self.accepted,
            "slowest_s": round(self.slowest_s, 2),
            "peak_rss_mb": self.peak_rss_mb,
            "slowest_kind": self.slowest_kind,
            "decoders_lost": self.decoders_lost,
            "endings": dict(self.endings.most_common()),
            "verdicts": dict(self.verdicts.most_common()),
            "reasons": dict(self.reasons.most_common()),
            "files_per_s": round(self.files / self.wall_s, 1) if self.wall_s else 0.0,
            "parent_growth_mb": round(self.parent_growth_mb, 1),
            "wall_s": round(self.wall_s, 1),
            "kept_in": str(self.kept_in) if self.kept_in else None,
        }

    def told(self) -> str:
        """The figures, and what became of each kind."""
        lines = [f"{name:>16}  {_plain(value)}" for name, value in self.document().items()]
        for kind in [each for each in KINDS if each in self.kinds]:
            became = self.kinds[kind]
            lines.append(f"{kind:>20}  {', '.join(f'{count} {what}' for what, count in became.most_common())}")
        return "\n".join(lines)

    def _keep(self, mutant: Mutant) -> None:
        self.kept_in = self.kept_in or Path(tempfile.mkdtemp(prefix="hostile-"))
        (self.kept_in / f"{mutant.number:05d} {mutant.kind}.pdf").write_bytes(mutant.pdf)


def _plain(value: object) -> str:
    return json.dumps(value)[1:-1].replace('"', "") if isinstance(value, dict) else str(value)
