"""The decoder: hostile bytes in, plain facts out.

`python -m activities.letter.decode` runs it in a process of its own: frames with PDFs on stdin, frames with JSON
on stdout, until stdin ends. It holds no secret and needs none: the seal's check is the parent's to verify.
"""

import json
import math
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from typing import Final

import pypdfium2  # type: ignore[import-untyped]

from activities.letter.frames import HEADER, READY, TAKEN, WALL_SECONDS
from activities.letter.intake import MAX_PAGES, examine_structure
from activities.letter.pixels import look
from activities.letter.sight import Finding, Sight

CPU_SECONDS: Final = 3
"""For each file. A scan of a letter takes a tenth; the most that a megabyte of honest pages takes is 1.3, for five
faxed at 600 dpi without a code."""
MEMORY_BYTES: Final = 512 * 1024**2
"""Address space: letters take 90 MB, a page in colour at 600 dpi and progressive JPEG 310 MB."""


def decode(data: bytes) -> Sight:
    """What can be seen in the file. Pages are rendered only where the structure allows it."""
    findings, page_count = examine_structure(data)
    if Finding.DAMAGED in findings or Finding.ENCRYPTED in findings:
        return Sight(findings, page_count, ())
    try:
        return Sight(findings, page_count, tuple(look(data, MAX_PAGES)))
    except pypdfium2.PdfiumError:
        return Sight((Finding.DAMAGED, *findings), page_count, ())


def limit() -> None:
    """Bounds this process for good: its memory; no files written, no children, no core dumps."""
    bounds = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, bound in bounds.items():
        with suppress(ValueError, OSError):  # macOS refuses a bound on the address space
            resource.setrlimit(what, (bound, bound))


def limit_time() -> None:
    """Bounds what the file at hand may take, whatever those before it took: a hard limit couldn't be raised again."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + CPU_SECONDS, hard))
    signal.alarm(WALL_SECONDS)


def main() -> None:
    frames, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints is no answer
    limit()
    answers.write(READY)
    while header := frames.read(HEADER.size):
        data = frames.read(*HEADER.unpack(header))
        answers.write(TAKEN)
        limit_time()
        answer = json.dumps(asdict(decode(data))).encode()
        signal.alarm(0)
        answers.write(HEADER.pack(len(answer)) + answer)


if __name__ == "__main__":
    main()
