"""Pictures of mails, for people to look at: `.venv/bin/python -m tests.activities.store.mail_pictures [FOLDER]`.

Without a folder: those of the documentation, as a phone shows them; else all of them, also wide and dark. Drawn by
Debian's chromium.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from activities.store.mail_page import html
from domain.expiring import operators_words
from domain.expiring import words as expiring_words
from domain.mail_words import Words
from tests.activities.store.mails import ABOUT, GRANT, NOW, RANGE, SAMPLES, said

KEPT = ("turn", "reminder", "overdue", "ready")
"""Those that the documentation shows."""
FOLDER = Path("docs/operations/mails")
PHONE, COMPUTER = 360, 800
FRAME = 200
"""What the browser's window takes at most of the height for itself."""


def all_words() -> dict[str, Words]:
    ends = {"grant": GRANT, "range": RANGE}
    expiring = {
        f"expiring_{name}": expiring_words(each, NOW, ABOUT.provider, ABOUT.software) for name, each in ends.items()
    }
    return {
        **{name: said(name) for name in SAMPLES},
        **expiring,
        "expiring_operators": operators_words((RANGE, GRANT), NOW),
    }


def draw(words: Words, file: Path, width: int, *, dark: bool = False) -> None:
    """As long as the mail is: the page is measured first."""
    with tempfile.TemporaryDirectory() as scratch:
        page = Path(scratch) / "mail.html"
        page.write_text(html(words), encoding="utf-8")
        height = _height(page, width, scratch)
        picture = (f"--screenshot={file}", f"--window-size={width},{height + FRAME}")
        _chromium(scratch, *picture, *(("--blink-settings=preferredColorScheme=0",) if dark else ()), page.as_uri())
    with Image.open(file) as drawn:
        drawn.crop((0, 0, width, height)).convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(
            file, optimize=True
        )


def _height(page: Path, width: int, scratch: str) -> int:
    measuring = Path(scratch) / "measured.html"
    narrow = f"document.body.style.width = '{width}px'"  # a window may not be as narrow as a phone
    script = f"<script>{narrow}; document.title = document.body.offsetHeight</script>"
    measuring.write_text(page.read_text(encoding="utf-8").replace("</html>", f"{script}</html>"), encoding="utf-8")
    seen = _chromium(scratch, f"--window-size={width},100", "--dump-dom", measuring.as_uri())
    return int(seen.partition("<title>")[2].partition("<")[0])


def _chromium(scratch: str, *arguments: str) -> str:
    quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={scratch}/profile")
    done = subprocess.run(["/usr/bin/chromium", *quiet, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, words in all_words().items():
        if folder == FOLDER and name not in KEPT:
            continue
        if folder != FOLDER:
            draw(words, folder.absolute() / f"{name}_{COMPUTER}.png", COMPUTER)
            draw(words, folder.absolute() / f"{name}_dark.png", PHONE, dark=True)
        draw(words, folder.absolute() / f"{name}.png", PHONE)
