"""The supervising process itself: killed, run by an ordinary user, run twice at once."""

import os
from pathlib import Path

import asyncpg
import pytest

from infra.embedded.addresses import Addresses, find
from infra.embedded.stack import Stack
from tests.infra.embedded.scene import alive, eventually, family, owner, supervisor

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


def ports(addresses: Addresses) -> set[str]:
    assert addresses.s3
    assert addresses.dian
    assert addresses.mail
    urls = (addresses.postgres, addresses.temporal, addresses.s3.endpoint, addresses.mail.smtp)
    return {str(url).rpartition(":")[2].partition("/")[0] for url in (*urls, addresses.dian.admin)}


async def test_no_process_survives_a_killed_supervisor_and_the_folder_is_as_good_as_before(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    async with supervisor(data) as (process, addresses):
        connection = await asyncpg.connect(addresses.postgres, ssl=False)
        await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        processes = family(addresses.pids)
        assert len(processes) > 5  # PostgreSQL has some of its own
        process.kill()
        await eventually(lambda: not any(map(alive, processes)), within=8)
        await eventually(lambda: find(data) is None)  # its lock goes with the last of its threads
        connection.terminate()
    async with supervisor(data) as (_, again):
        assert (again.postgres, again.temporal, again.s3) == (
            addresses.postgres,
            addresses.temporal,
            addresses.s3,
        )
        assert find(data) == again
        connection = await asyncpg.connect(again.postgres, ssl=False)
        assert await connection.fetchval("SELECT answer FROM kept") == 42
        await connection.close()
    assert not any(map(alive, family(again.pids)))
    assert not (data / "stack.json").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="all other tests already run as an ordinary user")
async def test_an_ordinary_user_runs_it_beside_another_stack(stack: Stack, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    async with supervisor(data, user="nobody") as (process, addresses):
        assert owner(process.pid) == owner(addresses.pids.postgres) == owner(addresses.pids.temporal) == 65534
        assert not ports(addresses) & ports(stack.addresses)


async def test_only_postgres_gives_root_up(stack: Stack) -> None:
    owners = {name: owner(pid) for name, pid in vars(stack.addresses.pids).items() if pid}
    assert owners.pop("postgres") != 0
    assert set(owners.values()) == {os.geteuid()}
