"""A small pure world around one onboarding: its state, a clock, and an outside that answers as it is told to.

It does what the workflow does, without Temporal: one effect, one record or one wait at a time.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain import calls, effects, looks, recording, rules
from domain.begin import Recalled, begin
from domain.calls import Call
from domain.commands import (
    ConfigureVoucherType,
    ContinueOnboarding,
    ElectronicInvoicingCompleted,
    Message,
    PrefixesAssociated,
    Resume,
    Retry,
    ReviewSignedLetter,
    SignedLetterUploaded,
    Start,
    SubmitRepresentative,
)
from domain.mails import Mail
from domain.reasons import Code
from domain.reminders import POLICIES
from domain.state import Grant, State, Undo
from domain.steps import Step, current_step
from domain.verdict import Judgement
from tests.domain.messages import NOW, START, UNKNOWN, WORKFLOW, dse_range, lists, message
from tests.domain.outside import Outside

_KEPT_UNDER_KEY = (effects.GRANT_CERTIFICATE, effects.CLAIM_VOUCHER_TYPE)
_ACTIONS: dict[Step, type[Message]] = {
    Step.LEGAL_REPRESENTATIVE: SubmitRepresentative,
    Step.LETTER_REVIEW: ReviewSignedLetter,
    Step.LETTER_ACCEPTED: ContinueOnboarding,
    Step.VOUCHER_TYPE: ConfigureVoucherType,
}
_FACTS: dict[Step, type[Message]] = {
    Step.ELECTRONIC_INVOICING: ElectronicInvoicingCompleted,
    Step.SIGNED_LETTER: SignedLetterUploaded,
    Step.PREFIX_ASSOCIATION: PrefixesAssociated,
}


@dataclass
class World(Outside):
    state: State
    now: datetime = NOW
    told: int = 0
    """The last event on record."""
    mails: list[Mail] = field(default_factory=list)
    kept: list[Undo] = field(default_factory=list)
    """Grants and claims that are, or may be, on record."""
    proof: effects.Proof | None = None
    """The last read-back, as long as nothing that it proves has changed."""

    @property
    def step(self) -> Step:
        return current_step(self.state)

    # what people and systems say

    def say(self, kind: type[Message], **fields: object) -> State:
        """Raises Refusal and changes nothing if it is refused."""
        return self.become(rules.command(self.state, message(kind, self.state, **fields), self.now))

    def hear(self, kind: type[Message], **fields: object) -> State:
        return self.become(rules.fact(self.state, message(kind, self.state, **fields), self.now))

    # what effects answer

    def call(self) -> Call | None:
        call = calls.next_call(self.state, self.now)
        if call is not None and call.effect in _KEPT_UNDER_KEY:
            undo = Undo(effect=call.effect.name, key=call.input.model_dump()["key"])
            self.kept = [*(each for each in self.kept if each != undo), undo]
        return call

    def learn(self, call: Call) -> None:
        """The effect's result counts if it is still wanted."""
        if call.effect.at_dian:
            self.now += timedelta(seconds=1)
        result = self.result_of(call, self.now)
        if not calls.still_wanted(self.state, call, self.now):
            return
        self.become(calls.learned(self.state, call, result, self.now))
        match result:
            case Recalled(grant=Grant(key=key)) if self.state.grant is not None:
                self.kept.append(Undo(effect=effects.GRANT_CERTIFICATE.name, key=key))
            case effects.Claimed(refused=Code()):
                self.kept.pop()
            case effects.Proof():
                self.proof = result
                if Code.VOUCHER_MISSING in result.failures:
                    self.kept = [each for each in self.kept if each.effect != effects.CLAIM_VOUCHER_TYPE.name]
            case effects.Done():
                self.kept = [each for each in self.kept if each != call.input]

    def fail(self, call: Call, code: str = "broken") -> None:
        self.become(calls.failed(self.state, call, code, self.now))

    def record(self) -> None:
        sent = recording.record_of(self.state, self.now, fence=self.state.version)
        begun, doubt = sent.counted_from, sent.denied_since
        patience = doubt + timedelta(hours=4) if doubt is not None else None
        remind_at = (
            tuple(begun + timedelta(days=nth) for nth in range(1, POLICIES[Step(sent.step)].most + 1))
            if (Step(sent.step) in POLICIES)
            else ()
        )
        answer = effects.Recorded(
            due_at=begun + timedelta(days=3), patience_until=patience, remind_at=remind_at if not sent.held else ()
        )
        self.become(recording.recorded(self.state, sent, answer))
        self.mails += sent.mails
        self.told = sent.events[-1].seq if sent.events else self.told

    # how it goes on

    def become(self, state: State) -> State:
        if _proved(state) != _proved(self.state):
            self.proof = None
        self.state = state
        return state

    def turn(self) -> bool:
        """One effect, record or end; False: it waits on time or on somebody."""
        self.become(looks.time_passed(self.state, self.now))
        call = self.call()
        if call is not None:
            self.learn(call)
        elif recording.has_ended(self.state):
            self.become(recording.closing(self.state, self.now))
        elif recording.needs_record(self.state):
            self.record()
        else:
            return False
        return True

    def settle(self) -> Step:
        """Until it waits. A world that never waits would hammer DIAN, or our records."""
        for _ in range(60):
            if not self.turn():
                return self.step
        raise AssertionError(f"a hot loop at {self.step}")

    def forward(self, **time: float) -> Step:
        """Time passes, alarm by alarm, as the workflow's timers would tell it."""
        until = self.now + timedelta(**time)
        self.settle()
        while (alarm := looks.next_alarm(self.state)) is not None and alarm <= until:
            self.now = alarm
            self.settle()
        self.now = until
        return self.settle()


