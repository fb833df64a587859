"""How spans are made of what workflows do, and what they may say. Imported only where an OTLP endpoint is set."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import opentelemetry.context as otel
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from temporalio import client, workflow
from temporalio.api.common.v1 import Payload
from temporalio.contrib.opentelemetry import TracingInterceptor, TracingWorkflowInboundInterceptor
from temporalio.converter import PayloadConverter
from temporalio.worker import (
    ExecuteWorkflowInput,
    HandleSignalInput,
    HandleUpdateInput,
    Interceptor,
    StartActivityInput,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from workers.scrubber import clean, scrubbed
from workers.tracing import FRESH

HEADER = "_tracer-data"
"""In which the SDK's interceptor carries a trace."""
Carrier = dict[str, Any]
_PROPAGATOR = TraceContextTextMapPropagator()


def provider() -> TracerProvider:
    """One for the process. What it exports is scrubbed: spans keep the words of exceptions."""
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME") or "dse"})
    made = TracerProvider(resource=resource, shutdown_on_exit=False)  # processes leave without Python's clean-up
    made.add_span_processor(BatchSpanProcessor(Scrubbed(OTLPSpanExporter())))
    return made


class Scrubbed(SpanExporter):
    """Exports by another, without what must not be told."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_scrubbed(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def _scrubbed(span: ReadableSpan) -> ReadableSpan:
    status = span.status
    return ReadableSpan(
        name=clean(span.name),
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes=_plain(span.attributes),
        events=[Event(clean(each.name), _plain(each.attributes), each.timestamp) for each in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(status.status_code, clean(status.description) if status.description else None),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _plain(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: scrubbed(value, name) for name, value in (attributes or {}).items()}


class Caused(TracingInterceptor):
    """The SDK's interceptor; but what a message does belongs to the message's trace, not to that of the start."""

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[TracingWorkflowInboundInterceptor]:
        super().workflow_interceptor_class(input)  # lets workflows hand over their spans
        return _CausedInbound


class _CausedInbound(TracingWorkflowInboundInterceptor):
    async def handle_signal(self, input: HandleSignalInput) -> None:
        self._workflow_context_carrier = _carrier(input.headers) or self._workflow_context_carrier
        await super().handle_signal(input)

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:
        self._workflow_context_carrier = _carrier(input.headers) or self._workflow_context_carrier
        return await super().handle_update_handler(input)


class Following(client.Interceptor, Interceptor):
    """Effects follow the last message, if it was not long ago. To stand behind `Caused`, whose spans it steers."""

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        return _FollowingInbound


class _FollowingInbound(WorkflowInboundInterceptor):
    carrier: Carrier | None = None
    heard_at: datetime | None = None

    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_FollowingOutbound(outbound, self))

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        self._hear(input.headers)
        return await super().execute_workflow(input)

    async def handle_signal(self, input: HandleSignalInput) -> None:
        self._hear(input.headers)
        await super().handle_signal(input)

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:
        self._hear(input.headers)
        return await super().handle_update_handler(input)

    def _hear(self, headers: Mapping[str, Payload]) -> None:
        self.carrier, self.heard_at = _carrier(headers), workflow.now()

    def cause(self) -> otel.Context:
        """Empty if nobody traced the last message, or if it was long ago."""
        fresh = self.carrier is not None and self.heard_at is not None and workflow.now() - self.heard_at < FRESH
        return _PROPAGATOR.extract(self.carrier or {}, otel.Context()) if fresh else otel.Context()


class _FollowingOutbound(WorkflowOutboundInterceptor):
    def __init__(self, next: WorkflowOutboundInterceptor, inbound: _FollowingInbound) -> None:
        super().__init__(next)
        self._inbound = inbound

    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        token = otel.attach(self._inbound.cause())
        try:
            return super().start_activity(input)
        finally:
            otel.detach(token)

    def start_local_activity(self, input: StartLocalActivityInput) -> workflow.ActivityHandle[Any]:
        token = otel.attach(self._inbound.cause())
        try:
            return super().start_local_activity(input)
        finally:
            otel.detach(token)


def _carrier(headers: Mapping[str, Payload]) -> Carrier | None:
    if HEADER not in headers:
        return None
    return cast("Carrier | None", PayloadConverter.default.from_payloads([headers[HEADER]])[0])
