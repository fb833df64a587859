"""What a worker counts: every metric of ours in its scrape, with all the values that a label may have.

The rest of its scrape is the SDK's. What is true of the whole fleet, the exporter tells (`workers/exporter.py`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from temporalio.common import MetricMeter
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities import expiring, sweep
from activities.counting import Counting, MailEnd
from activities.dian.breaker import Mode
from activities.errors import AwayError
from domain.commands import UPDATES
from domain.mails import CANCELLED, GRANTED, LATE, READY, REMINDER, TURN
from domain.numbering import Answer, AnswerClass
from domain.reasons import Code
from domain.verdict import Judgement, Verdict
from workflows import counting
from workflows.policies import DIAN_TASK_QUEUE, TASK_QUEUE

NONE, OTHER = "none", "other"
DIAN_CODES = ("100", "301", "302", "303", "401", "89", "66")
KINDS = (TURN, GRANTED, READY, CANCELLED, REMINDER, LATE, expiring.KIND, sweep.KIND)
PARTS = ("records", "documents", "mail", "temporal")
WRONG = ("certificate_nit_differs", "certificate_not_yet", "certificate_expired", "certificate_expires_soon")
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 45, 65)
"""To DIAN's own time-out and ours; reading a scan takes seconds."""
LOOKS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
Labels = Mapping[str, Collection[str]]
OF_WORKFLOW: Labels = {
    "namespace": (),
    "task_queue": (TASK_QUEUE, DIAN_TASK_QUEUE),
    "workflow_type": ("Onboarding", "Sweep", "Watch"),
}
"""The SDK's own, on what workflows count; a process has one namespace, whatever it is called."""


@dataclass(frozen=True)
class Metric:
    """One metric as it is scraped; a histogram by the name in front of `_bucket`, `_sum` and `_count`."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    says: str
    labels: Labels = field(default_factory=dict)
    """Every value that each may have; none: see the label."""
    buckets: Sequence[float] = ()

    @property
    def given(self) -> str:
        """The name that it is made with: what it is called in the end says what it counts."""
        return self.name.removesuffix("_total") if self.kind != "histogram" else self.name.removesuffix("_seconds")


VERDICTS = Metric(
    "dse_verdicts_total", "counter", "Verdicts on scans.", {"judgement": tuple(Judgement), "reason": (*Code, NONE)}
)
CHECKS = Metric("dse_scan_check_seconds", "histogram", "How long checking a scan took.", buckets=SECONDS)
CALLS = Metric(
    "dse_dian_calls_total",
    "counter",
    "Calls to DIAN, by what the outcome means for us and DIAN's own code.",
    {"class": tuple(AnswerClass), "code": (*DIAN_CODES, NONE, OTHER)},
)
CALL_SECONDS = Metric(
    "dse_dian_call_seconds",
    "histogram",
    "How long DIAN took to answer.",
    {"class": tuple(AnswerClass)},
    buckets=SECONDS,
)
MODES = Metric("dse_dian_breaker_mode", "gauge", "1: the breaker's mode.", {"mode": tuple(Mode)})
UNKNOWN = Metric("dse_dian_unknown_total", "counter", "Answers of DIAN's whose code we don't know.")
MAILS = Metric(
    "dse_mails_total",
    "counter",
    "Mails by how an attempt to send them ended.",
    {"kind": (*KINDS, OTHER), "outcome": tuple(MailEnd)},
)
AWAY = Metric("dse_away_total", "counter", "Effects that met a part that is away.", {"part": PARTS})
EXPIRES = Metric("dse_provider_certificate_expires_seconds", "gauge", "When it ends, in Unix time.")
CERTIFICATE = Metric("dse_provider_certificate_wrong", "gauge", "1: this is wrong with it.", {"code": WRONG})
OURS: Mapping[str, Metric] = {
    each.name: each
    for each in (
        *(VERDICTS, CHECKS, CALLS, CALL_SECONDS, MODES, UNKNOWN, MAILS, AWAY, EXPIRES, CERTIFICATE),
        Metric(
            f"{counting.REFUSALS}_total",
            "counter",
            "Commands refused by the rules.",
            {"command": [each.card.name for each in UPDATES], "code": tuple(Code), **OF_WORKFLOW},
        ),
        Metric(counting.LOOKS, "histogram", "Looks at DIAN until an onboarding was ready.", OF_WORKFLOW, LOOKS),
    )
}
BUCKETS = {each.given: each.buckets for each in OURS.values() if each.buckets}
"""The SDK's own are milliseconds, or thousands."""


class Metrics(Counting):
    """Counts what effects tell. Of sets without a bound, values that nobody expects are `other`."""

    def __init__(self, meter: MetricMeter) -> None:
        self._verdicts, self._calls, self._unknown, self._mails, self._away = (
            meter.create_counter(each.given, each.says) for each in (VERDICTS, CALLS, UNKNOWN, MAILS, AWAY)
        )
        self._checks, self._call_seconds = (
            meter.create_histogram_timedelta(each.given, each.says) for each in (CHECKS, CALL_SECONDS)
        )
        self._modes, self._expires, self._wrong = (
            meter.create_gauge(each.given, each.says) for each in (MODES, EXPIRES, CERTIFICATE)
        )

    def scan_checked(self, verdict: Verdict, seconds: float) -> None:
        reason = verdict.reasons[0].code if verdict.reasons else NONE
        self._verdicts.add(1, {"judgement": verdict.judgement.value, "reason": str(reason)})
        self._checks.record(timedelta(seconds=seconds))

    def dian_called(self, answer: Answer, seconds: float) -> None:
        meant = {"class": answer.answer_class.value}
        self._calls.add(1, {**meant, "code": code_of(answer)})
        self._call_seconds.record(timedelta(seconds=seconds), meant)
        self._unknown.add(int(answer.unknown))

    def dian_mode(self, mode: Mode) -> None:
        for each in Mode:
            self._modes.set(int(each == mode), {"mode": each.value})

    def mail(self, kind: str, end: MailEnd) -> None:
        self._mails.add(1, {"kind": kind if kind in KINDS else OTHER, "outcome": end.value})

    def away(self, part: str) -> None:
        self._away.add(1, {"part": part if part in PARTS else "temporal"})  # or its visibility

    def provider_certificate(self, ends_at: datetime, wrong: Collection[str]) -> None:
        self._expires.set(int(ends_at.timestamp()))
        for code in WRONG:
            self._wrong.set(int(code in wrong), {"code": code})


def code_of(answer: Answer) -> str:
    """DIAN's code, if it gave one: what we call outcomes ourselves is in lower case."""
    if answer.code in DIAN_CODES:
        return answer.code
    ours = not answer.code or answer.code.islower()
    return NONE if ours and not answer.unknown else OTHER


class AwayCounted(Interceptor):
    """Counts effects that met a part that is away, whatever they were to do there."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Counted(next, self._counting)


class _Counted(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, counting: Counting) -> None:
        super().__init__(next)
        self._counting = counting

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        try:
            return await super().execute_activity(input)
        except AwayError as error:
            self._counting.away(error.part)
            raise
