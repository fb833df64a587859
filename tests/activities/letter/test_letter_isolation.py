"""Hostile bytes can't take the worker down: a decoder that they crash, fill or keep busy is stopped."""

import asyncio
import random
import signal
import time
from pathlib import Path

import pytest

from activities.letter.decode import decode
from activities.letter.decoder import UndecodedError
from activities.letter.isolation import Decoders, examine
from domain.verdict import Judgement
from tests.activities.letter.decoding import PDF, TELL, has_ended, impostor, noted, program, reader, takers
from tests.activities.letter.paper import EXPECTED, KEYS, codes, judge

FORMS = 24
"""Levels of a page that paints itself ten times a level: 10²⁴ strokes."""


async def ending(command: tuple[str, ...], seconds: float = 40) -> str:
    """How a decoder's first file ends that is none."""
    async with Decoders(command, seconds) as decoders:
        with pytest.raises(UndecodedError) as told:
            await decoders.look(PDF)
    return told.value.ending


def bomb() -> bytes:
    """A small, well-formed page that no machine can paint."""
    form = "/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</X 4 0 R>>>>/Contents 4 0 R>>",
    ]
    for level in range(FORMS):
        inner = f"/Resources<</XObject<</X {5 + level} 0 R>>>>"
        objects.append(f"<<{form}{inner}/Length 60>> stream\n{'/X Do ' * 10}\nendstream")
    objects.append(f"<<{form}/Length 12>> stream\n0 0 9 9 re f\nendstream")
    numbered = "".join(f"{number} 0 obj {item} endobj\n" for number, item in enumerate(objects, start=1))
    return f"%PDF-1.7\n{numbered}trailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF\n".encode()


async def test_all_ways_judge_alike(signed: bytes, unsigned: bytes, issued: bytes, decoders: Decoders) -> None:
    for file in (signed, unsigned, issued, b"", b"%PDF-1.7\n%%EOF", signed):
        async with Decoders() as fresh:
            assert await examine(file, EXPECTED, KEYS, fresh) == judge(file, EXPECTED, KEYS)
        assert await examine(file, EXPECTED, KEYS, decoders) == judge(file, EXPECTED, KEYS)


async def test_many_at_once_are_all_judged(signed: bytes, decoders: Decoders) -> None:
    judged = await asyncio.gather(*(examine(signed, EXPECTED, KEYS, decoders) for _ in range(4)))
    assert {each.judgement for each in judged} == {Judgement.ACCEPTED}


@pytest.mark.parametrize(("files", "tried"), [(0, 1), (1, 2)], ids=["a new one", "a used one and a new one"])
async def test_a_file_that_decoders_die_of_is_rejected(files: int, tried: int, signed: bytes, tmp_path: Path) -> None:
    aborts = noted(tmp_path, f"if data != {PDF!r}: os.abort()\n{TELL}")
    async with Decoders(program(aborts)) as decoders:
        for _ in range(files):
            await reader(decoders)
        judged = await examine(signed, EXPECTED, KEYS, decoders)
    assert (judged.judgement, codes(judged)) == (Judgement.REJECTED, ["pdf_damaged"])
    assert judged.measures == {"decoder": "exit -6"}
    assert len(takers(tmp_path)) == tried


async def test_a_file_that_leaves_no_time_to_try_it_again_is_rejected(signed: bytes, tmp_path: Path) -> None:
    """By a decoder that had seen another: the next one, which starts too late, tells nothing."""
    dies_late = f"if data == {PDF!r}: {TELL}\ntime.sleep(1.5)\nos.abort()"
    late_start = f"if os.listdir('{tmp_path}'): time.sleep(60)\n"
    command = program(noted(tmp_path, dies_late))
    command = (*command[:-1], command[-1].replace("import json", f"import os, time\n{late_start}import json", 1))
    async with Decoders(command, 4.0) as decoders:
        await reader(decoders)
        judged = await examine(signed, EXPECTED, KEYS, decoders)
    assert (judged.judgement, codes(judged)) == (Judgement.REJECTED, ["pdf_damaged"])
    assert judged.measures == {"decoder": "exit -6"}


async def test_a_decoder_that_hangs_is_stopped_and_the_file_not_tried_again(tmp_path: Path) -> None:
    begun = time.monotonic()
    hangs = noted(tmp_path, "say(TAKEN)\nwhile True: pass")
    assert await ending(impostor(f"say(READY)\ntake()\n{hangs}"), 2.0) == "timeout"
    assert time.monotonic() - begun < 6
    assert await has_ended(*takers(tmp_path))


@pytest.mark.parametrize(
    ("code", "limit", "signalled"),
    [("while True: pass", "CPU_SECONDS", signal.SIGXCPU), ("time.sleep(60)", "WALL_SECONDS", signal.SIGALRM)],
)
async def test_a_decoder_that_takes_too_much_time_is_stopped_and_the_file_not_tried_again(
    code: str, limit: str, signalled: signal.Signals, tmp_path: Path
) -> None:
    assert await ending(program(noted(tmp_path, code), **{limit: 1})) == f"exit {-signalled}"
    assert len(takers(tmp_path)) == 1


async def test_a_decoder_that_takes_too_much_memory_is_stopped() -> None:
    assert await ending(program("bytearray(8 << 30)")) == "exit 1"


async def test_a_decoder_cannot_write_files_nor_see_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DSE_LETTER_KEYS", "secret")
    async with Decoders(program("return Sight((), int('DSE_LETTER_KEYS' in os.environ), ())")) as decoders:
        assert (await decoders.look(PDF)).page_count == 0
    assert await ending(program(f"open('{tmp_path}/x', 'wb', buffering=0).write(b'x')")) == "exit 1"
    assert (tmp_path / "x").read_bytes() == b""


@pytest.mark.parametrize(
    "says",
    [
        "frame(b'{}')",
        "frame(b'[]')",
        "frame(b'no json')",
        'frame(b\'{"findings":["pdf_nice"],"page_count":1,"pages":[]}\')',
        "(1 << 30).to_bytes(4, 'big')",
    ],
)
async def test_an_answer_that_is_none_counts_as_damage(says: str, tmp_path: Path) -> None:
    answers = f"say(READY)\ntake()\n{noted(tmp_path, 'say(TAKEN)')}\nsay({says})\ntake()"
    assert await ending(impostor(answers)) == "answer"
    assert await has_ended(*takers(tmp_path))


@pytest.mark.slow
async def test_a_page_that_paints_itself_for_ever_is_refused(decoders: Decoders) -> None:
    judged = await examine(bomb(), EXPECTED, KEYS, decoders)
    assert (judged.judgement, codes(judged)) == (Judgement.REJECTED, ["pdf_damaged"])


@pytest.mark.parametrize("seed", range(30))
def test_a_file_with_changed_bytes_is_decoded_or_damaged_never_an_error(
    seed: int, signed: bytes, issued: bytes
) -> None:
    rng = random.Random(seed)
    broken = bytearray(rng.choice([signed, issued]))
    for _ in range(rng.choice([1, 5, 50])):
        broken[rng.randrange(len(broken))] = rng.randrange(256)
    sight = decode(bytes(broken))
    assert len(sight.pages) <= 1
