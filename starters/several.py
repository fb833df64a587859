"""One command said to several companies: a few at once, each on its own, safe to repeat after an interruption."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from domain.commands import Hold, Message, Remind, Resume, Retry
from domain.nit import parse_nit
from domain.reasons import Code, FieldError, Refusal
from starters.errors import StarterError, Unavailable, as_document
from starters.port import Port

AT_ONCE = 10
"""Commands under way: they keep the workers busy, and leave room for what companies say meanwhile."""
TRIES = 4
PAUSE = 0.5
"""Seconds before the second try; twice as long before each further one."""
GRACE = 1.5
"""Seconds that commands under way have to end once somebody has interrupted."""
MOST = 5_000

ALREADY: Mapping[type[Message], Code] = {
    Hold: Code.HELD_ALREADY,
    Resume: Code.NOT_HELD,
    Remind: Code.REMINDED_ALREADY,
    Retry: Code.NOT_BLOCKED,
}
"""What a company answers for which the command has nothing left to do: no failure, for it is repeated."""
Say = Callable[[str], Awaitable[object]]


@dataclass(frozen=True)
class Result:
    """What one company answered."""

    nit: str
    error: Mapping[str, Any] | None = None
    already: Code | None = None
    """It was so before."""

    @property
    def ok(self) -> bool:
        return self.error is None

    def document(self) -> dict[str, object]:
        told: dict[str, object] = {"nit": self.nit, "ok": self.ok, "error": self.error}
        return told if self.already is None else {**told, "already": self.already}


def nits_in(lines: Iterable[str]) -> tuple[str, ...]:
    """One NIT a line, each taken once; `#` begins a comment. Raises Refusal with every wrong line at once."""
    found: dict[str, None] = {}
    wrong: list[FieldError] = []
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            found[parse_nit(text)] = None
        except Refusal as refusal:
            wrong.append(FieldError(field=f"line {number}", code=refusal.code, message_es=refusal.message_es))
    if wrong:
        raise Refusal(Code.INVALID_FIELDS, fields=wrong)
    return tuple(found)


def refuse_unless_some(count: int, most: int) -> None:
    """Raises Refusal for a selection of nobody, or of more than anybody meant."""
    if count == 0:
        raise Refusal(Code.NOTHING_SELECTED)
    if count > most:
        raise Refusal(Code.SELECTION_TOO_LARGE, given=count, right=most)


def saying(port: Port, message: Message, batch: str) -> Say:
    """Says the message to a company: once for a batch, however often it is repeated."""
    said = f"{message.card.name} {message.model_dump_json(exclude={'actor', 'reason'}, exclude_none=True)}"
    digest = hashlib.sha256(said.encode()).hexdigest()[:8]  # else another command of the batch would pass for this one
    return lambda nit: port.command(nit, message.model_copy(update={"message_id": f"{batch}/{nit}/{digest}"}))


class Several:
    """Says something to each of several companies."""

    def __init__(self, say: Say, already: Code | None, told: Callable[[Result], None]) -> None:
        self._say, self._already, self._told = say, already, told
        self._results: dict[str, Result] = {}
        self._away_in_a_row = 0
        self._away: Unavailable | None = None

    async def each(self, nits: Sequence[str], interrupted: asyncio.Event) -> list[Result]:
        """A result per company, in their order; after an interruption, of those alone that had answered by then.

        If Temporal is away for all, the rest isn't tried: their error says so.
        """
        work = asyncio.create_task(self._all(iter(nits), interrupted))
        stop = asyncio.create_task(interrupted.wait())
        await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait((work,), timeout=GRACE)
        for task in (work, stop):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await work
        if self._away is not None and not interrupted.is_set():
            self._results |= {nit: Result(nit, as_document(self._away)) for nit in nits if nit not in self._results}
        return [self._results[nit] for nit in nits if nit in self._results]

    async def _all(self, waiting: Iterator[str], interrupted: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as lanes:
            for _ in range(AT_ONCE):
                lanes.create_task(self._lane(waiting, interrupted))

    async def _lane(self, waiting: Iterator[str], interrupted: asyncio.Event) -> None:
        """One company after the other, until none is left."""
        while not interrupted.is_set() and self._away is None and (nit := next(waiting, None)) is not None:
            self._results[nit] = await self._result(nit)
            self._told(self._results[nit])

    async def _result(self, nit: str) -> Result:
        try:
            await self._insist(nit)
        except Unavailable as error:
            self._away_in_a_row += 1
            if self._away_in_a_row >= AT_ONCE:
                self._away = error
            return Result(nit, as_document(error))
        except (Refusal, StarterError) as error:
            self._away_in_a_row = 0
            already = error.code if error.code == self._already else None
            return Result(nit, None if already else as_document(error), already)
        except Exception as error:  # whatever it is, it is this company's: the others go on
            message = f"Something unexpected went wrong ({type(error).__name__})."
            return Result(nit, {"code": "unexpected", "message": message, "hint": ""})
        self._away_in_a_row = 0
        return Result(nit)

    async def _insist(self, nit: str) -> None:
        """Asks again where nobody answers. Raises what was answered last."""
        for attempt in range(TRIES):
            try:
                await self._say(nit)
            except StarterError as error:
                if error.code != Code.UNAVAILABLE or attempt == TRIES - 1:
                    raise
                await asyncio.sleep(PAUSE * 2**attempt)
            else:
                return
