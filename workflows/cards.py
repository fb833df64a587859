"""What operators see in Temporal's UI: the card in Spanish, and the attributes by which onboardings are found."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from domain.explaining import explained
from domain.fields import BOGOTA
from domain.looks import due_at, next_look_at
from domain.state import State
from domain.status import requirements, wizard_title
from domain.steps import Step, current_step, waits_on
from domain.texts_es import ACT_PATHS, ACTS, ROW_NEXT, ROW_TITLES, WAITS_ON

ENVIRONMENT = SearchAttributeKey.for_keyword("DseEnvironment")
STEP = SearchAttributeKey.for_keyword("DseStep")
WAITING_ON = SearchAttributeKey.for_keyword("DseWaitingOn")
BLOCKED_BY = SearchAttributeKey.for_keyword("DseBlockedBy")
PARTNER = SearchAttributeKey.for_keyword("DsePartner")
HELD = SearchAttributeKey.for_bool("DseHeld")
DUE_AT = SearchAttributeKey.for_datetime("DseDueAt")


@dataclass(frozen=True)
class Attributes:
    """No personal data: attributes are never encrypted."""

    environment: str
    step: str
    waiting_on: str
    blocked_by: str
    partner: str
    held: bool
    due_at: datetime | None


def attributes(state: State) -> Attributes:
    waits = waits_on(state)
    return Attributes(
        environment=state.environment,
        step=current_step(state).value,
        waiting_on=waits.value if waits else "",
        blocked_by=state.blocked.code if state.blocked else "",
        partner=state.partner,
        held=state.held is not None,
        due_at=due_at(state),
    )


def updates(before: Attributes | None, now: Attributes) -> list[SearchAttributeUpdate[Any]]:
    """What has changed, and only that: each key costs bytes in every history."""
    changed = [
        _update(ENVIRONMENT, before and before.environment, now.environment),
        _update(STEP, before and before.step, now.step),
        _update(WAITING_ON, before and before.waiting_on, now.waiting_on),
        _update(BLOCKED_BY, before and before.blocked_by, now.blocked_by),
        _update(PARTNER, before and before.partner, now.partner),
        _update(HELD, before and before.held, now.held),
        _update(DUE_AT, before and before.due_at, now.due_at),
    ]
    return [each for each in changed if each is not None]


def _update(key: SearchAttributeKey[Any], before: object, now: object) -> SearchAttributeUpdate[Any] | None:
    if before == now or (before is None and now == ""):
        return None
    return key.value_unset() if now is None or now == "" else key.value_set(now)


def details(state: State, now: datetime) -> str:
    """The work card, in Markdown."""
    step, waits, due, look = current_step(state), waits_on(state), due_at(state), next_look_at(state)
    lines = [f"### {ROW_TITLES[step]}", f"**{wizard_title(step)}** · NIT {state.nit}", ""]
    if waits is not None:
        lines.append(f"- Espera a: **{WAITS_ON[waits]}**, desde {_bogota(state.since)}")
    if due is not None:
        lines.append(f"- Plazo: {_bogota(due)}{' (**vencido**)' if due <= now else ''}")
    if state.held is not None:
        lines.append(f"- **En pausa** desde {_bogota(state.held.at)}")
    if state.blocked is not None:
        lines.append(f"- **Bloqueado**: {state.blocked.message_es} (código `{state.blocked.code}`)")
    lines.append(f"- Qué sigue: {ROW_NEXT[step]}")
    lines += [f"- Falta `{each.field}`: {each.message_es}" for each in requirements(state)]
    if step == Step.PREFIX_ASSOCIATION:
        path = ACT_PATHS["associate"].format(provider="proveedor", software="software")
        lines.append(f"- {ACTS['associate']}: {path}")
    if state.last_look is not None:
        answer = state.last_look.answer
        lines.append(
            f"- Última respuesta de la DIAN ({_bogota(state.last_look.at)}): {answer.code} {answer.description}"
        )
    if (means := explained(state)) is not None and Step.MANDATED_WAIT <= step <= Step.READINESS_CHECK:
        lines += [f"- Qué significa: {means.meaning_es}", f"- Qué hacer: {means.operator_es}"]
    if look is not None and look > now:
        lines.append(f"- Próxima consulta a la DIAN: {_bogota(look)}")
    if state.unreadable:
        lines.append(f"- Mensajes ilegibles: {state.unreadable_count}")
    return "\n".join(lines)


def _bogota(moment: datetime) -> str:
    return moment.astimezone(BOGOTA).isoformat(" ", "minutes")[: len("2026-11-26 15:40")]
