"""A provider with its certificate, and DIAN's simulator to ask."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from activities.dian.certificate import Credentials, development_pkcs12, load
from activities.dian.client import DianClient
from infra.dian_simulator import faults
from infra.dian_simulator.server import Addresses, Options, running

PROVIDER, COMPANY = "900999888-5", "900123456-8"
SOFTWARE = "56f2ae4e-9812-4fad-9255-08fcfcd5ccb0"
PATIENCE = 20.0


@dataclass
class Dian:
    """A running simulator, and clients of it."""

    at: Addresses
    http: aiohttp.ClientSession
    credentials: Credentials
    defaults: dict[str, Any] = field(default_factory=dict)

    async def act(self, name: str, **given: Any) -> None:
        async with self.http.post(f"{self.at.admin}/companies/900123456/{name}", json=given) as response:
            response.raise_for_status()

    async def fail(self, name: str, count: int = 1) -> None:
        async with self.http.post(f"{self.at.admin}/faults", json={"name": name, "count": count}) as response:
            response.raise_for_status()

    async def advance(self, seconds: float) -> None:
        async with self.http.post(f"{self.at.admin}/clock", json={"advance_s": seconds}) as response:
            response.raise_for_status()

    def client(
        self,
        credentials: Credentials | None = None,
        provider: str = PROVIDER,
        software: str = SOFTWARE,
        seconds: float = PATIENCE,
    ) -> DianClient:
        return DianClient(
            credentials or self.credentials,
            self.at.endpoint,
            provider,
            software,
            environment="habilitacion",
            seconds=seconds,
        )


@pytest.fixture(scope="session")
def pkcs12() -> bytes:
    return development_pkcs12(PROVIDER)


@pytest.fixture(scope="session")
def credentials(pkcs12: bytes) -> Credentials:
    return load(pkcs12)


@pytest.fixture
async def dian(tmp_path: Path, credentials: Credentials, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Dian]:
    monkeypatch.setattr(faults, "SLOW_SECONDS", 0.05)
    options = Options(tmp_path / "dian.sqlite", "900999888", SOFTWARE, sample=False)
    async with running(options) as addresses, aiohttp.ClientSession() as http:
        yield Dian(addresses, http, credentials)
