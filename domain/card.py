"""The card's first half: where an onboarding stands and what is known, for operators, in Markdown."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from domain.card_es import CAUSES, SCANS, UNDONE
from domain.effects import EFFECTS
from domain.explaining import Explanation, explained
from domain.fields import bogota
from domain.forgetting import CLAIM, GRANT
from domain.letter import Gone, Scan
from domain.looks import due_at, next_look_at
from domain.markdown import code, plain
from domain.numbering import Range
from domain.reasons import Code, FieldError, Reason
from domain.reminders import next_reminder_at
from domain.state import State
from domain.status import requirements, wizard_title
from domain.steps import ROWS, Step, WaitsOn, current_step, waits_on
from domain.texts_es import ROW_TITLES, WAITS_ON
from domain.verdict import Judgement

_DOES = {effect.name: effect.summary_es for effect in EFFECTS}


class Seen(NamedTuple):
    """A state at a moment, with what every part of the card asks of it, asked once."""

    state: State
    now: datetime
    step: Step
    waits: WaitsOn | None
    due: datetime | None
    late: bool
    means: Explanation | None
    """Of DIAN's last answer."""


def seen(state: State, now: datetime) -> Seen:
    due = due_at(state)
    late = due is not None and due <= now
    return Seen(state, now, current_step(state), waits_on(state), due, late, explained(state))


def heading(seen: Seen) -> Iterator[str]:
    state, step = seen.state, seen.step
    wizard = f"**{wizard_title(step)}** · " if step in ROWS else ""
    yield from (f"### {ROW_TITLES[step]}", f"{wizard}NIT {state.nit} · {plain(state.name)}", "")


def standing(seen: Seen) -> Iterator[str]:
    """What keeps it from going on, whom it waits on, until when."""
    state, due = seen.state, seen.due
    held, blocked = state.held, state.blocked
    if held is not None and seen.step in ROWS:
        yield f"- **En pausa** desde {bogota(held.at)}, por {plain(held.actor)}: {plain(held.reason)}"
    if blocked is not None:
        does = _DOES.get(blocked.effect, blocked.effect)
        which = f" ({_undone(state)[0]})" if blocked.effect == "undo" and state.undo else ""
        yield f"- **Bloqueado** desde {bogota(blocked.at)}: falló «{does}»{which}, código {code(blocked.code)}"
    if due is not None and seen.late:
        yield f"- **Vencido** desde {bogota(due)}"
    if seen.waits is not None:
        yield f"- Espera a: **{WAITS_ON[seen.waits]}**, desde {bogota(state.since)}"
    if due is not None:
        extended = " (ampliado)" if state.extended_to is not None else ""
        yield f"- Plazo: {bogota(due)}, hora de Bogotá{extended}{' (**vencido**)' if seen.late else ''}"
    if state.assignee:
        yield f"- Responsable: {plain(state.assignee)}"


def known(seen: Seen) -> Iterator[str]:
    """What is missing, what was sent, what is granted, claimed or to be undone."""
    state, step = seen.state, seen.step
    if step == Step.MANDATED_WAIT and (until := state.wait_until) is not None:
        yield f"- La espera de la DIAN termina: {bogota(until)}"
    found = requirements(state)
    if empty := [code(each.field) for each in found if each.code == Code.REQUIRED]:
        yield f"- Falta: {', '.join(empty)}"
    yield from (f"- Falta {code(each.field)}: {_cause(each)}" for each in found if each.code != Code.REQUIRED)
    if state.scans:
        yield f"- Última carta recibida ({_scan(state, state.scans[-1])}"
    if step == Step.READY and state.grant is not None:
        yield f"- Certificado digital activo hasta: {bogota(state.grant.ends_at)}"
    if step in (Step.VOUCHER_TYPE, Step.READINESS_CHECK, Step.READY):
        ranges = state.wanted if state.chosen is None else (state.chosen,)
        yield from (f"- Rango de numeración: {_range(each)}" for each in ranges)
    if state.voucher_types and step != Step.CANCELLED:
        types = ", ".join(f"{plain(each.code)} ({each.document_type})" for each in state.voucher_types)
        yield f"- Tipo de comprobante: {types}"
    if step == Step.CANCELLED and (void := _without_effect(state)):
        yield f"- Sin efecto: {', '.join(void)}"
    if state.undo:
        yield f"- Por deshacer: {', '.join(_undone(state))}"


