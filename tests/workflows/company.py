"""One onboarding in a test: its handle, its effects, and what people do with it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

from temporalio.api.common.v1 import Payload
from temporalio.client import (
    WorkflowExecutionDescription,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateHandle,
    WorkflowUpdateStage,
)
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from domain.commands import ConfigureVoucherType, SubmitRepresentative
from domain.nit import check_digit
from domain.status import Status
from tests.workflows.effects import Effects, sha
from workflows import cards

REPRESENTATIVE = dict(SubmitRepresentative.card.example)
VOUCHER = dict(ConfigureVoucherType.card.example)
WHO = {"actor": "ana", "reason": "prueba"}


class Company:
    """Says things to one workflow, and waits for what they lead to."""

    def __init__(self, env: WorkflowEnvironment, handle: WorkflowHandle[Any, Any], nit: str, effects: Effects) -> None:
        self.env, self.handle, self.nit, self.effects = env, handle, nit, effects
        self.scans = 0

    async def forward(self, **time: float) -> None:
        """Lets the workflow's time pass; otherwise it runs as in reality."""
        await self.env.fast_forward(self.handle, timedelta(**time))

    # what is seen

    async def status(self) -> Status:
        status: Status = await self.handle.query("status", result_type=Status)
        return status

    async def until(self, condition: Callable[[Status], bool], within: float = 20) -> Status:
        async with asyncio.timeout(within):
            while True:
                with suppress(RPCError):  # a run that has only just begun answers nobody
                    status = await self.status()
                    if condition(status):
                        return status
                await asyncio.sleep(0.02)

    async def at(self, step: str) -> Status:
        return await self.until(lambda status: status.step == step)

    async def leaves(self, step: str) -> Status:
        return await self.until(lambda status: status.step != step)

    async def once(self, condition: Callable[[], bool], within: float = 20) -> None:
        """Waits for something that the effects saw."""
        async with asyncio.timeout(within):
            while not condition():
                await asyncio.sleep(0.01)

    async def shown(self, condition: Callable[[WorkflowExecutionDescription], bool]) -> WorkflowExecutionDescription:
        """Waits for what Temporal shows of it: its search attributes."""
        async with asyncio.timeout(20):
            while True:
                described = await self.handle.describe()
                if condition(described):
                    return described
                await asyncio.sleep(0.02)

    async def rests(self, step: str) -> Status:
        """Waits until it has come to rest at a row: all is on record and shown."""
        await self.shown(lambda it: it.typed_search_attributes.get(cards.STEP) == step)
        return await self.at(step)

    async def events(self) -> int:
        return (await self.handle.describe()).history_length

    async def quiet(self) -> int:
        """The length of its history once nothing adds to it any more."""
        before, now = -1, await self.events()
        while before != now:
            await asyncio.sleep(0.05)
            before, now = now, await self.events()
        return now

    def told(self) -> list[tuple[str, str]]:
        """Where each record said that it stands, and whom it waits on."""
        return [(record.step, record.waiting_on) for record in self.effects.records]

    async def result(self) -> Status:
        return Status.model_validate(await self.handle.result())

    async def failure(self) -> ApplicationError:
        try:
            await self.handle.result()
        except WorkflowFailureError as error:
            assert isinstance(error.cause, ApplicationError)
            return error.cause
        raise AssertionError("not failed")

    # what is said

    def key(self, name: str) -> str:
        return f"habilitacion/{self.nit}/scans/{name}.pdf"

    @property
    def next_key(self) -> str:
        """The scan's that is uploaded next."""
        return self.key(str(self.scans + 1))

    async def signal(self, name: str, /, *args: Any) -> None:
        await self.handle.signal(name, args=list(args))

    async def command(self, name: str, /, *args: Any, **fields: Any) -> dict[str, Any]:
        return await self.update(name, list(args) or [fields])

    async def update(self, name: str, args: list[Any], id: str = "") -> dict[str, Any]:
        result: dict[str, Any] = await self.handle.execute_update(name, args=args, id=id or str(uuid4()))
        return result

    async def begun(self, name: str, /, **fields: Any) -> WorkflowUpdateHandle[Any]:
        """A command that was accepted; its outcome is not waited for."""
        return await self.handle.start_update(
            name, args=[fields], id=str(uuid4()), wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )

    async def operate(self, name: str, /, **fields: Any) -> dict[str, Any]:
        return await self.command(name, **{**WHO, **fields})

    async def refused(self, doing: Awaitable[Any]) -> tuple[str, dict[str, Any]]:
        try:
            await doing
        except WorkflowUpdateFailedError as error:
            cause = error.cause
            assert isinstance(cause, ApplicationError)
            return cause.type or "", cause.details[0] if cause.details else {}
        raise AssertionError("not refused")

    @staticmethod
    def person(**changes: Any) -> dict[str, Any]:
        return {**REPRESENTATIVE, **changes}

    @staticmethod
    def voucher(**changes: Any) -> dict[str, Any]:
        return {**VOUCHER, **changes}

    async def represent(self, **changes: Any) -> dict[str, Any]:
        return await self.command("submit_representative", **self.person(**changes))

    async def upload(self, name: str = "") -> str:
        key = self.key(name) if name else self.next_key
        self.scans += 1
        await self.signal("signed_letter_uploaded", {"key": key, "sha256": sha(key), "size": 1000})
        return key

    async def configure(self, **changes: Any) -> dict[str, Any]:
        return await self.command("configure_voucher_type", **self.voucher(**changes))


def raw(data: bytes, encoding: bytes = b"json/plain") -> RawValue:
    """A payload as somebody else's client may send it."""
    return RawValue(Payload(metadata={"encoding": encoding}, data=data))


def random_nit() -> str:
    number = str(900_000_000 + uuid4().int % 99_999_999)
    return f"{number}-{check_digit(number)}"
