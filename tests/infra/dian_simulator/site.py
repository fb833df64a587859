"""A simulator, as its users meet it: over HTTP, on both ports."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from infra.dian_simulator import wire
from infra.dian_simulator.server import Addresses, Options, running

from .signing import CONTENT_TYPE, Signer, question

COMPANY = "900123456"
SOFTWARE = "56f2ae4e-9812-4fad-9255-08fcfcd5ccb0"
Json = Any


class Site:
    """Who asks DIAN as a provider, and who acts at DIAN for a company."""

    def __init__(self, addresses: Addresses, http: aiohttp.ClientSession, provider: Signer) -> None:
        self.at, self.http, self._provider = addresses, http, provider

    async def get(self, path: str) -> Json:
        async with self.http.get(self.at.admin + path) as response:
            return await response.json()

    async def post(self, path: str, body: Json = None) -> tuple[int, Json]:
        async with self.http.post(self.at.admin + path, json=body) as response:
            return response.status, await response.json()

    async def act(self, name: str, **details: Json) -> tuple[int, Json]:
        return await self.post(f"/companies/{COMPANY}/{name}", details)

    async def ask(self, body: bytes | None = None, content_type: str = CONTENT_TYPE) -> tuple[int, str]:
        body = self.question() if body is None else body
        headers = {"Content-Type": content_type}
        async with self.http.post(self.at.endpoint, data=body, headers=headers) as response:
            return response.status, await response.text()

    async def code(self, company: str = COMPANY) -> str:
        """DIAN's code for a company, or the name of a fault."""
        _, text = await self.ask(self.question(company))
        return code_in(text)

    def question(self, company: str = COMPANY) -> bytes:
        return question(self._provider, self.at.endpoint, company, "900999888", SOFTWARE, datetime.now(UTC))


@asynccontextmanager
async def site(data: Path, provider: Signer, **options: Any) -> AsyncIterator[Site]:
    chosen = Options(data / "dian.sqlite", "900999888", SOFTWARE, **options)
    async with running(chosen) as addresses, aiohttp.ClientSession() as http:
        yield Site(addresses, http, provider)


def code_in(text: str) -> str:
    root = wire.read(text.encode())
    subcode = root.findtext(f".//{{{wire.SOAP}}}Subcode/{{{wire.SOAP}}}Value") or ""
    return root.findtext(f".//{{{wire.LIST}}}OperationCode") or subcode.partition(":")[2]
