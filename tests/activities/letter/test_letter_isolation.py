"""Hostile bytes can't take the worker down, and a broken decoder is not the company's fault."""

import asyncio
import random
import sys
import time

import pytest

from activities.letter import isolation
from activities.letter.decode import decode
from activities.letter.isolation import DecoderBrokenError, examine, run_decoder
from activities.letter.verdict import judge
from domain.verdict import Judgement
from tests.activities.letter.paper import EXPECTED, KEYS, codes

LIMITED = "from activities.letter.decode import limit; limit(); print('ready', flush=True); "
FORMS = 24
"""Levels of a page that paints itself ten times a level: 10²⁴ strokes."""


def program(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


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


async def test_both_ways_judge_alike(signed: bytes, unsigned: bytes, issued: bytes) -> None:
    for file in (signed, unsigned, issued, b"", b"%PDF-1.7\n%%EOF"):
        assert await examine(file, EXPECTED, KEYS) == judge(file, EXPECTED, KEYS)


async def test_a_decoder_that_hangs_is_stopped(signed: bytes) -> None:
    begun = time.monotonic()
    assert await run_decoder(signed, program("print('ready', flush=True)\nwhile True: pass"), 1.0) == (
        None,
        "timeout",
    )
    assert time.monotonic() - begun < 5


async def test_a_decoder_that_takes_too_much_memory_is_stopped(signed: bytes) -> None:
    assert await run_decoder(signed, program(LIMITED + "bytearray(8 << 30)")) == (None, "exit 1")


async def test_a_decoder_that_takes_too_much_time_is_stopped(signed: bytes) -> None:
    code = LIMITED + "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 10))\nwhile True: pass"
    assert await run_decoder(signed, program(code)) == (None, "exit -24")


async def test_a_decoder_cannot_write_files_nor_see_our_environment(
    signed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DSE_LETTER_KEYS", "secret")
    code = LIMITED + "import os, sys; sys.exit(3 if 'DSE_LETTER_KEYS' in os.environ else 4)"
    assert await run_decoder(signed, program(code)) == (None, "exit 4")
    code = LIMITED + "import tempfile; f = tempfile.TemporaryFile(buffering=0); f.write(b'x')"
    assert await run_decoder(signed, program(code)) == (None, "exit 1")


@pytest.mark.parametrize(
    "says",
    [
        "'{}'",
        "'[]'",
        "'no json'",
        "'x' * 1_000_000",
        '\'{"findings":["pdf_nice"],"page_count":1,"pages":[]}\'',
    ],
)
async def test_an_answer_that_is_none_counts_as_damage(says: str, signed: bytes) -> None:
    code = f"import sys; sys.stdin.buffer.read(); print('ready'); print({says})"
    sight, ending = await run_decoder(signed, program(code))
    assert sight is None
    assert ending in ("answer", "exit -9")


async def test_a_crash_is_a_rejection(signed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    crash = program("import os, sys; sys.stdin.buffer.read(); print('ready', flush=True); os.abort()")
    monkeypatch.setattr(isolation, "DECODER", crash)
    judged = await examine(signed, EXPECTED, KEYS)
    assert (judged.judgement, codes(judged)) == (Judgement.REJECTED, ["pdf_damaged"])
    assert judged.measures == {"decoder": "exit -6"}


async def test_a_decoder_that_does_not_start_is_not_the_files_fault(signed: bytes) -> None:
    with pytest.raises(DecoderBrokenError):
        await run_decoder(signed, program("import no_such_module"))


async def test_a_cancelled_examination_leaves_no_process(signed: bytes) -> None:
    hang = program("import time; print('ready', flush=True); time.sleep(60)")
    task = asyncio.create_task(run_decoder(b"", hang))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)


async def test_many_at_once_are_all_judged(signed: bytes) -> None:
    judged = await asyncio.gather(*(examine(signed, EXPECTED, KEYS) for _ in range(4)))
    assert {each.judgement for each in judged} == {Judgement.ACCEPTED}


@pytest.mark.slow
async def test_a_page_that_paints_itself_for_ever_is_refused() -> None:
    judged = await examine(bomb(), EXPECTED, KEYS)
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
