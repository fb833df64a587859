"""True files that the mutator starts from: the letter as issued, and scans of it that would be accepted."""

from functools import cache
from typing import Final

from activities.letter.geometry import BOX
from activities.letter.render import render
from activities.letter.verdict import Expected
from benchmarks.sample_letter import KEYS, LETTER
from infra.paper_simulator import sign_and_scan

OWN: Final = Expected(LETTER.environment, LETTER.nit, LETTER.letter_id, LETTER.revision)
"""The letter that all bases are of."""
OTHER: Final = Expected(LETTER.environment, "830048145-8", "4b1d5c2e9f70", 1)
"""A letter that none is of."""
ISSUED: Final = "issued"
"""The one base without a signature."""


@cache
def bases() -> dict[str, bytes]:
    """By name."""
    issued = render(LETTER, KEYS)
    return {
        ISSUED: issued,
        "scan at 100 dpi": sign_and_scan(issued, BOX, seed=1, dpi=100),
        "scan at 150 dpi": sign_and_scan(issued, BOX, seed=2, dpi=150, angle=0.7),
        "fax": sign_and_scan(issued, BOX, seed=3, dpi=150, gray=False),
    }
