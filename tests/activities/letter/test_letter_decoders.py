"""Decoders are kept while they are healthy; their own deaths are nobody's fault."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from activities.letter import isolation
from activities.letter.decoder import DECODER, DecoderBrokenError
from activities.letter.frames import HEADER, READY, TAKEN
from activities.letter.isolation import Decoders
from tests.activities.letter.decoding import PDF, TELL, has_ended, impostor, noted, program, reader, taken, takers


async def test_a_healthy_decoder_is_kept_until_its_owner_ends_it() -> None:
    async with Decoders(program(TELL)) as decoders:
        first = await reader(decoders)
        assert await reader(decoders) == first
        assert await reader(decoders, bytes(1 << 20)) == first
    assert await has_ended(first)


async def test_there_is_at_most_one_decoder_per_core() -> None:
    cores = os.cpu_count() or 1
    async with Decoders(program(TELL)) as decoders:
        assert len(set(await asyncio.gather(*(reader(decoders) for _ in range(2 * cores + 1))))) == cores


def test_a_decoder_ends_with_its_parents_pipe(signed: bytes) -> None:
    given, root = HEADER.pack(len(signed)) + signed, Path(isolation.__file__).parents[2]
    ended = subprocess.run(DECODER, cwd=root, env={}, input=2 * given, stdout=subprocess.PIPE, timeout=60)
    assert ended.returncode == 0
    assert ended.stdout.startswith(READY + TAKEN)
    assert ended.stdout.count(TAKEN) == 2


async def test_a_decoder_is_replaced_after_so_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "MAX_FILES", 2)
    async with Decoders(program(TELL)) as decoders:
        first, second, third = [await reader(decoders) for _ in range(3)]
        assert first == second != third
        assert await has_ended(first)


@pytest.mark.skipif(sys.platform != "linux", reason="its memory is read from /proc")
async def test_a_decoder_that_has_grown_is_replaced() -> None:
    async with Decoders(program(f"b'x' * {isolation.MAX_PEAK_BYTES}\n{TELL}")) as decoders:
        first = await reader(decoders)
        assert await has_ended(first)
        assert await reader(decoders) != first


async def test_a_decoder_of_a_damaged_file_is_replaced() -> None:
    async with Decoders(program("return Sight((Finding.DAMAGED,), os.getpid(), ())")) as decoders:
        first = await reader(decoders)
        assert await has_ended(first)
        assert await reader(decoders) != first


@pytest.mark.parametrize("noticed", [False, True])
async def test_a_decoder_that_was_killed_while_idle_condemns_nobody(noticed: bool, tmp_path: Path) -> None:
    """Nor is it one of the two that a file may have killed under it."""
    second_dies = f"if len(os.listdir('{tmp_path}')) == 2: os.kill(os.getpid(), {signal.SIGKILL:d})\n"
    async with Decoders(program(noted(tmp_path, second_dies + TELL))) as decoders:
        first = await reader(decoders)
        os.kill(first, signal.SIGKILL)
        if noticed:
            assert await has_ended(first)
        assert await reader(decoders) != first
        assert len(takers(tmp_path)) == 3


async def test_a_decoder_that_speaks_unasked_condemns_nobody() -> None:
    sight = '{"findings":[],"page_count":%d,"pages":[]}'
    answers = f"say(frame(b'{sight}' % os.getpid()) + b'what else?')"
    async with Decoders(impostor(f"say(READY)\ntake()\nsay(TAKEN)\n{answers}\ntake()")) as decoders:
        first = await reader(decoders)
        assert await reader(decoders) != first
        assert await has_ended(first)


async def test_a_file_whose_decoder_is_killed_is_looked_at_once_more(tmp_path: Path) -> None:
    first_hangs = f"if len(os.listdir('{tmp_path}')) == 1: time.sleep(60)\n"
    async with Decoders(program(noted(tmp_path, first_hangs + TELL))) as decoders:
        looking = asyncio.create_task(reader(decoders))
        first = await taken(tmp_path)
        os.kill(first, signal.SIGKILL)
        second = await looking
        assert set(takers(tmp_path)) == {first, second}
        assert await reader(decoders) == second


async def test_each_file_has_the_whole_time_whatever_those_before_it_took() -> None:
    works = "until = time.process_time() + 0.7\nwhile time.process_time() < until: pass\n"
    async with Decoders(program(works + TELL, CPU_SECONDS=1)) as decoders:
        assert len({await reader(decoders) for _ in range(3)}) == 1


async def test_no_clock_runs_while_a_decoder_is_idle() -> None:
    async with Decoders(program(TELL, WALL_SECONDS=1)) as decoders:
        first = await reader(decoders)
        await asyncio.sleep(1.2)
        assert await reader(decoders) == first


async def test_what_a_library_prints_is_no_answer() -> None:
    async with Decoders(program(f"os.write(1, b'noise')\nprint('noise', flush=True)\n{TELL}")) as decoders:
        assert await reader(decoders) == await reader(decoders)


@pytest.mark.parametrize(
    "code",
    [
        "import no_such_module",
        "time.sleep(60)",
        "say(b'hello ')\ntime.sleep(60)",
        "say(READY)",
        "say(READY)\ntime.sleep(60)",
        "say(READY)\ntake()\nsay(b'hello ')\ntime.sleep(60)",
    ],
)
async def test_a_decoder_that_takes_no_file_is_not_the_files_fault(code: str) -> None:
    async with Decoders(impostor(code), 1.0) as decoders:
        with pytest.raises(DecoderBrokenError):
            await decoders.look(PDF)


async def test_a_cancelled_examination_leaves_no_process(tmp_path: Path) -> None:
    first_hangs = f"if len(os.listdir('{tmp_path}')) == 1: time.sleep(60)\n"
    async with Decoders(program(noted(tmp_path, first_hangs + TELL))) as decoders:
        looking = asyncio.create_task(reader(decoders))
        first = await taken(tmp_path)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(looking, 5)
        assert await has_ended(first)
        assert await reader(decoders) != first
