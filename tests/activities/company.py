"""A company with one onboarding, and the inputs of effects for it, made by the domain's own rules."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain import effects, recording, rules
from domain.begin import Recalled, begin, recalled, workflow_id
from domain.commands import MESSAGES, Start
from domain.nit import check_digit
from domain.numbering import Range
from domain.people import Representative
from domain.state import State, Undo, VoucherWish

PROVIDER, SOFTWARE = "900999888-5", "56f2ae4e-9812-4fad-9255-08fcfcd5ccb0"
OPERATORS, SUPERVISORS = "operaciones@proveedor.example", "supervision@proveedor.example"
SENDER = "Documento soporte <avisos@proveedor.example>"
MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""10:00 in Bogotá."""
PERSON = Representative(
    first_names="María José",
    last_names="Gómez Peña",
    document_type="13",
    document_number="52123456",
    place_of_issue="Bogotá D.C.",
    email="maria.gomez@empresa.example",
    mobile="3001234567",
    address="Calle 72 # 10-07",
    municipality="11001",
    position="Gerente",
)
_MESSAGES = {kind.card.name: kind for kind in MESSAGES}


def random_nit() -> str:
    number = str(random.randrange(800_000_000, 999_999_999))
    return f"{number}-{check_digit(number)}"


def random_range(prefix: str = "DSA") -> Range:
    return Range(
        resolution=f"18764{random.randrange(10**9):09d}",
        prefix=prefix,
        from_number=1,
        to_number=5000,
        valid_from=date(2026, 1, 1),
        valid_to=date(2030, 12, 31),
    )


@dataclass
class Company:
    nit: str = field(default_factory=random_nit)
    environment: str = "habilitacion"
    onboarding_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started_at: datetime = MONDAY

    def again(self) -> "Company":
        """Its next onboarding."""
        return Company(self.nit, self.environment, started_at=self.started_at + timedelta(days=1))

    @property
    def who(self) -> dict[str, str]:
        return {"environment": self.environment, "nit": self.nit, "onboarding_id": self.onboarding_id}

    def key(self, effect: str, number: int = 1) -> str:
        return f"{self.onboarding_id}/{effect}/{number}"

    def begun(self, **given: Any) -> State:
        fields = {"nit": self.nit, "name": "Andina S.A.S.", "contact": {"email": "ana@andina.example"}}
        start = Start.model_validate({**fields, "onboarding_id": self.onboarding_id, **given})
        state = begin(start, workflow_id(self.environment, self.nit), "", self.started_at)
        return recalled(state, Recalled(), self.started_at)

    def recall(self) -> effects.Recall:
        return effects.Recall(**self.who, partner="direct")

    def grant(self, number: int = 1) -> effects.GrantCertificate:
        key = self.key("grant_certificate", number)
        return effects.GrantCertificate(**self.who, key=key, representative=PERSON, revision=1)

    def claim(self, wanted: Range, code: str = "DS1", number: int = 1) -> effects.ClaimVoucherType:
        wish = VoucherWish(
            number=number,
            code=code,
            name="Documento soporte",
            next_number=1,
            automatic_numbering=True,
            in_use=True,
            range=wanted,
        )
        return effects.ClaimVoucherType(**self.who, key=self.key("claim_voucher_type", number), wish=wish)


def told(state: State, name: str, at: datetime | None = None, **given: Any) -> State:
    """What is known once this message has been said."""
    kind = _MESSAGES[name]
    say = rules.fact if kind.card.is_signal else rules.command
    return say(state, kind.model_validate(given), at or state.since)


def operated(state: State, name: str, at: datetime | None = None, **given: Any) -> State:
    return told(state, name, at, actor="ana.perez", reason="pedido por la empresa", **given)


def record(state: State, at: datetime | None = None) -> effects.Record:
    return recording.record_of(state, at or state.since, fence=state.version)


def undo_of(given: effects.GrantCertificate | effects.ClaimVoucherType) -> Undo:
    return Undo(effect=given.key.split("/")[1], key=given.key)


def closed(state: State, at: datetime | None = None) -> effects.Record:
    """The last record of a cancelled onboarding, all undone."""
    settled = state.model_copy(update={"undo": ()})
    return record(recording.closing(settled, at or state.since))
