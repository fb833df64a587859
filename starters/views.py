"""Ready-made views of Temporal's list: what operators open every day. `docs/operations/vistas.md` lists them."""

from dataclasses import dataclass
from urllib.parse import quote

from domain.steps import OPEN_STEPS, Step, WaitsOn
from domain.texts_es import ROW_TITLES, WAITS_ON

EXAMPLE_TIME = "2026-12-01T08:00:00-05:00"
"""Temporal's queries have no now(), and want a moment with its offset: whoever opens the view puts theirs instead."""
EXAMPLE_ASSIGNEE = "ana.perez"


@dataclass(frozen=True)
class View:
    """A name that people read, and what it finds among the onboardings under way."""

    name: str
    condition: str

    @property
    def query(self) -> str:
        return f'{self.condition} AND ExecutionStatus = "Running"'

    @property
    def link(self) -> str:
        """Relative to the address of Temporal's UI."""
        return f"/namespaces/default/workflows?query={quote(self.query, safe='')}"


def overdue(at: str = EXAMPLE_TIME) -> View:
    return View("Vencidas", f'DseDueAt < "{at}"')


def assigned_to(who: str = EXAMPLE_ASSIGNEE) -> View:
    return View("Mías", f'DseAssignee = "{who}"')


def at_row(step: Step) -> View:
    return View(ROW_TITLES[step], f'DseStep = "{step}"')


def waiting_on(party: WaitsOn) -> View:
    return View(f"Espera a: {WAITS_ON[party]}", f'DseWaitingOn = "{party}"')


HELD = View("En pausa", "DseHeld = true")
BLOCKED = View("Bloqueadas", "DseBlockedBy IS NOT NULL")
IN_REVIEW = View("En revisión", f'DseStep = "{Step.LETTER_REVIEW}"')
VIEWS: tuple[View, ...] = (
    assigned_to(),
    overdue(),
    BLOCKED,
    HELD,
    IN_REVIEW,
    *(waiting_on(party) for party in WaitsOn),
    *(at_row(step) for step in OPEN_STEPS),
)
