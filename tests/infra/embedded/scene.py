"""A supervisor in a process of its own, to be killed or to run as somebody else; and how to wait for a condition.

python -m tests.infra.embedded.scene DATA    prints the stack's addresses and stays until its input ends
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from signal import SIGKILL

from pydantic import TypeAdapter

from infra.embedded.addresses import Addresses, Pids
from infra.embedded.part import PARTS, REPOSITORY, leashed
from infra.embedded.stack import running

PARTS_WITHOUT_WORKER = tuple(name for name in PARTS if name != "worker")
DIAN_ARGS = ("--provider-nit", "900123456-8", "--software-code", "7f3c8a52-1111-4222-8333-944455556666")


async def eventually(condition: Callable[[], object], within: float = 15.0) -> None:
    """Wait for the condition; a generous bound, because the machine may be busy."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.02)


def alive(pid: int) -> bool:
    with suppress(OSError):
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False


def owner(pid: int | None) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def family(pids: Pids) -> set[int]:
    """The parts' processes and all their descendants."""
    found = {pid for pid in vars(pids).values() if pid}
    while more := {child for pid in found for child in _children(pid)} - found:
        found |= more
    return found


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


@asynccontextmanager
async def supervisor(data: Path, user: str = "root") -> AsyncIterator[tuple[asyncio.subprocess.Process, Addresses]]:
    """Another process that supervises a stack on this folder; `nobody` needs us to be root."""
    command: Sequence[str] = [sys.executable, "-m", __name__, str(data)]
    process = await asyncio.create_subprocess_exec(
        *(leashed(command, SIGKILL, without_root=data) if user == "nobody" else command),
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        yield process, TypeAdapter(Addresses).validate_json(line)
    finally:
        if process.returncode is None:
            assert process.stdin
            process.stdin.close()
        await asyncio.wait_for(process.wait(), 20)


async def main(data: Path) -> None:
    async with running(data, durable=False, parts=PARTS_WITHOUT_WORKER, dian_args=DIAN_ARGS) as stack:
        print(stack.addresses.to_json(), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
