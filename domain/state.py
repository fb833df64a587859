"""What is known of one onboarding. Only facts: the step, due dates and what may be done are derived from them."""

from datetime import date, datetime, timedelta

from domain.letter import Letter, Scan
from domain.numbering import DeclaredResolution, Look, Range, VoucherType
from domain.people import Contact, Representative
from domain.reasons import FieldError, Reason
from domain.values import Value

Known = dict[str, object]
"""Fields of the state with their new values."""


class Event(Value):
    """Something that happened, as the timeline tells it."""

    seq: int
    at: datetime
    name: str
    actor: str = ""
    channel: str = "temporal"
    verified: bool = False
    reason: str = ""
    before: str = ""
    after: str = ""


class Unreadable(Value):
    """A signal that could not be read: kept, never lost, never obeyed."""

    name: str
    at: datetime
    size: int
    sha256: str


class Held(Value):
    at: datetime
    actor: str
    reason: str


class Blocked(Value):
    """An effect failed for a cause of ours that concerns this company alone: nothing goes on until `retry`."""

    at: datetime
    effect: str
    code: str
    message_es: str


class Remark(Value):
    """What somebody of ours wrote down."""

    at: datetime
    actor: str
    text: str


class Bounce(Value):
    """The contact's mail server says for good that it takes nothing for this address."""

    at: datetime
    address: str
    code: str


class Decision(Value):
    """A person's decision on one scan."""

    key: str
    accepted: bool
    actor: str


class Grant(Value):
    """The provider's certificate serves this company for a period."""

    key: str
    """The effect key that made it: its undo names it."""
    starts_at: datetime
    ends_at: datetime


class VoucherWish(Value):
    """A tipo de comprobante as the company configured it, checked against the range it is for."""

    number: int
    code: str
    name: str
    next_number: int
    automatic_numbering: bool
    in_use: bool
    range: Range


class Undo(Value):
    """An effect to take back, by the key under which it was, or may yet be, done."""

    effect: str
    key: str


class Consent(Value):
    text_version: str = ""
    at: str = ""
    channel: str = ""


