"""What most verbs share: their options, the port, and how a status is shown."""

import asyncio
import json
import signal
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from activities.errors import AwayError
from domain.commands import Message
from domain.nit import parse_nit
from domain.reasons import Code, FieldError, Refusal
from domain.status import Status
from starters.cli import screen
from starters.errors import Unavailable
from starters.port import PATIENCE, Port
from workers import adapters
from workers.settings import Settings, load
from workers.temporal import connect

if TYPE_CHECKING:
    from activities.store.documents import Documents
    from activities.store.reading import Reading

T = TypeVar("T")


def checked_nit(nit: str) -> str:
    """The NIT in its one form, before anything is connected to. Raises Refusal."""
    return parse_nit(nit)


def _checked_if_given(nit: str | None) -> str | None:
    return None if nit is None else checked_nit(nit)


_HELP = "With check digit; dots allowed."
Nit = Annotated[str, typer.Argument(metavar="NIT", help=_HELP, callback=checked_nit)]
NitOrNone = Annotated[str | None, typer.Argument(metavar="NIT", help=_HELP, callback=_checked_if_given)]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Actor = Annotated[str, typer.Option(help="Who says so (default: DSE_ACTOR, else the user).")]
Expected = Annotated[str, typer.Option("--expected-version", help="Refuse if the version is another one by now.")]
Why = Annotated[str, typer.Option("--reason", help="Why; kept in the timeline.")]


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def stop_signals() -> asyncio.Event:
    """Set by Ctrl-C or SIGTERM, which then end a command in good order. Signals reach the main thread alone."""
    stopped = asyncio.Event()
    if threading.current_thread() is threading.main_thread():
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    return stopped


@dataclass(frozen=True)
class Desk:
    """What a verb works with."""

    settings: Settings
    port: Port

    @asynccontextmanager
    async def reading(self) -> "AsyncIterator[Reading]":
        async with adapters.reading(self.settings) as reading:
            yield reading

    @asynccontextmanager
    async def documents(self) -> "AsyncIterator[Documents]":
        async with adapters.documents(self.settings) as documents:
            yield documents

    def claimed(self, message: Message, actor: str, expected: str = "") -> Message:
        """With who says so, as claimed, and the version that was looked at."""
        return message.model_copy(update={"actor": actor or self.settings.actor, "expected_version": expected or None})

    async def status(self, nit: str) -> Status:
        """From the workflow while it runs; from the records once it has ended, however long ago."""
        if await self.port.is_running(nit):
            return await self.port.status(nit)
        async with self.reading() as reading:
            final = await reading.final_status(self.settings.environment, nit)
        return final if final is not None else await self.port.status(nit)


async def port_to(settings: Settings) -> Port:
    """Raises Unavailable if no Temporal answers."""
    if not settings.temporal_address:
        raise Unavailable("Temporal", "TEMPORAL_ADDRESS, which is not set, and no embedded stack runs")
    try:
        client = await asyncio.wait_for(connect(settings), PATIENCE)
    except (RuntimeError, TimeoutError):
        raise Unavailable("Temporal", settings.temporal_address) from None
    return Port(client, settings.environment, settings.temporal_address)


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    """Raises Unavailable for whatever part the verb needs and doesn't find."""
    settings = load()
    try:
        yield Desk(settings, await port_to(settings))
    except AwayError as error:
        raise Unavailable(*adapters.whereabouts(settings, error)) from None


def say(nit: str, message: Message, actor: str, expected: str, as_json: bool) -> None:
    """One message to one onboarding, then where it stands."""

    async def work() -> Status:
        async with desk() as at:
            claimed = at.claimed(message, actor, expected)
            if message.card.is_signal:
                return await _signalled(at, nit, claimed)
            await at.port.command(nit, claimed)
            return await at.status(nit)

    show(wait_for(work()), as_json)


async def _signalled(at: Desk, nit: str, message: Message) -> Status:
    """A signal can't be refused by the workflow; where it isn't offered the client says so."""
    before = await at.status(nit)
    refuse_if_stale(before, message.expected_version)
    refuse_unless_offered(before, message.card.name)
    await at.port.signal(nit, message)
    return await at.status(nit)


def refuse_if_stale(status: Status, expected: str | None) -> None:
    """Where no command is sent that the workflow itself could refuse."""
    if expected and expected != str(status.version):
        raise Refusal(Code.STALE_VERSION, right=status.version)


def refuse_unless_offered(status: Status, command: str) -> None:
    if command in {action.command for action in status.actions}:
        return
    legal = ", ".join(action.command for action in status.actions) or "—"
    hint = f"It stands at {status.step}. Legal now: {legal}."
    raise Refusal(Code.NOT_LEGAL_HERE, hint=hint, step=status.step_title, given=status.step, right=legal)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file. Raises Refusal if it can't be read as one."""
    try:
        given = json.loads(path.read_text())
    except (OSError, ValueError):
        given = None
    if not isinstance(given, dict):
        raise Refusal(Code.FILE_UNREADABLE, fields=[FieldError.of("file", Code.FILE_UNREADABLE)])
    return given


def show(status: Status, as_json: bool) -> None:
    if as_json:
        print(status.model_dump_json())
    else:
        screen.show_status(status)
