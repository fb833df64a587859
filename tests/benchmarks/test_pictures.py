"""The pictures in docs/letter.md: small, the same on every run, and each where the page names it."""

import re
from pathlib import Path

from PIL import Image

from benchmarks.letters.pictures import MOST_BYTES, write

DOCS = Path(__file__).parents[2] / "docs"


def test_the_pictures_are_small_and_the_same_on_every_run(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write(first)
    write(second)
    files = {file.name: file.read_bytes() for file in first.iterdir()}
    assert files == {file.name: file.read_bytes() for file in second.iterdir()}
    assert files.keys() == {"letter.png", "shortest.png", "longest.png", "scan.png", "box.png"}
    for file in first.iterdir():
        assert file.stat().st_size <= MOST_BYTES
        with Image.open(file) as image:
            assert image.mode == "P"
    named = re.findall(r"\(letter/(\w+\.png)\)", (DOCS / "letter.md").read_text())
    assert set(named) == files.keys() == {file.name for file in (DOCS / "letter").iterdir()}
