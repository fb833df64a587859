"""What a workflow may ask for. Each effect has a name, an input and a result; an activity of that name performs it.

Every one is done once under its key, however often it is asked for.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from domain.begin import Recalled
from domain.findings import Source
from domain.letter import Letter, Scan
from domain.mails import Mail
from domain.numbering import Look, VoucherType
from domain.people import Contact, Representative
from domain.reasons import Code
from domain.state import Event, Grant, Undo, VoucherWish
from domain.status import Status
from domain.values import Value
from domain.verdict import Verdict

I = TypeVar("I", bound=Value)  # noqa: E741
R = TypeVar("R")


@dataclass(frozen=True)
class Effect(Generic[I, R]):
    """An effect's name and types, and how it shows in Temporal's UI."""

    name: str
    takes: type[I]
    gives: type[R]
    summary_es: str
    at_dian: bool = False
    """Done on the task queue that DIAN's limits apply to."""
    within_task: bool = False
    """First tried within the workflow task, which costs one event and may repeat it with another input: it only reads,
    or what it writes has a fence."""


class Identity(Value):
    """Whose onboarding an effect is for."""

    environment: str
    nit: str
    onboarding_id: str


class Recall(Identity):
    partner: str
    renew: bool = False
    """Whether a ready company may begin anew."""


class IssueLetter(Identity):
    key: str
    company: str
    representative: Representative
    revision: int
    issued_on: date
    """The day printed on the letter, in Bogotá: part of the input, so that a repetition makes the same bytes."""


class CheckScan(Identity):
    key: str
    scan_key: str
    sha256: str
    size: int
    revision: int


class GrantCertificate(Identity):
    key: str
    representative: Representative
    revision: int


class LookUpRanges(Identity):
    pass


class ClaimVoucherType(Identity):
    key: str
    wish: VoucherWish


class Claimed(Value):
    """The voucher types on record, or why they can't be."""

    refused: Code | None = None
    voucher_types: tuple[VoucherType, ...] = ()


class ReadBack(Identity):
    claim_key: str
    grant_key: str


class Proof(Value):
    """What the last read-back found: DIAN's list, and what of ours must be mended."""

    look: Look
    failures: tuple[Code, ...] = ()


class Record(Identity):
    """What the records should know: events since the last record, documents, and the projection of the step."""

    version: int
    fence: int = 0
    """Of two that tell the same events otherwise the one with the higher fence is right: see ADR 8."""
    seq: int = 0
    """The last event's; what the records hold beyond it was told by a workflow task that never became history."""
    name: str
    contact: Contact
    partner: str
    external_reference: str = ""
    step: str
    waiting_on: str
    since: datetime
    counted_from: datetime
    """From when the row's time allowed counts: `since`, plus how long it was on hold."""
    due_at: datetime | None = None
    denied_since: datetime | None = None
    overdue: bool = False
    """The workflow has noticed it."""
    next_look_at: datetime | None = None
    unreadable_at: datetime | None = None
    """When the last signal came that nobody could read."""
    held: bool = False
    blocked: str = ""
    assignee: str = ""
    follow_up: date | None = None
    started_at: datetime
    representative: Representative | None = None
    revision: int = 0
    """The letter's revision that belongs to the representative."""
    events: tuple[Event, ...] = ()
    letters: tuple[Letter, ...] = ()
    letter_revision: int = 0
    """The revision that counts; 0: none."""
    scans: tuple[Scan, ...] = ()
    mails: tuple[Mail, ...] = ()
    closed: Status | None = None
    """The final status, once the onboarding is ready or cancelled."""


class Recorded(Value):
    """What the business calendar says of the row."""

    due_at: datetime | None = None
    patience_until: datetime | None = None
    remind_at: tuple[datetime, ...] = ()


class Done(Value):
    """An effect that has nothing to tell."""


class TellExpiring(Value):
    """Whose grants and ranges are looked at: all ready companies of an environment, the next of them each time."""

    environment: str


class Told(Value):
    """How many ends were told for the first time, and whether there may be more."""

    told: int = 0
    more: bool = False


class SweepOf(Value):
    """Whose onboardings a sweep looks at."""

    environment: str


class LookThrough(Value):
    """One source of a sweep, to be looked through for what is stuck."""

    environment: str
    source: Source
    at: datetime
    """The sweep's time, by Temporal's clock."""


class LookedThrough(Value):
    """How much is wrong there. What exactly stays in the records: no history grows with it."""

    found: int = 0
    clocks_apart: bool = False
    """The records' clock is far from Temporal's: nothing was judged."""


class EndSweep(Value):
    environment: str
    at: datetime
    """When it began; this and the next by Temporal's clock."""
    ended_at: datetime
    found: dict[Source, int]
    """Of each source that was looked through; the others are missing."""
    clocks_apart: bool = False


class Swept(Value):
    """How a sweep ended."""

    found: int = 0
    missing: tuple[Source, ...] = ()
    """What it couldn't look through: what was known of that stands, neither solved nor healthy."""
    told: bool = False
    """It is on record."""


RECALL = Effect("recall", Recall, Recalled, "Consultar los registros de la empresa", within_task=True)
ISSUE_LETTER = Effect("issue_letter", IssueLetter, Letter, "Generar la carta de exoneración")
CHECK_SCAN = Effect("check_scan", CheckScan, Verdict, "Verificar la carta firmada")
GRANT_CERTIFICATE = Effect("grant_certificate", GrantCertificate, Grant, "Activar el certificado digital")
LOOK_UP_RANGES = Effect("look_up_ranges", LookUpRanges, Look, "Consultar rangos en la DIAN", at_dian=True)
CLAIM_VOUCHER_TYPE = Effect("claim_voucher_type", ClaimVoucherType, Claimed, "Registrar el tipo de comprobante")
READ_BACK = Effect("read_back", ReadBack, Proof, "Comprobar que todo está listo", at_dian=True)
UNDO = Effect("undo", Undo, Done, "Deshacer")
RECORD = Effect("record", Record, Recorded, "Registrar y avisar", within_task=True)
TELL_EXPIRING = Effect("tell_expiring", TellExpiring, Told, "Avisar de certificados y rangos por vencer")
SWEEP = Effect("sweep", LookThrough, LookedThrough, "Revisar qué está detenido")
END_SWEEP = Effect("end_sweep", EndSweep, Swept, "Cerrar la revisión y avisar")

EFFECTS = (
    RECALL,
    ISSUE_LETTER,
    CHECK_SCAN,
    GRANT_CERTIFICATE,
    LOOK_UP_RANGES,
    CLAIM_VOUCHER_TYPE,
    READ_BACK,
    UNDO,
    RECORD,
    TELL_EXPIRING,
    SWEEP,
    END_SWEEP,
)
