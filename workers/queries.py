"""Keeps queries from changing what a workflow does, between the sandbox and the SDK's core (ADR 9).

Two ways in which they do, by the core of temporalio 1.35, and after which a history can't be replayed any more:

- A query meets a workflow task whose local activity is under way: its answer completes the task before the workflow
  has seen the activity's result, which it then sees in the next task, while a replay sees it in this one.
- A query waits for a dead worker's cache and then replays, elsewhere, a history that has gone on meanwhile: the
  workflow runs on without a task, and what it is from then on stays in that worker's cache. Mostly its clock betrays
  it. Not so after a task that told the workflow nothing (what was cancelled has ended): the core passes it over, and
  what is ahead looks like a task of its own. Only that the query follows at once tells then.
"""

from math import inf
from time import monotonic
from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation, WorkflowActivationJob
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

ALONE = "legacy_query"
"""The core's id of a query that comes without a workflow task."""
AT_ONCE_S = 2.0
"""The query for which the core replays comes within milliseconds. One of somebody else's that does is asked again."""
AHEAD = "This worker was asked for a state that no workflow task has reached yet. Ask again."


class QueriesLast(WorkflowRunner):
    """Runs workflows by another runner, and answers queries only of what a replay would reach as well."""

    def __init__(self, runner: WorkflowRunner) -> None:
        self._runner = runner

    def prepare_workflow(self, defn: Any) -> None:
        self._runner.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(self, types: Any) -> None:
        self._runner.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Instance(self._runner.create_instance(det))


class _Instance(WorkflowInstance):
    def __init__(self, instance: WorkflowInstance) -> None:
        self._instance = instance
        self._under_way: set[int] = set()
        """Local activities that have no result yet."""
        self._unanswered: dict[str, WorkflowActivationJob] = {}
        """Queries that wait for them, by id: a task that takes long is asked again."""
        self._task = (0, 0, 0)
        """The length of the history, and the time, of the last workflow task."""
        self._is_replayed = False
        self._caught_up_at = -inf
        """When it first ran what was no replay any more."""

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        queries = {job.query_workflow.query_id: job for job in act.jobs if job.HasField("query_workflow")}
        if self._under_way and queries and ALONE not in queries:
            self._unanswered |= queries
            return _nothing()
        is_ahead = self._may_have_run_ahead() if ALONE in queries else not queries and self._runs_ahead(act)
        if is_ahead:
            return _failed(AHEAD)
        completion = self._instance.activate(act)
        self._follow(act, completion)
        if self._unanswered and not self._under_way:
            self._answer(act, completion)
        return completion

    def _runs_ahead(self, act: WorkflowActivation) -> bool:
        """Whether it brings events without a workflow task's start, which alone moves the clock."""
        length, seconds, nanos = self._task
        self._task = (act.history_length, act.timestamp.seconds, act.timestamp.nanos)
        stood_still = (seconds, nanos) == self._task[1:]
        return act.history_length > length and stood_still and not act.is_replaying

    def _may_have_run_ahead(self) -> bool:
        """Asked without a task, when what was run last may have been none."""
        return bool(self._under_way) or monotonic() - self._caught_up_at < AT_ONCE_S

    def _follow(self, act: WorkflowActivation, completion: WorkflowActivationCompletion) -> None:
        commands = completion.successful.commands
        started = {each.schedule_local_activity.seq for each in commands if each.HasField("schedule_local_activity")}
        resolved = {job.resolve_activity.seq for job in act.jobs if job.HasField("resolve_activity")}
        self._under_way = (self._under_way - resolved) | started
        if self._is_replayed and not act.is_replaying:
            self._caught_up_at = monotonic()
        self._is_replayed = act.is_replaying and not any(job.HasField("query_workflow") for job in act.jobs)

    def _answer(self, act: WorkflowActivation, completion: WorkflowActivationCompletion) -> None:
        asked = WorkflowActivation()
        asked.CopyFrom(act)
        del asked.jobs[:]
        asked.jobs.extend(self._unanswered.values())
        self._unanswered = {}
        if completion.HasField("successful"):
            completion.successful.commands.extend(self._instance.activate(asked).successful.commands)

    def get_serialization_context(self, command_info: Any) -> None:
        """None: our payloads are written the same wherever they go. To ask the sandbox costs 1 ms for each payload."""

    def get_external_store_context(self, command_info: Any) -> StorageDriverStoreContext:
        """None that says anything: no payload is stored elsewhere."""
        return StorageDriverStoreContext(target=None)

    def get_info(self) -> Any:
        return self._instance.get_info()

    def get_thread_id(self) -> int | None:
        return self._instance.get_thread_id()


def _nothing() -> WorkflowActivationCompletion:
    completion = WorkflowActivationCompletion()
    completion.successful.SetInParent()
    return completion


def _failed(message: str) -> WorkflowActivationCompletion:
    completion = WorkflowActivationCompletion()
    completion.failed.failure.message = message
    completion.failed.failure.application_failure_info.type = "AskAgain"
    return completion
