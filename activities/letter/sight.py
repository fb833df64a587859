"""What the decoder saw in a file: plain facts without judgement, small enough for JSON, free of any secret.

The decoder runs on hostile bytes in a process of its own, so this module imports nothing heavy, and who reads
its answer validates it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Finding(StrEnum):
    """What is structurally wrong or remarkable; each is also a `domain.reasons.Code`."""

    DAMAGED = "pdf_damaged"
    ENCRYPTED = "pdf_encrypted"
    ACTIVE_CONTENT = "pdf_active_content"
    ATTACHMENTS = "pdf_attachments"
    TOO_MANY_PAGES = "pdf_too_many_pages"
    DIGITALLY_SIGNED = "digitally_signed"


EMPTY: Final = 8.0
"""Points² of ink below which the box is empty: a full stop has 2, a short signature 60 or more."""


@dataclass(frozen=True)
class Ink:
    """What lies in the straightened signature box beside the template's own print; points and points²."""

    frame_sides: int
    """How many of the printed frame's four sides were found where they belong."""
    area: float
    """Ink that is neither a speck nor a ruled line."""
    width: float
    height: float
    """Extent of that ink."""
    solid: float
    """Share of it that is too thick for any pen (0–1)."""
    light: float
    """Contrast of the ink with the paper (0–1); a pencil has little."""
    outside: float
    """Ink around an empty box that is higher than any print: a signature in the wrong place. 0 if it isn't empty."""


@dataclass(frozen=True)
class CodeSeen:
    """A QR of our format, unchecked: the decoder has no keys."""

    text: str
    skew: float
    """Degrees, clockwise, from upright."""
    dpi: float
    """Of the scan, as it was read or rendered."""
    ink: Ink


@dataclass(frozen=True)
class PageSeen:
    """One rendered page."""

    print_share: float
    """Share of the page that is darker than its paper (0–1)."""
    codes: tuple[CodeSeen, ...]


@dataclass(frozen=True)
class Sight:
    """All that the decoder tells about a file."""

    findings: tuple[Finding, ...]
    page_count: int
    pages: tuple[PageSeen, ...]
    """The pages looked at: none where rendering isn't safe, at most `intake.MAX_PAGES`."""
