"""One decoder process, as its parent sees it: it takes files and answers, one after the other, until it is ended."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, Self

from pydantic import TypeAdapter, ValidationError

from activities.letter.frames import HEADER, READY, TAKEN
from activities.letter.sight import Sight

DECODER: Final = (sys.executable, "-m", "activities.letter.decode")
_ROOT: Final = Path(__file__).parents[2]
_MAX_ANSWER: Final = 256 * 1024
"""Bytes of JSON: five pages with four codes each take 6 KB."""
_SIGHT: Final = TypeAdapter(Sight)


class DecoderError(Exception):
    """A decoder has failed and was ended: by itself (`exit 1`, `exit -9`), `timeout`, or for its `answer`."""

    def __init__(self, ending: str) -> None:
        super().__init__(f"the letter decoder has failed: {ending}")
        self.ending = ending


class DecoderBrokenError(DecoderError):
    """Before it took the file: our fault or the machine's, not the file's. Worth a retry and an alert."""


class UndecodedError(DecoderError):
    """While it had the file."""


class Decoder:
    """A process that is idle, or looks at one file. Whatever goes wrong with it, cancellation too, ends it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._stdin, self._stdout = process, process.stdin, process.stdout
        self.files = 0
        """Taken so far."""

    @classmethod
    async def start(cls, command: tuple[str, ...], deadline: float) -> Self:
        """Its environment is empty: there is nothing in it to steal. Raises DecoderBrokenError, OSError."""
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=_ROOT,
            env={},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        decoder = cls(process)
        async with decoder._or_ended(deadline, DecoderBrokenError):
            await decoder._hear(READY)
        return decoder

    async def look(self, pdf: bytes, deadline: float) -> Sight:
        """What it saw; `deadline` is of the event loop's clock. Raises DecoderBrokenError, UndecodedError."""
        async with self._or_ended(deadline, DecoderBrokenError):
            self._stdin.write(HEADER.pack(len(pdf)))
            self._stdin.write(pdf)
            await self._stdin.drain()
            await self._hear(TAKEN)
        self.files += 1
        async with self._or_ended(deadline, UndecodedError):
            (size,) = HEADER.unpack(await self._stdout.readexactly(HEADER.size))
            if size > _MAX_ANSWER:
                raise UndecodedError("answer")
            try:
                return _SIGHT.validate_json(await self._stdout.readexactly(size))
            except ValidationError:
                raise UndecodedError("answer") from None

    def peak_bytes(self) -> int:
        """The most memory that it has had resident, by the kernel's word; 0 where there is no /proc.

        Its own ru_maxrss would begin with that of the process that started it.
        """
        with suppress(OSError):
            status = Path(f"/proc/{self._process.pid}/status").read_text()
            if (peak := re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)) is not None:
                return int(peak[1]) * 1024
        return 0

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.communicate()  # drains the pipe: unread, its end would never be noticed

    async def _hear(self, word: bytes) -> None:
        if await self._stdout.readexactly(len(word)) != word:
            raise DecoderBrokenError("answer")

    @asynccontextmanager
    async def _or_ended(self, deadline: float, failure: type[DecoderError]) -> AsyncIterator[None]:
        """Whatever goes wrong within ends the process; `failure` tells how."""
        try:
            async with asyncio.timeout_at(deadline):
                try:
                    yield
                except (ConnectionError, asyncio.IncompleteReadError):
                    raise failure(f"exit {await self._process.wait()}") from None
        except TimeoutError:
            await self.end()
            raise failure("timeout") from None
        except BaseException:
            await self.end()
            raise
