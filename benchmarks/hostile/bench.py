"""No hostile file fails the worker, hangs it, or passes for a signed letter.

None of the files is of the letter that they are judged against, but for those that carry something harmful: these
are judged against their own, and still must not be accepted. `mutator` tells why.
"""

import asyncio
import gc
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from typing import Annotated, Final

import typer

from activities.letter.isolation import Decoders, examine
from activities.letter.verdict import Judged
from benchmarks import cpu
from benchmarks.hostile.mutator import KINDS, Mutant, mutants
from benchmarks.hostile.tally import HANG_S, Tally
from benchmarks.memory import resident
from benchmarks.room import refuse_without_room
from benchmarks.sample_letter import KEYS
from starters.cli.common import Json

DISK_MB, MEMORY_MB = 100, 1500
"""What a run needs: files that failed; two decoders at their limit, and the bench."""
AT_ONCE: Final = min(2, os.cpu_count() or 1)
"""Not more than there are decoders: a file's time doesn't run while it waits for one."""
_GIVEN_UP_S: Final = 6 * HANG_S
_EVERY: Final = 500
"""Files between two words of progress."""


def run(
    n: Annotated[int, typer.Option("--n", min=1, help="Files.")] = 1_000,
    seed: Annotated[int, typer.Option(help="Of all that is done to the files: the same seed, the same bytes.")] = 1,
    as_json: Json = False,
) -> None:
    """Hostile files through the letter's decoder: crashes, hangs, what is accepted, time and memory."""
    cpu.refuse_elsewhere()
    refuse_without_room(DISK_MB, MEMORY_MB)
    tally = asyncio.run(judged_all(n, seed))
    print(json.dumps(tally.document()) if as_json else tally.told())
    if tally.failed:
        print(f"Failed; the files are in {tally.kept_in}", file=sys.stderr)
        raise typer.Exit(1)


async def judged_all(n: int, seed: int) -> Tally:
    """Hands each file to what the worker hands it to, two at once where there are two cores."""
    tally, begun, memory = Tally(), time.monotonic(), _Memory(n)
    files, turn = mutants(seed, n), asyncio.Lock()
    async with Decoders() as decoders:

        async def hand_over() -> None:
            while (mutant := await _next(files, turn)) is not None:
                start = time.monotonic()
                outcome = await _outcome(mutant, decoders)
                tally.take(mutant, outcome, time.monotonic() - start)
                memory.look(tally.files)
                if tally.files % _EVERY == 0:
                    print(f"{tally.files} files, {tally.decoders_lost} decoders lost", file=sys.stderr, flush=True)

        await asyncio.gather(*(hand_over() for _ in range(AT_ONCE)))
    tally.parent_growth_mb = memory.growth_mb()
    tally.peak_rss_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    tally.wall_s = time.monotonic() - begun
    return tally


async def _next(files: Iterator[Mutant], turn: asyncio.Lock) -> Mutant | None:
    """Made in a thread, so that no other file's time runs meanwhile."""
    async with turn:
        return await asyncio.to_thread(next, files, None)


async def _outcome(mutant: Mutant, decoders: Decoders) -> Judged | Exception:
    try:
        async with asyncio.timeout(_GIVEN_UP_S):
            return await examine(mutant.pdf, mutant.expected, KEYS, decoders)
    except Exception as error:  # whatever it is, it is what we look for
        return error


class _Memory:
    """What this process has grown by, from when each kind has come up twice, or half of a short run is over."""

    def __init__(self, files: int) -> None:
        self._from, self._then = min(max(2 * len(KINDS), files // 10), files // 2), 0

    def look(self, files: int) -> None:
        if files >= self._from and not self._then:
            self._then = self._now()

    def growth_mb(self) -> float:
        return (self._now() - (self._then or self._now())) / 2**20

    @staticmethod
    def _now() -> int:
        gc.collect()
        return resident(os.getpid())
