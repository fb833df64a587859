"""Which effect the state asks for now, and what becomes known when it has answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain import effects
from domain.begin import Recalled, recalled
from domain.change import changed
from domain.effects import Effect
from domain.fields import BOGOTA
from domain.forgetting import CLAIM, GRANT, drop_scan, undo_claim, void_letter
from domain.letter import Gone, Letter
from domain.looks import look_is_due
from domain.numbering import AnswerClass, Look, Range
from domain.reasons import Code, FieldError, Reason
from domain.state import Blocked, Grant, Known, State, Undo
from domain.steps import Step, current_step
from domain.values import Value
from domain.verdict import Judgement, Verdict

_DENIALS = frozenset({"301", "302", "401"})


@dataclass(frozen=True)
class Call:
    """An effect with its input. Two calls are the same if their inputs are."""

    effect: Effect[Any, Any]
    input: Value


def next_call(state: State, now: datetime) -> Call | None:
    """What only an effect can make known now; None: the row waits on time or on somebody."""
    who = {"environment": state.environment, "nit": state.nit, "onboarding_id": state.onboarding_id}
    if state.blocked is not None:
        return None
    if not state.recalled:
        return Call(effects.RECALL, effects.Recall(**who, partner=state.partner, renew=state.renew))
    if state.undo:
        return Call(effects.UNDO, state.undo[-1])
    if state.held is not None:
        return None
    step, scan, person = current_step(state), state.scan, state.representative
    if step == Step.LETTER_ISSUE and person is not None:
        letter = effects.IssueLetter(
            **who,
            key=state.effect_key("issue_letter", state.revision),
            company=state.name,
            representative=person,
            revision=state.revision,
            issued_on=state.since.astimezone(BOGOTA).date(),
        )
        return Call(effects.ISSUE_LETTER, letter)
    if step == Step.LETTER_CHECK and scan is not None:
        check = effects.CheckScan(
            **who,
            key=state.effect_key("check_scan", len(state.scans)),
            scan_key=scan.key,
            sha256=scan.sha256,
            size=scan.size,
            revision=scan.revision,
        )
        return Call(effects.CHECK_SCAN, check)
    if step == Step.CERTIFICATE and person is not None:
        key = state.effect_key(GRANT, state.grant_number)
        grant = effects.GrantCertificate(**who, key=key, representative=person, revision=state.revision)
        return Call(effects.GRANT_CERTIFICATE, grant)
    if step == Step.VOUCHER_TYPE and state.wish is not None:
        claim = effects.ClaimVoucherType(**who, key=state.effect_key(CLAIM, state.wish.number), wish=state.wish)
        return Call(effects.CLAIM_VOUCHER_TYPE, claim)
    if not look_is_due(state, now):
        return None
    if step == Step.READINESS_CHECK and state.grant is not None:
        claimed = state.effect_key(CLAIM, state.wishes)
        return Call(effects.READ_BACK, effects.ReadBack(**who, claim_key=claimed, grant_key=state.grant.key))
    return Call(effects.LOOK_UP_RANGES, effects.LookUpRanges(**who))


def still_wanted(state: State, call: Call, now: datetime) -> bool:
    """Whether an effect under way still answers what the row asks for. A hold doesn't stop it."""
    return next_call(state.model_copy(update={"held": None}), now) == call


def learned(state: State, call: Call, result: object, now: datetime) -> State:
    """What is known with an effect's result."""
    match result:
        case Recalled():
            return recalled(state, result, now)
        case Letter():
            return changed(
                state, now, "letter_issued", {"letters": (*state.letters, result)}, after=f"v{result.revision}"
            )
        case Verdict():
            return _judged(state, result, now)
        case Grant():
            known: Known = {"grant": result, "wait_from": state.wait_from or result.starts_at}
            return changed(state, now, "certificate_granted", {"certificate_outdated": False, **known})
        case Look():
            return _looked(state, result, now)
        case effects.Claimed():
            return _claimed(state, result, now)
        case effects.Proof():
            return _read_back(state, result, now)
        case _ if isinstance(call.input, Undo):
            undo = tuple(each for each in state.undo if each != call.input)
            return changed(state, now, "undone", {"undo": undo}, before=call.input.effect)
    raise TypeError(f"no rule for the result of {call.effect.name}")


def failed(state: State, call: Call, code: str, now: datetime) -> State:
    """An effect failed for good, for a cause of ours: the onboarding is blocked until `retry`."""
    sentence = Code.EFFECT_FAILED.es(given=code)
    blocked = Blocked(at=now, effect=call.effect.name, code=code, message_es=sentence)
    return changed(state, now, "blocked", {"blocked": blocked}, before=call.effect.name, after=code)


