"""In every state that people, DIAN, time and our own failures can lead to, the laws hold."""

from copy import copy
from datetime import datetime, timedelta

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import calls, looks, recording, rules
from domain.begin import Recalled
from domain.commands import MESSAGES, SIGNALS, Back, Message
from domain.forgetting import back_targets
from domain.numbering import Answer, Claim
from domain.people import Representative
from domain.reasons import Code, Refusal
from domain.state import Grant, State
from domain.steps import OPEN_STEPS, Step, current_step
from domain.verdict import Judgement
from tests.domain import laws
from tests.domain.messages import (
    NOW,
    OURS,
    REPRESENTATIVE,
    RESOLUTION,
    UNKNOWN,
    denies,
    dse_range,
    lists,
    message,
)
from tests.domain.world import World, begun, cooperate, drive_to, drive_to_ready

OTHER = dse_range("18764000000002", "SOP", to=2031)
ANSWERS = (
    denies("401"),
    denies("301"),
    denies("302"),
    UNKNOWN,
    OURS,
    lists(),
    lists(dse_range()),
    lists(OTHER),
    lists(dse_range(), OTHER),
    lists(dse_range(key=True)),
    lists(dse_range(prefix="SEDS")),
    lists(dse_range(to=2026), OTHER),
)
TAKEN = Claim(resolution=RESOLUTION, prefix="DSA", own=False)
OWN = Claim(resolution=RESOLUTION, prefix="DSA", own=True)
FAILURES = (Code.GRANT_EXPIRED, Code.VOUCHER_MISSING, Code.PROVIDER_CERTIFICATE)
FORMER = Recalled(
    grant=Grant(key="o-0/grant_certificate/1", starts_at=NOW, ends_at=NOW + timedelta(days=200)),
    representative=Representative.model_validate(REPRESENTATIVE),
)
OUTDATED = Recalled(grant=Grant(key="o-0/grant_certificate/1", starts_at=NOW, ends_at=NOW + timedelta(days=29)))
IDS = st.sampled_from(("", "", "m-1", "m-2", "m-3"))
CHANGES: dict[str, object] = {
    "first_names": "Ana",
    "email": "otra@empresa.example",
    "mobile": "1",
    "decision": "reject",
    "sha256": "0",
    "act": "enable",
    "undo": True,
    "at": "2026-11-20T08:00:00",
    "resolution": "18764000000002",
    "prefix": "SOP",
    "next_number": 6000,
    "expected_version": "0",
    "actor": "",
    "to": "signed_letter",
    "dry_run": True,
    "key": "elsewhere",
}


