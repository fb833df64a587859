"""What the back office sees: one onboarding, and the work list."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Annotated, Any, TypedDict

import typer

from domain.expiring import soon
from domain.fields import BOGOTA
from domain.reasons import Code, Refusal
from domain.status import Status
from domain.steps import Step
from starters.cli import screen
from starters.cli.common import Json, Nit, desk, show, wait_for
from starters.errors import StarterError
from workers import adapters


def status(
    nit: Nit,
    watch: Annotated[bool, typer.Option("--watch", help="Show every change until it ends.")] = False,
    as_json: Json = False,
) -> None:
    """Where an onboarding stands and what can be done."""

    async def work() -> None:
        async with desk() as at:
            now = await at.status(nit)
            show(now, as_json)
            while watch and now.closed is None:
                await asyncio.sleep(1)
                following = await at.status(nit)
                if following.version != now.version:
                    show(following, as_json)
                now = following

    wait_for(work())


def wait(
    nit: Nit,
    step: Annotated[Step, typer.Option(help="Succeeds at this step or a later one.")],
    timeout: Annotated[float, typer.Option(help="Seconds.")] = 300.0,
    as_json: Json = False,
) -> None:
    """Wait until an onboarding has come to a step."""

    async def work() -> Status:
        async with desk() as at:
            loop = asyncio.get_running_loop()
            until = loop.time() + timeout
            while True:
                now = await at.status(nit)
                if now.step == Step.CANCELLED and step != Step.CANCELLED:
                    raise Refusal(Code.NOT_LEGAL_HERE, given=now.step, step=now.step_title, right="—")
                if Step(now.step) >= step and (step not in (Step.READY, Step.CANCELLED) or now.closed is not None):
                    return now
                if loop.time() >= until:
                    hint = f"It stands at {now.step}, waiting on {now.waiting_on}."
                    raise StarterError(Code.TIMEOUT, f"Not at {step} after {timeout:g} s.", hint)
                await asyncio.sleep(0.3)

    show(wait_for(work()), as_json)


class _Filters(TypedDict):
    step: Step | None
    waiting_on: str | None
    overdue: bool
    held: bool
    most: int | None


def list_(
    step: Annotated[Step | None, typer.Option()] = None,
    waiting_on: Annotated[str | None, typer.Option("--waiting-on", help="company, us, dian or operator.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue")] = False,
    held: Annotated[bool, typer.Option("--held")] = False,
    expiring: Annotated[
        bool, typer.Option("--expiring", help="Instead those whose grant or range ends within 30 days.")
    ] = False,
    follow_up: Annotated[bool, typer.Option("--follow-up", help="Those to be looked at again by today.")] = False,
    assignee: Annotated[str | None, typer.Option(metavar="WHO", help="Whose they are.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="DSE_ACTOR's.")] = False,
    first: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    as_json: Json = False,
) -> None:
    """The onboardings under way, by due date; or what ends soon (--expiring), soonest first."""
    if mine and assignee is not None:
        raise typer.BadParameter("not both", param_hint="--mine, --assignee")
    if expiring and (follow_up or mine or assignee is not None):
        raise typer.BadParameter("not with --expiring", param_hint="--follow-up, --assignee, --mine")
    by: _Filters = {"step": step, "waiting_on": waiting_on, "overdue": overdue, "held": held, "most": first}

    async def work() -> list[dict[str, object]]:
        now = datetime.now(UTC)
        async with desk() as at:
            where = at.settings.environment
            if expiring:
                async with adapters.expiring(at.settings) as ends:
                    ending = await ends.listing(where, soon(now), now=now, **by)
                    return [row.model_dump(mode="json") for row in ending]
            today = now.astimezone(BOGOTA).date() if follow_up else None
            whose = at.settings.actor if mine else assignee
            async with at.reading() as reading:
                found = await reading.listing(where, now=now, follow_up=today, assignee=whose, **by)
                return [row.model_dump(mode="json") for row in found]

    rows = wait_for(work())
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
    elif expiring:
        screen.show_rows([_with_ends(row) for row in rows], ("nit", "name", "step", "waiting_on", "expiring"))
    else:
        desk_columns = [name for name in ("assignee", "follow_up") if any(row[name] for row in rows)]
        columns = ("nit", "name", "step", "waiting_on", "due_at", "overdue", "held", "blocked", *desk_columns)
        screen.show_rows(rows, columns)


def _with_ends(row: dict[str, Any]) -> dict[str, object]:
    """For people: what ends, and when, in one cell."""
    return {**row, "expiring": ", ".join(f"{each['what']} {each['ends_on']}" for each in row["expiring"])}


def add_to(app: typer.Typer) -> None:
    app.command("status")(status)
    app.command("wait")(wait)
    app.command("list")(list_)