def _proved(state: State) -> object:
    return state.grant, state.chosen, state.voucher_types, state.invoicing_completed_at


def begun(now: datetime = NOW, **start: object) -> World:
    return World(begin(Start.model_validate({**START, **start}), WORKFLOW, "o-1", now), now=now)


def cooperate(world: World) -> bool:
    """Everybody does what the row asks for; False: there is nothing left to do."""
    world.judgement, world.refuse_claim, world.failures = Judgement.ACCEPTED, None, ()
    step = world.settle()
    if world.state.closed or (step == Step.CANCELLED and world.state.blocked is None):
        return False
    declared = world.state.declared
    listed = dse_range() if declared is None else dse_range(declared.resolution, declared.prefix)
    if world.state.blocked is not None:
        world.say(Retry)
    elif world.state.held is not None:
        world.say(Resume)
    elif step in _ACTIONS:
        world.say(_ACTIONS[step])
    elif step in _FACTS:
        world.hear(_FACTS[step])
    else:
        if step != Step.MANDATED_WAIT:
            world.answer, world.claims = lists(listed), ()
        alarm = looks.next_alarm(world.state)
        assert alarm is not None, f"nothing will ever happen at {step}"
        world.now = max(world.now, alarm)
    return True


def drive_to(world: World, step: Step) -> World:
    """Cooperates until the row is open, a later one is, or the onboarding has ended."""
    for _ in range(200):
        if world.settle() >= step and (step != Step.READY or world.state.closed):
            return world
        if not cooperate(world):
            return world
    raise AssertionError(f"no way from {world.step} to {step}")


def waiting_for_proof() -> World:
    """A voucher type is claimed, but DIAN's last word is still to come."""
    world = drive_to(begun(), Step.VOUCHER_TYPE)
    world.answer = UNKNOWN
    world.say(ConfigureVoucherType)
    assert world.settle() == Step.READINESS_CHECK
    return world


def drive_to_ready(world: World) -> World:
    drive_to(world, Step.READY)
    assert world.state.closed
    assert world.step == Step.READY
    return world