class Onboarding(RuleBasedStateMachine):
    world: World
    before: State
    checked: tuple[State, datetime] | None = None

    @initialize(
        invoicing=st.booleans(),
        by_itself=st.booleans(),
        former=st.sampled_from((Recalled(), FORMER, OUTDATED)),
        step=st.sampled_from((Step.ELECTRONIC_INVOICING, *OPEN_STEPS, Step.READINESS_CHECK, Step.VOUCHER_TYPE)),
    )
    def begin(self, invoicing: bool, by_itself: bool, former: Recalled, step: Step) -> None:
        self.world = begun(invoicing_done=invoicing, continue_by_itself=by_itself)
        self.world.recalled = former
        if step > Step.ELECTRONIC_INVOICING:
            drive_to(self.world, step)
        self.before = self.world.state

    @rule()
    def everybody_cooperates(self) -> None:
        cooperate(self.world)

    @rule()
    def one_turn(self) -> None:
        self.world.turn()

    @rule(
        answer=st.sampled_from(ANSWERS),
        claims=st.sampled_from(((), (TAKEN,), (OWN,))),
        judgement=st.sampled_from(Judgement),
        refuse=st.sampled_from((None, Code.RANGE_TAKEN, Code.VOUCHER_CODE_TAKEN)),
        failures=st.lists(st.sampled_from(FAILURES), max_size=2, unique=True),
        settle=st.booleans(),
    )
    def the_outside_changes(
        self,
        answer: Answer,
        claims: tuple[Claim, ...],
        judgement: Judgement,
        refuse: Code | None,
        failures: list[Code],
        settle: bool,
    ) -> None:
        world = self.world
        world.answer, world.claims, world.judgement = answer, claims, judgement
        world.refuse_claim, world.failures = refuse, tuple(failures)
        if settle:
            world.settle()

    @rule(kind=st.sampled_from(MESSAGES), message_id=IDS)
    def something_right_is_said(self, kind: type[Message], message_id: str) -> None:
        self._say(kind, message_id=message_id)

    @rule(kind=st.sampled_from(MESSAGES), changed=st.sets(st.sampled_from(sorted(CHANGES)), max_size=3), message_id=IDS)
    def something_odd_is_said(self, kind: type[Message], changed: set[str], message_id: str) -> None:
        self._say(kind, message_id=message_id, **{name: CHANGES[name] for name in changed})

    def _say(self, kind: type[Message], **fields: object) -> None:
        world = self.world
        said = message(kind, world.state, **fields)
        try:
            decide = rules.fact if kind.card.is_signal else rules.command
            world.become(decide(world.state, said, world.now))
        except Refusal:
            assert not kind.card.is_signal
            return
        if said.message_id:
            assert decide(world.state, said, world.now) == world.state, "it counted twice"

    @rule(kind=st.sampled_from(SIGNALS), message_id=IDS, occurred_at=st.sampled_from(("", "2026-11-01", "now")))
    def a_fact_is_heard(self, kind: type[Message], message_id: str, occurred_at: str) -> None:
        world = self.world
        said = message(kind, world.state, message_id=message_id, occurred_at=occurred_at)
        old, new = world.state, world.become(rules.fact(world.state, said, world.now))
        if new.seq == old.seq:
            assert new == old.model_copy(update={"message_ids": new.message_ids}), "it changed something untold"
            known = {
                "prefixes_associated": old.associated,
                "electronic_invoicing_completed": old.invoicing_completed_at,
                "mail_bounced": old.bounced,
            }
            assert message_id in old.message_ids or known[kind.card.name]
        else:
            assert new.events[len(old.events)].name == kind.card.name

    @rule(name=st.text(max_size=120))
    def something_unreadable_comes(self, name: str) -> None:
        self.world.become(rules.unreadable(self.world.state, name, b"?", "0" * 64, self.world.now))

    @rule()
    def an_effect_fails_for_good(self) -> None:
        call = self.world.call()
        if call is not None:
            self.world.fail(call)
            assert calls.next_call(self.world.state, self.world.now) is None, "it is tried again without end"

    @rule()
    def the_records_answer(self) -> None:
        self.world.record()
        assert not recording.needs_record(self.world.state)

    @rule(hours=st.sampled_from((0.01, 0.5, 3, 5, 30, 24 * 40)))
    def time_passes(self, hours: float) -> None:
        world = self.world
        world.now += timedelta(hours=hours)
        old, new = world.state, world.become(looks.time_passed(world.state, world.now))
        laws.time_undoes_nothing(old, new)
        assert old.model_copy(update={"version": 0}).listed == new.listed

    @precondition(lambda self: bool(back_targets(self.world.state)))
    @rule(data=st.data())
    def back_and_forward_again_gives_the_same(self, data: st.DataObject) -> None:
        there, back = copy(self.world), copy(self.world)
        there.kept, back.kept = [*self.world.kept], [*self.world.kept]
        there.mails, back.mails = [], []
        to = data.draw(st.sampled_from(back_targets(back.state)))
        if Back in rules.offered(back.state):
            back.say(Back, to=to)
            assert back.step == to
            assert _outcome(drive_to_ready(there)) == _outcome(drive_to_ready(back))

    @invariant()
    def the_laws_hold(self) -> None:
        if self.checked == (self.world.state, self.world.now):
            return
        self.checked = (self.world.state, self.world.now)
        laws.nothing_is_forgotten(self.before, self.world.state)
        self.before = self.world.state
        for law in laws.ALWAYS:
            law(self.world)


def _outcome(world: World) -> object:
    state = world.state
    acts = {act: at for act, at in state.acts.items() if act != "associate"}
    return state.chosen, [each.code for each in state.voucher_types], acts, state.declared, current_step(state)


TestOnboarding = Onboarding.TestCase
TestOnboarding.settings = settings(
    max_examples=150,
    stateful_step_count=25,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),  # shrinking takes minutes: take it out to have the smallest example
)
