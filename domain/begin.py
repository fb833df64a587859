"""How an onboarding begins: what its start must say, and what the records of earlier ones add to it."""

from datetime import datetime, timedelta

from domain.change import Who, changed
from domain.commands import Start
from domain.fields import Fields, one_line
from domain.nit import parse_nit
from domain.people import MAX_NAME, Contact, Representative, email_error, mobile_error, plain_number
from domain.reasons import Code, FieldError, Refusal
from domain.state import Consent, Grant, Known, State
from domain.values import Value

ENVIRONMENTS = ("habilitacion", "produccion")
GOOD_FOR = timedelta(days=30)
"""A grant counts on entry only if it is good for at least this long."""


class Recalled(Value):
    """What the records know of the company."""

    refused: Code | None = None
    """This start is not legal: the company is ready, or its former onboarding is being cancelled."""
    grant: Grant | None = None
    representative: Representative | None = None
    """Of the grant: it belongs to the representative recorded with it."""
    mandated_wait: timedelta = timedelta(hours=3)
    provider_name: str = ""
    software_name: str = ""
    """Both as DIAN lists them: a company chooses them there."""
    gateway_url: str = ""
    """Where our own page of the onboarding lies; none if empty."""
    name: str = ""
    contact: Contact = Contact()
    """Name and contact of the same partner's last onboarding, for a renewal that gives none."""
    invoicing_done: bool = False
    """A renewal of a company that has been ready: step 1 is behind it for good."""


def workflow_id(environment: str, nit: str) -> str:
    return f"dse:{environment}:{nit}"


def begin(start: Start, workflow: str, onboarding_id: str, now: datetime) -> State:
    """The state of a new onboarding whose workflow has this id. Raises Refusal with every bad field."""
    nit, contact = checked_start(start)
    environment = workflow.split(":")[1] if workflow.count(":") == 2 else ""
    if environment not in ENVIRONMENTS or workflow_id(environment, nit) != workflow:
        raise Refusal(Code.INVALID_FIELDS, fields=[FieldError.of("nit", Code.NIT_FORMAT)])
    consent = start.consent
    state = State(
        environment=environment,
        nit=nit,
        onboarding_id=start.onboarding_id or onboarding_id,
        name=one_line(start.name),
        contact=contact,
        partner=start.partner or "direct",
        external_reference=start.external_reference or "",
        consent=Consent(
            text_version=(consent.text_version if consent else "") or "",
            at=(consent.at if consent else "") or "",
            channel=(consent.channel if consent else "") or "",
        ),
        started_at=now,
        since=now,
        renew=_flag(start.renew),
        continue_by_itself=_flag(start.continue_by_itself),
        invoicing_completed_at=now if _flag(start.invoicing_done) else None,
    )
    who = Who(actor=(start.actor or state.partner)[:300])
    return changed(state, now, "started", who=who, after="renewal" if state.renew else "")


def checked_start(start: Start) -> tuple[str, Contact]:
    """NIT and contact in their one form. Raises Refusal: a wrong NIT alone by its own code, else every bad field.

    Only a renewal may leave out name and e-mail address (`refusal_of`).
    """
    nit = parse_nit(start.nit or "")
    fields, needed = Fields(), not _flag(start.renew)
    fields.text("name", start.name, MAX_NAME, printed=True, required=needed)
    fields.text("partner", start.partner or "direct", 60)
    fields.text("external_reference", start.external_reference, 100, required=False)
    fields.text("onboarding_id", start.onboarding_id, 64, required=False)
    fields.flag("continue_by_itself", start.continue_by_itself, default=False)
    fields.flag("invoicing_done", start.invoicing_done, default=False)
    fields.flag("renew", start.renew, default=False)
    given = start.contact
    name = fields.text("contact.name", given.name if given else None, MAX_NAME, required=False)
    email = fields.text("contact.email", given.email if given else None, 120, required=needed)
    mobile = plain_number((given.mobile if given else None) or "")
    if email and (error := email_error("contact.email", email)):
        fields.errors.append(error)
    if mobile and (error := mobile_error("contact.mobile", mobile)):
        fields.errors.append(error)
    fields.refuse_if_wrong()
    return nit, Contact(name=name, email=email, mobile=mobile)


def refusal_of(state: State, known: Recalled) -> Refusal | None:
    """Why this start is not legal by what the records know, or lacks what they don't know either."""
    if known.refused is not None:
        return Refusal(known.refused)
    found = {"name": state.name or known.name, "contact.email": state.contact.email or known.contact.email}
    missing = [FieldError.of(field, Code.REQUIRED) for field, value in found.items() if not value]
    return Refusal(Code.INVALID_FIELDS, fields=missing) if missing else None


def recalled(state: State, known: Recalled, now: datetime) -> State:
    """The records have answered: a grant still good makes wizard step 2 done, if its representative is unchanged."""
    facts: Known = {
        "recalled": True,
        "mandated_wait": known.mandated_wait,
        "provider_name": known.provider_name,
        "software_name": known.software_name,
        "gateway_url": known.gateway_url,
        **_left_out(state, known, now),
    }
    grant = known.grant
    if grant is None or state.cancelled_at is not None:
        return changed(state, now, "recalled", facts)
    said = state.representative
    same = said is None or (known.representative is not None and said.printed == known.representative.printed)
    if grant.ends_at < now + GOOD_FOR or not same:
        return changed(
            state, now, "recalled", {"certificate_outdated": True, **facts}, after="certificate_must_be_updated"
        )
    facts |= {
        "grant": grant,
        "representative": said or known.representative,
        "wait_from": grant.starts_at,
        "wait_over": grant.starts_at + known.mandated_wait <= now,
    }
    return changed(state, now, "recalled", facts, after="granted")


def _left_out(state: State, known: Recalled, now: datetime) -> Known:
    """What a renewal didn't say. Without an address the contact is the records', but for what was given of it."""
    given = state.contact
    said = {name: value for name, value in given.model_dump().items() if value}
    return {
        "name": state.name or known.name,
        "contact": given if given.email else known.contact.model_copy(update=said),
        "invoicing_completed_at": state.invoicing_completed_at or (now if known.invoicing_done else None),
    }


def _flag(text: str | None) -> bool:
    return Fields().flag("", text, default=False)
