"""What a worker counts, as it is scraped: what has happened, in bounded labels, and never again in a replay."""

import re
import socket
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Worker

from activities.counting import MailEnd
from activities.dian.breaker import TRIPS, Breaker, Mode
from activities.errors import AwayError
from domain.begin import workflow_id
from domain.numbering import Answer, AnswerClass
from domain.reasons import Code, Reason
from domain.verdict import Judgement, Verdict
from tests.workers.fussy import FussyWorkflow
from tests.workflows.company import random_nit
from tests.workflows.effects import Effects, Outside
from tests.workflows.server import server
from workers.gauges import FLEET
from workers.metrics import AWAY, BUCKETS, OURS, AwayCounted, Metrics, code_of
from workers.worker import workflow_runner
from workflows import counting
from workflows.handlers import Guard
from workflows.policies import DIAN_TASK_QUEUE, TASK_QUEUE

NOTE: list[Any] = [{"text": "prueba", "actor": "ana"}]
REFUSED: list[tuple[str, list[Any]]] = [
    *(("resume", [{}]), ("note", NOTE), ("resume", [{}]), ("note", NOTE)),
    *(("tick_act", [{}, {}]), ("note", NOTE)),
]
"""By the rules at once, which leaves no event; or once accepted, which a replay sees again."""
SDK = {"service", "service_name"}
_SAMPLE = re.compile(r"(\w+)\{(.*)\} (\S+)")
_LABEL = re.compile(r'(\w+)="([^"]*)"')
Samples = list[tuple[str, dict[str, str], float]]
Scrape = Callable[[], Samples]


