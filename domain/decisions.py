"""What each command and fact makes known. A command that can't be refuses; a fact never does: it is noted instead."""

from datetime import datetime

from domain import forgetting
from domain.change import Who, changed
from domain.commands import (
    Back,
    ConfigureVoucherType,
    DeclareResolution,
    Message,
    PrefixesAssociated,
    ReviewSignedLetter,
    SignedLetterUploaded,
    SubmitRepresentative,
    TickAct,
)
from domain.fields import Fields
from domain.letter import Gone, Scan, is_scan_key
from domain.numbering import PREFIX, RESOLUTION, DeclaredResolution, Range
from domain.people import representative
from domain.reasons import Code, Reason, Refusal
from domain.reasons_es import REJECTED_BY_HAND
from domain.state import Decision, Held, Known, State, VoucherWish
from domain.steps import Step, current_step
from domain.texts_es import ACTS, ROW_TITLES

MAX_SCANS = 100
"""Keys are never forgotten, so there is an end to how many one onboarding may bring."""
ACT_NAMES = tuple(ACTS)
_REVIEW_CODES = (
    Code.REJECTED_BY_PERSON,
    Code.NOT_THE_REPRESENTATIVE,
    Code.UNSIGNED,
    Code.SIGNATURE_DOUBTFUL,
    Code.DIGITALLY_SIGNED,
    Code.WRONG_COMPANY,
    Code.WRONG_REVISION,
    Code.PAGE_BLANK,
    Code.CODE_UNREADABLE,
)


def invoicing_completed(state: State, message: Message, who: Who, now: datetime) -> State:
    if state.invoicing_completed_at is not None:
        return state
    return changed(state, now, message.card.name, {"invoicing_completed_at": now}, who=who)


def submit_representative(state: State, message: SubmitRepresentative, who: Who, now: datetime) -> State:
    person = representative(message.model_dump())
    if isinstance(person, tuple):
        raise Refusal(Code.INVALID_FIELDS, fields=person)
    known = state.representative
    if known is not None and known.printed == person.printed:
        return changed(state, now, message.card.name, {"representative": person}, who=who)
    early = {"scans": state.scans} if known is None else {}  # a scan that came before the data answers this revision
    return changed(
        state,
        now,
        message.card.name,
        {"representative": person, **forgetting.next_letter(state), **early},
        who=who,
        before=f"v{state.revision}" if known is not None else "",
        after=f"v{state.revision + 1}",
    )


def scan_uploaded(state: State, message: SignedLetterUploaded, who: Who, now: datetime) -> State:
    """Taken unless its key can't be, or its bytes are the current scan's; a newer one replaces the one before."""
    key, size = message.key or "", message.size or ""
    sha256 = (message.sha256 or "")[:64].lower()
    current = state.scan
    if current is not None and current.key == key:
        return state
    code = None
    if not is_scan_key(key, state.environment, state.nit) or len(key) > 300:
        code = Code.KEY_OUTSIDE_SCANS
    elif any(scan.key == key for scan in state.scans):
        code = Code.KEY_USED
    elif len(state.scans) >= MAX_SCANS:
        code = Code.SCANS_TOO_MANY
    elif state.grant is not None or state.continued or current_step(state) > Step.LETTER_ACCEPTED:
        code = Code.SCAN_TOO_LATE
    elif current is not None and sha256 and current.sha256 == sha256:
        code = Code.SCAN_IS_CURRENT
    if code is not None:
        own = "" if code == Code.KEY_OUTSIDE_SCANS else key  # its object is there: this is all that is known of it
        return changed(state, now, message.card.name, who=who, before=own, after=f"ignored: {code}")
    scan = Scan(
        key=key,
        sha256=sha256,
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 12 else -1,
        revision=state.next_revision,
        at=now,
    )
    scans = (*forgetting.drop_scan(state, Gone.REPLACED), scan)
    return changed(state, now, message.card.name, {"scans": scans, "decision": None, "notes": ()}, who=who, after=key)


def delete_scan(state: State, message: Message, who: Who, now: datetime) -> State:
    scans = forgetting.drop_scan(state, Gone.DELETED)
    return changed(state, now, message.card.name, {"scans": scans, "decision": None, "continued_key": ""}, who=who)


