"""What stops counting: a voided letter, a way back, an end. Forgetting never loses: the timeline and keys stay."""

from datetime import datetime

from domain.letter import Gone, Scan
from domain.state import Known, State, Undo
from domain.steps import TABLE, Step, WaitsOn, current_step

GRANT = "grant_certificate"
CLAIM = "claim_voucher_type"


def drop_scan(state: State, gone: Gone) -> tuple[Scan, ...]:
    """All scans, the current one marked as gone."""
    if state.scan is None:
        return state.scans
    return (*state.scans[:-1], state.scans[-1].model_copy(update={"gone": gone}))


def undo_grant(state: State) -> Known:
    """The grant doesn't count any more. It is undone if it was, or may yet be, made."""
    if state.grant is None and current_step(state) != Step.CERTIFICATE:
        return {"grant": None}
    key = state.grant.key if state.grant is not None else state.effect_key(GRANT, state.grant_number)
    undo = (*state.undo, Undo(effect=GRANT, key=key))
    return {"grant": None, "grant_number": state.grant_number + 1, "undo": undo}


def undo_claim(state: State) -> Known:
    """The voucher type doesn't count any more. Its claim is undone if it was, or may yet be, made."""
    nothing: Known = {"wish": None, "wish_errors": (), "voucher_types": (), "chosen": None}
    if state.wish is None and not state.voucher_types:
        return nothing
    return {**nothing, "undo": (*state.undo, Undo(effect=CLAIM, key=state.effect_key(CLAIM, state.wishes)))}


def void_letter(state: State) -> Known:
    """What a representative's signature stood behind: letter, scan, verdict, Continuar and grant."""
    return {"scans": drop_scan(state, Gone.VOID), "decision": None, "continued_key": "", **undo_grant(state)}


def next_letter(state: State) -> Known:
    """What the letter prints has changed: it is void, and the next revision is due."""
    return {"revision": state.revision + 1, "notes": (), **void_letter(state)}


def forget_from(state: State, to: Step) -> Known:
    """Decisions and proofs of the rows from `to` on are forgotten; DIAN's facts, counters and keys are not."""
    known: Known = {"proven_at": None, "notes": (), "blocked": None}
    if to <= Step.ELECTRONIC_INVOICING:
        known["invoicing_completed_at"] = None
    if to <= Step.LEGAL_REPRESENTATIVE:
        known["representative"] = None
    if to <= Step.SIGNED_LETTER:
        known["scans"] = drop_scan(state, Gone.VOID)
    if to <= Step.LETTER_REVIEW:
        known["decision"] = None
    if to <= Step.LETTER_ACCEPTED:
        known |= {"continued_key": "", "continue_by_itself": False, **undo_grant(state)}
    if to <= Step.PREFIX_ASSOCIATION:
        known["acts"] = {act: at for act, at in state.acts.items() if act != "associate"}
    return known | undo_claim(state.model_copy(update=known))


def back_targets(state: State) -> tuple[Step, ...]:
    """The rows one can go back to: earlier, waiting on a person, and really open once forgotten from there on."""
    step = current_step(state)
    people = (WaitsOn.COMPANY, WaitsOn.OPERATOR)
    earlier = [row.step for row in TABLE if row.waits_on in people and row.step < step]
    return tuple(each for each in earlier if current_step(state.model_copy(update=forget_from(state, each))) == each)


def voids(state: State, to: Step) -> tuple[str, ...]:
    """What going back to `to` would make void."""
    return lost(state, state.model_copy(update=forget_from(state, to)))


def lost(state: State, after: State) -> tuple[str, ...]:
    """What counted before and doesn't any more: letter, scan, grant, association, range, voucher type."""
    gone = {
        "letter": state.letter is not None and after.letter is None,
        "scan": state.scan is not None and after.scan is None,
        "grant": state.grant is not None and after.grant is None,
        "association": state.associated and not after.associated,
        "range": state.chosen is not None and after.chosen is None,
        "voucher_type": bool(state.voucher_types) and not after.voucher_types,
    }
    return tuple(name for name, is_gone in gone.items() if is_gone)


def cancelled(state: State, now: datetime) -> Known:
    """The onboarding ends: what was granted and claimed is to be undone, the last first."""
    known: Known = {"held": None, "blocked": None, "cancelled_at": now, "notes": ()}
    own = state.grant is None or state.grant.key.startswith(f"{state.onboarding_id}/")
    known |= undo_grant(state) if own else {"grant": None}  # a former onboarding's grant is not ours to revoke
    return known | undo_claim(state.model_copy(update=known))
