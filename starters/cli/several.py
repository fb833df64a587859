"""Commands that operators give to one company, or to several at once (`--where QUERY | --file NITS`)."""

import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from domain.commands import Assign, Hold, Message, Remind, Resume, Retry
from domain.reasons import Code, FieldError, Refusal
from domain.status import Status
from starters.cli import screen
from starters.cli.common import (
    Actor,
    Desk,
    Expected,
    Json,
    NitOrNone,
    Why,
    checked_nit,
    desk,
    refuse_unless_offered,
    say,
    stop_signals,
    wait_for,
)
from starters.port import Port
from starters.several import ALREADY, MOST, Result, Say, Several, nits_in, refuse_unless_some, saying

_BATCH = re.compile(r"[A-Za-z0-9._-]{1,64}")

Where = Annotated[
    str | None, typer.Option("--where", metavar="QUERY", help="Not one NIT, but all that fit this query of Temporal's.")
]
File = Annotated[
    str | None,
    typer.Option("--file", metavar="NITS", help="Not one NIT, but those in this file, one a line (-: stdin)."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Several: only say whom it concerns, and what is refused.")]
Batch = Annotated[
    str, typer.Option(metavar="ID", help="Several: go on with this batch; who has done it is left alone.")
]
Most = Annotated[int | None, typer.Option(min=1, help=f"Several: refuse if it is more of them (default: {MOST}).")]


@dataclass(frozen=True)
class Selection:
    """Which companies, and how they are gone through."""

    where: str | None
    file: str | None
    dry_run: bool
    batch: str
    most: int | None

    @property
    def how_to_go_on(self) -> str:
        return f"batch {self.batch}: repeat the command with --batch {self.batch} to go on with it"

    def refuse_if_misused(self, alone: bool, expected: str) -> None:
        """Raises BadParameter: exactly one way to say which, and no option that has no meaning there."""
        if [alone, self.where is not None, self.file is not None].count(True) != 1:
            raise typer.BadParameter("exactly one of NIT, --where QUERY and --file NITS", param_hint="NIT")
        if alone and (self.dry_run or self.batch or self.most is not None):
            raise typer.BadParameter("only with --where or --file", param_hint="--dry-run, --batch, --most")
        if expected and not alone:
            raise typer.BadParameter("each company has its own: only with a NIT", param_hint="--expected-version")
        if self.batch and not _BATCH.fullmatch(self.batch):
            raise typer.BadParameter("at most 64 letters, digits, dots and dashes", param_hint="--batch")

    async def nits(self, port: Port) -> Sequence[str]:
        """Raises Refusal if a line is wrong, the query isn't understood, or it is nobody or too many."""
        most = MOST if self.most is None else self.most
        if self.file is not None:
            nits = _listed(self.file)
        else:
            assert self.where is not None
            refuse_unless_some(await port.count(self.where), most)
            nits = await port.nits(self.where)
        refuse_unless_some(len(nits), most)
        return nits


def _listed(file: str) -> Sequence[str]:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8-sig")
    except (OSError, ValueError):
        raise Refusal(Code.FILE_UNREADABLE, fields=[FieldError.of("file", Code.FILE_UNREADABLE)]) from None
    return nits_in(text.splitlines())


def _command(kind: type[Message], help_: str) -> Callable[..., None]:
    def command(
        reason: Why,
        nit: NitOrNone = None,
        where: Where = None,
        file: File = None,
        dry_run: DryRun = False,
        batch: Batch = "",
        most: Most = None,
        actor: Actor = "",
        expected_version: Expected = "",
        as_json: Json = False,
    ) -> None:
        selection = Selection(where, file, dry_run, batch, most)
        selection.refuse_if_misused(nit is not None, expected_version)
        _say(nit, selection, kind(reason=reason), actor, expected_version, as_json)

    command.__doc__ = help_
    return command


def assign(
    nit_and_who: Annotated[
        list[str], typer.Argument(metavar="[NIT] WHO", help="A user name, or - for nobody; NIT unless it is several.")
    ],
    where: Where = None,
    file: File = None,
    dry_run: DryRun = False,
    batch: Batch = "",
    most: Most = None,
    actor: Actor = "",
    expected_version: Expected = "",
    as_json: Json = False,
) -> None:
    """Say whose it is."""
    selection = Selection(where, file, dry_run, batch, most)
    *nits, who = nit_and_who
    if len(nits) > 1:
        raise typer.BadParameter("NIT and WHO, no more", param_hint="WHO")
    selection.refuse_if_misused(bool(nits), expected_version)
    nit = checked_nit(nits[0]) if nits else None
    _say(nit, selection, Assign(who=who), actor, expected_version, as_json)


def _say(
    nit: str | None, selection: Selection, message: Message, actor: str, expected_version: str, as_json: bool
) -> None:
    if nit is not None:
        say(nit, message, actor, expected_version, as_json)
        return
    selection = replace(selection, batch=selection.batch or str(uuid4()))
    nits, results = wait_for(_to_all(selection, message, actor))
    interrupted, failed = len(results) < len(nits), [each for each in results if not each.ok]
    if as_json:
        print(json.dumps([each.document() for each in results], ensure_ascii=False))
    elif selection.dry_run or failed:
        screen.show_results(results if selection.dry_run else failed)
    already = sum(each.already is not None for each in results)
    done = len(results) - already - len(failed)
    counted = f"{len(results)} of {len(nits)}: {done} done, {already} so already, {len(failed)} failed"
    screen.tell(f"interrupted; {counted}" if interrupted else counted)
    if (interrupted or failed) and not selection.dry_run:
        screen.tell(selection.how_to_go_on)
    if interrupted:
        raise typer.Exit(130)
    if failed:
        raise typer.Exit(1)


async def _to_all(selection: Selection, message: Message, actor: str) -> tuple[Sequence[str], list[Result]]:
    async with desk() as at:
        nits = await selection.nits(at.port)
        progress = screen.Progress(len(nits))
        several = Several(_way(at, selection, message, actor), ALREADY.get(type(message)), progress.add)
        try:
            return nits, await several.each(nits, stop_signals())
        finally:
            progress.end()


def _way(at: Desk, selection: Selection, message: Message, actor: str) -> Say:
    """How each company is spoken to: asked for its status alone, or told."""
    if selection.dry_run:

        async def foresee(nit: str) -> None:
            _refuse_as_it_would(await at.port.status(nit), type(message))

        return foresee
    screen.tell(selection.how_to_go_on)
    return saying(at.port, at.claimed(message, actor), selection.batch)


def _refuse_as_it_would(status: Status, kind: type[Message]) -> None:
    """As far as its status tells: the workflow itself may know of more. Raises Refusal."""
    try:
        refuse_unless_offered(status, kind.card.name)
    except Refusal:
        if status.closed or status.step not in kind.card.rows:
            raise
        bounced = any(each.code == Code.MAIL_BOUNCED for each in status.requirements)
        remind = Code.MAIL_BOUNCED if bounced else Code.NOBODY_TO_REMIND
        raise Refusal(remind if kind is Remind else ALREADY[kind]) from None


COMMANDS: tuple[tuple[type[Message], str], ...] = (
    (Hold, "Put on hold: due dates stop, facts are still taken."),
    (Resume, "Go on after a hold."),
    (Remind, "Remind the company now, by mail."),
    (Retry, "Try a blocked step again, or look at DIAN now."),
)


def add_to(app: typer.Typer) -> None:
    for kind, help_ in COMMANDS:
        app.command(kind.card.name)(_command(kind, help_))
    app.command("assign")(assign)
