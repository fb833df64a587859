"""Judges a scan of the signed letter from what the decoder saw. The rule, in one place:

accepted   the seal is ours and names the expected letter, and there is handwriting in the box
rejected   the company must send another file, and is told every reason why
review     a person must look: the code can't be read, the ink is doubtful, or the signature is digital
"""

from dataclasses import asdict, dataclass
from typing import Final

from activities.letter.seal import LetterKeys, NoSeal, Seal, read_seal
from activities.letter.sight import EMPTY, CodeSeen, Finding, Ink, Sight
from domain.letter import MAX_SCAN_BYTES
from domain.reasons import Code, Reason
from domain.verdict import Judgement

ENGINE: Final = "letter-2"
"""Version of this engine, recorded with each verdict: raised when a file may be judged otherwise."""
Measures = dict[str, str | int | float | bool | None]

_LEADING: Final = b"\xef\xbb\xbf\0\t\n\f\r "
"""What may precede a PDF's header: a byte order mark, white space."""
_BLANK: Final = 0.002
"""A page with less print is blank: a letter prints 6 to 9 %, dust on a blank page a tenth of this bound."""
_PHOTO: Final = 0.25
"""A page with more print than this is no letter whose code happens to be unreadable."""
_SIGNED_AREA: Final = 30.0
_SIGNED_WIDTH: Final = 28.0
_SIGNED_HEIGHT: Final = 8.0
"""Handwriting is at least so much ink (points²), so wide and high (10 × 3 mm); a tick is doubtful."""
_TOO_SOLID: Final = 0.3
"""More of the ink than this too thick for a pen: a stamp, a blot, a photo."""
_FRAME_SIDES: Final = 3
"""So many sides of the printed frame must be where the code says: else it may stand on another sheet."""
_DOUBTS: Final = frozenset({Finding.DIGITALLY_SIGNED})
"""Structural findings that a person decides on; all others reject."""

Ruling = tuple[Judgement, Code]
"""One reason, with the judgement that it alone would lead to."""


@dataclass(frozen=True)
class Expected:
    """The letter that counts now; what is None is not asked for."""

    environment: str | None = None
    nit: str | None = None
    letter_id: str | None = None
    revision: int | None = None


@dataclass(frozen=True)
class Judged:
    """A judgement with all its reasons; empty reasons mean accepted."""

    judgement: Judgement
    reasons: tuple[Reason, ...]
    measures: Measures


def refused_unopened(pdf: bytes) -> Judged | None:
    """What needs no parser to be refused."""
    if not pdf:
        return judged([_reject(Code.FILE_EMPTY)])
    rulings = [_reject(Code.FILE_TOO_LARGE)] if len(pdf) > MAX_SCAN_BYTES else []
    if not pdf[:64].lstrip(_LEADING).startswith(b"%PDF-"):  # a photo, renamed
        rulings.append(_reject(Code.FILE_NOT_PDF))
    return judged(rulings) if rulings else None


def damaged(**measures: str) -> Judged:
    """The judgement on a file that the decoder can't digest."""
    return judged([_reject(Code.PDF_DAMAGED)], {**measures})


def conclude(sight: Sight, expected: Expected, keys: LetterKeys) -> Judged:
    """The judgement on what was seen."""
    rulings = [(_doubt if finding in _DOUBTS else _reject)(Code(finding.value)) for finding in sight.findings]
    measures: Measures = {"pages": sight.page_count}
    if sight.pages:
        rulings += _on_pages(sight, expected, keys, measures)
    elif not rulings:
        rulings = [_reject(Code.PDF_DAMAGED)]  # whatever saw nothing at all saw no signed letter
    return judged(rulings, measures)


def judged(rulings: list[Ruling], measures: Measures | None = None) -> Judged:
    """The worst ruling decides; its reasons come first."""
    ordered = sorted(rulings, key=lambda ruling: ruling[0] != Judgement.REJECTED)
    judgement = ordered[0][0] if ordered else Judgement.ACCEPTED
    return Judged(judgement, tuple(Reason.of(code) for _, code in ordered), measures or {})