class State(Value):
    """Serialisable whole: it is what continue-as-new carries on."""

    # who
    environment: str
    nit: str
    onboarding_id: str
    name: str
    contact: Contact = Contact()
    partner: str = "direct"
    external_reference: str = ""
    consent: Consent = Consent()
    started_at: datetime
    recalled: bool = False
    """The records have been asked what they know of the company."""
    renew: bool = False
    """It may be ready already: what is still good counts, the rest is done anew."""
    certificate_outdated: bool = False
    """The records hold a grant that isn't good any more."""
    continue_by_itself: bool = False
    mandated_wait: timedelta = timedelta(hours=3)
    provider_name: str = ""
    software_name: str = ""
    gateway_url: str = ""

    # wizard step 1
    invoicing_completed_at: datetime | None = None

    # wizard step 2
    representative: Representative | None = None
    revision: int = 0
    """The letter's revision that belongs to `representative`; a counter, never forgotten."""
    letters: tuple[Letter, ...] = ()
    scans: tuple[Scan, ...] = ()
    decision: Decision | None = None
    continued_key: str = ""
    grant: Grant | None = None
    grant_number: int = 1

    # wizard step 3
    acts: dict[str, datetime] = {}
    wait_from: datetime | None = None
    """The start of the first grant: the mandated wait counts from here unless act 2 moved it."""
    wait_moved_to: datetime | None = None
    wait_over: bool = False
    declared: DeclaredResolution | None = None
    last_look: Look | None = None
    last_look_step: str = ""
    """The row at which it was made: a row opened again doesn't look at once."""
    listed: Look | None = None
    """The last look that DIAN really answered; what it lists is never forgotten, only replaced."""
    looks: int = 0
    news_at: datetime | None = None
    """When something was last said that makes another look worth it."""
    denied_since: datetime | None = None

    # wizard step 4
    wish: VoucherWish | None = None
    wishes: int = 0
    wish_errors: tuple[FieldError, ...] = ()
    voucher_types: tuple[VoucherType, ...] = ()
    chosen: Range | None = None
    """The range that `voucher_types` are claimed for."""
    proven_at: datetime | None = None

    # over all rows
    assignee: str = ""
    remarks: tuple[Remark, ...] = ()
    follow_up: date | None = None
    """On which day somebody wanted to look again."""
    bounced: Bounce | None = None
    """The contact's address takes no mail: an operator has to find another one."""
    held: Held | None = None
    blocked: Blocked | None = None
    cancelled_at: datetime | None = None
    closed: bool = False
    undo: tuple[Undo, ...] = ()

    # book-keeping
    version: int = 0
    fence: int = 0
    """The length of all former runs' histories: what a later run tells counts more than what an earlier one told."""
    since: datetime
    paused: timedelta = timedelta(0)
    """How long this row was on hold: due dates don't count it."""
    calendar_due_at: datetime | None = None
    """Due date of this row where business days count; the calendar lives in an activity."""
    patience_until: datetime | None = None
    """Until when a person's word that DIAN denies is believed (4 business hours)."""
    dated_for: datetime | None = None
    """The `counted_from` that the calendar has answered for."""
    doubted_for: datetime | None = None
    """The `denied_since` that it has answered for."""
    extended_to: datetime | None = None
    """Due date of this row that an operator has set."""
    overdue: bool = False
    escalated: bool = False
    """Somebody was told that this row is overdue."""
    remind_at: tuple[datetime, ...] = ()
    """When to remind whom this row waits on; the calendar's answer."""
    reminded: int = 0
    """How many of those moments are over."""
    reminders: int = 0
    """How many reminders of this row were sent, those that an operator asked for among them."""
    reminded_at: datetime | None = None
    """When the last of them was."""
    back_at: datetime | None = None
    seq: int = 0
    turn: int = 0
    """The event with which the turn last passed to the company."""
    turn_mailed: int = 0
    """The last turn that the company was mailed about."""
    mailed: int = 0
    """How many mails were told to the records."""
    events: tuple[Event, ...] = ()
    """Those not yet recorded."""
    message_ids: tuple[str, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    unreadable_count: int = 0
    notes: tuple[Reason, ...] = ()
    """What the company should know at the open row: why a scan or a word was refused."""

    @property
    def letter(self) -> Letter | None:
        """The letter that counts: this representative's."""
        if self.representative is None or not self.letters or self.letters[-1].revision != self.revision:
            return None
        return self.letters[-1]

    @property
    def scan(self) -> Scan | None:
        """The scan that counts: the last one, of the current revision, neither rejected nor deleted."""
        if not self.scans or self.scans[-1].gone is not None or self.scans[-1].revision != self.next_revision:
            return None
        return self.scans[-1]

    @property
    def next_revision(self) -> int:
        """The revision that a scan arriving now answers."""
        return self.revision if self.representative is not None else self.revision + 1

    @property
    def counted_from(self) -> datetime:
        """From when the row's time allowed counts: time on hold doesn't."""
        return self.since + self.paused

    @property
    def wait_until(self) -> datetime | None:
        """The end of the mandated wait: certificate + wait, or act 2's time + wait."""
        if self.wait_moved_to is not None or self.wait_from is None:
            return self.wait_moved_to
        return self.wait_from + self.mandated_wait

    @property
    def associated(self) -> bool:
        """Somebody says that prefixes are associated: act 3, by tick or by signal."""
        return "associate" in self.acts

    @property
    def wanted(self) -> tuple[Range, ...]:
        """The listed ranges that this company may take."""
        return () if self.listed is None else self.listed.wanted(self.declared)

    @property
    def scan_accepted(self) -> bool:
        """The current scan's verdict, or a person's decision on it, is to accept."""
        scan = self.scan
        if scan is None or scan.verdict is None:
            return False
        decided = self.decision is not None and self.decision.key == scan.key and self.decision.accepted
        return scan.verdict.judgement == "accepted" or decided

    @property
    def voucher_claimed(self) -> bool:
        return self.chosen is not None and any(self.chosen.same_as(each) for each in self.wanted)

    @property
    def continued(self) -> bool:
        return self.scan_accepted and (
            self.continue_by_itself or (self.scan is not None and self.continued_key == self.scan.key)
        )

    def effect_key(self, effect: str, number: int) -> str:
        """The key under which an effect is done once, whoever repeats it."""
        return f"{self.onboarding_id}/{effect}/{number}"
