"""A letter to test with, and what may happen to its paper."""

import random
from collections.abc import Callable
from datetime import date

from PIL import ImageDraw

from activities.letter import geometry
from activities.letter.seal import DEVELOPMENT_KEYS, LetterKeys
from activities.letter.verdict import Expected, Judged
from domain.letter import LetterData
from domain.people import Representative
from infra.paper_simulator.scanner import printed, scan

KEYS = LetterKeys.parse(DEVELOPMENT_KEYS)
NIT, LETTER_ID = "900123456-8", "0f8fad5b-d9cb-469f-a165-70867728950e"
EXPECTED = Expected("produccion", NIT, LETTER_ID, 1)
PERSON = Representative(
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
)
LETTER = LetterData(
    environment="produccion",
    nit=NIT,
    company="Café del Sur S.A.S.",
    representative=PERSON,
    provider_nit="830048145-8",
    provider_name="Soluciones Contables del Norte S.A.S.",
    letter_id=LETTER_ID,
    revision=1,
    issued_on=date(2026, 11, 24),
    period_days=365,
)


def letter(person: dict[str, str] | None = None, **changes: object) -> LetterData:
    """The letter with some of its data changed."""
    return LETTER.model_copy(update={"representative": PERSON.model_copy(update=person or {}), **changes})


def codes(judged: Judged) -> list[str]:
    return [reason.code.value for reason in judged.reasons]


Pen = Callable[[ImageDraw.ImageDraw, Callable[[float, float], tuple[float, float]]], None]


def marked(pdf: bytes, draw: Pen, *, dpi: int = 150) -> bytes:
    """A scan of the letter on which `draw` has drawn, given a brush and a map from box points to pixels."""
    page = printed(pdf, dpi)
    draw(ImageDraw.Draw(page), lambda x, y: ((geometry.BOX.x + x) * dpi / 72, (geometry.BOX.y + y) * dpi / 72))
    return scan(page, seed=7, dpi=dpi)


def spread(seed: int, low: float, high: float) -> float:
    """A value between two bounds, the same for the same seed."""
    return random.Random(seed).uniform(low, high)