def _cause(told: FieldError | Reason) -> str:
    """What is wrong, without what the company is told to do about it: that is what comes after the first sentence."""
    return plain(CAUSES.get(told.code) or f"{told.message_es.split('. ')[0].rstrip('.')}.")


def _scan(state: State, scan: Scan) -> str:
    verdict, decision = scan.verdict, state.decision
    by_hand = verdict is not None and verdict.judgement != Judgement.REJECTED and scan.gone == Gone.REJECTED
    judged = verdict.judgement if verdict is not None else "unchecked"
    words = SCANS["rejected_by_hand" if by_hand else scan.gone or judged]
    if scan.gone is None and decision is not None and decision.key == scan.key:
        words = f"aceptada por {plain(decision.actor)}"
    reasons = "".join(f" {_cause(each)}" for each in verdict.reasons) if verdict is not None else ""
    return f"{bogota(scan.at)}, versión {scan.revision}): **{words}**.{reasons}"


def _range(each: Range) -> str:
    number, prefix = plain(each.resolution), plain(each.prefix)
    return f"{number} {prefix}, {each.from_number}–{each.to_number}, vigente hasta {each.valid_to.isoformat()}"


def _undone(state: State) -> list[str]:
    """In the order in which it will be."""
    return [UNDONE[each.effect] for each in reversed(state.undo)]


def _without_effect(state: State) -> list[str]:
    """What was granted or claimed, or may have been, and doesn't count any more."""
    pending = {each.effect for each in state.undo}
    once = {GRANT: state.grant_number > 1, CLAIM: state.wishes > 0}
    return [UNDONE[effect] for effect, was in once.items() if was and effect not in pending]


def dian(seen: Seen) -> Iterator[str]:
    """DIAN's last answer: its own words, what they mean, what operators do about it, when we look again."""
    state, means = seen.state, seen.means
    look, following = state.last_look, next_look_at(state)
    if look is not None:
        said = code(look.answer.code) if look.answer.code else "sin código"
        yield f"- Última respuesta de la DIAN ({bogota(look.at)}): {said} {plain(look.answer.description)}".rstrip()
    if means is not None and Step.MANDATED_WAIT <= seen.step <= Step.READINESS_CHECK:
        yield f"- Qué significa: {plain(means.meaning_es, 600)}"
        yield f"- Ante esa respuesta: {plain(means.operator_es, 600)}"
    if state.denied_since is not None and state.patience_until is not None:
        yield f"- Si la DIAN lo sigue negando, vuelve a «Asociar prefijos»: {bogota(state.patience_until)}"
    if following is not None and following > seen.now:
        yield f"- Próxima consulta a la DIAN: {bogota(following)}"


def remembered(seen: Seen) -> Iterator[str]:
    """What else somebody should know: reminders, a refused address, notes, messages that nobody could read."""
    state = seen.state
    following = next_reminder_at(state)
    if state.reminded_at is not None or following is not None:
        last = f"; el último, {bogota(state.reminded_at)}" if state.reminded_at is not None else ""
        then = f"; el próximo, {bogota(following)}" if following is not None else ""
        yield f"- Recordatorios de este paso: {state.reminders}{last}{then}"
    if state.bounced is not None:
        yield f"- El correo del contacto es rechazado desde {bogota(state.bounced.at)} ({code(state.bounced.code)})"
    if state.remarks:
        note = state.remarks[-1]
        yield f"- Última nota ({plain(note.actor)}, {bogota(note.at)}): {plain(note.text)}"
    if state.follow_up is not None:
        yield f"- Volver a mirar: {state.follow_up.isoformat()}"
    if state.unreadable:
        last_one = state.unreadable[-1]
        when = f"el último, {code(last_one.name)}, {bogota(last_one.at)}, {last_one.size} bytes"
        yield f"- Mensajes ilegibles: {state.unreadable_count}; {when}"
