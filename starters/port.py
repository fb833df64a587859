"""The only module that speaks to Temporal for people and systems outside the workflow."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.begin import checked_start, workflow_id
from domain.commands import Message, Start
from domain.effects import SWEEP, SweepOf, Swept
from domain.fields import one_line
from domain.outcome import Outcome
from domain.reasons import Code, FieldError, Reason, Refusal
from domain.status import Status
from starters.errors import StarterError, Unavailable
from workflows import cards
from workflows.policies import TASK_QUEUE

PATIENCE = 3.2
"""Seconds after which a part that doesn't answer is named: the command line promises 5, its own start included."""
FIRST_PAUSE = 0.05
"""Seconds until a status that was refused is asked for again, doubled each time. A worker refuses one that comes right
after it took an onboarding over, and takes it over anew: asked without a pause it can be too soon again and again."""
OUTCOME = 40.0
"""Seconds for the outcome of an update that a worker has accepted: it promises one within 30."""
SWEEPING = 70.0
"""Seconds for a sweep: it ends within a minute, whatever is away."""
BROKEN_OFF = (
    RPCStatusCode.UNKNOWN,  # "transport error": the server went while it was asked
    RPCStatusCode.INTERNAL,
    RPCStatusCode.ABORTED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
)
T = TypeVar("T")


@dataclass(frozen=True)
class Started:
    status: Status
    notices: tuple[Reason, ...]


class Refused(Refusal):
    """A refusal that came back over the wire, with what the workflow said."""

    def __init__(self, error: ApplicationError) -> None:
        details: dict[str, Any] = error.details[0] if error.details and isinstance(error.details[0], dict) else {}
        code = Code(error.type) if error.type in set(Code) else Code.EFFECT_FAILED
        fields = [FieldError.model_validate(each) for each in details.get("fields", [])]
        super().__init__(code, fields=fields, hint=details.get("hint", ""), given=error.type or "")
        self.args = (error.message,)
        self.message_es = details.get("message_es", self.message_es)


