"""What the back office sees and does."""

import asyncio
import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypedDict

import typer

from domain.commands import Back, Cancel, Hold, Resume, Retry, ReviewSignedLetter
from domain.expiring import soon
from domain.reasons import Code, Refusal
from domain.status import Status
from domain.steps import Step
from starters.cli import screen
from starters.cli.common import Actor, Expected, Json, Nit, Why, desk, say, show, wait_for
from starters.errors import StarterError
from workers import adapters


class Decision(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"


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
    first: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    as_json: Json = False,
) -> None:
    """The onboardings under way, by due date; or what ends soon (--expiring), soonest first."""
    by: _Filters = {"step": step, "waiting_on": waiting_on, "overdue": overdue, "held": held, "most": first}

    async def work() -> list[dict[str, object]]:
        now = datetime.now(UTC)
        async with desk() as at:
            where = at.settings.environment
            if expiring:
                async with adapters.expiring(at.settings) as ends:
                    found = await ends.listing(where, soon(now), now=now, **by)
                    return [row.model_dump(mode="json") for row in found]
            async with at.reading() as reading:
                return [row.model_dump(mode="json") for row in await reading.listing(where, now=now, **by)]

    rows = wait_for(work())
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
    elif expiring:
        screen.show_rows([_with_ends(row) for row in rows], ("nit", "name", "step", "waiting_on", "expiring"))
    else:
        screen.show_rows(rows, ("nit", "name", "step", "waiting_on", "due_at", "overdue", "held", "blocked"))


def _with_ends(row: dict[str, Any]) -> dict[str, object]:
    """For people: what ends, and when, in one cell."""
    return {**row, "expiring": ", ".join(f"{each['what']} {each['ends_on']}" for each in row["expiring"])}


def timeline(nit: Nit, as_json: Json = False) -> None:
    """Everything that happened, who said it, and why."""

    async def work() -> list[dict[str, object]]:
        async with desk() as at, at.reading() as reading:
            entries = await reading.timeline(at.settings.environment, nit)
            return [entry.model_dump(mode="json") for entry in entries]

    entries = wait_for(work())
    if as_json:
        print(json.dumps(entries, ensure_ascii=False))
    else:
        screen.show_rows(entries, ("seq", "at", "name", "actor", "reason", "before", "after"))


def review(
    nit: Nit,
    decision: Annotated[Decision | None, typer.Argument(show_default=False)] = None,
    code: Annotated[str, typer.Option("--reason", metavar="CODE", help="Why it is rejected.")] = "",
    folder: Annotated[
        Path | None, typer.Option("--open", metavar="DIR", help="Only show the scan, as pictures in this folder.")
    ] = None,
    actor: Actor = "",
    expected_version: Expected = "",
    as_json: Json = False,
) -> None:
    """Decide on a letter whose verdict is in doubt, or look at it first (--open)."""
    if (decision is None) == (folder is None):
        raise typer.BadParameter("either a decision or --open DIR", param_hint="DECISION")
    if folder is not None:
        _open(nit, folder, as_json)
        return
    assert decision is not None
    message = ReviewSignedLetter(decision=decision.value, code=code or None)
    say(nit, message, actor, expected_version, as_json)


def _open(nit: str, folder: Path, as_json: bool) -> None:
    from starters.cli.opened import open_case, say_what_next  # what draws takes a while to import

    status, document = wait_for(open_case(nit, folder))
    if as_json:
        print(json.dumps(document, ensure_ascii=False))
        return
    typer.echo(f"verdict: {document['verdict'] or 'none yet'}")
    for reason in document["reasons"]:
        typer.echo(f"  {reason['message_es']} [{reason['code']}]")
    for name in ("review", "page", "box", "letter"):
        typer.echo(f"{name}: {document[name]}")
    say_what_next(status)


def hold(nit: Nit, reason: Why, actor: Actor = "", expected_version: Expected = "", as_json: Json = False) -> None:
    """Put on hold: due dates stop, facts are still taken."""
    say(nit, Hold(reason=reason), actor, expected_version, as_json)


def resume(nit: Nit, reason: Why, actor: Actor = "", expected_version: Expected = "", as_json: Json = False) -> None:
    """Go on after a hold."""
    say(nit, Resume(reason=reason), actor, expected_version, as_json)


def cancel(nit: Nit, reason: Why, actor: Actor = "", expected_version: Expected = "", as_json: Json = False) -> None:
    """End the onboarding; what was granted and claimed is undone."""
    say(nit, Cancel(reason=reason), actor, expected_version, as_json)


def retry(nit: Nit, reason: Why, actor: Actor = "", expected_version: Expected = "", as_json: Json = False) -> None:
    """Try a blocked step again, or look at DIAN now."""
    say(nit, Retry(reason=reason), actor, expected_version, as_json)


def back(
    nit: Nit,
    to: Annotated[Step, typer.Option(metavar="ROW", help="A row that waits on a person.")],
    reason: Why,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would become void.")] = False,
    actor: Actor = "",
    expected_version: Expected = "",
    as_json: Json = False,
) -> None:
    """Go back to a row; what was decided and proven from there on is forgotten."""
    message = Back(to=to.value, reason=reason)
    if not dry_run:
        say(nit, message, actor, expected_version, as_json)
        return

    async def work() -> list[str]:
        async with desk() as at:
            return list(
                (
                    await at.port.command(
                        nit, message.model_copy(update={"dry_run": "true", "actor": at.settings.actor})
                    )
                ).voids
            )

    voids = wait_for(work())
    if as_json:
        print(json.dumps({"to": to.value, "voids": voids}))
    else:
        typer.echo(f"Back to {to.value} would make void: {', '.join(voids) or 'nothing'}.")


def add_to(app: typer.Typer) -> None:
    for command in (status, wait, timeline, review, hold, resume, cancel, retry, back):
        app.command(command.__name__)(command)
    app.command("list")(list_)
