"""Numbering ranges as DIAN lists them, which of them a company wants, and the voucher type bound to one."""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import Field

from domain.opening import Hours
from domain.values import Value

SAMPLE_PREFIX = "SEDS"
"""The habilitación environment lists this sample for everybody: it counts only where it was declared."""
RENEWAL_MARGIN = timedelta(days=30)
RESOLUTION = re.compile(r"[0-9]{11,14}")
PREFIX = re.compile(r"[A-Z0-9]{1,4}")


class Range(Value):
    """A numbering range of a DIAN resolution; both dates belong to it."""

    resolution: str
    prefix: str
    from_number: int = Field(alias="from")
    to_number: int = Field(alias="to")
    valid_from: date
    valid_to: date
    has_technical_key: bool = False
    """A range with a technical key is for invoices, never for documento soporte."""

    def in_date(self, on: date) -> bool:
        return self.valid_from <= on <= self.valid_to

    @property
    def serves(self) -> bool:
        """Whether a documento soporte can be numbered from it; the provider asks for a prefix that ends in a letter."""
        return not self.has_technical_key and not self.prefix[-1:].isdigit()

    def same_as(self, other: "Range | DeclaredResolution") -> bool:
        return (self.resolution, self.prefix) == (other.resolution, other.prefix)


class DeclaredResolution(Value):
    """The resolution and prefix that the company says it asked for: exactly that range is wanted."""

    resolution: str
    prefix: str


class AnswerClass(StrEnum):
    """What an outcome of asking DIAN means for us (`docs/` names each code's class)."""

    DONE = "done"
    PENDING = "pending"
    REFUSED = "refused"
    OURS = "ours"
    TRANSIENT = "transient"


class Answer(Value):
    """One outcome of GetNumberingRange, classed; DIAN's own code and words are kept, cut to 300 characters."""

    answer_class: AnswerClass = Field(alias="class")
    unknown: bool = False
    """DIAN answered with a code that we don't know: classed as pending and counted apart."""
    code: str = ""
    description: str = ""
    ranges: tuple[Range, ...] = ()


class Claim(Value):
    """Somebody's voucher type holds this resolution and prefix already."""

    resolution: str
    prefix: str
    own: bool
    """True: the same company's, from an earlier onboarding."""


class Look(Value):
    """One look at DIAN's list: the answer, when it came, and who has claimed the ranges in it."""

    at: datetime
    answer: Answer
    claims: tuple[Claim, ...] = ()
    open_near: Hours = ()
    """Business hours around this look: when to look next depends on them."""

    def wanted(self, declared: DeclaredResolution | None) -> tuple[Range, ...]:
        """The listed ranges that this company may take, longest validity first; with a declared one at most that."""
        free = [each for each in self._serving(declared) if self._free(each, self.at.date())]
        return tuple(sorted(free, key=lambda each: (each.valid_to, each.resolution, each.prefix), reverse=True))

    def is_taken(self, declared: DeclaredResolution | None) -> bool:
        """A listed range would do, but somebody else's voucher type holds it."""
        return any(
            not claim.own and (claim.resolution, claim.prefix) == (each.resolution, each.prefix)
            for each in self._serving(declared)
            for claim in self.claims
        )

    def taken(self, taken: Range) -> "Look":
        """The same look, now that somebody else is known to hold this range."""
        claim = Claim(resolution=taken.resolution, prefix=taken.prefix, own=False)
        return self.model_copy(update={"claims": (*self.claims, claim)})

    def prefix_ends_in_digit(self) -> bool:
        """A range would serve but for its prefix: the provider asks for one that ends in a letter."""
        on = self.at.date()
        return any(
            each.in_date(on) and not each.has_technical_key and each.prefix[-1:].isdigit()
            for each in self.answer.ranges
        )

    def declared_is_for_invoices(self, declared: DeclaredResolution | None) -> bool:
        """The wanted range is listed with a technical key: it can never serve a documento soporte."""
        return declared is not None and any(
            each.has_technical_key and each.same_as(declared) for each in self.answer.ranges
        )

    def _serving(self, declared: DeclaredResolution | None) -> list[Range]:
        """Whoever has claimed them; DIAN filters by the UTC date, and may list a range twice."""
        distinct = {(each.resolution, each.prefix): each for each in self.answer.ranges}.values()
        serving = [each for each in distinct if each.serves and each.in_date(self.at.date())]
        if declared is not None:
            return [each for each in serving if each.same_as(declared)]
        return [each for each in serving if each.prefix != SAMPLE_PREFIX]

    def _free(self, each: Range, on: date) -> bool:
        claims = [claim for claim in self.claims if (claim.resolution, claim.prefix) == (each.resolution, each.prefix)]
        return all(claim.own and each.valid_to >= on + RENEWAL_MARGIN for claim in claims)


class VoucherType(Value):
    """A tipo de comprobante: the document `05` or its adjustment note `95`."""

    document_type: str
    code: str
    name: str
    resolution: str
    prefix: str
    next_number: int
