"""One onboarding under way: its state, and the only ways in which `run` acts on it — an effect, a record or a wait."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, RetryState, is_cancelled_exception

from domain import calls, effects, looks, recording, rules
from domain.begin import Recalled, refusal_of
from domain.calls import Call
from domain.commands import Message
from domain.state import State
from domain.status import Status, status
from domain.steps import Step, current_step
from domain.texts_es import ROW_TITLES
from workflows import cards, policies
from workflows.alarms import Alarms
from workflows.refusals import refused


class Moved(Exception):
    """An earlier row is open again: walk from the top."""


class Case:
    """The state and its changes. What is said shows at once on the card that operators see, what follows before a wait.

    A local activity is no wait in this sense: nobody is answered while it is under way (`workers/queries.py`).
    """

    def __init__(self, state: State) -> None:
        self._published: cards.Attributes | None = None
        self._shown: State | None = None
        self._slow: Call | None = None
        """The effect that didn't answer when it was first tried."""
        self._records_away = False
        """The records didn't answer within a workflow task."""
        self._alarms = Alarms()
        self.state = state

    @property
    def step(self) -> Step:
        return current_step(self.state)

    @property
    def is_prompt(self) -> bool:
        """What is asked of us now is in its first try, which ends by itself, and nothing comes before it."""
        call = calls.next_call(self.state, workflow.now())
        waits = call is None or call == self._slow or call.effect.at_dian
        return not (waits or self._records_away or self.state.undo)

    @property
    def _fence(self) -> int:
        """Grows with every workflow task, a repeated one's too, and from run to run."""
        return self.state.fence + workflow.info().get_current_history_length()

    def carried(self) -> State:
        """The state as the next run takes it over."""
        return self.state.model_copy(update={"fence": self._fence})

    def status(self) -> Status:
        return status(self.state, workflow.now())

    def command(self, message: Message) -> None:
        """Raises Refusal and changes nothing if the command is not legal or not valid now."""
        self.state = rules.command(self.state, message, workflow.now())
        self._show()

    def fact(self, message: Message) -> None:
        self.state = rules.fact(self.state, message, workflow.now())
        self._show()

    def unreadable(self, name: str, payload: bytes, sha256: str) -> None:
        self.state = rules.unreadable(self.state, name, payload, sha256, workflow.now())
        self._show()

    async def row(self, step: Step) -> None:
        """Returns once the row is done, at once if it is already. Raises Moved if an earlier one is open again."""
        while self.step == step:
            await self._turn()
        if self.step < step:
            raise Moved

    async def settle(self) -> None:
        """The end, which nothing leaves: whatever is to be undone is, then the final status is on record."""
        while not self.finished:
            if recording.has_ended(self.state):
                self.state = recording.closing(self.state, workflow.now())
            await self._turn()
        self._show()

    @property
    def finished(self) -> bool:
        return self.state.closed and not self.state.events

    async def _turn(self) -> None:
        """One effect, one record, or one wait for a change.

        An effect is first tried once. Only if that doesn't answer do attributes and records say that we wait on it:
        what takes milliseconds costs the history no more than itself.
        """
        self.state = looks.time_passed(self.state, workflow.now())
        call = calls.next_call(self.state, workflow.now())
        if call is not None and call != self._slow:
            await self._perform(call, policies.ONCE)
        elif recording.needs_record(self.state):
            await self._record()
        elif call is not None:
            self._publish()
            await self._perform(call, policies.RETRIES)
        else:
            self._publish()
            await self._wait()

    async def _perform(self, call: Call, retries: policies.Retries) -> None:
        """The effect, unless it is no longer asked for; an error of ours blocks this onboarding until `retry`."""
        task = asyncio.create_task(self._execute(call, retries))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody's, if no longer asked for
        patient = retries is policies.RETRIES  # its wait may take days: time passes, and what is said is recorded
        try:
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: task.done() or not self._wants(call) or (patient and recording.needs_record(self.state)),
                    timeout=_until(looks.next_change(self.state)) if patient else None,
                    timeout_summary=ROW_TITLES[self.step],
                )
            if not task.done() or not self._wants(call):
                return  # keyed: repeated later, or undone
            result = await task
        except FailureError as error:  # what a local activity raises comes bare, only its time-out as ActivityError
            _stop_if_cancelled(error)
            if call.effect.within_task and not patient:
                self._slow = call
                self._records_go_away()
            else:
                self._failed(call, error)
            return
        finally:
            task.cancel()
        if isinstance(result, Recalled) and (refusal := refusal_of(self.state, result)) is not None:
            raise refused(refusal)
        self.state = calls.learned(self.state, call, result, workflow.now())

    def _wants(self, call: Call) -> bool:
        return calls.still_wanted(self.state, call, workflow.now())

    def _failed(self, call: Call, error: FailureError) -> None:
        """Tried once in vain: told, and tried for ever. Failed for good: blocked."""
        if isinstance(error, ActivityError) and error.retry_state == RetryState.MAXIMUM_ATTEMPTS_REACHED:
            self._slow = call
            return
        cause = error.cause
        code = cause.type if isinstance(cause, ApplicationError) else None
        self.state = calls.failed(self.state, call, code or type(cause).__name__, workflow.now())

    async def _execute(self, call: Call, retries: policies.Retries) -> Any:
        name, gives = call.effect.name, call.effect.gives
        if call.effect.within_task and retries is policies.ONCE:
            at_once = policies.at_once(call.effect)
            return await workflow.execute_local_activity(name, call.input, result_type=gives, **at_once)
        self._show()
        options = policies.options(call.effect, retries)
        return await workflow.execute_activity(name, call.input, result_type=gives, **options)

    async def _record(self) -> None:
        """Tells the records: first within the workflow task, which costs one event; if that fails, by an activity.

        A task may be repeated with what came meanwhile in front: it then tells otherwise, behind a higher fence.
        """
        sent = recording.record_of(self.state, workflow.now(), self._fence)
        call = Call(effects.RECORD, sent)
        try:
            answer = await self._execute(call, policies.RETRIES if self._records_away else policies.ONCE)
        except FailureError as error:
            _stop_if_cancelled(error)
            if self._records_away:
                self._failed(call, error)
            self._records_go_away()
            return
        self._records_away = False
        self.state = recording.recorded(self.state, sent, answer)

    def _records_go_away(self) -> None:
        """They don't answer within a workflow task: they are told by an activity, which waits for them."""
        self._records_away = True
        self._publish()

    async def _wait(self) -> None:
        """Until something is said, or until time alone changes something."""
        if workflow.info().is_continue_as_new_suggested() and workflow.all_handlers_finished():
            raise ContinueAsNew
        self._show()
        seen, alarm, rung = self.state, looks.next_alarm(self.state), self._alarms.rung
        if alarm is not None:
            self._alarms.wake_by(alarm, ROW_TITLES[self.step])
        await workflow.wait_condition(lambda: self.state is not seen or self._alarms.rung != rung)

    def _show(self) -> None:
        if self.state is not self._shown:
            workflow.set_current_details(cards.details(self.state, workflow.now()))
            self._shown = self.state

    def _publish(self) -> None:
        """Search attributes, in one call, when what they say has changed."""
        attributes = cards.attributes(self.state)
        if attributes != self._published:
            workflow.upsert_search_attributes(cards.updates(self._published, attributes))
            self._published = attributes


def _until(moment: datetime | None) -> timedelta | None:
    return None if moment is None else max(moment - workflow.now(), timedelta(0))


def _stop_if_cancelled(error: FailureError) -> None:
    """Temporal's own cancel reaches what awaits an activity as the activity's failure."""
    if is_cancelled_exception(error):
        raise asyncio.CancelledError from error


class ContinueAsNew(Exception):
    """A quiet point at which a long history is left behind."""
