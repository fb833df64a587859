"""Traces, by OpenTelemetry: off, and nothing of it imported, unless an OTLP endpoint is set by its own variables.

One trace goes from a command to its effects and to DIAN. It begins with whoever speaks to Temporal; what a workflow
does within `FRESH` of a message belongs to that message's trace. Later, when it acts because time has passed, each
effect begins a trace of its own: an onboarding takes weeks, which is no trace.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer

FRESH = timedelta(minutes=10)
PATIENCE = 2.0
"""Seconds that a process waits at its end for a collector to take the last spans."""
_LONG_LIVED = ("bench", "demo", "test", "up", "worker")
"""Verbs that are no command to anybody: their time says nothing."""


def is_on() -> bool:
    """By `OTEL_EXPORTER_OTLP_ENDPOINT` (or …_TRACES_ENDPOINT), unless OpenTelemetry is told to be off."""
    given = os.environ.get
    endpoint = given("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or given("OTEL_EXPORTER_OTLP_ENDPOINT")
    off = given("OTEL_SDK_DISABLED", "").lower() == "true" or given("OTEL_TRACES_EXPORTER", "").lower() == "none"
    return bool(endpoint) and not off


def interceptors() -> Sequence[Any]:
    """For a client, from which its workers take them too."""
    if not is_on():
        return ()
    from workers.spans import Caused, Following

    return (Caused(_provider().get_tracer("dse")), Following())


def tracer() -> "Tracer | None":
    """For spans made by hand; None if nobody traces."""
    return _provider().get_tracer("dse") if is_on() else None


@contextmanager
def command(verb: str) -> Iterator[None]:
    """The span of a whole command line, but for its arguments, which are nobody's business."""
    given = tracer() if verb not in _LONG_LIVED else None
    if given is None:
        yield
        return
    try:
        with given.start_as_current_span(f"dse {verb}", record_exception=False, set_status_on_exception=False):
            yield
    finally:
        flush()


def flush() -> None:
    """Sends what is left, before a process leaves; not for long, for the collector may be away."""
    if not is_on():
        return
    sending = threading.Thread(target=_provider().force_flush, daemon=True)
    sending.start()
    sending.join(PATIENCE)


@cache
def _provider() -> "TracerProvider":
    from workers.spans import provider

    return provider()
