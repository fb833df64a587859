"""What operators see in Temporal's UI: the card in Spanish, and the attributes by which onboardings are found."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from domain.card import dian, heading, known, remembered, seen, standing
from domain.card_to_do import acting, paths, to_do
from domain.commands import Start
from domain.looks import due_at
from domain.markdown import plain
from domain.state import State
from domain.steps import current_step, waits_on

ENVIRONMENT = SearchAttributeKey.for_keyword("DseEnvironment")
STEP = SearchAttributeKey.for_keyword("DseStep")
WAITING_ON = SearchAttributeKey.for_keyword("DseWaitingOn")
BLOCKED_BY = SearchAttributeKey.for_keyword("DseBlockedBy")
PARTNER = SearchAttributeKey.for_keyword("DsePartner")
ASSIGNEE = SearchAttributeKey.for_keyword("DseAssignee")
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
    assignee: str
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
        assignee=state.assignee,
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
        _update(ASSIGNEE, before and before.assignee, now.assignee),
        _update(HELD, before and before.held, now.held),
        _update(DUE_AT, before and before.due_at, now.due_at),
    ]
    return [each for each in changed if each is not None]


def _update(key: SearchAttributeKey[Any], before: object, now: object) -> SearchAttributeUpdate[Any] | None:
    if before == now or (before is None and now == ""):
        return None
    return key.value_unset() if now is None or now == "" else key.value_set(now)


def details(state: State, now: datetime) -> str:
    """The work card, in Markdown. Times are Bogotá's."""
    at = seen(state, now)
    lines = (
        *heading(at),
        *standing(at),
        f"- Qué hacer: {to_do(at)}",
        *paths(at),
        *known(at),
        *dian(at),
        *remembered(at),
        *acting(at),
    )
    return "\n".join(lines)


def static_details(start: Start) -> str:
    """What the start itself says, as it stays: nothing here is updated. No person is named."""
    lines = [f"- NIT: {plain(start.nit or '')}", f"- Aliado: {plain(start.partner or 'direct')}"]
    if start.external_reference:
        lines.append(f"- Referencia del aliado: {plain(start.external_reference)}")
    return "\n".join([*lines, "", "La tarjeta al día está en *Current Details*. Las horas son de Bogotá."])