class Port:
    """Starts onboardings and speaks to them, for one environment."""

    def __init__(self, client: Client, environment: str, where: str) -> None:
        self._client, self._environment, self._where = client, environment, where

    def handle(self, nit: str) -> WorkflowHandle[Any, Any]:
        return self._client.get_workflow_handle(workflow_id(self._environment, nit))

    async def start(self, start: Start) -> Started:
        """Starts it, or finds the one that runs. Raises Refusal if the company is ready or another partner's."""
        handle, minted = await self.launch(start)
        nit = minted.nit or ""
        status = await self._begun(handle, nit)
        if status.onboarding_id == minted.onboarding_id:
            return Started(status, _entry_notices(status))
        if status.partner != (minted.partner or "direct"):
            raise Refusal(Code.ALREADY_IN_PROGRESS)
        if status.step == "cancelled":
            raise Refusal(Code.CANCELLING)
        notices = [Reason.of(Code.RUNNING_ALREADY)]
        if minted.name and status.name != one_line(minted.name):
            notices.append(Reason.of(Code.NAME_DIFFERS))
        return Started(status, (*notices, *_entry_notices(status)))

    async def launch(self, start: Start) -> tuple[WorkflowHandle[Any, Any], Start]:
        """Asks for it and no more: whether it is legal turns out later. Also the start as it was sent."""
        nit, _ = checked_start(start)
        minted = start.model_copy(update={"nit": nit, "onboarding_id": str(uuid4())})
        handle = await self._answer(
            self._client.start_workflow(
                "Onboarding",
                minted,
                id=workflow_id(self._environment, nit),
                task_queue=TASK_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                static_summary=f"Habilitación DSE · NIT {nit}",
                static_details=cards.static_details(minted),
                search_attributes=TypedSearchAttributes(
                    [
                        SearchAttributePair(cards.ENVIRONMENT, self._environment),
                        SearchAttributePair(cards.PARTNER, minted.partner or "direct"),
                    ]
                ),
                rpc_timeout=timedelta(seconds=PATIENCE),
            )
        )
        return handle, minted

    async def _begun(self, handle: WorkflowHandle[Any, Any], nit: str) -> Status:
        """The status once the records have been asked. Raises Refusal if they say that this start isn't legal."""
        for attempt in range(40):
            status = await self.status(nit)
            if status.version > 1:
                break
            if attempt > 0:  # the records usually answer before anybody has asked twice
                await self._raise_if_refused(handle)
            await asyncio.sleep(0.05)
        return status

    async def _raise_if_refused(self, handle: WorkflowHandle[Any, Any]) -> None:
        described = await self._answer(handle.describe())
        if described.status != WorkflowExecutionStatus.FAILED:
            return
        try:
            await self._client.get_workflow_handle(described.id, run_id=described.run_id).result()
        except WorkflowFailureError as error:
            if isinstance(error.cause, ApplicationError):
                raise Refused(error.cause) from None
            raise

    async def signal(self, nit: str, message: Message) -> None:
        """Says a fact. It is kept even while no worker runs."""
        await self._answer(self.handle(nit).signal(message.card.name, _sent(message)))

    async def command(self, nit: str, message: Message) -> Outcome:
        """Does a command once, whatever is repeated. Raises Refusal with what the rules say."""
        identified = message if message.message_id else message.model_copy(update={"message_id": str(uuid4())})
        handle = self.handle(nit)
        try:
            update = await self._accepted(
                handle.start_update(
                    message.card.name,
                    _sent(identified),
                    id=identified.message_id,
                    wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                    result_type=Outcome,
                )
            )
            return await self._accepted(update.result(), within=OUTCOME)
        except WorkflowUpdateFailedError as error:
            if isinstance(error.cause, ApplicationError) and error.cause.type in set(Code):
                raise Refused(error.cause) from None
            raise Refusal(Code.NOT_LEGAL_HERE, given="closed", step="", right="—") from None

    async def _accepted(self, asking: Awaitable[T], within: float = PATIENCE) -> T:
        """What an update answers. It may still be done if this raises: to be repeated with the same id."""
        try:
            return await self._answer(asking, within=within)
        except WorkflowUpdateRPCTimeoutOrCancelledError:  # no answer in time; or we were cancelled ourselves
            if (ours := asyncio.current_task()) is not None and ours.cancelling():
                raise asyncio.CancelledError from None
            raise await self._who_is_away() from None

    async def status(self, nit: str) -> Status:
        """What the workflow knows; also of one that has ended, while Temporal keeps it."""
        now = asyncio.get_running_loop().time
        until, pause = now() + PATIENCE, FIRST_PAUSE
        while True:
            try:
                return await self._answer(self._query_status(nit), within=until - now())
            except WorkflowQueryFailedError:  # refused by a worker that has just taken it over: ADR 9
                if await self._ended_as(nit) == WorkflowExecutionStatus.FAILED:  # a start that was refused
                    raise Refusal(Code.NOT_FOUND, hint=HOW_TO_LIST) from None
            if now() + 2 * pause > until:
                raise StarterError(Code.UNAVAILABLE, "The onboarding didn't answer.", "Ask again.")
            await asyncio.sleep(pause)
            pause *= 2

    async def _query_status(self, nit: str) -> Status:
        status: Status = await self.handle(nit).query("status", result_type=Status)
        return status

    async def is_running(self, nit: str) -> bool:
        """Whether an onboarding of this company is under way, by Temporal's word."""
        return await self._ended_as(nit) == WorkflowExecutionStatus.RUNNING

    async def _ended_as(self, nit: str) -> WorkflowExecutionStatus | None:
        try:
            return (await self._answer(self.handle(nit).describe())).status
        except Refusal:
            return None

    async def count(self, query: str) -> int:
        """How many onboardings under way fit Temporal's visibility query. Raises Refusal if it isn't understood."""
        return (await self._asked(self._client.count_workflows(self._mine(query)))).count

    async def nits(self, query: str) -> tuple[str, ...]:
        """Their companies: never another environment's, however the query's parentheses are set."""
        pages = self._client.list_workflows(self._mine(query))
        found: set[str] = set()
        while True:
            await self._asked(pages.fetch_next_page())
            found |= {nit for each in pages.current_page or () if (nit := self._nit_of(each)) is not None}
            if not pages.next_page_token:
                return tuple(sorted(found))

    def _nit_of(self, found: WorkflowExecution) -> str | None:
        own = workflow_id(self._environment, "")
        under_way = found.workflow_type == "Onboarding" and found.status == WorkflowExecutionStatus.RUNNING
        return found.id.removeprefix(own) if under_way and found.id.startswith(own) else None

    def _mine(self, query: str) -> str:
        running = 'WorkflowType = "Onboarding" AND ExecutionStatus = "Running"'
        return f'{running} AND {cards.ENVIRONMENT.name} = "{self._environment}" AND ({query})'

    async def _asked(self, asking: Awaitable[T]) -> T:
        try:
            return await self._answer(asking)
        except RPCError as error:
            if error.status != RPCStatusCode.INVALID_ARGUMENT:
                raise
            raise Refusal(Code.QUERY_NOT_UNDERSTOOD, given=one_line(error.message).rstrip(".")) from None

    async def sweep(self) -> Swept:
        """Looks for what is stuck, now; asked for twice at once it is done once. Raises Unavailable."""
        return await self._answer(
            self._client.execute_workflow(
                "Sweep",
                SweepOf(environment=self._environment),
                id=workflow_id(self._environment, "sweep-now"),
                task_queue=TASK_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                result_type=Swept,
                static_summary=SWEEP.summary_es,
            ),
            within=SWEEPING,
        )

    async def history(self, nit: str) -> tuple[int, int]:
        """How many events the history has, and how many bytes they are."""
        history = await self._answer(self.handle(nit).fetch_history())
        return len(history.events), sum(event.ByteSize() for event in history.events)

    async def _answer(self, asking: Awaitable[T], *, within: float = PATIENCE) -> T:
        """The server's answer. Raises Unavailable for a part that is away, Refusal if there is no such onboarding."""
        try:
            async with asyncio.timeout(within):
                return await asking
        except TimeoutError:
            raise await self._who_is_away() from None
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND and "completed" in error.message:
                raise Refusal(
                    Code.NOT_LEGAL_HERE, given="closed", right="—", hint="It has ended: start anew."
                ) from None
            if error.status == RPCStatusCode.NOT_FOUND:
                raise Refusal(Code.NOT_FOUND, hint=HOW_TO_LIST) from None
            if error.status in (RPCStatusCode.CANCELLED, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.UNAVAILABLE):
                raise await self._who_is_away() from None
            if error.status in BROKEN_OFF:
                raise Unavailable("Temporal", self._where) from None
            if error.status == RPCStatusCode.FAILED_PRECONDITION:
                raise self._stuck() if "failed state" in error.message else self._no_worker() from None
            raise

    async def _who_is_away(self) -> StarterError:
        try:
            await asyncio.wait_for(self._client.service_client.check_health(), 0.4)
        except (TimeoutError, RPCError, RuntimeError):
            return Unavailable("Temporal", self._where)
        return self._no_worker()

    def _stuck(self) -> StarterError:
        hint = "Can the version that was deployed not go on with it? Go back to the one before: nothing is lost."
        return StarterError(Code.UNAVAILABLE, "The onboarding doesn't answer: its workflow task fails.", hint)

    def _no_worker(self) -> StarterError:
        hint = "Start one with `./dse worker`. What was asked may still be done then: look before you repeat it."
        message = f"No worker is running (looked at task queue {TASK_QUEUE} of {self._where})."
        return StarterError(Code.UNAVAILABLE, message, hint)


HOW_TO_LIST = "`./dse list` shows the onboardings under way."


def _sent(message: Message) -> dict[str, object]:
    return message.model_dump(exclude_none=True)


def _entry_notices(status: Status) -> tuple[Reason, ...]:
    return tuple(
        Reason(code=each.code, message_es=each.message_es)
        for each in status.requirements
        if each.code == Code.CERTIFICATE_MUST_BE_UPDATED
    )
