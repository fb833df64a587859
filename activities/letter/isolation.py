"""Examines an untrusted scan: its bytes are parsed in a process of its own, bounded in time and memory.

A file that crashes, hangs or overfeeds the decoder is damaged: it is rejected, and the worker never notices.
A decoder that doesn't even start is our own fault and raises: no company's letter is refused for it.
"""

import asyncio
import os
import signal
from types import TracebackType
from typing import Final, Self

from activities.letter.decoder import DECODER, Decoder, DecoderBrokenError, UndecodedError
from activities.letter.seal import LetterKeys
from activities.letter.sight import Finding, Sight
from activities.letter.verdict import Expected, Judged, conclude, damaged, refused_unopened

MAX_FILES: Final = 50
"""Files that one process looks at: should one of them ever take it over, it can't lie about others for ever."""
MAX_PEAK_BYTES: Final = 250 * 1024**2
"""Resident memory after which a process is replaced: letters take 62 MB however many, five pages in colour at 600 dpi
192 MB."""
SECONDS: Final = 30.0
"""For a file, decoders' start-up included; below the effect's own time-out. A tenth of a second is usual, and no file
of `./dse bench hostile` takes 10 s: only a machine with far too much to do takes so long."""
_FINAL: Final = frozenset({"answer", "timeout", f"exit {-signal.SIGXCPU}", f"exit {-signal.SIGALRM}"})
"""Endings that are the file's own doing for sure: it is not looked at once more."""
_FROM_OUTSIDE: Final = frozenset(
    f"exit {-each}" for each in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
)
"""Endings that no file brings about."""


class Decoders:
    """Decoder processes, started on demand and kept while they are healthy: `async with Decoders() as decoders`.

    At most one per core is at work: none may run out of time only because many scans came together.
    """

    def __init__(self, command: tuple[str, ...] = DECODER, seconds: float = SECONDS) -> None:
        """`seconds` are what one file may take, whatever happens to its decoders."""
        self._command, self._seconds = command, seconds
        self._idle: list[Decoder] = []
        self._slots = asyncio.Semaphore(os.cpu_count() or 1)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nobody may be looking at a file any more."""
        while self._idle:
            await self._idle.pop().end()

    async def look(self, pdf: bytes) -> Sight:
        """What can be seen in the file. Raises UndecodedError; DecoderBrokenError and OSError, not of its doing.

        It is looked at once more if a decoder dies that has seen other files before, or is killed.
        """
        async with self._slots:
            deadline = asyncio.get_running_loop().time() + self._seconds
            died: UndecodedError | None = None
            if self._idle:
                try:
                    return await self._by(self._idle.pop(), pdf, deadline)
                except DecoderBrokenError:
                    pass  # it died or went wrong since its last file
                except UndecodedError as error:
                    if error.ending in _FINAL:
                        raise
                    died = error if error.ending not in _FROM_OUTSIDE else None
            try:
                return await self._anew(pdf, deadline)
            except UndecodedError as error:
                if error.ending not in _FROM_OUTSIDE:
                    raise
            except DecoderBrokenError:
                if died is None:
                    raise
                raise died from None  # it took so long to die that there is no time left
            return await self._anew(pdf, deadline)

    async def _anew(self, pdf: bytes, deadline: float) -> Sight:
        return await self._by(await Decoder.start(self._command, deadline), pdf, deadline)

    async def _by(self, decoder: Decoder, pdf: bytes, deadline: float) -> Sight:
        sight = await decoder.look(pdf, deadline)
        exhausted = decoder.files >= MAX_FILES or decoder.peak_bytes() > MAX_PEAK_BYTES
        if exhausted or Finding.DAMAGED in sight.findings:
            await decoder.end()
        else:
            self._idle.append(decoder)
        return sight


async def examine(pdf: bytes, expected: Expected, keys: LetterKeys, decoders: Decoders) -> Judged:
    """The judgement on an untrusted file. DecoderBrokenError and OSError say nothing about the file."""
    if (refused := refused_unopened(pdf)) is not None:
        return refused
    try:
        sight = await decoders.look(pdf)
    except UndecodedError as error:
        return damaged(decoder=error.ending)
    return conclude(sight, expected, keys)
