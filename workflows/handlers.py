"""Handlers made from cards: one factory for commands (updates), one for facts (signals), and their guard."""

import hashlib
import inspect
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    HandleSignalInput,
    HandleUpdateInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from domain.commands import Message
from domain.outcome import Outcome
from domain.reasons import Code, Refusal
from workflows import counting
from workflows.refusals import refused


class Onboarding(Protocol):
    """What handlers need of the workflow."""

    def check(self, message: Message) -> None: ...
    async def obey(self, message: Message) -> Outcome: ...
    def hear(self, message: Message) -> None: ...
    def note_unreadable(self, name: str, payload: bytes, sha256: str) -> None: ...


def command(kind: type[Message]) -> Any:
    """An update that asks the domain before it is accepted: a refusal leaves no event."""

    async def handle(self, message):  # type: ignore[no-untyped-def]
        return await self.obey(_identified(kind, message))

    def validate(self, message):  # type: ignore[no-untyped-def]
        try:
            self.check(_identified(kind, message))
        except Refusal as refusal:
            raise refused(refusal) from None

    handle.__name__ = handle.__qualname__ = kind.card.name
    handle.__annotations__ = {"message": kind, "return": Outcome}
    validate.__annotations__ = {"message": kind, "return": None}
    update = workflow.update(name=kind.card.name, description=kind.card.description)(handle)
    update.validator(validate)
    return update


def _identified(kind: type[Message], given: Message | None) -> Message:
    """An update's message id defaults to its update id; null counts as an empty object."""
    message, info = given or kind(), workflow.current_update_info()
    if message.message_id or info is None:
        return message
    return message.model_copy(update={"message_id": info.id})


def fact(kind: type[Message]) -> Any:
    """A signal that is heard at any time; what can't be read is kept as unreadable. It never raises."""

    def handle(self, raw):  # type: ignore[no-untyped-def]
        message = _read(kind, raw)
        if message is None:
            self.note_unreadable(kind.card.name, raw.payload.data, hashlib.sha256(raw.payload.data).hexdigest())
        else:
            self.hear(message)

    handle.__name__ = handle.__qualname__ = kind.card.name
    handle.__annotations__ = {"raw": RawValue, "return": None}
    return workflow.signal(name=kind.card.name, description=kind.card.description)(handle)


def _read(kind: type[Message], raw: RawValue) -> Message | None:
    try:
        given = workflow.payload_converter().from_payload(raw.payload)
    except Exception:  # whatever a converter raises: the signal is kept, not lost
        return None
    return kind.model_validate(given) if isinstance(given, dict) else None


class Guard(Interceptor):
    """Catches a wrong number of arguments before it poisons the workflow, and counts what is refused.

    In the worker and the Replayer alike.
    """

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    async def handle_signal(self, input: HandleSignalInput) -> None:
        if _fits(input.signal, input.args):
            await super().handle_signal(input)
            return
        data = b"".join(_data(each) for each in input.args)
        instance: Any = workflow.instance()
        instance.note_unreadable(input.signal, data, hashlib.sha256(data).hexdigest())

    def handle_update_validator(self, input: HandleUpdateInput) -> None:
        try:
            if not _fits(input.update, input.args):
                raise refused(Refusal(Code.WRONG_ARGUMENTS))
            super().handle_update_validator(input)
        except ApplicationError as refusal:
            counting.refusal(input.update, refusal.type)
            raise

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:
        try:
            return await super().handle_update_handler(input)
        except ApplicationError as refusal:
            counting.refusal(input.update, refusal.type)
            raise


def _fits(name: str, args: Sequence[Any]) -> bool:
    method: Callable[..., Any] | None = getattr(type(workflow.instance()), name, None)
    try:
        return method is None or bool(inspect.signature(method).bind(None, *args))
    except (TypeError, ValueError):  # ValueError: a name such as __class__ has no signature
        return False


def _data(argument: Any) -> bytes:
    payload = argument.payload if isinstance(argument, RawValue) else argument
    return payload.data if isinstance(payload, Payload) else str(payload).encode()
