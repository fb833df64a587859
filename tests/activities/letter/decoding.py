"""Decoders to test with, which do what is wanted, and what became of their processes."""

import asyncio
import os
import sys
import textwrap
from pathlib import Path

from activities.letter.frames import READY, TAKEN
from activities.letter.isolation import Decoders

PDF = b"%PDF-"
TELL = "return Sight((), os.getpid(), ())"
"""Its process's number, in place of the number of pages."""


def program(code: str, **constants: int) -> tuple[str, ...]:
    """The decoder, but for what it does with a file, and for some of its constants."""
    changes = "".join(f"decode.{name} = {value}\n" for name, value in constants.items())
    return (
        sys.executable,
        "-c",
        "import json, os, time\n"
        "from activities.letter import decode\n"
        "from activities.letter.sight import Finding, Sight\n"
        f"def look(data):\n{textwrap.indent(code, '    ')}\n"
        f"decode.decode = look\n{changes}decode.main()",
    )


def impostor(code: str) -> tuple[str, ...]:
    """Another program in the decoder's place; it starts at once."""
    return (
        sys.executable,
        "-c",
        "import os, sys, time\n"
        "say = lambda words: os.write(1, words)\n"
        "frame = lambda words: len(words).to_bytes(4, 'big') + words\n"
        "take = lambda: sys.stdin.buffer.read(int.from_bytes(sys.stdin.buffer.read(4), 'big'))\n"
        f"READY, TAKEN = {READY!r}, {TAKEN!r}\n{code}",
    )


def noted(folder: Path, code: str) -> str:
    """A process that takes a file leaves its number as a file's name: all that it can write."""
    return f"open(f'{folder}/{{os.getpid()}}', 'a').close()\n{code}"


def takers(folder: Path) -> list[int]:
    return [int(file.name) for file in folder.iterdir()]


async def taken(folder: Path) -> int:
    """The process that has the first file, once there is one."""
    while not takers(folder):
        await asyncio.sleep(0.01)
    return takers(folder)[0]


async def has_ended(pid: int) -> bool:
    """Whether it ends soon, and is waited for."""
    try:
        async with asyncio.timeout(10):
            while True:
                os.kill(pid, 0)
                await asyncio.sleep(0.01)
    except ProcessLookupError:
        return True
    except TimeoutError:
        return False


async def reader(decoders: Decoders, pdf: bytes = PDF) -> int:
    """The process that looks at this file, by what TELL tells."""
    return (await decoders.look(pdf)).page_count
