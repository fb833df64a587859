"""Onboardings that stand midway: the certificate is granted, DIAN lists no range that serves, and we look for one."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from activities.store.keyed import Keyed
from benchmarks.insist import insist
from benchmarks.parked.crowd import nit
from benchmarks.sample_letter import PERSON
from domain.commands import Start, StartContact
from domain.effects import GRANT_CERTIFICATE, GrantCertificate
from domain.nit import without_check_digit
from domain.reasons import Refusal
from domain.steps import Step
from infra.dian_simulator.person import Person
from starters.errors import StarterError
from starters.port import Port

ENVIRONMENT = "habilitacion"
AT_ONCE = 16
ACTS: tuple[tuple[str, dict[str, str]], ...] = (("enable", {}), ("request", {"kind": "invoice"}), ("associate", {}))
"""Of a company that has a range for invoices only."""


class Crowd:
    def __init__(self, port: Port, keyed: Keyed, dian_admin: str, n: int) -> None:
        self._port, self._keyed, self._admin, self._n = port, keyed, dian_admin, n

    async def start(self, granted_at: datetime) -> None:
        """All begin, each with the grant that an earlier onboarding left: so they go straight to DIAN's rows."""
        await self._each(partial(self._start, granted_at))

    async def _start(self, granted_at: datetime, number: int) -> None:
        whose = nit(number)
        earlier = f"earlier-{number}"
        grant = GrantCertificate(
            environment=ENVIRONMENT,
            nit=whose,
            onboarding_id=earlier,
            key=f"{earlier}/{GRANT_CERTIFICATE.name}/1",
            representative=PERSON,
            revision=1,
        )
        await self._keyed.grant(grant, granted_at, granted_at + timedelta(days=365))
        async with Person(self._admin, without_check_digit(whose)) as person:
            for act, details in ACTS:
                await person.does(act, **details)
        contact = StartContact(name="Ana Ruiz", email=f"ana@e{number}.example")
        start = Start(nit=whose, name=f"Empresa {number} S.A.S.", contact=contact, invoicing_done="true")
        await insist(lambda: self._port.launch(start))

    async def not_looking(self, since: datetime) -> int:
        """How many don't answer, stand elsewhere, or know of no answer of DIAN's since then."""
        lost: list[int] = []

        async def ask(number: int) -> None:
            try:
                status = await insist(lambda: self._port.status(nit(number)))
            except (StarterError, Refusal):
                lost.append(number)
                return
            last = status.last_dian
            if status.step != Step.PREFIX_ASSOCIATION or status.blocked or last is None or last.at < since:
                lost.append(number)

        await self._each(ask)
        return len(lost)

    async def _each(self, work: Callable[[int], Awaitable[None]]) -> None:
        waiting = iter(range(self._n))

        async def one_after_another() -> None:
            for number in waiting:
                await work(number)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(one_after_another())
