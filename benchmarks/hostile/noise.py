"""Files damaged without looking at what they say: by a bad line, a bad disk, or a fuzzer."""

import re
import zlib
from random import Random
from typing import Final

from benchmarks.hostile.bases import bases
from benchmarks.hostile.pdf import Document, stream

_NUMBER: Final = re.compile(rb"(?<=[ \[\n/])\d{1,10}(?=[ \]\r\n/>])")
_COMPRESSION: Final = re.compile(rb"/Length \d+|/Filter /FlateDecode")
_NAME: Final = re.compile(rb"/[A-Z][A-Za-z]{2,}")
_NAMES: Final = (
    b"/Kids",
    b"/Pages",
    b"/Length",
    b"/Filter",
    b"/ObjStm",
    b"/XObject",
    b"/Font",
    b"/Parent",
    b"/Encrypt",
)
_NUMBERS: Final = (b"0", b"1", b"-1", b"65536", b"2147483647", b"4294967296", b"99999999999999999999", b"0.0001")


def few_bits(rng: Random, pdf: bytes) -> bytes:
    return _flipped(rng, pdf, rng.randint(1, 8))


def many_bits(rng: Random, pdf: bytes) -> bytes:
    return _flipped(rng, pdf, int(len(pdf) * rng.uniform(0.0005, 0.02)) + 9)


def cut_short(rng: Random, pdf: bytes) -> bytes:
    return pdf[: rng.randrange(16, len(pdf) - 1)]


def without_middle(rng: Random, pdf: bytes) -> bytes:
    """Its end is there, so that nobody takes it for an upload that broke off."""
    return pdf[: rng.randrange(16, len(pdf) // 2)] + pdf[rng.randrange(len(pdf) // 2, len(pdf) - 40) :]


def swapped(rng: Random, pdf: bytes) -> bytes:
    a, b, c = sorted(rng.sample(range(9, len(pdf) - 6), 3))
    return pdf[:a] + pdf[b:c] + pdf[a:b] + pdf[c:]


def doubled(rng: Random, pdf: bytes) -> bytes:
    start = rng.randrange(len(pdf) - 200)
    chunk = pdf[start : start + rng.randint(1, 100_000)]
    return pdf[:start] + chunk * rng.randint(2, 4) + pdf[start + len(chunk) :]


def blanked(rng: Random, pdf: bytes) -> bytes:
    """A stretch of one byte, as a disk leaves it."""
    start = rng.randrange(9, len(pdf) - 200)
    size = min(rng.randint(1, 50_000), len(pdf) - 40 - start)
    return pdf[:start] + bytes([rng.choice((0, 10, 32, 60, 255))]) * size + pdf[start + size :]


def spliced(rng: Random, pdf: bytes) -> bytes:
    """Begun as one file, ended as another."""
    other = rng.choice([each for each in bases().values() if each != pdf])
    return pdf[: rng.randrange(200, len(pdf) - 200)] + other[rng.randrange(200, len(other) - 200) :]


def inside_streams(rng: Random, pdf: bytes) -> bytes:
    """Fonts, drawings and pictures, changed before they would be compressed: no checksum gives them away."""
    document = Document.of(pdf)
    held = [number for number, body in document.objects.items() if b"stream\n" in body]
    for number in rng.sample(held, min(len(held), rng.randint(1, 4))):
        head, content = document.objects[number].split(b"stream\n", 1)
        content = content.removesuffix(b"endstream").rstrip(b"\n")
        if b"/FlateDecode" in head:
            content = zlib.decompress(content)
        changed = _flipped(rng, content, rng.choice((1, 8, 64))) if content else content
        plain = _COMPRESSION.sub(b"", head).strip().removesuffix(b">>").strip().removeprefix(b"<<")
        document.objects[number] = stream(changed, plain.decode("latin-1"))
    return document.written()


def renumbered(rng: Random, pdf: bytes) -> bytes:
    """Some of the numbers, wherever they stand."""
    return _replaced(rng, pdf, _NUMBER, _NUMBERS)


def renamed(rng: Random, pdf: bytes) -> bytes:
    return _replaced(rng, pdf, _NAME, _NAMES)


def _flipped(rng: Random, pdf: bytes, bits: int) -> bytes:
    file = bytearray(pdf)
    for _ in range(bits):
        file[rng.randrange(len(file))] ^= 1 << rng.randrange(8)
    return bytes(file)


def _replaced(rng: Random, pdf: bytes, what: re.Pattern[bytes], by: tuple[bytes, ...]) -> bytes:
    """One to eight of the finds, each by something else."""
    finds = list(what.finditer(pdf))
    for find in sorted(rng.sample(finds, min(len(finds), rng.randint(1, 8))), key=lambda each: -each.start()):
        pdf = pdf[: find.start()] + rng.choice([each for each in by if each != find[0]]) + pdf[find.end() :]
    return pdf
