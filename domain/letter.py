"""The carta de exoneración: what is printed on it, which issue of it counts, where its objects lie."""

import hashlib
from datetime import date, datetime
from enum import StrEnum

from domain.nit import check_digit
from domain.people import Representative
from domain.values import Value
from domain.verdict import Verdict

MAX_SCAN_BYTES = 1_048_576


class LetterData(Value):
    """Everything printed on one issue of the letter: the same data gives the same bytes."""

    environment: str
    nit: str
    company: str
    representative: Representative
    provider_nit: str
    provider_name: str
    letter_id: str
    revision: int
    issued_on: date
    period_days: int

    @property
    def in_own_name(self) -> bool:
        """A natural person signs «en nombre propio»: the NIT is their cédula with a check digit."""
        number = self.representative.document_number
        return self.representative.document_type == "13" and f"{number}-{check_digit(number)}" == self.nit


class SignatureBox(Value):
    """Where the handwritten signature belongs, in points from the page's top left corner."""

    page: int
    x: float
    y: float
    w: float
    h: float


class Letter(Value):
    """One issued revision (people read *versión*) and where it is stored."""

    letter_id: str
    revision: int
    key: str
    sha256: str
    size: int
    template: str
    """Version of the template: a change of wording gives a new one."""
    issued_on: date


class Gone(StrEnum):
    REJECTED = "rejected"
    DELETED = "deleted"
    REPLACED = "replaced"
    VOID = "void"


class Scan(Value):
    """A file that the company sent as the signed letter."""

    key: str
    sha256: str
    size: int
    revision: int
    """The letter's revision that it answers: the one current, or next to be issued, on arrival."""
    at: datetime
    verdict: Verdict | None = None
    gone: Gone | None = None
    """Why it doesn't count any more; its key is never taken again."""


def letter_key(environment: str, nit: str, letter_id: str, revision: int) -> str:
    return f"{environment}/{nit}/letters/{letter_id}-{revision}.pdf"


def scans_prefix(environment: str, nit: str) -> str:
    return f"{environment}/{nit}/scans/"


def is_scan_key(key: str, environment: str, nit: str) -> bool:
    """Whether a key names a scan of this company's, in one form only: stores differ on `a//b` and `a/./b`."""
    prefix = scans_prefix(environment, nit)
    name = key.removeprefix(prefix)
    return key.startswith(prefix) and name.isprintable() and not {"", ".", ".."} & set(name.split("/"))


def letter_id(onboarding_id: str) -> str:
    """Names an onboarding's letter, all revisions of it; short enough for a QR that survives a fax."""
    return hashlib.sha256(onboarding_id.encode()).hexdigest()[:12]
