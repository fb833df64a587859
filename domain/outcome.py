"""What a command answers: where the onboarding stands now, briefly; the whole is the query `status`."""

from domain.letter import Letter
from domain.state import State
from domain.steps import current_step, waits_on
from domain.texts_es import ROW_TITLES
from domain.values import Value


class Outcome(Value):
    version: int
    step: str
    step_title: str
    waiting_on: str | None
    pending: bool = False
    """What was asked for is still under way: look again later."""
    voids: tuple[str, ...] = ()
    """Answer of back with dry_run: what would become void; of correct: what became so."""
    letter: Letter | None = None
    """Answer of submit_representative: the letter that was issued."""


def outcome(
    state: State, *, pending: bool = False, letter: Letter | None = None, voids: tuple[str, ...] = ()
) -> Outcome:
    step, waits = current_step(state), waits_on(state)
    return Outcome(
        version=state.version,
        step=step.value,
        step_title=ROW_TITLES[step],
        waiting_on=waits.value if waits else None,
        pending=pending,
        letter=letter,
        voids=voids,
    )
