"""Every message of the workflow: one model each, with its card. Handlers, CLI verbs, offers and docs derive from it.

Models are lenient: what a person types into Temporal's UI always decodes, and the rules name every bad field at once.
"""

import json
from dataclasses import dataclass
from typing import ClassVar

from pydantic import model_validator

from domain.fields import Fields
from domain.state import State
from domain.steps import OPEN_STEPS, Step
from domain.values import Text, Value

COMPANY = ("company", "operator")
OPERATOR = ("operator",)
UPSTREAM = ("upstream", "operator")

_DIAN_ACTS = tuple(step for step in OPEN_STEPS if Step.MANDATED_WAIT <= step <= Step.PREFIX_SYNC)
_SCAN = (Step.LETTER_ISSUE, Step.SIGNED_LETTER, Step.LETTER_CHECK, Step.LETTER_REVIEW, Step.LETTER_ACCEPTED)


@dataclass(frozen=True)
class Card:
    """What is said of a message wherever it shows; `rows` are those where it is legal (a signal: offered)."""

    name: str
    title_es: str
    roles: tuple[str, ...]
    rows: tuple[Step, ...]
    example: dict[str, object]
    is_signal: bool = False
    needs_actor: bool = False
    needs_reason: bool = False
    """What an operator commands needs both; what one merely notes, the actor alone."""
    note_es: str = ""
    """Who sends it and what with, where the title doesn't say."""

    @property
    def description(self) -> str:
        """Shown by Temporal's UI beside the handler; the example can be pasted as it is."""
        what = f"{self.title_es}. {self.note_es}".rstrip()
        if not self.example:
            return f"{what} Sin datos: {{}}"
        return f"{what} Ejemplo: {json.dumps(self.example, ensure_ascii=False)}"


def _who(**rest: object) -> dict[str, object]:
    return {**rest, "actor": "ana.perez", "reason": "pedido por la empresa"}


class Message(Value):
    """What any message may carry besides its own fields."""

    message_id: Text = None
    """Given twice, the message counts once. An update's defaults to its update id."""
    occurred_at: Text = None
    correlation_id: Text = None
    expected_version: Text = None
    actor: Text = None
    """Claimed, not proven."""
    reason: Text = None
    channel: Text = None
    malformed: bool = False
    """It came as text, a number or a list instead of an object: it is refused, not obeyed."""

    card: ClassVar[Card]

    @model_validator(mode="before")
    @classmethod
    def _anything_decodes(cls, given: object) -> object:
        if isinstance(given, dict):
            return given
        return {} if given is None else {"malformed": True}


class ElectronicInvoicingCompleted(Message):
    card = Card(
        "electronic_invoicing_completed",
        "Facturación electrónica terminada",
        UPSTREAM,
        (Step.ELECTRONIC_INVOICING,),
        {},
        is_signal=True,
    )


class SubmitRepresentative(Message):
    first_names: Text = None
    last_names: Text = None
    document_type: Text = None
    document_number: Text = None
    place_of_issue: Text = None
    email: Text = None
    mobile: Text = None
    address: Text = None
    municipality: Text = None
    position: Text = None

    card = Card(
        "submit_representative",
        "Registrar representante legal",
        COMPANY,
        OPEN_STEPS,
        {
            "first_names": "María José",
            "last_names": "Gómez Peña",
            "document_type": "13",
            "document_number": "52123456",
            "place_of_issue": "Bogotá D.C.",
            "email": "maria.gomez@empresa.example",
            "mobile": "3001234567",
            "address": "Calle 72 # 10-07",
            "municipality": "11001",
            "position": "Gerente",
        },
    )


class SignedLetterUploaded(Message):
    key: Text = None
    sha256: Text = None
    size: Text = None

    card = Card(
        "signed_letter_uploaded",
        "Adjuntar documento",
        COMPANY,
        _SCAN,
        {"key": "habilitacion/NIT/scans/carta.pdf", "sha256": "0123456789abcdef" * 4, "size": 183201},
        is_signal=True,
        note_es="La envía quien recibe el archivo, después de guardarlo, con su llave, su SHA-256 y su tamaño; para "
        "adjuntarlo a mano: ./dse upload. El ejemplo no es de ninguna empresa: solo queda anotado.",
    )


class DeleteSignedLetter(Message):
    card = Card("delete_signed_letter", "Eliminar", COMPANY, (Step.LETTER_ACCEPTED,), {})


class ContinueOnboarding(Message):
    card = Card("continue_onboarding", "Continuar", COMPANY, (Step.LETTER_ACCEPTED,), {})


class ReviewSignedLetter(Message):
    decision: Text = None
    code: Text = None
    sha256: Text = None

    card = Card(
        "review_signed_letter",
        "Revisión de la carta firmada",
        OPERATOR,
        (Step.LETTER_REVIEW,),
        {"decision": "accept", "actor": "ana.perez"},
        needs_actor=True,
    )


class DeclareResolution(Message):
    resolution: Text = None
    prefix: Text = None

    card = Card(
        "declare_resolution",
        "Indicar resolución y prefijo",
        COMPANY,
        _DIAN_ACTS,
        {"resolution": "18764000001234", "prefix": "DSA"},
    )


class TickAct(Message):
    act: Text = None
    at: Text = None
    undo: Text = None
    prefix: Text = None
    """Which one was requested or associated; it can't be another than the declared one."""

    card = Card("tick_act", "Marcar un acto ante la DIAN", COMPANY, OPEN_STEPS, {"act": "request"})


