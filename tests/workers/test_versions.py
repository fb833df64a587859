"""Which version a worker is, and when it makes that version current by itself."""

import logging
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentResponse,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.service import RPCError, RPCStatusCode

from workers import versions
from workers.settings import Settings, SettingsError

UNNAMED = versions.build_id(Settings(build_id=""))


class Deployments:
    """Temporal, as far as versions go: it knows a worker only after it has been asked once."""

    def __init__(self, current: str) -> None:
        self.current, self.asked = current, 0

    async def describe_worker_deployment(self, request: object) -> DescribeWorkerDeploymentResponse:
        if not self.current:
            raise RPCError("no such deployment", RPCStatusCode.NOT_FOUND, b"")
        answer = DescribeWorkerDeploymentResponse()
        answer.worker_deployment_info.routing_config.current_deployment_version.build_id = self.current
        return answer

    async def set_worker_deployment_current_version(self, request: SetWorkerDeploymentCurrentVersionRequest) -> None:
        self.asked += 1
        if self.asked == 1:
            raise RPCError("no such version", RPCStatusCode.NOT_FOUND, b"")
        self.current = request.build_id


class Raced(Deployments):
    """A worker beside this one does it at the same moment, and Temporal has had enough of the question."""

    async def set_worker_deployment_current_version(self, request: SetWorkerDeploymentCurrentVersionRequest) -> None:
        self.asked += 1
        self.current = request.build_id
        raise RPCError("too many requests", RPCStatusCode.RESOURCE_EXHAUSTED, b"")


class Unheard(Deployments):
    """Its task queues never hear which version is current."""

    async def describe_worker_deployment(self, request: object) -> DescribeWorkerDeploymentResponse:
        answer = await super().describe_worker_deployment(request)
        answer.worker_deployment_info.routing_config_update_state = versions.IN_PROGRESS
        return answer


async def current_after(current: str, named: str, *, make_current: bool = False) -> str:
    temporal = Deployments(current)
    client: Any = SimpleNamespace(namespace="default", identity="w", workflow_service=temporal)
    await versions.take_part(client, Settings(build_id=named), make_current=make_current)
    return temporal.current


async def test_the_first_version_of_a_deployment_is_current_unless_versions_are_named() -> None:
    assert await current_after("", "") == UNNAMED
    assert await current_after("", "2.0") == ""


async def test_another_becomes_current_only_if_it_is_said(caplog: pytest.LogCaptureFixture) -> None:
    assert await current_after("1.0", "2.0", make_current=True) == "2.0"
    assert await current_after("1.0", "", make_current=True) == UNNAMED
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    for named in ("2.0", ""):
        caplog.clear()
        assert await current_after("1.0", named) == "1.0"
        assert "it gets no work" in caplog.text


async def test_a_further_worker_of_the_current_version_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    await current_after("2.0", "2.0")
    await current_after(UNNAMED, "")
    assert not caplog.records


async def test_what_a_worker_beside_it_has_done_meanwhile_is_not_asked_again() -> None:
    temporal = Raced("")
    client: Any = SimpleNamespace(namespace="default", identity="w", workflow_service=temporal)
    await versions.take_part(client, Settings(build_id=""), make_current=True)
    assert (temporal.current, temporal.asked) == (UNNAMED, 1)


async def test_a_worker_that_begins_anew_waits_for_no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "PATIENCE", 0.5)
    for begun, ends in ((UNNAMED, False), ("1.0", True)):
        client: Any = SimpleNamespace(namespace="default", identity="w", workflow_service=Unheard(begun))
        with pytest.raises(SettingsError, match="takes no worker version") if ends else nullcontext():
            await versions.take_part(client, Settings(build_id=""), make_current=True)


def test_unnamed_versions_differ_if_what_is_replayed_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def named() -> str:
        versions._digest.cache_clear()
        return versions.build_id(Settings(build_id=""))

    assert named() == UNNAMED == named()
    monkeypatch.setattr(versions, "workflows", SimpleNamespace(__name__="workflows", __path__=[str(tmp_path)]))
    code = tmp_path / "onboarding.py"
    code.write_text("one = 1\n")
    one = named()
    code.write_text("one = 2\n")
    assert len({UNNAMED, one, named()}) == 3
    monkeypatch.undo()
    assert named() == UNNAMED