def continue_onboarding(state: State, message: Message, who: Who, now: datetime) -> State:
    key = state.scan.key if state.scan is not None else ""
    return changed(state, now, message.card.name, {"continued_key": key, "notes": ()}, who=who, after=key)


def review_scan(state: State, message: ReviewSignedLetter, who: Who, now: datetime) -> State:
    fields = Fields()
    decision = fields.choice("decision", message.decision, ("accept", "reject"))
    code = fields.choice("code", message.code or Code.REJECTED_BY_PERSON, _REVIEW_CODES)
    fields.refuse_if_wrong()
    scan = state.scan
    if scan is None or (message.sha256 and message.sha256.lower() != scan.sha256):
        raise Refusal(Code.SCAN_CHANGED)
    if decision == "accept":
        accepted = Decision(key=scan.key, accepted=True, actor=who.actor)
        return changed(state, now, message.card.name, {"decision": accepted}, who=who, after="accepted")
    return changed(
        state,
        now,
        message.card.name,
        {"scans": forgetting.drop_scan(state, Gone.REJECTED), "notes": (_rejection(Code(code)),)},
        who=who,
        after=f"rejected: {code}",
    )


def _rejection(code: Code) -> Reason:
    return Reason(code=code, message_es=REJECTED_BY_HAND.get(code, code.es()))


def declare_resolution(state: State, message: DeclareResolution, who: Who, now: datetime) -> State:
    fields = Fields()
    resolution = fields.text("resolution", message.resolution, 14)
    if resolution and not RESOLUTION.fullmatch(resolution) and not fields.errors:
        fields.wrong("resolution", Code.RESOLUTION_FORMAT)
    prefix = _prefix(fields, message.prefix, required=True)
    fields.refuse_if_wrong()
    declared = DeclaredResolution(resolution=resolution, prefix=prefix)
    before = f"{state.declared.resolution} {state.declared.prefix}" if state.declared is not None else ""
    after = f"{resolution} {prefix}"
    return changed(
        state, now, message.card.name, {"declared": declared, "news_at": now}, who=who, before=before, after=after
    )


def _prefix(fields: Fields, given: str | None, *, required: bool = False) -> str:
    prefix = fields.text("prefix", given, 40, required=required).upper()
    if prefix and not PREFIX.fullmatch(prefix):
        fields.wrong("prefix", Code.PREFIX_FORMAT)
    elif prefix[-1:].isdigit():
        fields.wrong("prefix", Code.PREFIX_ENDS_IN_DIGIT)
    return prefix


def _named_prefix(state: State, given: str | None, fields: Fields) -> str:
    """The prefix that a person's word is about, where it names one: it can't be another than the declared one."""
    prefix = _prefix(fields, given)
    if prefix and not fields.errors and state.declared is not None and prefix != state.declared.prefix:
        fields.wrong("prefix", Code.PREFIX_NOT_DECLARED, given=prefix, right=state.declared.prefix)
    return prefix


def tick_act(state: State, message: TickAct, who: Who, now: datetime) -> State:
    fields = Fields()
    act = fields.choice("act", message.act, ACT_NAMES)
    at = fields.past("at", message.at, now)
    undo = fields.flag("undo", message.undo, default=False)
    prefix = _named_prefix(state, message.prefix, fields)
    fields.refuse_if_wrong()
    if act != "associate" and not Step.MANDATED_WAIT <= current_step(state) <= Step.PREFIX_SYNC:
        step = current_step(state)
        raise Refusal(Code.NOT_LEGAL_HERE, step=ROW_TITLES[step], given=step, right=ACTS["associate"])
    if undo and act not in state.acts:
        raise Refusal(Code.NOT_TICKED)
    if undo:
        acts = {name: ticked for name, ticked in state.acts.items() if name != act}
    else:
        acts = {**state.acts, act: at}
    known: Known = {"acts": acts}
    if act == "request" and not state.wait_over:
        known["wait_moved_to"] = None if undo else at + state.mandated_wait
    if act == "associate":
        known |= {"notes": (), "denied_since": None, "patience_until": None}
    if not undo:
        known["news_at"] = now
    after = f"{'undo ' if undo else ''}{act} {prefix}".rstrip()
    return changed(state, now, message.card.name, known, who=who, after=after)


