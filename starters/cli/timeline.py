"""What happened to a company, entry by entry; and whether that still is what was written."""

import json
import re
import shutil
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from activities.errors import AwayError
from domain.reasons import Code, Refusal
from starters.cli import screen
from starters.cli.common import Json, Nit, wait_for
from starters.errors import Unavailable
from workers import adapters
from workers.settings import Settings, load

if TYPE_CHECKING:
    from activities.store.timeline import Timeline, Verified
    from domain.state import Event

COLUMNS = ("seq", "at", "name", "actor", "channel", "reason", "before → after")
LEGEND = "✓ who it was is proven; without it, claimed"
LEAST = {"name": 12, "actor": 8, "reason": 7, "before → after": 14}
"""How narrow these columns may become, in characters: then the others fit 80 beside them. Those are never cut."""


def _hex(given: str | None) -> str:
    if given and not re.fullmatch("[0-9a-fA-F]{64}", given):
        raise typer.BadParameter("64 hexadecimal digits, as --verify printed them")
    return (given or "").lower()


def timeline(
    nit: Nit,
    verify: Annotated[bool, typer.Option("--verify", help="Compute the chain anew: is all as it was written?")] = False,
    head: Annotated[
        str, typer.Option(metavar="HEX", callback=_hex, help="With --verify: a head noted earlier is still in it.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Everything that happened, who said it, and why."""
    if verify:
        _say_verified(wait_for(_verified(load(), nit, head)), as_json)
        return
    if head:
        raise typer.BadParameter("only with --verify", param_hint="--head")
    entries = wait_for(_entries(load(), nit))
    if as_json:
        print(json.dumps([each.model_dump(mode="json") for each in entries], ensure_ascii=False))
        return
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    screen.show_rows(fitted([shown(each) for each in entries], room), COLUMNS)
    print(LEGEND)


@asynccontextmanager
async def _timeline(settings: Settings) -> "AsyncIterator[Timeline]":
    """Only the records are needed: it reads the same while Temporal is away. Raises Unavailable."""
    try:
        async with adapters.timeline(settings) as found:
            yield found
    except AwayError as error:
        raise Unavailable(*adapters.whereabouts(settings, error)) from None


async def _entries(settings: Settings, nit: str) -> "list[Event]":
    async with _timeline(settings) as found:
        return await found.entries(settings.environment, nit)


async def _verified(settings: Settings, nit: str, head: str) -> "Verified":
    """Raises Refusal: the company has no onboarding on record."""
    async with _timeline(settings) as found:
        verified = await found.verify(settings.environment, nit, head)
    if verified is None:
        raise Refusal(Code.NOT_FOUND)
    return verified


def _say_verified(verified: "Verified", as_json: bool) -> None:
    if as_json:
        print(verified.model_dump_json())
    elif verified.intact:
        print(f"intact: {verified.entries} entries, head {verified.head}")
    if not verified.intact:
        where = f" at {verified.broken_at}" if verified.broken_at is not None else ""
        print(f"broken{where}: {verified.why} ({verified.entries} entries)", file=sys.stderr)
        raise typer.Exit(1)


def shown(event: "Event") -> dict[str, str]:
    change = " → ".join(each for each in (event.before, event.after) if each)
    cells = {
        "seq": str(event.seq),
        "at": screen.bogota(event.at),
        "name": event.name,
        "actor": f"✓ {event.actor}" if event.verified else event.actor.replace("✓", "\ufffd"),
        "channel": event.channel,
        "reason": event.reason,
        "before → after": f"{event.before} →" if event.before and not event.after else change,
    }
    return {name: " ".join(screen.harmless(cell).split()) for name, cell in cells.items()}


def fitted(rows: Sequence[Mapping[str, str]], room: int | None) -> list[dict[str, str]]:
    """The cells, the longest ones cut so that no line takes more than `room` characters, if that is possible."""
    widths = {name: max(len(name), *(len(row[name]) for row in rows), 0) for name in COLUMNS}
    while room is not None and sum(widths.values()) + 2 * (len(widths) - 1) > room:
        wide = [name for name, least in LEAST.items() if widths[name] > least]
        if not wide:
            break
        widths[max(wide, key=lambda name: widths[name])] -= 1
    return [
        {name: cell if len(cell) <= widths[name] else f"{cell[: widths[name] - 1]}…" for name, cell in row.items()}
        for row in rows
    ]


def add_to(app: typer.Typer) -> None:
    app.command("timeline")(timeline)
