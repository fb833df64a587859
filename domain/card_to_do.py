"""The card's second half: what an operator is to do now, and with which command or message."""

from collections.abc import Iterator

from domain.card import Seen
from domain.card_es import ASK, COMPANY_IN_TIME, COMPANY_LATE, HERE, LATE, LOOK, OPEN_PAGE, SENT_AS, TICK, TO_DO, WAYS
from domain.commands import SIGNALS
from domain.explaining import Meaning
from domain.looks import LOOKING
from domain.markdown import plain
from domain.numbering import AnswerClass
from domain.reasons import Code
from domain.steps import ROWS, Step, WaitsOn
from domain.texts_es import ACT_PATHS, ACTS

Way = tuple[str, str, str]
"""The message (none: one only looks), what it does, the command."""
_SIGNALS = frozenset(kind.card.name for kind in SIGNALS)
_RESOLUTION_FIRST = ("request", "associate")
_STUCK = {
    Meaning.NOT_AUTHORISED: tuple(ACTS),
    Meaning.NO_RESOLUTION: _RESOLUTION_FIRST,
    Meaning.INVOICE_RANGES_ONLY: _RESOLUTION_FIRST,
    Meaning.WANTED_IS_FOR_INVOICES: _RESOLUTION_FIRST,
    Meaning.PREFIX_ENDS_IN_DIGIT: _RESOLUTION_FIRST,
    Meaning.RANGE_TAKEN: _RESOLUTION_FIRST,
}
"""Which acts DIAN's answer says are still to be done, where it isn't the association alone."""


def to_do(seen: Seen) -> str:
    """One sentence, to whoever of ours looks at the card."""
    what = situation(seen)
    if what in ASK:
        return (COMPANY_LATE if seen.late else COMPANY_IN_TIME).format(ask=ASK[what])
    return LATE[what] if seen.late and what in LATE else TO_DO[what]


def situation(seen: Seen) -> str:
    """What decides what is to be done: what stops it all, what keeps the row from going on, else the row."""
    state, step, waits = seen.state, seen.step, seen.waits
    if state.blocked is not None:
        return "blocked_and_held" if state.held is not None and step in ROWS else "blocked"
    if step not in ROWS:
        return step.value if state.closed else "undoing" if state.undo else "ending"
    if state.held is not None:
        return "held"
    if state.bounced is not None and waits == WaitsOn.OPERATOR and step != Step.LETTER_REVIEW:
        return "bounced"
    if step == Step.VOUCHER_TYPE and waits == WaitsOn.US:
        return "claiming"
    if step in LOOKING and state.last_look is not None and state.last_look.answer.answer_class == AnswerClass.OURS:
        return "ours"
    if state.denied_since is not None:
        return "denied"
    if step == Step.READINESS_CHECK and any(each.code == Code.PROVIDER_CERTIFICATE for each in state.notes):
        return "provider_certificate"
    if step == Step.SIGNED_LETTER and state.notes:
        return "signed_letter_again"
    return step.value


def paths(seen: Seen) -> Iterator[str]:
    """DIAN's menus for the acts that are due there, with the names to choose as DIAN lists them."""
    names = {
        "provider": plain(seen.state.provider_name or "proveedor"),
        "software": plain(seen.state.software_name or "software"),
    }
    for act in _acts_due(seen):
        yield f"- Ruta en la DIAN, {ACTS[act]}: {ACT_PATHS[act].format_map(names)}"


def _acts_due(seen: Seen) -> tuple[str, ...]:
    """During DIAN's wait those that nobody ticked; then those that DIAN's answer says are not done, ticked or not."""
    if seen.step == Step.MANDATED_WAIT:
        return tuple(act for act in ("enable", "request") if act not in seen.state.acts)
    if seen.step == Step.PREFIX_ASSOCIATION or seen.state.denied_since is not None:
        return _STUCK.get(seen.means.code, ("associate",)) if seen.means is not None else ("associate",)
    return ()


def acting(seen: Seen) -> Iterator[str]:
    """The commands that fit this moment, all legal now; the same as messages to send from Temporal's UI."""
    state, ways = seen.state, tuple(_ways(seen))
    yield from ("", "#### Cómo actuar")
    if any(name for name, _, _ in ways):
        yield from (HERE, "")
    for name, words, command in ways:
        sent = f" · {SENT_AS[name in _SIGNALS]} `{name}`" if name else ""
        yield f"- {words}: `./dse {command.format(nit=state.nit)}`{sent}"
    yield f"- {LOOK.format(nit=state.nit)}"
    if state.gateway_url:
        yield from ("", f"[{OPEN_PAGE}]({state.gateway_url.rstrip('/')}/onboardings/{state.nit})")


def _ways(seen: Seen) -> Iterator[Way]:
    state, what, is_open = seen.state, situation(seen), seen.step in ROWS
    if state.blocked is not None:
        yield from WAYS["blocked"]
    if is_open and state.held is not None:
        yield from WAYS["held"]
    if is_open and state.bounced is not None:
        yield from WAYS["bounced"]
    if is_open and state.blocked is None and state.held is None:
        yield from _ticks(seen)
        yield from WAYS.get("" if what == "claiming" else seen.step, ())
        if seen.waits == WaitsOn.COMPANY:
            yield from WAYS["company"]
        if seen.late:
            yield from WAYS["late"]
    if is_open and seen.waits == WaitsOn.OPERATOR and not state.assignee:
        yield from WAYS["nobodys"]


def _ticks(seen: Seen) -> Iterator[Way]:
    name, words, command = TICK
    for act in _acts_due(seen) if seen.step != Step.PREFIX_SYNC else ():
        if act not in seen.state.acts:
            yield name, words.format(number=ACTS[act][0]), command.format(act=act)
