"""The stack as its users meet it: each part answers, comes back after a kill, and keeps what it knew."""

import os
import stat
from pathlib import Path
from signal import SIGKILL
from typing import TYPE_CHECKING

import asyncpg
import boto3
import pytest
from botocore.exceptions import ClientError
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from infra.embedded.addresses import Addresses, environment, find
from infra.embedded.errors import DataInUse
from infra.embedded.part import PartName, get
from infra.embedded.stack import Stack, running
from infra.embedded.temporal import SEARCH_ATTRIBUTES
from tests.infra.embedded.scene import PARTS_WITHOUT_WORKER, eventually

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


def s3_client(addresses: Addresses, secret: str | None = None) -> "S3Client":
    assert addresses.s3
    return boto3.client(
        "s3",
        endpoint_url=addresses.s3.endpoint,
        aws_access_key_id=addresses.s3.access_key,
        aws_secret_access_key=secret or addresses.s3.secret_key,
        region_name="us-east-1",
    )


async def sql(addresses: Addresses, statement: str) -> object:
    connection = await asyncpg.connect(addresses.postgres, ssl=False)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def back(stack: Stack, name: PartName, before: dict[PartName, int]) -> bool:
    return stack.restarts[name] > before[name] and stack.parts[name].ready.is_set()


async def test_postgres_speaks_spanish_and_wants_its_password(stack: Stack) -> None:
    assert await sql(stack.addresses, "SELECT lower('PEÑA ÁVILA')") == "peña ávila"
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(stack.addresses.postgres, password="guessed", ssl=False)


async def test_temporal_has_our_search_attributes_and_keeps_histories_for_90_days(stack: Stack) -> None:
    client = await Client.connect(str(stack.addresses.temporal))
    attributes = ListSearchAttributesRequest(namespace="default")
    listed = await client.operator_service.list_search_attributes(attributes)
    assert listed.custom_attributes.keys() >= SEARCH_ATTRIBUTES.keys()
    namespace = DescribeNamespaceRequest(namespace="default")
    described = await client.workflow_service.describe_namespace(namespace)
    assert described.config.workflow_execution_retention_ttl.ToTimedelta().days == 90


async def test_s3_keeps_versions_and_checks_the_secret(stack: Stack) -> None:
    client = s3_client(stack.addresses)
    bodies = (b"first", b"second")
    first, _ = (client.put_object(Bucket="dse", Key="letter", Body=body)["VersionId"] for body in bodies)
    assert client.get_object(Bucket="dse", Key="letter", VersionId=first)["Body"].read() == b"first"
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        s3_client(stack.addresses, secret="guessed").get_object(Bucket="dse", Key="letter")


async def test_the_simulated_dian_answers(stack: Stack) -> None:
    assert stack.addresses.dian
    assert get(int(stack.addresses.dian.admin.rpartition(":")[2]), "/healthz")


@pytest.mark.parametrize("name", PARTS_WITHOUT_WORKER)
async def test_a_killed_part_comes_back_on_its_port(stack: Stack, name: PartName) -> None:
    before, restarts = stack.addresses, stack.restarts
    os.kill(getattr(before.pids, name), SIGKILL)
    await eventually(lambda: back(stack, name, restarts))
    after = stack.addresses
    assert getattr(after.pids, name) != getattr(before.pids, name)
    assert (after.postgres, after.temporal, after.s3) == (before.postgres, before.temporal, before.s3)
    assert find(stack.data) == after


async def test_a_row_and_an_object_survive_the_kill(stack: Stack) -> None:
    await sql(stack.addresses, "CREATE TABLE kept AS SELECT 42 AS answer")
    s3_client(stack.addresses).put_object(Bucket="dse", Key="kept", Body=b"42")
    restarts = stack.restarts
    killed: tuple[PartName, ...] = ("postgres", "s3")
    for name in killed:
        os.kill(getattr(stack.addresses.pids, name), SIGKILL)
    await eventually(lambda: all(back(stack, name, restarts) for name in killed))
    assert await sql(stack.addresses, "SELECT answer FROM kept") == 42
    assert s3_client(stack.addresses).get_object(Bucket="dse", Key="kept")["Body"].read() == b"42"


async def test_a_folder_in_use_is_refused_and_its_holder_named(stack: Stack) -> None:
    with pytest.raises(DataInUse, match=str(os.getpid())):
        async with running(stack.data):
            pass
    assert find(stack.data) == stack.addresses


async def test_what_holds_secrets_is_closed_to_others(stack: Stack) -> None:
    for name in ("stack.json", "ports.json", "lock", "keys/postgres", "keys/s3.json"):
        assert stat.S_IMODE((stack.data / name).stat().st_mode) == 0o600, name


async def test_the_environment_points_at_the_stack_unless_it_is_set_already(stack: Stack) -> None:
    given = environment(stack.data, stack.addresses, {"DSE_POSTGRES_DSN": "postgresql://elsewhere/dse"})
    assert given["DSE_POSTGRES_DSN"] == "postgresql://elsewhere/dse"
    assert given["TEMPORAL_ADDRESS"] == stack.addresses.temporal
    assert given["DSE_DATA"] == str(stack.data)
    assert "DSE_METRICS_ADDRESS" not in given  # no worker here


async def test_no_stack_is_found_where_none_runs(tmp_path: Path) -> None:
    assert find(tmp_path) is None
    (tmp_path / "stack.json").write_text(Addresses(temporal="127.0.0.1:7233").to_json())
    (tmp_path / "lock").write_text("1")
    assert find(tmp_path) is None  # left by one that was killed