class PrefixesAssociated(Message):
    prefix: Text = None
    """As in `TickAct`."""

    card = Card("prefixes_associated", "Prefijos asociados", COMPANY, OPEN_STEPS, {}, is_signal=True)


class ConfigureVoucherType(Message):
    code: Text = None
    name: Text = None
    next_number: Text = None
    automatic_numbering: Text = None
    in_use: Text = None
    resolution: Text = None
    prefix: Text = None

    card = Card(
        "configure_voucher_type",
        "Configurar tipo de comprobante",
        COMPANY,
        (Step.VOUCHER_TYPE,),
        {
            "code": "DS1",
            "name": "Documento soporte",
            "next_number": 1,
            "automatic_numbering": True,
            "in_use": True,
        },
    )


class Hold(Message):
    card = Card("hold", "Poner en pausa", OPERATOR, OPEN_STEPS, _who(), needs_reason=True)


class Resume(Message):
    card = Card("resume", "Reanudar", OPERATOR, OPEN_STEPS, _who(), needs_reason=True)


class Back(Message):
    to: Text = None
    dry_run: Text = None
    """Only say what would become void; nothing changes."""

    card = Card("back", "Volver a un paso", OPERATOR, OPEN_STEPS, _who(to="legal_representative"), needs_reason=True)

    @property
    def is_dry(self) -> bool:
        return Fields().flag("dry_run", self.dry_run, default=False)


class Cancel(Message):
    card = Card("cancel", "Cancelar la habilitación", OPERATOR, OPEN_STEPS, _who(), needs_reason=True)


class Retry(Message):
    card = Card("retry", "Reintentar", OPERATOR, (*OPEN_STEPS, Step.READY, Step.CANCELLED), _who(), needs_reason=True)


class Extend(Message):
    until: Text = None
    """A moment (ISO 8601), or how much longer than now (an ISO 8601 duration of days and hours)."""

    card = Card("extend", "Ampliar plazo", OPERATOR, OPEN_STEPS, _who(until="P5D"), needs_reason=True)


class Correct(Message):
    field: Text = None
    value: Text = None

    card = Card(
        "correct",
        "Corregir un dato",
        OPERATOR,
        OPEN_STEPS,
        _who(field="contact_mobile", value="3009876543"),
        needs_reason=True,
    )


class Assign(Message):
    who: Text = None

    card = Card("assign", "Asignar", OPERATOR, OPEN_STEPS, {"who": "ana.perez", "actor": "ana.perez"}, needs_actor=True)


class Note(Message):
    text: Text = None
    follow_up: Text = None
    """A date on which somebody should look again; `-` takes the former one away."""

    card = Card(
        "note",
        "Anotar",
        OPERATOR,
        OPEN_STEPS,
        {"text": "La empresa pidió que la llamemos después de las 3 p. m.", "actor": "ana.perez"},
        needs_actor=True,
    )


class Remind(Message):
    card = Card("remind", "Enviar un recordatorio", OPERATOR, OPEN_STEPS, _who(), needs_reason=True)


class MailBounced(Message):
    address: Text = None
    code: Text = None
    """The mail server's, like 550 5.1.1."""

    card = Card(
        "mail_bounced",
        "Correo rechazado",
        UPSTREAM,
        OPEN_STEPS,
        {"address": "nadie@empresa.example", "code": "550"},
        is_signal=True,
        note_es="La envía el sistema de correo; solo cuenta si la dirección es la del contacto.",
    )


MESSAGES: tuple[type[Message], ...] = (
    ElectronicInvoicingCompleted,
    SubmitRepresentative,
    SignedLetterUploaded,
    DeleteSignedLetter,
    ContinueOnboarding,
    ReviewSignedLetter,
    DeclareResolution,
    TickAct,
    PrefixesAssociated,
    ConfigureVoucherType,
    Hold,
    Resume,
    Back,
    Cancel,
    Retry,
    Extend,
    Correct,
    Assign,
    Note,
    Remind,
    MailBounced,
)
SIGNALS: tuple[type[Message], ...] = tuple(each for each in MESSAGES if each.card.is_signal)
UPDATES: tuple[type[Message], ...] = tuple(each for each in MESSAGES if not each.card.is_signal)


class Start(Value):
    """What starts an onboarding. Lenient as every message: `rules.begin` names what is wrong with it."""

    nit: Text = None
    name: Text = None
    contact: "StartContact | None" = None
    partner: Text = "direct"
    external_reference: Text = None
    continue_by_itself: Text = None
    invoicing_done: Text = None
    renew: Text = None
    """A ready company begins anew; what is left out of name and contact is taken from the records."""
    consent: "StartConsent | None" = None
    actor: Text = None
    """Who starts it (default: the partner)."""
    onboarding_id: Text = None
    """Minted by the client; the workflow mints one where it is absent."""
    carried: State | None = None
    """What was known when a long history was left behind (continue-as-new); nobody else gives it."""

    @model_validator(mode="before")
    @classmethod
    def _anything_decodes(cls, given: object) -> object:
        if not isinstance(given, dict):
            return {}
        return {
            name: value
            for name, value in given.items()
            if not (name in _NESTED and not isinstance(value, dict | Value))
        }


class StartContact(Value):
    name: Text = None
    email: Text = None
    mobile: Text = None


class StartConsent(Value):
    text_version: Text = None
    at: Text = None
    channel: Text = None


_NESTED = frozenset({"contact", "consent"})
