"""What lies outside an onboarding, and answers its effects as it is told to: records, checks, DIAN."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain import effects
from domain.begin import Recalled
from domain.calls import Call
from domain.letter import Letter, letter_key
from domain.numbering import Answer, Claim, Look, VoucherType
from domain.opening import Hours
from domain.reasons import Code, Reason
from domain.state import Grant, VoucherWish
from domain.verdict import Judgement, Verdict
from tests.domain.messages import denies

REASON_OF = {Judgement.REJECTED: Code.UNSIGNED, Judgement.REVIEW: Code.SIGNATURE_DOUBTFUL}


@dataclass(kw_only=True)
class Outside:
    answer: Answer = field(default_factory=lambda: denies("401"))
    claims: tuple[Claim, ...] = ()
    hours: Hours = ()
    judgement: Judgement = Judgement.ACCEPTED
    refuse_claim: Code | None = None
    failures: tuple[Code, ...] = ()
    recalled: Recalled = field(default_factory=Recalled)

    def result_of(self, call: Call, now: datetime) -> object:
        look = Look(at=now, answer=self.answer, claims=self.claims, open_near=self.hours)
        match call.input:
            case effects.Recall():
                return self.recalled
            case effects.IssueLetter() as given:
                return Letter(
                    letter_id="L1",
                    revision=given.revision,
                    key=letter_key(given.environment, given.nit, "L1", given.revision),
                    sha256="0" * 64,
                    size=1000,
                    template="1",
                    issued_on=given.issued_on,
                )
            case effects.CheckScan() as given:
                code = REASON_OF.get(self.judgement)
                reasons = (Reason.of(code),) if code is not None else ()
                measures: dict[str, str | int | float | bool | None] = {"ink": 0.5, "pages": 1, "qr": True, "dpi": None}
                return Verdict(
                    key=given.scan_key,
                    sha256=given.sha256,
                    judgement=self.judgement,
                    reasons=reasons,
                    measures=measures,
                )
            case effects.GrantCertificate() as given:
                return Grant(key=given.key, starts_at=now, ends_at=now + timedelta(days=365))
            case effects.ReadBack():
                return effects.Proof(look=look, failures=self.failures)
            case effects.LookUpRanges():
                return look
            case effects.ClaimVoucherType() as given:
                if self.refuse_claim is not None:
                    return effects.Claimed(refused=self.refuse_claim)
                return effects.Claimed(voucher_types=both(given.wish))
            case _:
                return effects.Done()


def both(wish: VoucherWish) -> tuple[VoucherType, VoucherType]:
    document = VoucherType(
        document_type="05",
        code=wish.code,
        name=wish.name,
        resolution=wish.range.resolution,
        prefix=wish.range.prefix,
        next_number=wish.next_number,
    )
    return document, document.model_copy(update={"document_type": "95", "code": f"{wish.code}NA"})
