"""What people, partners and DIAN wrote, put into Markdown so that it stays text."""

import re

LONGEST = 300
_STEERS = re.compile(r"[\\`*_[\]<>#|~&$]|:(?=\S)|(?<=www)\.")
"""What Markdown, HTML or formulas obey; the last two are where renderers make a link of a bare address. All of them can
be escaped in the one that Temporal's UI uses too, which shows `\\/` and `\\@` as they stand.
"""


def plain(text: str, longest: int = LONGEST) -> str:
    """On one line, cut, and with everything escaped that would be obeyed."""
    return _STEERS.sub(_escaped, _line(text, longest))  # a template would be parsed anew by each call


def code(text: str) -> str:
    """As code, in which nothing is obeyed but its own end."""
    return f"`{_line(text, 100).replace('`', '’') or '—'}`"


def _escaped(steers: re.Match[str]) -> str:
    return f"\\{steers[0]}"


def _line(text: str, longest: int) -> str:
    line = " ".join(text[: 4 * longest].split())  # what is cut anyway needn't be read
    line = line if len(line) <= longest else f"{line[: longest - 1]}…"
    return line if line.isprintable() else "".join(each if each.isprintable() else "�" for each in line)
