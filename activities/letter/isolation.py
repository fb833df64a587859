"""Examines an untrusted scan: its bytes are parsed in a process of its own, bounded in time and memory.

A file that crashes, hangs or overfeeds the decoder is damaged: it is rejected, and the worker never notices.
A decoder that doesn't even start is our own fault and raises: no company's letter is refused for it.
"""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from activities.letter.decode import READY, WALL_SECONDS
from activities.letter.seal import LetterKeys
from activities.letter.sight import Sight
from activities.letter.verdict import Expected, Judged, conclude, damaged, refused_unopened

DECODER: Final = (sys.executable, "-m", "activities.letter.decode")
_ROOT: Final = Path(__file__).parents[2]
_GRACE_SECONDS: Final = 10
"""Start-up on a loaded machine; the decoder's own clock starts after it."""
_MAX_ANSWER: Final = 256 * 1024
"""Bytes of JSON: five pages with four codes each take 6 KB."""
_SIGHT: Final = TypeAdapter(Sight)
_slots: Final = asyncio.Semaphore(os.cpu_count() or 1)
"""At most one decoder per core: none may run out of time only because many scans came together."""


class DecoderBrokenError(RuntimeError):
    """The decoder didn't start: our fault or the machine's, not the file's. Worth a retry and an alert."""


async def examine(pdf: bytes, expected: Expected, keys: LetterKeys) -> Judged:
    """The judgement on an untrusted file. DecoderBrokenError and OSError say nothing about the file."""
    if (refused := refused_unopened(pdf)) is not None:
        return refused
    async with _slots:
        sight, ending = await run_decoder(pdf, DECODER)
    if sight is None:
        return damaged(decoder=ending)
    return conclude(sight, expected, keys)


async def run_decoder(
    pdf: bytes, command: tuple[str, ...], seconds: float = WALL_SECONDS + _GRACE_SECONDS
) -> tuple[Sight | None, str]:
    """What the decoder saw, or None, and how it ended: `exit 0`, `exit -9`, `timeout`, `answer`.

    Its environment is empty: there is nothing in it to steal.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=_ROOT,
        env={},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    answer = b""
    ending = "timeout"
    try:
        async with asyncio.timeout(seconds):
            answer = await _converse(process, pdf)
            await process.communicate()
            ending = f"exit {process.returncode}"
    except TimeoutError:
        pass
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()  # drains the pipe: unread, its end would never be noticed
    if ending != "timeout" and not answer.startswith(READY):
        raise DecoderBrokenError(f"the letter decoder didn't start: {ending}")
    if ending != "exit 0":
        return None, ending
    try:
        return _SIGHT.validate_json(answer.removeprefix(READY)), ending
    except ValidationError:
        return None, "answer"


async def _converse(process: asyncio.subprocess.Process, pdf: bytes) -> bytes:
    """Hands the file over and reads the answer, up to a bound."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(ConnectionError):
        process.stdin.write(pdf)
        await process.stdin.drain()
        process.stdin.close()
    answer = b""
    while chunk := await process.stdout.read(65536):
        answer += chunk
        if len(answer) > _MAX_ANSWER:
            process.kill()
            break
    return answer
