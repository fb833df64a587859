"""Pictures of an untrusted scan for a person who decides on it: drawn in a process of its own, never here.

That process tells bare pixels and nothing else: whatever became of it, what is shown is an image that was made here.
"""

import asyncio
import io
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from PIL import Image

from activities.letter.decoder import Decoder, DecoderBrokenError, DecoderError, UndecodedError
from activities.letter.frames import HEADER, WALL_SECONDS
from activities.letter.show import LONG_SIDE, SIZE

SHOW: Final = (sys.executable, "-m", "activities.letter.show")
_SECONDS: Final = WALL_SECONDS + 10
"""For start-up and either file; its own clock is stopped between them."""


class Drawn(NamedTuple):
    """PNGs."""

    page: bytes
    """The scan's page that carries the letter's code, upright; else its first."""
    box: bytes
    """Its signature box, straightened and enlarged."""


class Drawing(Decoder):
    """A process that draws one issued letter, then the scan that answers it."""

    async def letter(self, pdf: bytes) -> bytes:
        """A PNG of its page. Raises DecoderBrokenError: our own letter can always be drawn."""
        async with self._or_ended(_deadline(), DecoderBrokenError):
            return await self._drawn(pdf, DecoderBrokenError)

    async def scan(self, pdf: bytes) -> Drawn:
        """Raises UndecodedError if it can't be drawn."""
        async with self._or_ended(_deadline(), UndecodedError):
            page = await self._drawn(pdf, UndecodedError)
            return Drawn(page, await self._picture(UndecodedError))

    async def _drawn(self, pdf: bytes, failure: type[DecoderError]) -> bytes:
        self._stdin.write(HEADER.pack(len(pdf)))
        self._stdin.write(pdf)
        await self._stdin.drain()
        return await self._picture(failure)

    async def _picture(self, failure: type[DecoderError]) -> bytes:
        (size,) = HEADER.unpack(await self._stdout.readexactly(HEADER.size))
        width, height = SIZE.unpack(await self._stdout.readexactly(SIZE.size))
        bounded = 0 < width <= LONG_SIDE and 0 < height <= LONG_SIDE
        if not bounded or size != SIZE.size + 3 * width * height:
            raise failure("answer")
        return _png(Image.frombytes("RGB", (width, height), await self._stdout.readexactly(3 * width * height)))


@asynccontextmanager
async def drawing(command: tuple[str, ...] = SHOW) -> AsyncIterator[Drawing]:
    """Raises DecoderBrokenError, OSError: not of any file's doing."""
    process = await Drawing.start(command, _deadline())
    try:
        yield process
    finally:
        await process.end()


def _deadline() -> float:
    return asyncio.get_running_loop().time() + _SECONDS


def _png(image: Image.Image) -> bytes:
    """In grey where nothing has a colour, which takes a third."""
    red, green, blue = image.split()
    file = io.BytesIO()
    (red if red == green == blue else image).save(file, "PNG")
    return file.getvalue()
