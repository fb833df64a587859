"""One mail of each kind, of a made-up company."""

from datetime import UTC, date, datetime

from domain.expiring import Expiry, What
from domain.explaining import Meaning
from domain.mail_words import About, Words, words
from domain.mails import CANCELLED, GRANTED, LATE, READY, REMINDER, TURN, Mail
from domain.reasons import Code, Reason
from domain.reminders import Recipient

NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
"""9:00 in Bogotá, a Wednesday."""
SINCE, DUE = datetime(2026, 11, 23, 15, 12, tzinfo=UTC), datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
ABOUT = About(
    nit="900123456-8",
    company="Café de la Sierra S.A.S.",
    partner="acme",
    provider="Proveedor Tecnológico S.A.S.",
    software="Documento Soporte",
)
RANGE = Expiry(
    nit=ABOUT.nit,
    name=ABOUT.company,
    what=What.RANGE,
    ends_on=date(2026, 12, 20),
    resolution="18764000001234",
    prefix="DSA",
)
GRANT = Expiry(nit="890900608-9", name="Trilladora El Roble Ltda.", what=What.GRANT, ends_on=date(2026, 11, 23))
_ROW = {"since": SINCE, "due_at": DUE}
_UNSIGNED = (Reason.of(Code.UNSIGNED),)
SAMPLES = {
    "turn": Mail(number=1, kind=TURN, step="signed_letter", notes=_UNSIGNED, due_at=DUE),
    "turn_associate": Mail(number=1, kind=TURN, step="prefix_association", due_at=DUE),
    "turn_dian": Mail(number=1, kind=TURN, step="prefix_association", meaning=Meaning.NOT_AUTHORISED, due_at=DUE),
    "reminder": Mail(number=1, kind=REMINDER, step="prefix_association", nth=2, waits_on="company", **_ROW),
    "reminder_review": Mail(
        number=1,
        kind=REMINDER,
        step="letter_review",
        to=Recipient.OPERATORS,
        nth=1,
        waits_on="operator",
        notes=(Reason.of(Code.SIGNATURE_DOUBTFUL),),
        **_ROW,
    ),
    "overdue": Mail(
        number=1,
        kind=LATE,
        step="signed_letter",
        to=Recipient.OPERATORS,
        waits_on="company",
        assignee="ana.perez",
        notes=_UNSIGNED,
        **_ROW,
    ),
    "overdue_dian": Mail(number=1, kind=LATE, step="prefix_sync", to=Recipient.OPERATORS, waits_on="dian", **_ROW),
    "overdue_blocked": Mail(
        number=1, kind=LATE, step="letter_issue", to=Recipient.SUPERVISORS, waits_on="operator", **_ROW
    ),
    "certificate_granted": Mail(number=1, kind=GRANTED, step="mandated_wait"),
    "ready": Mail(number=1, kind=READY, step="ready"),
    "cancelled": Mail(number=1, kind=CANCELLED, step="cancelled"),
}


def said(name: str, now: datetime = NOW) -> Words:
    return words(SAMPLES[name], ABOUT, now)
