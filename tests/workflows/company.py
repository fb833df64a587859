"""One onboarding in a test: its handle, its effects, and what people do with it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from datetime import timedelta
from uuid import uuid4

from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from domain.commands import ConfigureVoucherType, SubmitRepresentative
from domain.nit import check_digit
from domain.status import Status
from tests.workflows.effects import Effects, sha

REPRESENTATIVE = dict(SubmitRepresentative.card.example)
VOUCHER = dict(ConfigureVoucherType.card.example)
WHO = {"actor": "ana", "reason": "prueba"}


class Company:
    """Says things to one workflow, and waits for what they lead to."""

    def __init__(
        self, env: WorkflowEnvironment, handle: WorkflowHandle[Any, Any], nit: str, effects: Effects
    ) -> None:
        self.env, self.handle, self.nit, self.effects = env, handle, nit, effects
        self.scans = 0

    async def forward(self, **time: float) -> None:
        """Lets the workflow's time pass; otherwise it runs as in reality."""
        await self.env.fast_forward(self.handle, timedelta(**time))

    async def status(self) -> Status:
        return await self.handle.query("status", result_type=Status)

    async def until(self, condition: Callable[[Status], bool], within: float = 20) -> Status:
        async with asyncio.timeout(within):
            while True:
                status = await self.status()
                if condition(status):
                    return status
                await asyncio.sleep(0.02)

    async def at(self, step: str) -> Status:
        return await self.until(lambda status: status.step == step)

    async def command(self, name: str, /, *args: Any, **fields: Any) -> dict[str, Any]:
        given = args or (fields,)
        result: dict[str, Any] = await self.handle.execute_update(name, args=list(given), id=str(uuid4()))
        return result

    async def operate(self, name: str, /, **fields: Any) -> dict[str, Any]:
        return await self.command(name, **WHO, **fields)

    async def refused(self, doing: Awaitable[Any]) -> tuple[str, dict[str, Any]]:
        try:
            await doing
        except WorkflowUpdateFailedError as error:
            cause = error.cause
            assert isinstance(cause, ApplicationError)
            return cause.type or "", cause.details[0] if cause.details else {}
        raise AssertionError("not refused")

    async def represent(self, **changes: Any) -> dict[str, Any]:
        return await self.command("submit_representative", **{**REPRESENTATIVE, **changes})

    async def upload(self, name: str = "") -> str:
        self.scans += 1
        key = f"habilitacion/{self.nit}/scans/{name or self.scans}.pdf"
        await self.handle.signal("signed_letter_uploaded", {"key": key, "sha256": sha(key), "size": 1000})
        return key

    async def configure(self, **changes: Any) -> dict[str, Any]:
        return await self.command("configure_voucher_type", **{**VOUCHER, **changes})


def random_nit() -> str:
    number = str(900_000_000 + uuid4().int % 99_999_999)
    return f"{number}-{check_digit(number)}"
