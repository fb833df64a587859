"""The decoder: hostile bytes in, plain facts out.

`python -m activities.letter.decode` runs it in a process of its own, PDF on stdin, JSON on stdout. It holds
no secret and needs none: the seal's check is the parent's to verify. Limits are set before a byte is read.
"""

import json
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Final

import pypdfium2  # type: ignore[import-untyped]

from activities.letter.intake import MAX_PAGES, examine_structure
from activities.letter.pixels import look
from activities.letter.sight import Finding, Sight

CPU_SECONDS: Final = 10
"""A scan of a letter takes half a second; five full pages on a slow machine take three."""
MEMORY_BYTES: Final = 1536 * 1024**2
"""Address space: a rendered page takes 4 MB, its picture in colour at 600 dpi 100 MB, libraries 300 MB."""
WALL_SECONDS: Final = 30
READY: Final = b"ready\n"
"""Said once everything is imported: who dies before that is broken, not attacked."""


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
    """Bounds this process for good: time and memory; no files written, no children, no core dumps."""
    bounds = {
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, bound in bounds.items():
        with suppress(ValueError, OSError):  # macOS refuses a bound on the address space
            resource.setrlimit(what, (bound, bound))
    signal.alarm(WALL_SECONDS)


def main() -> None:
    limit()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    print(json.dumps(asdict(decode(sys.stdin.buffer.read()))))


if __name__ == "__main__":
    main()
