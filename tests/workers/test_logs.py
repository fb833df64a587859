"""What a log line looks like, whose it is, and what does not stand in it; for whoever logs, however."""

import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, Worker

from domain.begin import workflow_id
from tests.workflows.company import REPRESENTATIVE, random_nit
from tests.workflows.effects import Effects, Outside
from tests.workflows.server import server
from workers import logs
from workers.context import Context
from workers.worker import workflow_runner
from workflows.handlers import Guard
from workflows.onboarding import OnboardingWorkflow
from workflows.policies import DIAN_TASK_QUEUE, TASK_QUEUE


class Written:
    """What has been logged, line by line."""

    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """As a worker logs where nobody looks on."""
    root = logging.getLogger()
    before, level, stream = root.handlers[:], root.level, io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    logs.configure()
    yield Written(stream)
    root.handlers[:] = before
    root.setLevel(level)


def test_a_line_is_json_with_its_fields(written: Written) -> None:
    logging.getLogger("dse.worker").warning("dian is down", extra={"code": "timeout"})
    line = written.lines[0]
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "dian is down", "level": "warning", "code": "timeout"}


def test_on_a_terminal_it_is_for_people(monkeypatch: pytest.MonkeyPatch, written: Written) -> None:
    monkeypatch.setattr(sys, "stdout", written.stream)
    monkeypatch.setattr(written.stream, "isatty", lambda: True, raising=False)
    logs.configure()
    logging.getLogger("dse.worker").info("worker ready", extra={"password": "hunter2"})
    assert "worker ready" in written.text
    assert not written.text.startswith("{")
    assert "hunter2" not in written.text


def test_a_traceback_keeps_its_lines_and_loses_what_it_quotes(written: Written) -> None:
    try:
        raise ValueError("first_names='Zutanita' zutanita@quirquincho.example 1098765432 for 900123456-8")
    except ValueError:
        logging.getLogger("anything").exception("failed")
    line = written.lines[0]
    assert "test_logs.py" in line["exception"]
    assert "900123456-8" in line["exception"]
    assert not [mark for mark in ("Zutanita", "quirquincho", "1098765432") if mark in written.text]


def test_what_kills_the_process_is_logged_as_anything_else(written: Written) -> None:
    error = ValueError("zutanita@quirquincho.example")
    sys.excepthook(ValueError, error, None)
    assert written.lines[0]["level"] == "critical"
    assert "quirquincho" not in written.text


def test_the_core_s_fields_are_fields(written: Written) -> None:
    said = SimpleNamespace(
        level=logging.WARNING,
        message="gRPC call failed",
        target="temporalio_client",
        fields={"error": "to zutanita@quirquincho.example"},
        time=0.0,
    )
    assert logs.CORE.forwarding is not None
    logs.CORE.forwarding._on_logs([said])
    line = written.lines[0]
    assert (line["event"], line["target"]) == ("gRPC call failed", "temporalio_client")
    assert "quirquincho" not in written.text


# whose a line is


@pytest_asyncio.fixture(scope="module")
async def env() -> AsyncIterator[WorkflowEnvironment]:
    async with server() as ready:
        yield ready


class Shop:
    """An onboarding whose worker logs."""

    def __init__(self, client: Client, effects: Effects) -> None:
        self.client, self.effects = client, effects
        self.id = ""

    async def start(self, **fields: Any) -> Any:
        nit = random_nit()
        self.id = workflow_id("habilitacion", nit)
        given = {"nit": nit, "name": "Zutanita", "contact": {"email": "zutanita@quirquincho.example"}, **fields}
        return await self.client.start_workflow("Onboarding", given, id=self.id, task_queue=TASK_QUEUE)


@pytest_asyncio.fixture
async def shop(env: WorkflowEnvironment) -> AsyncIterator[Shop]:
    outside, effects = Outside(), Effects()
    shop = Shop(env.client, effects)

    def worker(queue: str) -> Worker:
        return Worker(
            env.client,
            task_queue=queue,
            workflows=[OnboardingWorkflow] if queue == TASK_QUEUE else [],
            activities=outside.activities,
            interceptors=[Context(), Guard()],
            workflow_runner=workflow_runner(),
            build_id="tests",
        )

    outside.of = AnyCompany(effects)
    async with worker(TASK_QUEUE), worker(DIAN_TASK_QUEUE):
        yield shop
        # the next test's workers would take up what this one left in the middle, and log it
        await env.client.get_workflow_handle(shop.id).terminate()


class AnyCompany(dict[str, Effects]):
    """The same outside for all."""

    def __init__(self, effects: Effects) -> None:
        super().__init__()
        self._effects = effects

    def __missing__(self, key: str) -> Effects:
        return self._effects


async def test_each_line_says_whose_it_is(shop: Shop, written: Written) -> None:
    handle = await shop.start()
    await handle.signal("electronic_invoicing_completed", {"correlation_id": "req-17"})
    said = {**REPRESENTATIVE, "correlation_id": "req-18"}
    await handle.execute_update("submit_representative", said)
    with pytest.raises(WorkflowUpdateFailedError):
        await handle.execute_update("continue_onboarding", {"correlation_id": "req-19"})
    runs = {(line["workflow_id"], bool(line["run_id"]), line["attempt"]) for line in written.lines}
    assert runs == {(shop.id, True, 1)}
    heard, obeyed, refused = (written.of(each)[0] for each in ("fact heard", "command obeyed", "command refused"))
    assert (heard["said"], heard["row"], heard["correlation_id"]) == (
        "electronic_invoicing_completed",
        "legal_representative",
        "req-17",
    )
    assert (obeyed["said"], obeyed["row"], obeyed["correlation_id"]) == (
        "submit_representative",
        "signed_letter",
        "req-18",
    )
    assert (refused["said"], refused["code"], refused["correlation_id"]) == (
        "continue_onboarding",
        "not_legal_here",
        "req-19",
    )
    issued = next(line for line in written.of("effect done") if line["effect"] == "issue_letter")
    assert issued["correlation_id"] == "req-18"
    assert issued["elapsed_ms"] >= 0


async def test_what_a_sender_chooses_is_no_way_into_the_log(shop: Shop, written: Written) -> None:
    handle = await shop.start()
    for given in ("zutanita@quirquincho.example", "1098765432", "Zutanita Q", "x" * 65, {"a": 1}):
        await handle.signal("prefixes_associated", {"correlation_id": given})
    await handle.signal("zutanita@quirquincho.example", "Zutanita")
    await handle.signal("prefixes_associated", "correlation_id: Zutanita")
    await handle.query("status")
    assert [line["said"] for line in written.of("fact heard")] == ["prefixes_associated"] * 5 + [
        "unknown",
        "prefixes_associated",
    ]
    assert not [line for line in written.lines if "correlation_id" in line]
    assert not [mark for mark in ("utanita", "quirquincho", "1098765432") if mark in written.text]


async def test_a_replay_says_nothing_and_needs_no_context(shop: Shop, written: Written) -> None:
    handle = await shop.start()
    await handle.signal("electronic_invoicing_completed", {"correlation_id": "req-17"})
    await handle.execute_update("submit_representative", REPRESENTATIVE)
    history = await handle.fetch_history()
    before = [line for line in written.lines if "effect" not in line]
    for interceptors in ([Context(), Guard()], [Guard()]):
        await Replayer(
            workflows=[OnboardingWorkflow],
            data_converter=pydantic_data_converter,
            interceptors=interceptors,
            workflow_runner=workflow_runner(),
        ).replay_workflow(history)
    assert [line for line in written.lines if "effect" not in line] == before
    assert len(before) == 3