def prefixes_associated(state: State, message: PrefixesAssociated, who: Who, now: datetime) -> State:
    fields = Fields()
    prefix = _named_prefix(state, message.prefix, fields)
    if fields.errors:
        return changed(state, now, message.card.name, who=who, after=f"ignored: {fields.errors[0].code}")
    if state.associated:
        return state
    acts = {**state.acts, "associate": now}
    return changed(state, now, message.card.name, {"acts": acts, "news_at": now, "notes": ()}, who=who, after=prefix)


def configure_voucher_type(state: State, message: ConfigureVoucherType, who: Who, now: datetime) -> State:
    fields = Fields()
    code = fields.text("code", message.code, 10).upper()
    name = fields.text("name", message.name, 60)
    next_number = fields.whole_number("next_number", message.next_number)
    automatic = fields.flag("automatic_numbering", message.automatic_numbering)
    in_use = fields.flag("in_use", message.in_use)
    chosen = _chosen_range(state, message, fields)
    if chosen is not None and next_number and not chosen.from_number <= next_number <= chosen.to_number:
        fields.wrong("next_number", Code.NEXT_NUMBER_OUTSIDE, right=f"{chosen.from_number}–{chosen.to_number}")
    if [error.code for error in fields.errors] == [Code.CHOOSE_RANGE]:
        raise Refusal(Code.CHOOSE_RANGE, fields=fields.errors, right=_offers(state))
    fields.refuse_if_wrong()
    assert chosen is not None  # no range: a field error was noted
    wish = VoucherWish(
        number=state.wishes + 1,
        code=code,
        name=name,
        next_number=next_number,
        automatic_numbering=automatic,
        in_use=in_use,
        range=chosen,
    )
    known = {**forgetting.undo_claim(state), "wish": wish, "wishes": wish.number}
    return changed(state, now, message.card.name, known, who=who, after=f"{code} {chosen.resolution} {chosen.prefix}")


def _chosen_range(state: State, message: ConfigureVoucherType, fields: Fields) -> Range | None:
    offered = [
        each
        for each in state.wanted
        if (message.resolution or each.resolution) == each.resolution
        and (message.prefix or each.prefix).upper() == each.prefix
    ]
    if len(offered) == 1:
        return offered[0]
    fields.wrong("resolution", Code.CHOOSE_RANGE if offered else Code.RANGE_NOT_OFFERED, right=_offers(state))
    return None


def _offers(state: State) -> str:
    return ", ".join(f"{each.resolution} {each.prefix}" for each in state.wanted)


def hold(state: State, message: Message, who: Who, now: datetime) -> State:
    held = Held(at=now, actor=who.actor, reason=who.reason)
    return changed(state, now, message.card.name, {"held": held}, who=who)


def resume(state: State, message: Message, who: Who, now: datetime) -> State:
    """Neither the row's time allowed nor the patience with a denied word ran meanwhile."""
    begun = max(state.held.at, state.since) if state.held is not None else now
    known: Known = {"held": None, "paused": state.paused + (now - begun), "calendar_due_at": None, "overdue": False}
    if state.extended_to is not None:
        known["extended_to"] = state.extended_to + (now - begun)
    if state.denied_since is not None:
        known |= {"denied_since": state.denied_since + (now - begun), "patience_until": None}
    return changed(state, now, message.card.name, known, who=who)


def back(state: State, message: Back, who: Who, now: datetime) -> State:
    targets = forgetting.back_targets(state)
    fields = Fields()
    to = fields.choice("to", message.to, tuple(step.value for step in Step))
    fields.flag("dry_run", message.dry_run, default=False)
    fields.refuse_if_wrong()
    if to not in targets:
        raise Refusal(Code.BACK_TARGET, right=", ".join(targets))
    if message.is_dry:
        return state
    known = {**forgetting.forget_from(state, Step(to)), "back_at": now}
    return changed(state, now, message.card.name, known, who=who, before=current_step(state).value, after=to)


def cancel(state: State, message: Message, who: Who, now: datetime) -> State:
    return changed(state, now, message.card.name, forgetting.cancelled(state, now), who=who)


def retry(state: State, message: Message, who: Who, now: datetime) -> State:
    before = state.blocked.code if state.blocked is not None else ""
    return changed(state, now, message.card.name, {"blocked": None, "news_at": now}, who=who, before=before)
