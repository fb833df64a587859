"""Temporal's visibility, asked for all onboardings at once: what is listed, never what one workflow says."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, timedelta

from temporalio.api.common.v1 import Payload
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import ListWorkflowExecutionsRequest
from temporalio.client import Client
from temporalio.service import RPCError

from activities.errors import AwayError
from domain.begin import workflow_id
from domain.findings import Running

PAGE = 1000
"""The server's own limit of a page."""
AT_ONCE = 200
"""Ids in one query."""
PATIENCE = timedelta(seconds=10)
PROBLEMS = "TemporalReportedProblems"
"""The server's own attribute: it comes after some failed attempts at a workflow task, and goes when one succeeds."""
_RUNNING = 'WorkflowType = "Onboarding" AND ExecutionStatus = "Running"'


async def running(client: Client, environment: str) -> dict[str, Running]:
    """Every onboarding that runs in this environment, by NIT. Raises AwayError.

    The answer's pages are read as they come: to build the SDK's own objects would cost more than all the rest. So would
    an attribute of ours in the query, page by page: whose an onboarding is, its id says.
    """
    own = workflow_id(environment, "")
    listed = {each.execution.workflow_id: _told(each) async for each in _listed(client, _RUNNING)}
    return {name.removeprefix(own): told for name, told in listed.items() if name.startswith(own)}


async def still_running(client: Client, environment: str, nits: Iterable[str]) -> set[str]:
    """Which of these run, asked by id: a list that is read page by page misses who begins a new run meanwhile.

    Raises AwayError.
    """
    own, left = workflow_id(environment, ""), list(nits)
    found: set[str] = set()
    while left:
        some, left = left[:AT_ONCE], left[AT_ONCE:]
        ids = ", ".join(f'"{own}{nit}"' for nit in some)
        async for each in _listed(client, f"{_RUNNING} AND WorkflowId IN ({ids})"):
            found.add(each.execution.workflow_id.removeprefix(own))
    return found


async def _listed(client: Client, query: str) -> AsyncIterator[WorkflowExecutionInfo]:
    token = b""
    while True:
        request = ListWorkflowExecutionsRequest(
            namespace=client.namespace, page_size=PAGE, next_page_token=token, query=query
        )
        try:
            page = await client.workflow_service.list_workflow_executions(request, timeout=PATIENCE)
        except RPCError as error:
            raise AwayError("visibility", error.status.name) from None
        for each in page.executions:
            yield each
        token = page.next_page_token
        if not token:
            return


def _told(each: WorkflowExecutionInfo) -> Running:
    attributes: Mapping[str, Payload] = each.search_attributes.indexed_fields
    return Running(
        step=_word(attributes, "DseStep"),
        waiting_on=_word(attributes, "DseWaitingOn"),
        started_at=each.start_time.ToDatetime(UTC),
        failing=PROBLEMS in attributes,
    )


def _word(attributes: Mapping[str, Payload], name: str) -> str:
    return str(json.loads(attributes[name].data)) if name in attributes else ""
