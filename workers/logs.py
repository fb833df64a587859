"""Logs: for people on a terminal, JSON elsewhere; one event name per thing that happens."""

import logging
import sys

import structlog
from structlog.stdlib import ExtraAdder, ProcessorFormatter
from temporalio import activity, workflow


def configure(level: int = logging.INFO) -> None:
    """Everything that logs, the SDK too, goes through structlog to stdout."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if sys.stdout.isatty() else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[ProcessorFormatter.remove_processors_meta, structlog.processors.format_exc_info, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    workflow.logger.workflow_info_on_message = activity.logger.activity_info_on_message = False
