"""The status of an onboarding as everybody reads it: derived from the state, kept nowhere until it is final."""

from datetime import date, datetime

from pydantic import Field

from domain.explaining import explained
from domain.letter import Gone
from domain.looks import due_at, next_look_at
from domain.numbering import AnswerClass, Range, VoucherType
from domain.people import FIELDS, Contact
from domain.reasons import Code, FieldError, Reason
from domain.reminders import next_reminder_at
from domain.rules import offered
from domain.state import Blocked, Remark, State, Unreadable
from domain.steps import ROWS, Step, current_step, waits_on
from domain.texts_es import ACTS, ROW_TITLES, WIZARD_STEPS
from domain.values import Value


class Action(Value):
    command: str
    title_es: str
    roles: tuple[str, ...]


class Act(Value):
    act: str
    title_es: str
    done: bool
    at: datetime | None = None


class Document(Value):
    kind: str
    revision: int
    key: str
    sha256: str
    size: int
    verdict: str | None = None
    reasons: tuple[Reason, ...] = ()
    void: bool = False


class LastDian(Value):
    at: datetime
    answer_class: AnswerClass = Field(alias="class")
    code: str
    description: str
    """DIAN's own words."""
    meaning_es: str = ""
    company_es: str = ""
    """What the company is to do."""
    operator_es: str = ""


class Status(Value):
    """`contract.md` fixes these names; they only grow."""

    nit: str
    environment: str
    name: str
    contact: Contact
    partner: str
    external_reference: str
    workflow_id: str
    onboarding_id: str
    version: int
    step: str
    step_title: str
    wizard_step: int | None
    waiting_on: str | None
    since: datetime
    due_at: datetime | None
    overdue: bool
    held: bool
    blocked: Blocked | None
    requirements: tuple[FieldError, ...]
    actions: tuple[Action, ...]
    acts: tuple[Act, ...]
    documents: tuple[Document, ...]
    last_dian: LastDian | None
    next_look_at: datetime | None
    range: Range | None
    voucher_types: tuple[VoucherType, ...]
    unreadable: tuple[Unreadable, ...]
    assignee: str | None = None
    follow_up: date | None = None
    """On which day somebody wanted to look again."""
    remarks: tuple[Remark, ...] = ()
    """The last that operators wrote down."""
    next_reminder_at: datetime | None = None
    closed: str | None


def wizard_step(step: Step) -> int | None:
    return ROWS[step].wizard_step if step in ROWS else None


def wizard_title(step: Step) -> str:
    number = wizard_step(step)
    return ROW_TITLES[step] if number is None else f"{number}. {WIZARD_STEPS[number]}"


_NOTED_AT = {
    Step.SIGNED_LETTER: "file",
    Step.PREFIX_ASSOCIATION: "prefixes",
    Step.PREFIX_SYNC: "resolution",
    Step.READINESS_CHECK: "certificate",
}
"""Which field a row's notes speak of."""


def requirements(state: State) -> tuple[FieldError, ...]:
    """What the current row misses, field by field, in the words for whom it waits on."""
    step = current_step(state)
    found: list[FieldError] = []
    if state.bounced is not None and step in ROWS:
        found.append(FieldError.of("contact_email", Code.MAIL_BOUNCED))
    if step == Step.LEGAL_REPRESENTATIVE:
        if state.certificate_outdated:
            found.append(FieldError.of("certificate", Code.CERTIFICATE_MUST_BE_UPDATED))
        found += [FieldError.of(field, Code.REQUIRED) for field in FIELDS]
    if step == Step.VOUCHER_TYPE:
        found += state.wish_errors
    look = state.listed
    if Step.MANDATED_WAIT <= step <= Step.PREFIX_SYNC and look is not None:
        if look.declared_is_for_invoices(state.declared):
            found.append(FieldError.of("resolution", Code.RANGE_IS_FOR_INVOICES))
        if look.prefix_ends_in_digit():
            found.append(FieldError.of("prefix", Code.PREFIX_ENDS_IN_DIGIT))
    if (field := _NOTED_AT.get(step)) is not None:
        found += [FieldError(field=field, code=note.code, message_es=note.message_es) for note in state.notes]
    return tuple(found)


def documents(state: State) -> tuple[Document, ...]:
    """Every letter and scan, those that no longer count marked as void."""
    current, scan, over = state.letter, state.scan, state.cancelled_at is not None
    letters = [
        Document(
            kind="letter",
            revision=each.revision,
            key=each.key,
            sha256=each.sha256,
            size=each.size,
            void=over or each != current,
        )
        for each in state.letters
    ]
    scans = [
        Document(
            kind="scan",
            revision=each.revision,
            key=each.key,
            sha256=each.sha256,
            size=each.size,
            verdict=_verdict(each.gone, each.verdict.judgement if each.verdict else None),
            reasons=each.verdict.reasons if each.verdict else (),
            void=over or each != scan,
        )
        for each in state.scans
    ]
    return tuple(letters + scans)


def _verdict(gone: Gone | None, judgement: str | None) -> str | None:
    return "rejected" if gone == Gone.REJECTED else judgement


def _last_dian(state: State) -> LastDian | None:
    look, means = state.last_look, explained(state)
    if look is None or means is None:
        return None
    return LastDian(
        at=look.at,
        answer_class=look.answer.answer_class,
        code=look.answer.code,
        description=look.answer.description,
        meaning_es=means.meaning_es,
        company_es=means.company_es,
        operator_es=means.operator_es,
    )


def status(state: State, now: datetime) -> Status:
    step = current_step(state)
    waits, due = waits_on(state), due_at(state)
    return Status(
        nit=state.nit,
        environment=state.environment,
        name=state.name,
        contact=state.contact,
        partner=state.partner,
        external_reference=state.external_reference,
        workflow_id=f"dse:{state.environment}:{state.nit}",
        onboarding_id=state.onboarding_id,
        version=state.version,
        step=step.value,
        step_title=ROW_TITLES[step],
        wizard_step=wizard_step(step),
        waiting_on=waits.value if waits else None,
        since=state.since,
        due_at=due,
        overdue=due is not None and due <= now,
        held=state.held is not None,
        blocked=state.blocked,
        requirements=requirements(state),
        actions=tuple(
            Action(command=each.card.name, title_es=each.card.title_es, roles=each.card.roles)
            for each in offered(state)
        ),
        acts=tuple(
            Act(act=act, title_es=title, done=act in state.acts, at=state.acts.get(act)) for act, title in ACTS.items()
        ),
        documents=documents(state),
        last_dian=_last_dian(state),
        next_look_at=next_look_at(state),
        range=state.chosen or (state.wanted[0] if len(state.wanted) == 1 else None),
        voucher_types=state.voucher_types,
        unreadable=state.unreadable,
        assignee=state.assignee or None,
        follow_up=state.follow_up,
        remarks=state.remarks,
        next_reminder_at=next_reminder_at(state),
        closed=step.value if state.closed and not state.events else None,
    )
