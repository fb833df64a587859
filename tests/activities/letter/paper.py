"""A letter to test with, and what may happen to its paper."""

import random
from collections.abc import Callable

from PIL import ImageDraw

from activities.letter import geometry
from activities.letter.decode import decode
from activities.letter.seal import LetterKeys
from activities.letter.verdict import Expected, Judged, conclude, refused_unopened
from benchmarks import sample_letter
from domain.letter import LetterData
from infra.paper_simulator.scanner import printed, scan

KEYS, PERSON = sample_letter.KEYS, sample_letter.PERSON
NIT, LETTER_ID = sample_letter.LETTER.nit, "0f8fad5b-d9cb-469f-a165-70867728950e"
EXPECTED = Expected("produccion", NIT, LETTER_ID, 1)
LETTER = sample_letter.LETTER.model_copy(update={"environment": "produccion", "letter_id": LETTER_ID})


def letter(person: dict[str, str] | None = None, **changes: object) -> LetterData:
    """The letter with some of its data changed."""
    return LETTER.model_copy(update={"representative": PERSON.model_copy(update=person or {}), **changes})


def judge(pdf: bytes, expected: Expected, keys: LetterKeys) -> Judged:
    """Judges in this process, as no worker does: `isolation.examine` is for files of strangers."""
    return refused_unopened(pdf) or conclude(decode(pdf), expected, keys)


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
