"""What a workflow commanded, one line a command: the part of a history that a replay must repeat.

Inputs, results, durations, retry policies and texts are left out: they may change without a patch.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent, MarkerRecordedEventAttributes

FINGERPRINTS = Path(__file__).with_name("fingerprints")


def kept(name: str) -> Path:
    return FINGERPRINTS / f"{name}.txt"


def fingerprint(events: Iterable[HistoryEvent]) -> str:
    """In the order in which the workflow gave them; what it was told between two commands doesn't show."""
    asked: dict[int, str] = {}
    lines = []
    for event in events:
        if line := _command(event, asked):
            asked[event.event_id] = line
            lines.append(line)
    return "".join(f"{line}\n" for line in lines)


def _command(event: HistoryEvent, asked: dict[int, str]) -> str:
    """The command that made this event; nothing if it came from outside. `asked`: the commands so far, by event."""
    kind = event.WhichOneof("attributes") or ""
    match kind:
        case "activity_task_scheduled_event_attributes":
            scheduled = event.activity_task_scheduled_event_attributes
            return f"activity {scheduled.activity_type.name} on {scheduled.task_queue.name}"
        case "activity_task_cancel_requested_event_attributes":
            return f"cancel {asked[event.activity_task_cancel_requested_event_attributes.scheduled_event_id]}"
        case "marker_recorded_event_attributes":
            return _marker(event.marker_recorded_event_attributes)
        case "upsert_workflow_search_attributes_event_attributes":
            fields = event.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields
            return f"search attributes {' '.join(sorted(fields))}"
        case "workflow_execution_update_accepted_event_attributes":
            return f"update {event.workflow_execution_update_accepted_event_attributes.accepted_request.input.name}"
        case "workflow_execution_update_completed_event_attributes":
            completed = event.workflow_execution_update_completed_event_attributes
            return f"{asked[completed.accepted_event_id]} {completed.outcome.WhichOneof('value')}"
    if "workflow_task_completed_event_id" in getattr(event, kind).DESCRIPTOR.fields_by_name:
        return EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower().replace("_", " ")
    return ""


def local_activity(marker: MarkerRecordedEventAttributes) -> str:
    """Its name; nothing if it is another kind of marker."""
    if marker.marker_name != "core_local_activity":
        return ""
    name: str = json.loads(marker.details["data"].payloads[0].data)["activity_type"]
    return name


def _marker(marker: MarkerRecordedEventAttributes) -> str:
    match marker.marker_name:
        case "core_local_activity":
            return f"local activity {local_activity(marker)}"
        case "core_patch":
            return f"patch {json.loads(marker.details['patch-data'].payloads[0].data)['id']}"
        case other:
            return f"marker {other}"
