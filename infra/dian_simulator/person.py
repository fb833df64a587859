"""The person who acts at DIAN for a company, played over the admin side.

`python -m infra.dian_simulator.person ADMIN-URL NIT-WITHOUT-CHECK-DIGIT enable|request|associate …`
"""

import asyncio
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import aiohttp


class Person:
    """Does the three acts for one company (its NIT without check digit)."""

    _session: aiohttp.ClientSession

    def __init__(self, admin: str, nit: str) -> None:
        self._admin, self._nit = admin, nit

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(raise_for_status=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def does(self, act: str, **details: object) -> None:
        """`enable`, `request` or `associate`; details as the admin side takes them."""
        async with self._session.post(f"{self._admin}/companies/{self._nit}/{act}", json=details):
            pass

    async def calls(self) -> int:
        """How often DIAN was asked about the company."""
        async with self._session.get(f"{self._admin}/calls") as answer:
            return sum(call["accountCode"] == self._nit for call in await answer.json())


async def main(admin: str, nit: str, acts: Sequence[str]) -> None:
    async with Person(admin, nit) as person:
        for act in acts:
            await person.does(act)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
