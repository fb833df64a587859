"""What is stuck: by the last sweep, which says when it was and what it couldn't look through."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from activities.errors import AwayError
from domain.findings import INVARIANTS, FindingCode
from domain.reasons import Code
from starters.cli import screen
from starters.cli.common import Json, desk, wait_for
from starters.errors import StarterError, Unavailable
from workers import adapters
from workers.settings import Settings, load

if TYPE_CHECKING:
    from activities.store.sweeping import Known, LastSweep

TOO_OLD = timedelta(minutes=15)
"""Three sweeps missed: what they would have found, nobody knows."""
COLUMNS = ("nit", "code", "since", "waiting_on", "runbook", "why")
HINT = "Does a worker run, and the Schedule? `./dse stuck --now` sweeps at once; runbook sweep-not-running."


def stuck(
    code: Annotated[FindingCode | None, typer.Option(help="Only these.")] = None,
    now: Annotated[bool, typer.Option("--now", help="Sweep first.")] = False,
    as_json: Json = False,
) -> None:
    """What is late or sick, the oldest first; an old sweep is no sign of health, and refused."""

    async def work() -> "tuple[LastSweep | None, list[Known]]":
        if now:
            async with desk() as at:
                await at.port.sweep()
        return await _read(load(), code)

    last, found = wait_for(work())
    _refuse_if_old(last)
    if as_json:
        print(json.dumps([_shown(each) for each in found], ensure_ascii=False))
    else:
        rows = [{**_shown(each), "since": screen.bogota(each.finding.since)} for each in found if each.finding.since]
        screen.show_rows(rows, COLUMNS)


async def _read(settings: Settings, code: FindingCode | None) -> "tuple[LastSweep | None, list[Known]]":
    """Only the records are needed: it reads the same while Temporal is away. Raises Unavailable."""
    try:
        async with adapters.sweeping(settings) as store:
            where = settings.environment
            return await store.last_sweep(where), await store.findings(where, code=code)
    except AwayError as error:
        raise Unavailable(*adapters.whereabouts(settings, error)) from None


def _refuse_if_old(last: "LastSweep | None") -> None:
    if last is None:
        raise StarterError(Code.UNAVAILABLE, "No sweep has ended yet: nobody knows what is stuck.", HINT)
    if abs(last.age) > TOO_OLD:  # in the future: a clock was wrong
        minutes = round(last.age / timedelta(minutes=1))
        when = screen.bogota(last.finished_at)
        message = f"The last sweep ended at {when}, {minutes} min ago: nobody knows what is stuck."
        raise StarterError(Code.UNAVAILABLE, message, HINT)
    partial = f"; partial, without {', '.join(last.missing)}: of that, what was known before" if last.missing else ""
    screen.tell(f"swept at {screen.bogota(last.finished_at)} in {last.seconds:.1f} s{partial}")


def _shown(known: "Known") -> dict[str, object]:
    """`contract.md` fixes the first six names."""
    each = known.finding
    invariant = INVARIANTS[each.code]
    return {
        "nit": each.nit,
        "since": each.since.isoformat() if each.since is not None else None,
        "why": each.why_es,
        "code": each.code.value,
        "waiting_on": each.waiting_on or None,
        "runbook": invariant.runbook,
        "severity": invariant.severity.value,
        "stale": known.stale,
    }


def add_to(app: typer.Typer) -> None:
    app.command("stuck")(stuck)
