"""Several companies of one partner that wait for their invoicing to be done, on the real stack."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

import asyncpg

from domain.commands import Start, StartContact
from starters.cli.common import port_to
from starters.port import Port
from tests.starters.conftest import Cli
from tests.workflows.company import random_nit
from workers.settings import Settings

AT_ONCE = 10
_TOLD = """
    SELECT nit FROM dse.happened AS event JOIN dse.onboarding USING (onboarding_id)
    WHERE event.name = $1 AND nit = ANY($2)
"""


@dataclass(frozen=True)
class Crowd:
    cli: Cli
    partner: str
    nits: tuple[str, ...]

    @property
    def query(self) -> str:
        return f'DsePartner = "{self.partner}"'

    async def all(self, verb: str, *options: str, code: int = 0) -> dict[str, dict[str, Any]]:
        """One command to all of them, chosen by query; the results by company."""
        said = await self.cli(verb, "--where", self.query, *options, "--json")
        assert said.code == code, said.out[:2000] + said.err
        found = {each["nit"]: each for each in said.json}
        assert len(found) == len(said.json)
        return found

    async def told(self, name: str) -> Counter[str]:
        """How often each company's timeline tells of it, once it does for all."""
        async with asyncio.timeout(60):
            while len(told := await self._told(name)) < len(self.nits):
                await asyncio.sleep(0.2)
        return told

    async def _told(self, name: str) -> Counter[str]:
        assert self.cli.addresses.postgres is not None
        connection = await asyncpg.connect(self.cli.addresses.postgres)
        rows = await connection.fetch(
            _TOLD,
            name,
            self.nits,
        )
        await connection.close()
        return Counter(row["nit"] for row in rows)


async def crowd(cli: Cli, count: int) -> Crowd:
    """So many, started; returns once Temporal's list has them all."""
    port, nits = await port_of(cli), {random_nit() for _ in range(count)}
    started, waiting = Crowd(cli, f"lote-{uuid4()}", tuple(nits)), iter(nits)

    async def start() -> None:
        contact = StartContact(email="ana@andina.example")
        for nit in waiting:
            await port.launch(Start(nit=nit, name="Andina S.A.S.", contact=contact, partner=started.partner))

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(start())
    async with asyncio.timeout(300):
        while await port.count(f'{started.query} AND DseStep = "electronic_invoicing"') < len(nits):
            await asyncio.sleep(0.2)
    return started


async def port_of(cli: Cli, environment: Literal["habilitacion", "produccion"] = "habilitacion") -> Port:
    address = cli.addresses.temporal or ""
    return await port_to(Settings(environment=environment, data=cli.data, temporal_address=address))