def _reject(code: Code) -> Ruling:
    return Judgement.REJECTED, code


def _doubt(code: Code) -> Ruling:
    return Judgement.REVIEW, code


def _on_pages(sight: Sight, expected: Expected, keys: LetterKeys, measures: Measures) -> list[Ruling]:
    """What the pages give reason for; of several letters in one file the expected one counts."""
    prints = [page.print_share for page in sight.pages]
    measures["print_share"] = max(prints)
    read = [
        (number, code, read_seal(code.text, keys))
        for number, page in enumerate(sight.pages, start=1)
        for code in page.codes
    ]
    ours = [(number, code, seal, _difference(seal, expected)) for number, code, seal in read if isinstance(seal, Seal)]
    if ours:
        number, code, seal, difference = min(ours, key=lambda candidate: candidate[3] is not None)
        measures |= {"page": number} | _facts(code, seal)
        if difference is not None:
            return [_reject(difference)]
        measures["confidence"] = _confidence(code.ink)
        return _on_ink(code.ink, digital=Finding.DIGITALLY_SIGNED in sight.findings)
    if any(seal == NoSeal.FORGED for _, _, seal in read):
        return [_reject(Code.CODE_FORGED)]
    if all(share < _BLANK for share in prints):
        return [_reject(Code.PAGE_BLANK)]
    plausible = any(_BLANK <= share <= _PHOTO for share in prints)
    return [(_doubt if plausible else _reject)(Code.CODE_UNREADABLE)]


def _difference(seal: Seal, expected: Expected) -> Code | None:
    """How the letter differs from the expected one: the widest difference alone, others follow from it."""
    if expected.environment not in (None, seal.environment):
        return Code.WRONG_ENVIRONMENT
    if expected.nit not in (None, seal.nit):
        return Code.WRONG_COMPANY
    if expected.revision not in (None, seal.revision):
        return Code.WRONG_REVISION
    return None if expected.letter_id in (None, seal.letter_id) else Code.WRONG_LETTER


def _on_ink(ink: Ink, *, digital: bool) -> list[Ruling]:
    if _is_empty(ink):
        return [] if digital else [_reject(Code.UNSIGNED)]
    return [] if _is_signed(ink) else [_doubt(Code.SIGNATURE_DOUBTFUL)]


def _is_empty(ink: Ink) -> bool:
    return ink.frame_sides >= _FRAME_SIDES and ink.area < EMPTY and ink.outside < _SIGNED_AREA


def _is_signed(ink: Ink) -> bool:
    ample = ink.area >= _SIGNED_AREA and ink.width >= _SIGNED_WIDTH and ink.height >= _SIGNED_HEIGHT
    return ink.frame_sides >= _FRAME_SIDES and ample and ink.solid <= _TOO_SOLID


def _confidence(ink: Ink) -> float:
    """How far the nearest threshold is that would change the judgement: 0 at it or in doubt, 1 as far as can be."""
    if _is_empty(ink):
        return round(1 - max(ink.area / EMPTY, ink.outside / _SIGNED_AREA), 2)
    if not _is_signed(ink):
        return 0.0
    ample = min(ink.area / _SIGNED_AREA, ink.width / _SIGNED_WIDTH, ink.height / _SIGNED_HEIGHT) - 1
    return round(min(1.0, ample, 1 - ink.solid / _TOO_SOLID), 2)


def _facts(code: CodeSeen, seal: Seal) -> Measures:
    facts: Measures = {f"code_{name}": value for name, value in asdict(seal).items()}
    return (
        facts
        | {"skew": code.skew, "dpi": code.dpi}
        | {f"ink_{name}": value for name, value in asdict(code.ink).items()}
    )
