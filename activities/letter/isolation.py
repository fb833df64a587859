"""Examines an untrusted scan: its bytes are parsed in a process of its own, bounded in time and memory.

A file that crashes, hangs or overfeeds the decoder is damaged: it is rejected, and the worker never notices.
A decoder that doesn't even start is our own fault and raises: no company's letter is refused for it.
"""

import asyncio
import os
import signal
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from activities.letter.decode import WALL_SECONDS
from activities.letter.decoder import DECODER, Decoder, DecoderBrokenError, UndecodedError
from activities.letter.seal import LetterKeys
from activities.letter.sight import Finding, Sight
from activities.letter.verdict import Expected, Judged, conclude, damaged, refused_unopened

MAX_FILES: Final = 50
"""Files that one process looks at: should one of them ever take it over, it can't lie about others for ever."""
MAX_PEAK_BYTES: Final = 250 * 1024**2
"""Resident memory after which a process is replaced: letters take 62 MB however many, five pages in colour at 600 dpi
192 MB."""
_GRACE_SECONDS: Final = 10
"""Start-up on a loaded machine; the decoder's own clock starts after it. Together below the effect's own time-out."""
_FINAL: Final = frozenset({"answer", "timeout", f"exit {-signal.SIGXCPU}", f"exit {-signal.SIGALRM}"})
"""Endings that are the file's own doing for sure: it is not looked at once more."""


class Decoders:
    """Decoder processes, started on demand and kept while they are healthy: `async with Decoders() as decoders`.

    At most one per core is at work: none may run out of time only because many scans came together.
    """

    def __init__(self, command: tuple[str, ...] = DECODER, seconds: float = WALL_SECONDS + _GRACE_SECONDS) -> None:
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

        If a decoder dies of it, or is killed meanwhile, it is looked at once more.
        """
        async with self._slots:
            deadline = asyncio.get_running_loop().time() + self._seconds
            try:
                return await self._at_first(pdf, deadline)
            except UndecodedError as error:
                if error.ending in _FINAL:
                    raise
            return await self._anew(pdf, deadline)

    async def _at_first(self, pdf: bytes, deadline: float) -> Sight:
        if self._idle:
            with suppress(DecoderBrokenError):  # it died or went wrong since its last file
                return await self._by(self._idle.pop(), pdf, deadline)
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
