"""What the back office does to one company."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from domain.commands import Back, Cancel, Correct, Extend, Note, ReviewSignedLetter
from domain.status import Status
from domain.steps import Step
from starters.cli import screen
from starters.cli.common import Actor, Expected, Json, Nit, Why, desk, say, wait_for


class Decision(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"


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


def extend(
    nit: Nit,
    until: Annotated[
        str, typer.Option(metavar="T", help="A time (without offset Bogotá's), or how much longer: P5D, PT36H.")
    ],
    reason: Why,
    actor: Actor = "",
    expected_version: Expected = "",
    as_json: Json = False,
) -> None:
    """Give the current row a later due date."""
    say(nit, Extend(until=until, reason=reason), actor, expected_version, as_json)


def correct(
    nit: Nit,
    field: Annotated[str, typer.Argument(metavar="FIELD", help="Like name, contact_email, first_names.")],
    value: Annotated[str, typer.Argument(metavar="VALUE")],
    reason: Why,
    actor: Actor = "",
    expected_version: Expected = "",
    as_json: Json = False,
) -> None:
    """Correct a field, as checked as on entry; what depends on it becomes void."""
    message = Correct(field=field, value=value, reason=reason)

    async def work() -> tuple[Status, list[str]]:
        async with desk() as at:
            outcome = await at.port.command(nit, at.claimed(message, actor, expected_version))
            return await at.status(nit), list(outcome.voids)

    status, voids = wait_for(work())
    if as_json:
        print(screen.with_extra(status, voids=voids))
        return
    typer.echo(f"{field} is corrected; void now: {', '.join(voids) or 'nothing'}.")
    screen.show_status(status)


def note(
    nit: Nit,
    text: Annotated[str, typer.Argument(metavar="TEXT")],
    follow_up: Annotated[
        str, typer.Option("--follow-up", metavar="DATE", help="When to look again; - takes the former date away.")
    ] = "",
    actor: Actor = "",
    expected_version: Expected = "",
    as_json: Json = False,
) -> None:
    """Write down a remark, and when to look again."""
    say(nit, Note(text=text, follow_up=follow_up or None), actor, expected_version, as_json)


def cancel(nit: Nit, reason: Why, actor: Actor = "", expected_version: Expected = "", as_json: Json = False) -> None:
    """End the onboarding; what was granted and claimed is undone."""
    say(nit, Cancel(reason=reason), actor, expected_version, as_json)


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
    if not dry_run:
        say(nit, Back(to=to.value, reason=reason), actor, expected_version, as_json)
        return

    async def work() -> list[str]:
        async with desk() as at:
            asked = at.claimed(Back(to=to.value, reason=reason, dry_run="true"), actor, expected_version)
            return list((await at.port.command(nit, asked)).voids)

    voids = wait_for(work())
    if as_json:
        print(json.dumps({"to": to.value, "voids": voids}))
    else:
        typer.echo(f"Back to {to.value} would make void: {', '.join(voids) or 'nothing'}.")


def add_to(app: typer.Typer) -> None:
    for command in (review, extend, correct, note, back, cancel):
        app.command(command.__name__)(command)
