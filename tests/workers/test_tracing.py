"""One trace from a command to its effect and to DIAN, as a collector receives it; nothing without an endpoint."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.starters.conftest import ROOT, clean_environment
from tests.workers.fleet import VERB, Fleet, fleet
from workers import tracing
from workers.spans import Scrubbed


class Collector:
    """Takes what OTLP over HTTP brings."""

    def __init__(self) -> None:
        self.got: list[ExportTraceServiceRequest] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(ExportTraceServiceRequest.FromString(await request.read()))
        return web.Response()

    def spans(self) -> Iterator[Span]:
        for request in self.got:
            for resource in request.resource_spans:
                for scope in resource.scope_spans:
                    yield from scope.spans


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    collector, app = Collector(), web.Application()
    app.add_routes([web.post("/v1/traces", collector.take)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    collector.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield collector
    await runner.cleanup()


@pytest_asyncio.fixture(scope="module")
async def ships(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    async with fleet(tmp_path_factory.mktemp("traced")) as ready:
        yield ready


async def traced(ships: Fleet, collector: Collector, *arguments: str) -> str:
    """A command in a process of its own, which traces; what it printed."""
    process = await asyncio.create_subprocess_exec(
        ROOT / "dse",
        *arguments,
        env={
            **clean_environment(),
            "DSE_DATA": str(ships.cli.data),
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


def line_of(spans: dict[bytes, Span], last: Span) -> list[str]:
    """The names from the root to this span."""
    names = [last.name]
    while last.parent_span_id in spans:
        last = spans[last.parent_span_id]
        names.insert(0, last.name)
    return names


@pytest.mark.slow
async def test_one_trace_goes_from_the_command_to_dian(ships: Fleet) -> None:
    async with collecting() as collector:
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}
        worker = await ships._spawned([*VERB, "--make-current"], DSE_BUILD_ID="A", **environment)
        nit = await ships.cli.at_signed_letter()
        await ships.cli.ok("upload", nit, str(await ships.cli.scan_of(nit)))
        await traced(ships, collector, "continue", nit)
        async with asyncio.timeout(30):
            while not [span for span in collector.spans() if span.name == "GetNumberingRange"]:
                await asyncio.sleep(0.1)
            await worker.stop()
    asked = next(span for span in collector.spans() if span.name == "GetNumberingRange")
    spans = {span.span_id: span for span in collector.spans() if span.trace_id == asked.trace_id}
    line = line_of(spans, asked)
    assert line[:2] == ["dse continue", "StartWorkflowUpdate:continue_onboarding"]
    assert line[-3:] == ["StartActivity:look_up_ranges", "RunActivity:look_up_ranges", "GetNumberingRange"]
    names = {span.name for span in spans.values()}
    assert {"HandleUpdate:continue_onboarding", "RunActivity:grant_certificate"} <= names
    attributes = {each.key: each.value for each in asked.attributes}
    assert attributes["dse.nit"].string_value == nit
    assert attributes["dian.class"].string_value == "pending"
    assert attributes["http.response.status_code"].int_value == 200
    everything = str(list(collector.spans()))
    assert not [mark for mark in ("andina", "Andina") if mark in everything]


@pytest.mark.slow
async def test_a_collector_that_is_away_costs_a_command_two_seconds_at_most(ships: Fleet) -> None:
    nowhere = Collector()
    nowhere.url = "http://127.0.0.1:9"
    async with asyncio.timeout(20):
        assert isinstance(json.loads(await traced(ships, nowhere, "list", "--json")), list)


def test_a_span_is_scrubbed_as_a_line_is() -> None:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(Scrubbed(kept)))
    with (
        pytest.raises(ValueError, match="Zutanita"),
        provider.get_tracer("t").start_as_current_span("of 900123456-8", attributes={"email": "z", "n": "1098765432"}),
    ):
        raise ValueError("first_names='Zutanita' zutanita@quirquincho.example")
    provider.shutdown()
    (span,) = kept.get_finished_spans()
    assert span.name == "of 900123456-8"
    assert span.events[0].name == "exception"
    assert not [mark for mark in ("utanita", "quirquincho", "1098765432") if mark in span.to_json()]
    assert span.attributes == {"email": "[…]", "n": "[…]"}


@pytest.mark.parametrize(
    ("environment", "on"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
    ids=str,
)
def test_it_is_off_unless_an_endpoint_is_set(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], on: bool
) -> None:
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_SDK_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert tracing.is_on() is on


def test_without_an_endpoint_nothing_of_it_is_imported(tmp_path: Path) -> None:
    look = "import sys; from starters.cli.main import main; main(['list', '--json']); import workers.worker; "
    look += "print([each for each in sys.modules if each.startswith('opentelemetry')])"
    environment = {**clean_environment(), "DSE_DATA": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environment.pop("OTEL_EXPORTER_OTLP_ENDPOINT", None)
    said = subprocess.run([sys.executable, "-c", look], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[]"
