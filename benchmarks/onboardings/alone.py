"""The same companies with our rules and adapters, but without Temporal: `python -m benchmarks.onboardings.alone`.

Each line on stdin is a round, a JSON list of NITs; each is answered by the CPU seconds that it took, as JSON.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from benchmarks.cpu import descendants
from benchmarks.onboardings.company import Company, go_through
from domain import calls, effects, looks, recording, rules
from domain.begin import begin, workflow_id
from domain.commands import Message, Start
from domain.outcome import Outcome, outcome
from domain.state import State
from domain.steps import Step, current_step
from infra.embedded import addresses
from workers import adapters, compose
from workers.settings import load


@dataclass
class Used:
    """CPU seconds; the outside, with pen and scanner, apart."""

    adapters_alone: float = 0.0
    """Its checks included."""
    checks_alone: float = 0.0
    rules: float = 0.0

    @contextmanager
    def adapting(self) -> Iterator[None]:
        """Around whatever is asked of the onboardings, concurrently as in a worker."""
        process, children, rules = time.process_time(), descendants(os.getpid()), self.rules
        yield
        checks = descendants(os.getpid()) - children
        self.checks_alone += checks
        self.adapters_alone += checks + time.process_time() - process - (self.rules - rules)

    @contextmanager
    def ruling(self) -> Iterator[None]:
        """Around what doesn't await: this thread is then nobody else's."""
        before = time.thread_time()
        yield
        self.rules += time.thread_time() - before


@dataclass
class Alone:
    """Onboardings without a workflow: what is said to one is acted on at once, until it waits for somebody.

    Nothing keeps sending mail here, for that would send others' too: each record sends its own.
    """

    activities: dict[str, compose.Activity]
    environment: str
    used: Used
    states: dict[str, State] = field(default_factory=dict)

    async def start(self, start: Start) -> None:
        nit = start.nit or ""
        with self.used.ruling():
            self.states[nit] = begin(start, workflow_id(self.environment, nit), str(uuid4()), _now())
        await self._settle(nit)

    async def signal(self, nit: str, message: Message) -> None:
        with self.used.ruling():
            self.states[nit] = rules.fact(self.states[nit], message, _now())
        await self._settle(nit)

    async def command(self, nit: str, message: Message) -> Outcome:
        with self.used.ruling():
            self.states[nit] = rules.command(self.states[nit], message, _now())
        await self._settle(nit)
        return outcome(self.states[nit], letter=self.states[nit].letter)

    async def until(self, nit: str, step: Step) -> None:
        state = self.states[nit]
        if current_step(state) < step or (step == Step.READY and not state.closed):
            raise AssertionError(f"it stands at {current_step(state)}, not at {step}")

    async def _settle(self, nit: str) -> None:
        """As `workflows.case.Case` does it: an effect, else a record, else it waits."""
        while True:
            with self.used.ruling():
                now = _now()
                state = looks.time_passed(self.states[nit], now)
                if recording.has_ended(state):
                    state = recording.closing(state, now)
                call = calls.next_call(state, now)
                told = call is None and recording.needs_record(state)
                sent = recording.record_of(state, now, fence=state.version) if told else None
            if call is not None:
                result = await self.activities[call.effect.name](call.input)
                with self.used.ruling():
                    state = calls.learned(state, call, result, _now())
            elif sent is not None:
                answer = await self.activities[effects.RECORD.name](sent)
                with self.used.ruling():
                    state = recording.recorded(state, sent, answer)
            self.states[nit] = state
            if call is None and sent is None:
                return


def _now() -> datetime:
    return datetime.now(UTC)


async def work() -> None:
    settings = load()
    stack = addresses.find(settings.data)
    assert stack is not None
    assert stack.dian is not None
    outside = settings.environment, stack.dian.admin
    async with compose.effects(settings) as composed, adapters.documents(settings) as documents:
        activities = {each.__name__: each for each in (*composed.ours, *composed.at_dian)}
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            used = Used()
            alone = Alone(activities, settings.environment, used)
            await go_through([Company(nit, alone, documents, *outside) for nit in json.loads(line)], used.adapting)
            print(json.dumps(asdict(used)), flush=True)


if __name__ == "__main__":
    asyncio.run(work())
