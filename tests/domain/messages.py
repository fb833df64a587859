"""One valid message of every kind, fit for the state it is said in."""

from datetime import UTC, date, datetime

from domain.commands import (
    Assign,
    Back,
    ConfigureVoucherType,
    Correct,
    DeclareResolution,
    Extend,
    MailBounced,
    Message,
    Note,
    ReviewSignedLetter,
    SignedLetterUploaded,
    SubmitRepresentative,
    TickAct,
)
from domain.forgetting import back_targets
from domain.letter import scans_prefix
from domain.numbering import Answer, AnswerClass, Range
from domain.state import State
from domain.steps import Step, current_step

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
NIT = "900123456-8"
WORKFLOW = f"dse:habilitacion:{NIT}"
REPRESENTATIVE = dict(SubmitRepresentative.card.example)
VOUCHER = dict(ConfigureVoucherType.card.example)
WHO: dict[str, object] = {"actor": "ana.perez", "reason": "pedido por la empresa"}
START: dict[str, object] = {
    "nit": NIT,
    "name": "Café de la Sierra S.A.S.",
    "contact": {"name": "Luz Marina", "email": "luz@cafe.example", "mobile": "3001234567"},
}
RESOLUTION = "18764000000001"


def dse_range(resolution: str = RESOLUTION, prefix: str = "DSA", *, key: bool = False, to: int = 2030) -> Range:
    return Range(
        resolution=resolution,
        prefix=prefix,
        from_number=1,
        to_number=5000,
        valid_from=date(2026, 1, 1),
        valid_to=date(to, 12, 31),
        has_technical_key=key,
    )


def lists(*ranges: Range) -> Answer:
    return Answer(answer_class=AnswerClass.DONE, code="100", description="OK", ranges=ranges)


def denies(code: str) -> Answer:
    return Answer(answer_class=AnswerClass.PENDING, code=code, description="todavía no")


UNKNOWN = Answer(answer_class=AnswerClass.PENDING, unknown=True, code="777", description="?")
OURS = Answer(answer_class=AnswerClass.OURS, code="303", description="software")


def fields_of(kind: type[Message], state: State) -> dict[str, object]:
    """Fields of a message that is right wherever it is legal."""
    if kind is SubmitRepresentative:
        return dict(REPRESENTATIVE)
    if kind is SignedLetterUploaded:
        name = f"{scans_prefix(state.environment, state.nit)}{len(state.scans) + 1}.pdf"
        return {"key": name, "sha256": f"{len(state.scans) + 1:064x}", "size": 1000}
    if kind is ReviewSignedLetter:
        return {"decision": "accept", **WHO}
    if kind is DeclareResolution:
        return {"resolution": RESOLUTION, "prefix": "DSA"}
    if kind is TickAct:
        early = not Step.MANDATED_WAIT <= current_step(state) <= Step.PREFIX_SYNC
        return {"act": "associate" if early else "request"}
    if kind is ConfigureVoucherType:
        wanted = state.wanted
        chosen = {"resolution": wanted[0].resolution, "prefix": wanted[0].prefix} if wanted else {}
        return {**VOUCHER, **chosen}
    if kind is Back:
        return {"to": next(iter(back_targets(state)), "electronic_invoicing"), **WHO}
    if kind in (Extend, Correct, Assign, Note):
        return dict(kind.card.example)
    if kind is MailBounced:
        return {"address": state.contact.email, "code": "550 5.1.1"}
    return dict(WHO) if kind.card.needs_reason else {}


def message(kind: type[Message], state: State, **fields: object) -> Message:
    return kind.model_validate({**fields_of(kind, state), **fields})
