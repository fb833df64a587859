"""Stand-ins for the effects, in memory: each does its work once under its key, as the real ones do."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain import effects
from domain.begin import Recalled
from domain.effects import EFFECTS, Effect
from domain.letter import Letter, letter_key
from domain.numbering import Answer, AnswerClass, Look, Range, VoucherType
from domain.reasons import Code, Reason
from domain.state import Grant, Undo
from domain.verdict import Judgement, Verdict

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def dse_range(resolution: str = "18764000000001", prefix: str = "DSA", until: int = 2030) -> Range:
    return Range(
        resolution=resolution,
        prefix=prefix,
        from_number=1,
        to_number=5000,
        valid_from=date(2026, 1, 1),
        valid_to=date(until, 12, 31),
    )


def pending(code: str, description: str = "") -> Answer:
    return Answer(answer_class=AnswerClass.PENDING, code=code, description=description)


NOTHING_YET = pending("401", "no autorizado")


class Effects:
    """One company's outside: what DIAN lists, what the check finds, what breaks."""

    def __init__(self, recalled: Recalled | None = None) -> None:
        self.recalled = recalled or Recalled()
        self.answer = NOTHING_YET
        self.verdicts: dict[str, Verdict] = {}
        self.refuse_claim: Code | None = None
        self.failures: tuple[Code, ...] = ()
        self.broken: dict[str, str] = {}
        """Effect name → error type: fails for good until taken away."""
        self.flaky: Counter[str] = Counter()
        """Effect name → how many more times it fails as what is transient does."""
        self.gate: dict[str, asyncio.Event] = {}
        """Effect name → holds it until set."""
        self.allowed, self.patience = timedelta(days=3), timedelta(hours=4)
        """What the business calendar says of every row, and of a word that DIAN denies."""
        self.calls: Counter[str] = Counter()
        self.looks: list[datetime] = []
        """The workflow's time of each look at DIAN."""
        self.keys: list[str] = []
        self.undone: list[str] = []
        self.records: list[effects.Record] = []

    def lists(self, *ranges: Range) -> None:
        self.answer = Answer(answer_class=AnswerClass.DONE, code="100", description="OK", ranges=ranges)

    def close(self, name: str) -> None:
        """Holds an effect until it is opened."""
        self.gate.setdefault(name, asyncio.Event())

    def open(self, name: str) -> None:
        if (gate := self.gate.pop(name, None)) is not None:
            gate.set()

    async def _enter(self, name: str, key: str = "") -> None:
        self.calls[name] += 1
        self.keys.append(key)
        if (gate := self.gate.get(name)) is not None:
            await gate.wait()
        if self.flaky[name] > 0:
            self.flaky[name] -= 1
            raise ConnectionError("away")
        if name in self.broken:
            raise ApplicationError("broken", type=self.broken[name], non_retryable=True)
        if key in self.undone:
            raise ApplicationError("undone", type="undone", non_retryable=True)

    async def recall(self, given: effects.Recall) -> Recalled:
        await self._enter("recall")
        return self.recalled

    async def issue_letter(self, given: effects.IssueLetter) -> Letter:
        await self._enter("issue_letter", given.key)
        return Letter(
            letter_id="L1",
            revision=given.revision,
            key=letter_key(given.environment, given.nit, "L1", given.revision),
            sha256="0" * 64,
            size=1000,
            template="1",
            issued_on=given.issued_on,
        )

    async def check_scan(self, given: effects.CheckScan) -> Verdict:
        await self._enter("check_scan", given.key)
        accepted = Verdict(key=given.scan_key, sha256=given.sha256, judgement=Judgement.ACCEPTED)
        return self.verdicts.get(given.scan_key, accepted).model_copy(update={"key": given.scan_key})

    async def grant_certificate(self, given: effects.GrantCertificate) -> Grant:
        await self._enter("grant_certificate", given.key)
        at = activity.info().scheduled_time
        return Grant(key=given.key, starts_at=at, ends_at=at + timedelta(days=365))

    async def look_up_ranges(self, given: effects.LookUpRanges) -> Look:
        self.looks.append(activity.info().scheduled_time)
        await self._enter("look_up_ranges")
        return Look(at=NOW, answer=self.answer)

    async def claim_voucher_type(self, given: effects.ClaimVoucherType) -> effects.Claimed:
        await self._enter("claim_voucher_type", given.key)
        if self.refuse_claim is not None:
            return effects.Claimed(refused=self.refuse_claim)
        wish = given.wish
        types = tuple(
            VoucherType(
                document_type=kind,
                code=wish.code,
                name=wish.name,
                resolution=wish.range.resolution,
                prefix=wish.range.prefix,
                next_number=wish.next_number,
            )
            for kind in ("05", "95")
        )
        return effects.Claimed(voucher_types=types)

    async def read_back(self, given: effects.ReadBack) -> effects.Proof:
        await self._enter("read_back")
        return effects.Proof(look=Look(at=NOW, answer=self.answer), failures=self.failures)

    async def undo(self, given: Undo) -> effects.Done:
        await self._enter("undo")
        self.undone.append(given.key)
        return effects.Done()

    async def record(self, given: effects.Record) -> effects.Recorded:
        await self._enter("record")
        self.records.append(given)
        until = given.counted_from + self.allowed
        doubt = given.denied_since + self.patience if given.denied_since is not None else None
        return effects.Recorded(due_at=until, patience_until=doubt)


class Outside:
    """Every company's effects behind one set of activities: found by the workflow that asks."""

    def __init__(self) -> None:
        self.of: dict[str, Effects] = {}

    @property
    def activities(self) -> list[Callable[..., Any]]:
        return [self._activity(each) for each in EFFECTS]

    def _activity(self, effect: Effect[Any, Any]) -> Callable[..., Any]:
        async def perform(given: Any) -> Any:
            return await getattr(self.of[activity.info().workflow_id or ""], effect.name)(given)

        perform.__annotations__ = {"given": effect.takes, "return": effect.gives}
        return activity.defn(name=effect.name)(perform)


def rejected(code: Code) -> Verdict:
    return Verdict(key="", sha256="", judgement=Judgement.REJECTED, reasons=(Reason.of(code),))


def doubtful(code: Code = Code.SIGNATURE_DOUBTFUL) -> Verdict:
    return Verdict(key="", sha256="", judgement=Judgement.REVIEW, reasons=(Reason.of(code),))


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
