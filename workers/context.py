"""Whose a log line is: workflow, run, row or effect, attempt, and the correlation id of the message behind it.

In workflows `workflow.logger` alone is used, which is silent in replay. What is bound here ends with the task that it
was bound in: the SDK runs each handler and each effect in one of its own.
"""

import json
import logging
import re
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from structlog.contextvars import bind_contextvars
from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
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

from domain.commands import MESSAGES
from workers.scrubber import clean

HEADER = "dse-correlation"
"""Carries the id from a workflow to its effects."""
_NAMES = frozenset(message.card.name for message in MESSAGES)
_ID = re.compile(r"[\w.:/-]{1,64}", re.ASCII)
_log = logging.getLogger(__name__)


class Context(Interceptor):
    """Changes no command but for a header, and so nothing that a replay would compare."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Effect(next)

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        return _Inbound


class _Effect(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        bind_contextvars(
            workflow_id=info.workflow_id,
            run_id=info.workflow_run_id,
            effect=info.activity_type,
            attempt=info.attempt,
            **_carried(input.headers),
        )
        begun = time.monotonic()
        result = await super().execute_activity(input)
        _log.info("effect done", extra={"elapsed_ms": round((time.monotonic() - begun) * 1000)})
        return result


class _Inbound(WorkflowInboundInterceptor):
    correlation_id = ""
    """Of the last message that had one."""

    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound, self))

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        self._bind(_correlation_id(input.args))
        workflow.logger.info("workflow begins")
        result = await super().execute_workflow(input)
        workflow.logger.info("workflow ends")
        return result

    async def handle_signal(self, input: HandleSignalInput) -> None:
        self._bind(_correlation_id(input.args), input.signal)
        await super().handle_signal(input)
        workflow.logger.info("fact heard")

    def handle_update_validator(self, input: HandleUpdateInput) -> None:
        self._bind(_correlation_id(input.args), input.update)
        try:
            super().handle_update_validator(input)
        except ApplicationError as refusal:
            _refused(refusal)
            raise

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:
        self._bind(_correlation_id(input.args), input.update)
        try:
            result = await super().handle_update_handler(input)
        except ApplicationError as refusal:
            _refused(refusal)
            raise
        workflow.logger.info("command obeyed")
        return result

    def _bind(self, correlation_id: str, said: str = "") -> None:
        info = workflow.info()
        self.correlation_id = correlation_id or self.correlation_id
        bound = {"said": said if said in _NAMES else "unknown"} if said else {}  # whatever a signal may be called
        bound |= {"correlation_id": correlation_id} if correlation_id else {}
        bind_contextvars(workflow_id=info.workflow_id, run_id=info.run_id, attempt=info.attempt, **bound)


class _Outbound(WorkflowOutboundInterceptor):
    def __init__(self, next: WorkflowOutboundInterceptor, inbound: _Inbound) -> None:
        super().__init__(next)
        self._inbound = inbound

    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        input.headers = {**input.headers, **self._header()}
        return super().start_activity(input)

    def start_local_activity(self, input: StartLocalActivityInput) -> workflow.ActivityHandle[Any]:
        input.headers = {**input.headers, **self._header()}
        return super().start_local_activity(input)

    def _header(self) -> dict[str, Payload]:
        if not self._inbound.correlation_id:
            return {}
        data = json.dumps(self._inbound.correlation_id).encode()
        return {HEADER: Payload(metadata={"encoding": b"json/plain"}, data=data)}


def whose(logger: object, method: str, event: Any) -> Any:
    """A processor of structlog: the SDK's own dictionaries as single fields, a workflow's row, and the trace."""
    for told in (event.pop("temporal_activity", None), event.pop("temporal_workflow", None)):
        for name, field in _SDK.items():
            if told and told.get(name):
                event.setdefault(field, told[name])
    if workflow.in_workflow() and (row := _row()):
        event["row"] = row
    if (tracing := sys.modules.get("opentelemetry.trace")) is not None:  # else nobody traces
        span = tracing.get_current_span().get_span_context()
        if span.is_valid:
            event["trace_id"] = f"{span.trace_id:032x}"
    return event


_SDK = {
    "workflow_id": "workflow_id",
    "run_id": "run_id",
    "workflow_run_id": "run_id",
    "activity_type": "effect",
    "attempt": "attempt",
}
"""What the SDK tells of a line's workflow or activity, and what we call it."""


def _row() -> str:
    try:
        row = workflow.instance().case.step
    except Exception:  # another workflow, or a start that is refused
        return ""
    return str(row)


def _refused(refusal: ApplicationError) -> None:
    workflow.logger.info("command refused", extra={"code": refusal.type})


def _correlation_id(args: Sequence[Any]) -> str:
    """What the message brings; empty unless it is an id, which tells nothing of anybody."""
    given = args[0] if args else None
    if isinstance(given, RawValue):
        found = _of_json(given.payload.data) if b"correlation_id" in given.payload.data else None
    else:
        found = getattr(given, "correlation_id", None)
    return found if isinstance(found, str) and _ID.fullmatch(found) and clean(found) == found else ""


def _of_json(data: bytes) -> object:
    try:
        given = json.loads(data)
    except ValueError:
        return None
    return given.get("correlation_id") if isinstance(given, dict) else None


def _carried(headers: Mapping[str, Payload]) -> dict[str, str]:
    return {"correlation_id": str(json.loads(headers[HEADER].data))} if HEADER in headers else {}