def _judged(state: State, verdict: Verdict, now: datetime) -> State:
    scan = state.scan
    if scan is None or scan.key != verdict.key:
        return state
    after = " ".join([verdict.judgement, *(reason.code for reason in verdict.reasons)])
    judged = (*state.scans[:-1], scan.model_copy(update={"verdict": verdict}))
    known: Known = {"scans": judged}
    if verdict.judgement == Judgement.REJECTED:
        with_verdict = state.model_copy(update=known)
        known = {"scans": drop_scan(with_verdict, Gone.REJECTED), "notes": verdict.reasons}
    return changed(state, now, "letter_verdict", known, before=scan.key, after=after)


def _seen(state: State, look: Look, now: datetime) -> Known:
    """What any look makes known; only DIAN's real answers say what is listed."""
    look = look.model_copy(update={"at": now})
    answer = look.answer
    known: Known = {
        "last_look": look,
        "last_look_step": current_step(state).value,
        "looks": state.looks + 1,
    }
    if answer.answer_class == AnswerClass.DONE or (answer.answer_class == AnswerClass.PENDING and not answer.unknown):
        known["listed"] = look
        denied = answer.code in _DENIALS and state.associated and current_step(state) == Step.PREFIX_SYNC
        known |= (
            {"denied_since": state.denied_since or now} if denied else {"denied_since": None, "patience_until": None}
        )
    return known


def _looked(state: State, look: Look, now: datetime) -> State:
    known = _seen(state, look, now)
    if state.model_copy(update=known).wanted:
        known["notes"] = ()  # why the company was asked to associate again is over
    return _told_if_new(state, look, now, known)


def _told_if_new(state: State, look: Look, now: datetime, known: Known) -> State:
    """An answer like the last one changes no version and makes no event: polling stays out of the timeline."""
    before = _words(state.last_look)
    following = state.model_copy(update=known)
    if before == _words(look) and current_step(following) == current_step(state):
        return following
    return changed(state, now, "dian_answered", known, before=before, after=_words(look))


def _words(look: Look | None) -> str:
    if look is None:
        return ""
    answer = look.answer
    return f"{answer.answer_class} {answer.code} ({len(answer.ranges)})".replace("  ", " ")


def _claimed(state: State, claimed: effects.Claimed, now: datetime) -> State:
    wish = state.wish
    if claimed.refused is not None or wish is None:
        code = claimed.refused or Code.UNDONE
        field = "code" if code == Code.VOUCHER_CODE_TAKEN else "resolution"
        errors = (FieldError.of(field, code),)
        known: Known = {"wish": None, "wish_errors": errors}
        if code == Code.RANGE_TAKEN and wish is not None and state.listed is not None:
            known |= {"listed": state.listed.taken(wish.range), "notes": (Reason.of(code),)}
        return changed(state, now, "voucher_type_refused", known, after=code)
    known = {"notes": (), "voucher_types": claimed.voucher_types, "chosen": wish.range, "wish": None, "wish_errors": ()}
    return changed(state, now, "voucher_type_claimed", known, after=wish.code)


def _read_back(state: State, proof: effects.Proof, now: datetime) -> State:
    """Ready only if all is proven by one look; what fails forgets what must be mended."""
    known = _seen(state, proof.look, now)
    known["notes"] = tuple(Reason.of(code) for code in proof.failures)
    if Code.GRANT_EXPIRED in proof.failures:
        known |= {**void_letter(state), "representative": None, "certificate_outdated": True}
    if Code.VOUCHER_MISSING in proof.failures:
        known |= {"voucher_types": (), "chosen": None, "wish": None}
    after = state.model_copy(update=known)
    listed = next((each for each in after.wanted if after.chosen is not None and after.chosen.same_as(each)), None)
    if listed is not None and (outside := _numbered_outside(after, listed)):
        return changed(state, now, "not_proven", {**known, **outside}, after=Code.NEXT_NUMBER_OUTSIDE)
    answered = proof.look.answer.answer_class == AnswerClass.DONE
    if answered and not proof.failures and listed is not None:
        return changed(state, now, "proven", {**known, "chosen": listed, "proven_at": now}, after=_words(proof.look))
    if proof.failures and known["notes"] != state.notes:
        return changed(state, now, "not_proven", known, after=" ".join(proof.failures))
    return _told_if_new(state, proof.look, now, known)


def _numbered_outside(state: State, listed: Range) -> Known:
    """What is forgotten if the range that DIAN lists now doesn't hold the next number any more."""
    if all(listed.from_number <= each.next_number <= listed.to_number for each in state.voucher_types):
        return {}
    right = f"{listed.from_number}–{listed.to_number}"
    return {**undo_claim(state), "wish_errors": (FieldError.of("next_number", Code.NEXT_NUMBER_OUTSIDE, right=right),)}
