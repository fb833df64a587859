"""Golden histories as files: written without machine or place, read only if they can prove something."""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from google.protobuf.json_format import ParseDict, ParseError
from pydantic import TypeAdapter, ValidationError
from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History, HistoryEvent
from temporalio.client import WorkflowHistory

from domain.commands import UPDATES, Start
from domain.effects import EFFECTS
from tests.replay.fingerprint import local_activity

HISTORIES = Path(__file__).with_name("histories")
WORKFLOW = "Onboarding"
CLOSED_BY_ITSELF = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
}
_EFFECTS = {effect.name: effect for effect in EFFECTS}
_UPDATES = {message.card.name for message in UPDATES}


class NotGoldenError(Exception):
    """Why a history proves nothing to this code, and what to do, in one sentence."""

    def __init__(self, name: str, why: str, *, newer: bool = False) -> None:
        origin = ", so it is from a newer version: update this checkout, or " if newer else ": "
        super().__init__(f"{name}: {why}{origin}record it again by `.venv/bin/python -m tests.replay.export {name}`")


def written(history: WorkflowHistory) -> str:
    return json.dumps(_without_place(history.to_json_dict()), indent=1, ensure_ascii=False) + "\n"


def read(name: str) -> WorkflowHistory:
    """Raises NotGoldenError."""
    return golden(name, (HISTORIES / f"{name}.json").read_text())


def golden(name: str, text: str) -> WorkflowHistory:
    """A whole history of an onboarding that ended by itself, all of which this code knows. Raises NotGoldenError."""
    try:
        events = list(ParseDict(json.loads(text), History()).events)
    except json.JSONDecodeError as error:
        raise NotGoldenError(name, f"no JSON from line {error.lineno} on, so cut off") from None
    except ParseError as error:
        raise NotGoldenError(name, f"has what this SDK doesn't know ({error})", newer=True) from None
    if why := next(_truncated(events), ""):
        raise NotGoldenError(name, why)
    started = events[0].workflow_execution_started_event_attributes
    if started.workflow_type.name != WORKFLOW:
        raise NotGoldenError(name, f"a history of {started.workflow_type.name}, not of {WORKFLOW}")
    if unknown := next(_unknown(events), ""):
        raise NotGoldenError(name, f"has {unknown}, which this code doesn't know", newer=True)
    return WorkflowHistory(started.workflow_id, events)


def _without_place(told: Any) -> Any:
    """Neither machine nor folders belong in a history that is kept."""
    if isinstance(told, dict):
        return {key: _without_place(each) for key, each in told.items() if key not in ("identity", "stackTrace")}
    return [_without_place(each) for each in told] if isinstance(told, list) else told


def _truncated(events: Sequence[HistoryEvent]) -> Iterator[str]:
    """A workflow that waits, or was terminated while it did, contradicts nothing that comes later."""
    if not events or events[0].event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
        yield "does not begin with the workflow's start, so cut off"
    for one, other in pairwise(events):
        if other.event_id != one.event_id + 1:
            yield f"event {other.event_id} follows {one.event_id}, so events are missing"
    if events[-1].event_type not in CLOSED_BY_ITSELF:
        yield "does not end by the workflow's own command: cut off, or still waiting, it proves little"


def _unknown(events: Sequence[HistoryEvent]) -> Iterator[str]:
    """Our own payloads, updates and effects of which this code knows nothing. Signals may be anybody's."""
    asked: dict[int, str] = {}
    for event in events:
        match event.WhichOneof("attributes"):
            case "workflow_execution_started_event_attributes":
                yield from _fields("Start", Start, event.workflow_execution_started_event_attributes.input)
            case "activity_task_scheduled_event_attributes":
                scheduled = event.activity_task_scheduled_event_attributes
                name = asked[event.event_id] = scheduled.activity_type.name
                yield from _fields_of_effect(name, "takes", scheduled.input)
            case "activity_task_completed_event_attributes":
                completed = event.activity_task_completed_event_attributes
                yield from _fields_of_effect(asked[completed.scheduled_event_id], "gives", completed.result)
            case "marker_recorded_event_attributes" if name := local_activity(event.marker_recorded_event_attributes):
                result = event.marker_recorded_event_attributes.details["result"]
                yield from _fields_of_effect(name, "gives", result)
            case "workflow_execution_update_accepted_event_attributes":
                update = event.workflow_execution_update_accepted_event_attributes.accepted_request.input.name
                if update not in _UPDATES:
                    yield f"the update {update}"
            case "workflow_execution_continued_as_new_event_attributes":
                yield from _fields("Start", Start, event.workflow_execution_continued_as_new_event_attributes.input)


def _fields_of_effect(name: str, side: str, payloads: Payloads) -> Iterator[str]:
    if name in _EFFECTS:
        kind = getattr(_EFFECTS[name], side)
        yield from _fields(kind.__name__, kind, payloads)
    else:
        yield f"the effect {name}"


def _fields(name: str, kind: Any, payloads: Payloads) -> Iterator[str]:
    """Whatever of a payload is lost when this code reads it."""
    form: TypeAdapter[Any] = TypeAdapter(kind)
    for payload in payloads.payloads:
        if payload.metadata["encoding"] != b"json/plain":
            continue
        try:
            known = form.dump_python(form.validate_json(payload.data), mode="json")
        except ValidationError as error:
            place = ".".join(str(each) for each in error.errors(include_input=False)[0]["loc"])
            yield f"the value of {name}.{place}"
        else:
            yield from (f"the field {name}.{field}" for field in _lost(json.loads(payload.data), known))


def _lost(given: Any, known: Any) -> Iterator[str]:
    if isinstance(given, dict) and isinstance(known, dict):
        for key, value in given.items():
            if key in known:
                yield from (f"{key}.{deeper}" for deeper in _lost(value, known[key]))
            else:
                yield key
    elif isinstance(given, list) and isinstance(known, list):
        for one, other in zip(given, known, strict=False):
            yield from _lost(one, other)
