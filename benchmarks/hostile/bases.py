"""True files that the mutator starts from: the letter as issued, and scans of it that would be accepted."""

from datetime import date
from functools import cache
from typing import Final

from activities.letter.geometry import BOX
from activities.letter.render import render
from activities.letter.seal import DEVELOPMENT_KEYS, LetterKeys
from activities.letter.verdict import Expected
from domain.letter import LetterData
from domain.people import Representative
from infra.paper_simulator import sign_and_scan

KEYS: Final = LetterKeys.parse(DEVELOPMENT_KEYS)
LETTER: Final = LetterData(
    environment="habilitacion",
    nit="900123456-8",
    company="Café del Sur S.A.S.",
    representative=Representative(
        first_names="Ana María",
        last_names="Gómez Ruiz",
        document_type="13",
        document_number="52123456",
        place_of_issue="Bogotá",
        email="ana@example.com",
        mobile="3001234567",
        address="Calle 72 # 10-07",
        municipality="11001",
        position="Gerente general",
    ),
    provider_nit="830048145-8",
    provider_name="Soluciones Contables del Norte S.A.S.",
    letter_id="0f8fad5bd9cb",
    revision=1,
    issued_on=date(2026, 11, 24),
    period_days=365,
)
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
