"""Pictures that claim to be larger than any memory, in each of PDF's picture formats."""

import io
import struct
from functools import cache
from random import Random

from PIL import Image

from benchmarks.hostile.inflating import flate
from benchmarks.hostile.pdf import Document, stream

_SIZES = (0, 1, -1, 60_000, 65_535, 10**6, 10**9, 2**31 - 1, 2**32)
_MASKED = 100_000
"""Bytes of a picture that may come twice, as its own mask too."""
_GRAY = "/ColorSpace /DeviceGray"


def samples(rng: Random, pdf: bytes) -> bytes:
    """Plain ones; some are truly there, once inflated: 60000 × 60000 of one bit take 450 MB."""
    width, height = rng.choice(((60_000, 60_000), (rng.choice(_SIZES), rng.choice(_SIZES))))
    colors = rng.choice(
        (_GRAY, "/ColorSpace /DeviceCMYK", "/ImageMask true", "/ColorSpace [/Indexed /DeviceRGB 255 <00>]")
    )
    rounds = 430 if (width, height) == (60_000, 60_000) else rng.choice((1, 90))
    return _shown(
        rng, pdf, flate(b"\x55", rounds), f"{colors} /Filter /FlateDecode", width, height, rng.choice((1, 8, 16))
    )


def jbig2(rng: Random, pdf: bytes) -> bytes:
    """A page, then a region or a dictionary of symbols, of absurd size."""
    width, height = (rng.choice((1, 65_535, 0x7FFFFFFF, 0xFFFFFFFF)) for _ in range(2))
    page = struct.pack(">IIIIBH", width, height, 0, 0, 0, rng.choice((0, 0xFFFF)))
    region = struct.pack(">IIIIBB8b", width, height, 0, 0, 0, 0, 3, -1, -3, -1, 2, -2, -2, -2) + b"\xff\xac" * 40
    symbols = struct.pack(">H8bII", 0, 3, -1, -3, -1, 2, -2, -2, -2, 0xFFFFFFFF, 0xFFFFFFFF) + b"\xff\xac" * 40
    kind, body = rng.choice(((38, region), (0, symbols)))
    parts = [
        struct.pack(">IBBBI", 0, 48, 0, 1, len(page)) + page,
        struct.pack(">IBBBI", 1, kind, 0, 1, len(body)) + body,
    ]
    return _shown(rng, pdf, b"".join(parts), f"{_GRAY} /Filter /JBIG2Decode", width, height, 1)


def jpx(rng: Random, pdf: bytes) -> bytes:
    """A JPEG 2000 of one component or of thousands, in one tile or in billions."""
    width, height = (rng.choice((1, 60_000, 2**31 - 1, 2**32 - 1)) for _ in range(2))
    tile, components = rng.choice((1, 4096, 2**32 - 1)), rng.choice((1, 4, 16_384))
    size = (
        struct.pack(">HIIIIIIIIH", 0, width, height, 0, 0, tile, tile, 0, 0, components) + b"\x07\x01\x01" * components
    )
    levels = rng.choice((0, 5, 32))
    coding = struct.pack(">BBHBBBBBB", 0, 0, rng.choice((1, 65_535)), 0, levels, 4, 4, 0, 1)
    markers = ((0xFF51, size), (0xFF52, coding), (0xFF5C, bytes([0x40, *[0x40] * (3 * levels + 1)])))
    head = b"\xff\x4f" + b"".join(struct.pack(">HH", marker, len(body) + 2) + body for marker, body in markers)
    file = head + b"\xff\x90\0\x0a\0\0\0\0\0\0\0\1\xff\x93" + rng.randbytes(64) + b"\xff\xd9"
    return _shown(rng, pdf, file, "/Filter /JPXDecode", rng.choice((1, width)), rng.choice((1, height)), 8)


def ccitt(rng: Random, pdf: bytes) -> bytes:
    """A fax as wide and as high as no sheet is."""
    width, height = rng.choice(_SIZES), rng.choice(_SIZES)
    how = f"/K {rng.choice((-1, 0, 4))} /Columns {width} /Rows {height} /BlackIs1 true /DamagedRowsBeforeError 999999"
    content = rng.choice((b"\0", b"\xff", b"\x26\xa1")) * rng.choice((9, 200_000))
    entries = f"{_GRAY} /Filter /CCITTFaxDecode /DecodeParms << {how} >>"
    return _shown(rng, pdf, content, entries, rng.choice((1, width)), rng.choice((1, height)), 1)


def dct(rng: Random, pdf: bytes) -> bytes:
    """A JPEG of a few bytes that says it is 65500 pixels wide and high; progressive ones keep all in memory."""
    file = bytearray(_jpeg(rng.random() < 0.5))
    frame = next(at for at in range(len(file)) if bytes(file[at : at + 2]) in (b"\xff\xc0", b"\xff\xc2"))
    width, height = rng.choice((1, 30_000, 65_500)), rng.choice((1, 30_000, 65_500))
    struct.pack_into(">HH", file, frame + 5, height, width)
    claimed = rng.choice(((width, height), (10**9, 10**9), (16, 16)))
    return _shown(rng, pdf, bytes(file), f"{_GRAY} /Filter /DCTDecode", *claimed, 8)


def inline(rng: Random, pdf: bytes) -> bytes:
    """Pictures within what the page draws."""
    width, height = rng.choice(_SIZES), rng.choice(_SIZES)
    picture = f"q 600 0 0 800 0 0 cm BI /W {width} /H {height} /BPC {rng.choice((1, 8, 99))} /CS /G ID ".encode()
    document = Document.of(pdf)
    document.add_page(
        stream((picture + rng.randbytes(64) + b" EI Q\n") * rng.choice((1, 3000))), first=rng.random() < 0.5
    )
    return document.written()


def _shown(rng: Random, pdf: bytes, data: bytes, entries: str, width: int, height: int, bits: int) -> bytes:
    document = Document.of(pdf)
    told = f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent {bits} {entries}"
    if rng.random() < 0.2 and len(data) < _MASKED:
        told += f" /SMask {document.add(stream(data, told))}"
    resources = f"<< /XObject << /I {document.add(stream(data, told))} >> >>"
    document.add_page(
        stream(b"q 595 0 0 842 0 0 cm /I Do Q\n" * rng.choice((1, 1, 50))), resources, first=rng.random() < 0.5
    )
    return document.written()


@cache
def _jpeg(progressive: bool) -> bytes:
    file = io.BytesIO()
    Image.new("L", (16, 16), 128).save(file, "JPEG", progressive=progressive)
    return file.getvalue()
