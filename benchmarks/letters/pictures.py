"""`python -m benchmarks.letters.pictures docs/letter`: the pictures in docs/letter.md, the same on every run.

The issued letter, also with the shortest and the longest names; a signed scan; its signature box as it is measured.
"""

import argparse
import io
from pathlib import Path
from typing import Final

from PIL import Image

from activities.letter import show
from activities.letter.geometry import BOX
from activities.letter.render import render
from benchmarks.sample_letter import KEYS, LETTER, PERSON
from domain.letter import letter_id
from domain.people import MAX_LENGTH, MAX_NAME
from infra.paper_simulator import sign_and_scan
from infra.paper_simulator.scanner import printed

DPI: Final = 72
SMALL_DPI: Final = 60
SCAN_DPI: Final = 150
SKEW: Final = 2.0
"""Degrees by which the sheet lies askew on the glass: the box is straight all the same."""
PAPER: Final = 226
"""Grey level below all that is but noise on white paper, which is drawn as `WHITE`."""
WHITE: Final = 244
SEED: Final = 5
MOST_BYTES: Final = 60_000
"""Of each picture."""
LEVELS: Final = (16, 12, 8, 6, 4)
"""Grey levels of a picture: the first that makes it light enough."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.letters.pictures", description=__doc__)
    parser.add_argument("folder", type=Path)
    write(parser.parse_args().folder)


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, image in drawn().items():
        (folder / f"{name}.png").write_bytes(_small(image))


def drawn() -> dict[str, Image.Image]:
    """By the name of the file."""
    usual = _issued()
    scan = show.scan(sign_and_scan(usual, BOX, seed=SEED, dpi=SCAN_DPI, angle=SKEW), show.letter(usual).text)
    assert scan is not None
    return {
        "letter": printed(usual, DPI),
        "shortest": printed(_issued("D1 S.A.", first_names="Li", last_names="Wu", place_of_issue="Cali"), SMALL_DPI),
        "longest": printed(_longest(), SMALL_DPI),
        "scan": _calm(scan.page).resize(printed(usual, SMALL_DPI).size, Image.Resampling.LANCZOS),
        "box": _calm(scan.box).reduce(2),
    }


def _calm(page: Image.Image) -> Image.Image:
    """Without the scanner's noise on the paper, which would take most of the bytes."""
    return page.convert("L").point(lambda level: min(level, PAPER) * WHITE // PAPER)


def _longest() -> bytes:
    names = {
        "first_names": "María Fernanda del Rosario",
        "last_names": "Ñáñez Villalobos",
        "place_of_issue": "San Andrés",
    }
    given = {name: _filled(words, MAX_LENGTH[name]) for name, words in names.items()}
    return _issued(_filled("Asociación de Productores Cafeteros del Alto Magdalena", MAX_NAME), **given)


def _filled(words: str, length: int) -> str:
    """The words again and again, as long as a field may be."""
    return (f"{words} " * length)[:length].strip()


def _issued(company: str = "Café del Sur S.A.S.", **person: str) -> bytes:
    given = {"environment": "produccion", "letter_id": letter_id("docs"), "company": company}
    return render(LETTER.model_copy(update={**given, "representative": PERSON.model_copy(update=person)}), KEYS)


def _small(image: Image.Image) -> bytes:
    """A palette PNG with as many grey levels as `MOST_BYTES` allow."""
    for levels in LEVELS:
        file = io.BytesIO()
        image.convert("L").quantize(levels).save(file, "PNG", optimize=True)
        if file.tell() <= MOST_BYTES:
            break
    return file.getvalue()


if __name__ == "__main__":
    main()
