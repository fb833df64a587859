"""A scan drawn for a person: by a process that can do nothing else, told as pixels, whatever the scan is."""

import asyncio
import io
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from activities.letter import geometry
from activities.letter.decoder import DecoderBrokenError, UndecodedError
from activities.letter.frames import READY
from activities.letter.review import compose
from activities.letter.show import LONG_SIDE
from activities.letter.showing import Drawn, drawing
from infra.paper_simulator import pen, scan, sign_and_scan
from infra.paper_simulator.scanner import printed, wrapped
from infra.paper_simulator.spoil import encrypted, truncated, with_pages
from tests.activities.letter.decoding import impostor
from tests.activities.letter.test_letter_isolation import bomb

A4 = ((1240, 1754), (1241, 1754))
"""150 dpi, give or take what rounding adds."""
PER_POINT = 4
"""Pixels of the enlarged box."""
AROUND = 18
"""Points of paper shown around it."""


def program(code: str) -> tuple[str, ...]:
    """The drawing process, but for what `code` changes."""
    return sys.executable, "-c", f"import os\nfrom activities.letter import decode, show\n{code}\nshow.main()"


async def drawn(issued: bytes, file: bytes) -> Drawn:
    async with drawing() as process:
        assert opened(await process.letter(issued)).size in A4
        return await process.scan(file)


async def ending(issued: bytes, file: bytes, command: tuple[str, ...] = program("")) -> str:
    """How the scan's drawing fails, once the letter is drawn."""
    async with drawing(command) as process:
        assert await process.letter(issued)
        with pytest.raises(UndecodedError) as told:
            await process.scan(file)
    return told.value.ending


def opened(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png), formats=["PNG"])
    image.load()
    return image


def assert_straight(box: Image.Image) -> None:
    """The frame's sides lie along the picture's, where they belong within 2 points, and nothing else is as long."""
    grey = box.convert("L")
    width, height = round(geometry.BOX.w * PER_POINT), round(geometry.BOX.h * PER_POINT)
    at = AROUND * PER_POINT
    assert grey.size == (width + 2 * at, height + 2 * at)
    rows = grey.crop((at, 0, at + width, grey.height)).resize((1, grey.height), Image.Resampling.BOX).tobytes()
    columns = grey.crop((0, at, grey.width, at + height)).resize((grey.width, 1), Image.Resampling.BOX).tobytes()
    for profile, length in ((rows, height), (columns, width)):
        paper = sorted(profile)[len(profile) // 2]
        dark = [index for index, level in enumerate(profile) if level < paper - 70]
        assert dark
        assert all(min(abs(index - at), abs(index - at - length)) <= 2 * PER_POINT for index in dark)


@pytest.mark.parametrize("turn", range(4))
async def test_a_page_is_shown_upright_and_its_box_straight(issued: bytes, turn: int) -> None:
    page, box = await drawn(issued, sign_and_scan(issued, geometry.BOX, seed=2, angle=2.5, turn=turn))
    assert opened(page).size in A4
    assert_straight(opened(box))


async def test_colours_are_kept(issued: bytes) -> None:
    sheet, rng = printed(issued, 150), pen.hand(3)
    pen.draw(sheet, pen.signature(rng, geometry.BOX), 150, rng, pen.BLUE)
    page, box = await drawn(issued, wrapped(sheet, 150, quality=80))
    assert (opened(page).mode, opened(box).mode) == ("RGB", "RGB")
    assert (opened((await drawn(issued, issued)).page)).mode == "L"


async def test_of_several_pages_that_with_our_code_is_shown(issued: bytes, signed: bytes) -> None:
    alone = await drawn(issued, signed)
    assert await drawn(issued, with_pages(signed, 3)) == alone


async def test_a_page_without_our_code_is_shown_as_it_is(issued: bytes) -> None:
    sheet = printed(issued, 150)
    sheet.paste("white", (896, 1250, 1167, 1521))
    page, box = await drawn(issued, scan(sheet, seed=1, dpi=150))
    assert opened(page).size in A4
    assert opened(box).width > (geometry.BOX.w + 2 * AROUND) * PER_POINT


async def test_what_is_no_scan_is_told_after_the_letter_is_drawn(issued: bytes, signed: bytes) -> None:
    for file in (b"", b"%PDF-1.7\nnothing\n%%EOF", truncated(signed), encrypted(signed)):
        assert await ending(issued, file) == "exit 1"


async def test_a_bomb_is_stopped(issued: bytes) -> None:
    begun = time.monotonic()
    limited = program("decode.CPU_SECONDS = 1")
    assert await ending(issued, bomb(), limited) in ("exit -24", "exit -6", "exit 1")  # its time or its memory is over
    assert time.monotonic() - begun < 20


async def test_the_process_writes_no_files_and_sees_no_secret(
    issued: bytes, signed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DSE_LETTER_KEYS", "secret")
    writes = f"show.scan = lambda pdf, text: open('{tmp_path}/x', 'wb', buffering=0).write(b'x')"
    assert await ending(issued, signed, program(writes)) == "exit 1"
    assert (tmp_path / "x").read_bytes() == b""
    assert await ending(issued, signed, program("show.scan = lambda pdf, text: os._exit(7 + len(os.environ))")) == (
        f"exit {7 + await _variables()}"
    )


async def _variables() -> int:
    """Environment variables that a Python has by itself."""
    empty = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import os; print(len(os.environ))", env={}, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await empty.communicate()
    return int(out)


@pytest.mark.parametrize(
    "says",
    [
        "(1 << 31).to_bytes(4, 'big') + bytes(4)",
        f"frame(({LONG_SIDE + 1}).to_bytes(2, 'big') + b'\\0\\1' + bytes(3 * {LONG_SIDE + 1}))",
        r"frame(b'\0\2\0\2' + bytes(11))",
        r"frame(b'\0\0\0\0')",
    ],
)
async def test_an_answer_that_is_no_picture_is_none(says: str, issued: bytes) -> None:
    lies = impostor(f"os.write(1, {READY!r})\ntake()\nsay({says})\ntake()")
    async with drawing(lies) as process:
        with pytest.raises(DecoderBrokenError) as told:
            await process.letter(issued)
    assert told.value.ending == "answer"


async def test_what_a_person_looks_at_is_one_picture(issued: bytes, signed: bytes, tmp_path: Path) -> None:
    async with drawing() as process:
        (tmp_path / "letter.png").write_bytes(await process.letter(issued))
        page, box = await process.scan(signed)
    (tmp_path / "page.png").write_bytes(page)
    (tmp_path / "box.png").write_bytes(box)
    reasons = ["No se distingue bien la firma; una persona revisará la carta.", "#panic() $x$ *y*"]
    measures = {"ink_area": 21.5, "code_nit": "900123456-8", "pages": 1, "confidence": None, "unheard_of": "x"}
    both = [compose(tmp_path, verdict, reasons, measures) for verdict in ("review", "review")]
    assert both[0] == both[1]
    assert opened(both[0]).width > opened(both[0]).height
    assert opened(compose(tmp_path, None, [], {})).height < opened(both[0]).height
