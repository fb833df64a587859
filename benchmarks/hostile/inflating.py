"""Much out of little: compressed streams of which a small file holds gigabytes."""

import zlib
from functools import cache
from typing import Final

BLOCK: Final = 1 << 20
"""Bytes that one round of a stream inflates to."""
MOST: Final = 600_000
"""Bytes of a stream: with a base around it, the file may still be uploaded."""
_HEADER: Final = b"\x78\xda"
_LAST: Final = b"\x03\x00"
_CLEAR: Final = 256
_FIRST_FREE, _FULL = 258, 4095


def flate(text: bytes, rounds: int, head: bytes = b"") -> bytes:
    """`head`, then `text` over and over, in `rounds` blocks or as many as fit: with a true checksum."""
    block = text * (BLOCK // len(text))
    rounds = min(rounds, MOST // len(_deflated(block)))
    checksum = zlib.adler32(head)
    for _ in range(rounds):
        checksum = zlib.adler32(block, checksum)
    return _HEADER + _deflated(head) + _deflated(block) * rounds + _LAST + checksum.to_bytes(4, "big")


def flate_in_flate(text: bytes, rounds: int) -> bytes:
    """A stream to be inflated twice, one millionth of what comes out in the end."""
    return zlib.compress(flate(text, rounds), 9)


@cache
def _deflated(block: bytes) -> bytes:
    """Raw, ending at a byte's edge without a memory: it may be repeated."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return compressor.compress(block) + compressor.flush(zlib.Z_FULL_FLUSH)


def lzw(rounds: int) -> bytes:
    """59 MB of zeros a round, in 44 kB."""
    return _lzw_round() * rounds


@cache
def _lzw_round() -> bytes:
    """Eight times a dictionary is filled with ever longer runs and cleared; eight, to end at a byte's edge."""
    codes = [0, *range(_FIRST_FREE, _FULL), _CLEAR]
    bits = "".join(f"{code:0{_width(index)}b}" for index, code in enumerate(codes)) * 8
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _width(index: int) -> int:
    """Bits of the code at this place: the dictionary has grown by one with each but the first."""
    return min(max((_FIRST_FREE + index).bit_length(), 9), 12)


def run_length(size: int) -> bytes:
    """64 times `size` zeros."""
    return bytes((129, 0)) * (size // 2) + b"\x80"
