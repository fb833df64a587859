"""Logs: for people on a terminal, JSON elsewhere; one event name per thing that happens, what else is told as fields.

Everything that logs goes the same way: ours, the SDK, its core, what dies. `workers/context.py` says whose a line is,
`workers/scrubber.py` takes out what must not stand in it.
"""

import logging
import sys
from types import TracebackType
from typing import Any

import structlog
from structlog.stdlib import ExtraAdder, ProcessorFormatter
from temporalio import activity, workflow
from temporalio.runtime import LogForwardingConfig, LoggingConfig, TelemetryFilter

from workers import context
from workers.scrubber import scrub

CORE = LoggingConfig(
    filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
    forwarding=LogForwardingConfig(
        logger=logging.getLogger("temporal.core"),
        append_target_to_name=False,
        prepend_target_on_message=False,
        append_log_fields_to_message=False,  # they come as fields
    ),
)
"""What the runtime of a worker is given: its core's lines come through here as well."""


def configure(level: int = logging.INFO) -> None:
    """Everything that logs, the SDK too, goes through structlog to stdout."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        ExtraAdder(),
        _of_core,
        context.whose,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stdout.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                scrub,  # the traceback's text too
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    sys.excepthook = _died
    workflow.logger.workflow_info_on_message = activity.logger.activity_info_on_message = False


def _of_core(logger: object, method: str, event: Any) -> Any:
    """The core's own fields, one by one."""
    said = event.pop("temporal_log", None)
    return event if said is None else {**said.fields, **event, "target": said.target}


def _died(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Python would print what the error says as it is."""
    logging.getLogger("dse").critical("died of an error", exc_info=(kind, error, trace))
