"""What holds in every state that can be reached, whoever said what, in whatever order."""

from domain import calls, looks, recording, rules
from domain.commands import MESSAGES, Back, Cancel, Message
from domain.forgetting import CLAIM, GRANT, back_targets, voids
from domain.mail_words import About, words
from domain.numbering import AnswerClass
from domain.outcome import outcome
from domain.reasons import Code, Refusal
from domain.state import State
from domain.status import Status, status
from domain.steps import Step, WaitsOn, current_step, waits_on
from tests.domain.messages import message
from tests.domain.world import World


def never_ready_unproven(world: World) -> None:
    state, proof = world.state, world.proof
    if world.step != Step.READY:
        return
    assert proof is not None, "something was voided after the read-back"
    assert proof.look.answer.answer_class == AnswerClass.DONE
    assert proof.failures == ()
    chosen, grant = state.chosen, state.grant
    assert chosen is not None
    assert any(chosen.same_as(each) and not each.has_technical_key for each in proof.look.answer.ranges)
    assert grant is not None
    assert state.invoicing_completed_at is not None
    assert {(each.document_type, each.resolution, each.prefix) for each in state.voucher_types} == {
        (kind, chosen.resolution, chosen.prefix) for kind in ("05", "95")
    }


def _refusal(state: State, said: Message, world: World) -> Refusal | None:
    try:
        rules.command(state, said, world.now)
    except Refusal as refusal:
        return refusal
    return None


def offers_are_exact(world: World) -> None:
    state = world.state
    offered = rules.offered(state)
    for kind in MESSAGES:
        said = message(kind, state)
        if kind.card.is_signal:
            rules.fact(state, said, world.now)
            if kind not in offered:
                continue
        refusal = _refusal(state, said, world)
        if refusal is not None and refusal.code == Code.REMINDED_ALREADY:
            continue  # time will make it right
        assert (refusal is not None) == (kind not in offered), kind.card.name
        assert refusal is None or (refusal.message_es and "«»" not in refusal.message_es)
    for to in back_targets(state) if Back in offered else ():
        after = rules.command(state, message(Back, state, to=to), world.now)
        assert current_step(after) == to
        assert after.acts.items() >= {act: at for act, at in state.acts.items() if act != "associate"}.items()
        assert (after.acts.get("associate") == state.acts.get("associate")) == (
            not state.associated or to > Step.PREFIX_ASSOCIATION
        )
        assert after.listed == state.listed
        assert set(voids(state, to)) <= {"letter", "scan", "grant", "association", "range", "voucher_type"}


def everything_can_be_told(world: World) -> None:
    state = world.state
    shown = status(state, world.now)
    assert Status.model_validate_json(shown.model_dump_json()) == shown
    sent = recording.record_of(state, world.now, fence=state.version)
    assert type(sent).model_validate_json(sent.model_dump_json()) == sent
    for mail in sent.mails:
        says = words(mail, About(nit=state.nit, company=state.name, provider="P", software="S"), world.now)
        assert says.subject
        assert says.todo
    assert outcome(state).step == world.step
    assert (shown.closed is not None) == (state.closed and not state.events)
    if state.blocked is not None:
        assert waits_on(state) == WaitsOn.OPERATOR


def continue_as_new_loses_nothing(world: World) -> None:
    assert State.model_validate_json(world.state.model_dump_json()) == world.state


def events_tell_all(world: World) -> None:
    state = world.state
    assert [each.seq for each in state.events] == list(range(world.told + 1, state.seq + 1))
    assert len(state.unreadable) == min(state.unreadable_count, rules.MAX_UNREADABLE)
    assert len(state.message_ids) <= rules.MAX_MESSAGE_IDS


def nothing_is_forgotten(before: State, after: State) -> None:
    assert after.version >= before.version
    assert after.seq >= before.seq
    if after.seq > before.seq or current_step(after) != current_step(before):
        assert after.version > before.version
    for counter in ("revision", "grant_number", "wishes", "looks", "unreadable_count"):
        assert getattr(after, counter) >= getattr(before, counter)
    assert [each.key for each in after.scans][: len(before.scans)] == [each.key for each in before.scans]
    assert all(then.gone is None or now.gone == then.gone for then, now in zip(before.scans, after.scans, strict=False))
    assert after.letters[: len(before.letters)] == before.letters
    added = len(after.message_ids) - len(before.message_ids)
    assert added < 0 or after.message_ids[: len(before.message_ids)] == before.message_ids
    assert after.unreadable_count - before.unreadable_count in (0, 1)


def cancel_undoes_all(world: World) -> None:
    """Whatever was, or may yet be, granted or claimed is undone by cancelling now."""
    if Cancel in rules.offered(world.state):
        after = rules.command(world.state, message(Cancel, world.state), world.now)
        assert current_step(after) == Step.CANCELLED
    else:
        after = world.state
    own = f"{world.state.onboarding_id}/"  # a former onboarding's grant is not ours to revoke
    if world.step != Step.READY:
        assert {(each.effect, each.key) for each in world.kept if each.key.startswith(own)} <= (
            {(each.effect, each.key) for each in after.undo} | _counting(after)
        )


def _counting(state: State) -> set[tuple[str, str]]:
    """What an onboarding that is not cancelled still counts on."""
    if state.cancelled_at is not None:
        return set()
    found = {(CLAIM, state.effect_key(CLAIM, state.wishes))}
    if state.grant is not None:
        found.add((GRANT, state.grant.key))
    return found


def a_quiet_world_sleeps(world: World) -> None:
    """Once there is nothing to do, time alone has something to change only later: no hot loop."""
    state = looks.time_passed(world.state, world.now)
    if calls.next_call(state, world.now) is None and not recording.needs_record(state):
        alarm = looks.next_alarm(state)
        assert alarm is None or alarm > world.now


def time_undoes_nothing(before: State, after: State) -> None:
    step, then = current_step(after), current_step(before)
    assert step >= then or (then, step) == (Step.PREFIX_SYNC, Step.PREFIX_ASSOCIATION)


ALWAYS = (
    never_ready_unproven,
    offers_are_exact,
    everything_can_be_told,
    continue_as_new_loses_nothing,
    events_tell_all,
    cancel_undoes_all,
    a_quiet_world_sleeps,
)
