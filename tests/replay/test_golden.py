"""Every golden history replays: an onboarding that runs survives any deploy."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from tests.replay.export import PATHS
from tests.replay.golden import HISTORIES, NotGoldenError, golden, read
from workers.worker import workflow_runner
from workflows.handlers import Guard
from workflows.onboarding import OnboardingWorkflow

Event = dict[str, Any]


@pytest.fixture
def replayer() -> Replayer:
    """As the worker is: with the same converter, guard and sandbox."""
    return Replayer(
        workflows=[OnboardingWorkflow],
        data_converter=pydantic_data_converter,
        interceptors=[Guard()],
        workflow_runner=workflow_runner(),
    )


@pytest.mark.parametrize("name", sorted(each.stem for each in HISTORIES.glob("*.json")))
async def test_a_golden_history_replays(name: str, replayer: Replayer) -> None:
    await replayer.replay_workflow(read(name))


def test_every_path_has_a_history() -> None:
    """Others are of former versions: they take the old branch of a patch."""
    assert set(PATHS) <= {each.stem for each in HISTORIES.glob("*.json")}


# what proves nothing is refused


def demo() -> str:
    return (HISTORIES / "demo.json").read_text()


def refusal(text: str) -> str:
    with pytest.raises(NotGoldenError) as refused:
        golden("demo", text)
    return str(refused.value)


def changed(change: Callable[[list[Event]], object]) -> str:
    """The demo's history with something else in it."""
    history = json.loads(demo())
    change(history["events"])
    return json.dumps(history)


def first(events: list[Event], attributes: str) -> Event:
    found: Event = next(event[attributes] for event in events if attributes in event)
    return found


def payload(**fields: object) -> dict[str, Any]:
    return {"payloads": [{"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": encoded(fields)}]}


def encoded(value: object) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


CUT = {
    "the file's end": demo()[:-1000],
    "the beginning": changed(lambda events: events.pop(0)),
    "the middle": changed(lambda events: events.pop(50)),
    "the end": changed(lambda events: events.pop()),
    "everything": '{"events": []}',
}


@pytest.mark.parametrize("missing", CUT)
def test_a_truncated_history_is_refused(missing: str) -> None:
    said = refusal(CUT[missing])
    assert any(why in said for why in ("cut off", "events are missing"))
    assert said.endswith("record it again by `.venv/bin/python -m tests.replay.export demo`")


def test_a_workflow_that_was_terminated_while_it_waited_proves_little() -> None:
    def end(events: list[Event]) -> None:
        events[-1] = {
            "eventId": events[-1]["eventId"],
            "eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED",
            "workflowExecutionTerminatedEventAttributes": {"reason": "tired"},
        }

    assert "does not end by the workflow's own command" in refusal(changed(end))


def test_a_history_of_another_workflow_is_refused() -> None:
    def other(events: list[Event]) -> None:
        first(events, "workflowExecutionStartedEventAttributes")["workflowType"]["name"] = "Invoicing"

    assert "a history of Invoicing, not of Onboarding" in refusal(changed(other))


def newer_event(events: list[Event]) -> None:
    events[7]["eventType"] = "EVENT_TYPE_WORKFLOW_DREAMT"


def newer_attribute(events: list[Event]) -> None:
    first(events, "activityTaskScheduledEventAttributes")["moodOfTheWorker"] = "good"


def newer_start(events: list[Event]) -> None:
    first(events, "workflowExecutionStartedEventAttributes")["input"] = payload(nit="900100001-1", colour="red")


def newer_state(events: list[Event]) -> None:
    at = "2026-11-24T15:00:00Z"
    known = {"environment": "habilitacion", "nit": "900100001-1", "onboarding_id": "o", "name": "A", "started_at": at}
    carried = {**known, "since": at, "grant": {"key": "k", "starts_at": at, "ends_at": at, "colour": "red"}}
    first(events, "workflowExecutionStartedEventAttributes")["input"] = payload(carried=carried)


def newer_effect(events: list[Event]) -> None:
    first(events, "activityTaskScheduledEventAttributes")["activityType"]["name"] = "bake_cake"


def newer_result(events: list[Event]) -> None:
    (result,) = first(events, "activityTaskCompletedEventAttributes")["result"]["payloads"]
    result["data"] = encoded({**json.loads(base64.b64decode(result["data"])), "colour": "red"})


def newer_local_result(events: list[Event]) -> None:
    first(events, "markerRecordedEventAttributes")["details"]["result"] = payload(colour="red")


def newer_value(events: list[Event]) -> None:
    first(events, "markerRecordedEventAttributes")["details"]["result"] = payload(refused="no_cake_left")


def newer_update(events: list[Event]) -> None:
    accepted = first(events, "workflowExecutionUpdateAcceptedEventAttributes")
    accepted["acceptedRequest"]["input"]["name"] = "bake_cake"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (newer_event, "EVENT_TYPE_WORKFLOW_DREAMT"),
        (newer_attribute, "moodOfTheWorker"),
        (newer_start, "the field Start.colour"),
        (newer_state, "the field Start.carried.grant.colour"),
        (newer_effect, "the effect bake_cake"),
        (newer_result, "the field Letter.colour"),
        (newer_local_result, "the field Recalled.colour"),
        (newer_value, "the value of Recalled.refused"),
        (newer_update, "the update bake_cake"),
    ],
)
def test_a_history_of_a_newer_version_is_refused(change: Callable[[list[Event]], object], named: str) -> None:
    said = refusal(changed(change))
    assert named in said
    assert "it is from a newer version: update this checkout, or record it again" in said
