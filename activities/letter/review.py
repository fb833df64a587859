"""One picture by which a person decides on a doubtful letter: scan, signature box and issued letter side by side."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import typst

_DESIGN: Final = Path(__file__).with_suffix(".typ")
PICTURES: Final = ("page.png", "box.png", "letter.png")
"""What must lie in the folder; all made by us: a scan is never given to this."""
_PPI: Final = 144


def compose(folder: Path, verdict: str | None, reasons: Sequence[str], measures: Mapping[str, object]) -> bytes:
    """A PNG of the folder's pictures; below them in Spanish the verdict, its reasons, the main measures."""
    given = json.dumps({"verdict": verdict or "", "reasons": list(reasons), "measures": dict(measures)})
    fonts = typst.Fonts(include_system_fonts=False)
    compiler = typst.Compiler(_DESIGN.read_bytes(), root=folder, font_paths=fonts, sys_inputs={"review": given})
    png = compiler.compile(format="png", ppi=_PPI)
    assert isinstance(png, bytes)
    return png
