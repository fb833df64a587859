"""What is killed when: a pure function of the seed, so that a run can be repeated."""

from dataclasses import dataclass
from random import Random

WORKERS = ("worker-1", "worker-2", "worker-3")
SHARES = {**dict.fromkeys(WORKERS, 4), "postgres": 3, "temporal": 3, "s3": 2, "mail": 2}
"""How often each is killed, beside the once that each is."""
GENTLY = 0.2
"""The share that is asked to stop (SIGTERM), as a deploy does; the others are killed (SIGKILL)."""
LAST = 0.95
"""No kill later in the run: it should hit work under way."""


@dataclass(frozen=True)
class Kill:
    at: float
    """The share of all work that is done by then."""
    target: str
    gently: bool


def schedule(seed: int, kills: int) -> tuple[Kill, ...]:
    """Every part once, if there are kills enough, then by their shares; in the order of their moments."""
    dice = Random(seed)
    targets = list(SHARES)
    dice.shuffle(targets)
    targets += dice.choices(list(SHARES), weights=list(SHARES.values()), k=max(kills - len(targets), 0))
    targets = targets[:kills]
    dice.shuffle(targets)
    moments = sorted(dice.uniform(0, LAST) for _ in targets)
    return tuple(Kill(at, target, dice.random() < GENTLY) for at, target in zip(moments, targets, strict=True))