@pytest.fixture
def scraped() -> tuple[Runtime, Scrape]:
    """A runtime as a worker has it, and what is scraped of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    metrics = PrometheusConfig(
        bind_address=address,
        counters_total_suffix=True,
        unit_suffix=True,
        durations_as_seconds=True,
        histogram_bucket_overrides=BUCKETS,
    )

    def scrape() -> Samples:
        with urllib.request.urlopen(f"http://{address}/metrics") as answer:
            found = map(_SAMPLE.fullmatch, answer.read().decode().splitlines())
        return [(each[1], dict(_LABEL.findall(each[2])), float(each[3])) for each in found if each is not None]

    return Runtime(telemetry=TelemetryConfig(metrics=metrics)), scrape


def value(samples: Samples, name: str, **labels: str) -> float:
    """The sum of those that carry these labels."""
    return sum(number for of, given, number in samples if of == name and given.items() >= labels.items())


def answer(code: str, kind: AnswerClass = AnswerClass.PENDING, *, unknown: bool = False) -> Answer:
    return Answer.model_validate({"class": kind, "code": code, "unknown": unknown})


def verdict(judgement: Judgement, *codes: Code) -> Verdict:
    return Verdict(key="k", sha256="0", judgement=judgement, reasons=tuple(Reason.of(code) for code in codes))


def test_what_happens_is_counted_under_the_names_and_labels_that_are_listed(
    scraped: tuple[Runtime, Scrape],
) -> None:
    runtime, scrape = scraped
    metrics = Metrics(runtime.metric_meter)
    metrics.scan_checked(verdict(Judgement.REJECTED, Code.UNSIGNED, Code.PAGE_BLANK), 0.7)
    metrics.scan_checked(verdict(Judgement.ACCEPTED), 40.0)
    metrics.dian_called(answer("777", unknown=True), 3.0)
    metrics.dian_mode(Mode.PROBING)
    metrics.mail("turn", MailEnd.BOUNCED)
    metrics.mail("zutanita@quirquincho.example", MailEnd.SENT)
    metrics.away("visibility")
    metrics.provider_certificate(datetime(2027, 1, 1, tzinfo=UTC), ["certificate_expires_soon"])
    samples = scrape()
    assert value(samples, "dse_verdicts_total", judgement="rejected", reason="unsigned") == 1
    assert value(samples, "dse_verdicts_total", judgement="accepted", reason="none") == 1
    assert value(samples, "dse_scan_check_seconds_count") == 2
    assert value(samples, "dse_scan_check_seconds_bucket", le="1") == 1
    assert value(samples, "dse_dian_calls_total", **{"class": "pending", "code": "other"}) == 1
    assert value(samples, "dse_dian_call_seconds_bucket", **{"class": "pending", "le": "5"}) == 1
    assert value(samples, "dse_dian_unknown_total") == 1
    assert [value(samples, "dse_dian_breaker_mode", mode=mode) for mode in Mode] == [0, 1, 0]
    assert value(samples, "dse_mails_total", kind="turn", outcome="bounced") == 1
    assert value(samples, "dse_mails_total", kind="other", outcome="sent") == 1
    assert value(samples, "dse_away_total", part="temporal") == 1
    assert value(samples, "dse_provider_certificate_expires_seconds") == 1_798_761_600
    assert value(samples, "dse_provider_certificate_wrong", code="certificate_expires_soon") == 1
    assert value(samples, "dse_provider_certificate_wrong") == 1
    of_workflows = {f"{counting.REFUSALS}_total", counting.LOOKS}
    assert {base(name) for name, _, _ in samples if name.startswith("dse_")} == OURS.keys() - of_workflows
    assert unbounded(samples) == []


def base(name: str) -> str:
    """The metric's name without what a histogram's samples add."""
    found = re.sub(r"_(bucket|sum|count)$", "", name)
    return found if found in OURS and OURS[found].kind == "histogram" else name


def unbounded(samples: Samples) -> list[tuple[str, str, str]]:
    """Labels of ours with values that nobody listed."""
    return [
        (name, label, given)
        for name, labels, _ in samples
        if base(name) in OURS
        for label, given in labels.items()
        if label not in SDK | {"le", "namespace"} and given not in map(str, OURS[base(name)].labels.get(label, ()))
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (answer("302"), "302"),
        (answer("", AnswerClass.TRANSIENT), "none"),
        (answer("timeout", AnswerClass.TRANSIENT), "none"),
        (answer("http_503", AnswerClass.TRANSIENT), "none"),
        (answer("InvalidSecurity", AnswerClass.OURS), "other"),
        (answer("500", AnswerClass.TRANSIENT), "other"),
        (answer("999", unknown=True), "other"),
        (answer("ana", unknown=True), "other"),
    ],
)
def test_a_call_s_code_is_dian_s_own_or_none(given: Answer, code: str) -> None:
    assert code_of(given) == code


def test_the_breaker_tells_its_mode_from_the_beginning() -> None:
    told: list[Mode] = []
    breaker = Breaker(tell=told.append)
    for _ in range(TRIPS):
        number = breaker.admit()
        assert number is not None
        breaker.ended(number, answer("timeout", AnswerClass.TRANSIENT))
    assert told == [Mode.CLOSED, Mode.PROBING]


class Away(ActivityInboundInterceptor):
    """An effect whose part is away."""

    def __init__(self) -> None:
        pass

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        raise AwayError("documents", "ConnectionError")


async def test_an_effect_that_meets_a_part_that_is_away_is_counted_and_still_fails(
    scraped: tuple[Runtime, Scrape],
) -> None:
    runtime, scrape = scraped
    counted = AwayCounted(Metrics(runtime.metric_meter)).intercept_activity(Away())
    effect: Any = None
    for _ in range(2):
        with pytest.raises(AwayError):
            await ActivityEnvironment().run(counted.execute_activity, effect)
    assert value(scrape(), AWAY.name, part="documents") == 2


async def test_what_a_workflow_counts_is_counted_once_however_often_it_is_replayed(
    scraped: tuple[Runtime, Scrape],
) -> None:
    runtime, scrape = scraped
    async with server() as env:
        config = env.client.service_client.config
        client = await Client.connect(
            config.target_host, runtime=runtime, data_converter=pydantic_data_converter, namespace=env.client.namespace
        )
        await refused_by_a_worker_that_remembers_nothing(env, client)
    samples = scrape()
    assert value(samples, "dse_refusals_total", command="resume", code="not_held") == 2
    assert value(samples, "dse_refusals_total", command="note", code="range_taken") == 3
    assert value(samples, "dse_refusals_total", command="tick_act", code="wrong_arguments") == 1
    assert value(samples, "dse_refusals_total") == len(REFUSED)
    assert value(samples, "temporal_workflow_task_replay_latency_seconds_count") > 3
    assert unbounded(samples) == []


async def refused_by_a_worker_that_remembers_nothing(env: WorkflowEnvironment, client: Client) -> None:
    """Each of its tasks replays all that was before."""
    nit, outside = random_nit(), Outside()
    name = workflow_id("habilitacion", nit)
    outside.of[name] = Effects()
    given = {"nit": nit, "name": "Andina S.A.S.", "contact": {"email": "ana@andina.example"}}
    workers = [
        Worker(
            client,
            task_queue=queue,
            workflows=[FussyWorkflow] if queue == TASK_QUEUE else [],
            activities=outside.activities,
            interceptors=[Guard()],
            workflow_runner=workflow_runner(),
            max_cached_workflows=0,
            build_id="tests",
        )
        for queue in (TASK_QUEUE, DIAN_TASK_QUEUE)
    ]
    with env.with_time_skipping_disabled():
        async with workers[0], workers[1]:
            handle = await client.start_workflow("Onboarding", given, id=name, task_queue=TASK_QUEUE)
            for command, said in REFUSED:
                with pytest.raises(WorkflowUpdateFailedError):
                    await handle.execute_update(command, args=said)


def test_no_name_of_the_fleet_s_gauges_is_a_worker_s() -> None:
    assert OURS.keys() & FLEET.keys() == set()
