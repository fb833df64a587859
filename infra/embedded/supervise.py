"""One part kept alive: started, awaited, watched, started again on the same port and data, stopped."""

import asyncio
import os
import signal
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from infra.embedded.errors import PartFailed
from infra.embedded.part import REPOSITORY, Part, PartName, leashed

START_S = 150.0  # a part that is not ready by then is given up: a worker may have to begin anew after 45 s
ATTEMPTS = 5  # so is one that dies this often before it was ever ready
POLL_S = 0.03
ANSWER_S = 5.0  # one readiness check
GRACE_S = 8.0  # between asking a part to stop and killing it
STEADY_S = 5.0  # a part that lived this long is started again at once, others after a pause
LOG_BYTES = 10_000_000  # a log beyond that is put aside at the next start of the stack

Log = Callable[[PartName, str], None]


class Supervised:
    """A part and its process. `changed` is called each time the part becomes ready."""

    def __init__(self, part: Part, logs: Path, log: Log, changed: Callable[[], None]) -> None:
        self.part = part
        self.restarts = 0
        self.ready = asyncio.Event()
        self.log_file = logs / f"{part.name}.log"
        self._log = log
        self._changed = changed
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._last_lines: deque[str] = deque(maxlen=8)
        self._spoken = asyncio.Event()
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def run(self) -> None:
        """Keep the part alive until cancelled; PartFailed if it cannot be started."""
        clock = asyncio.get_running_loop().time
        pause = 0.0
        while True:
            await self._start()
            since = clock()
            self.ready.set()
            self._changed()
            ended = await self._ended()
            self.ready.clear()
            self.restarts += 1
            self._say(f"{self.part.name} ended ({ended}): starting it again")
            pause = 0.0 if clock() - since > STEADY_S else min(pause * 2 + 0.1, 1.0)
            await asyncio.sleep(pause)

    async def stop(self, *, asked: bool = True) -> None:
        """Ask it to stop, then make it; without being asked it is killed at once."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(self.part.stop if asked else signal.SIGKILL)
        try:
            async with asyncio.timeout(GRACE_S):
                await self._ended()
        except TimeoutError:
            self._say(f"{self.part.name} did not stop within {GRACE_S:.0f} s: killed")
            self.kill()
            await self._ended()
        except asyncio.CancelledError:
            self.kill()
            raise
        finally:
            self.part.clear()

    def kill(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()

    async def _start(self) -> None:
        try:
            async with asyncio.timeout(START_S):
                for attempt in range(ATTEMPTS):
                    await asyncio.sleep(min(0.1 * 2**attempt, 2.0) if attempt else 0)
                    self.part.clear()
                    if self.part.prepare:
                        await self.part.prepare()
                    await self._spawn()
                    ending = await self._until_ready()
                    if ending is None:
                        return
                    self._say(f"{self.part.name} died at start ({ending})")
        except TimeoutError:
            self.kill()
            raise self._failed(f"was not ready after {START_S:.0f} s") from None
        raise self._failed(f"died at start {ATTEMPTS} times in a row")

    async def _spawn(self) -> None:
        part = self.part
        paths = os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))
        self._spoken.clear()
        self._process = await asyncio.create_subprocess_exec(
            *leashed(part.command, part.death, part.without_root),
            env={**os.environ, **part.environment, "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"},
            cwd=part.cwd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the supervisor alone, which stops the parts in order
        )
        assert self._process.stdout
        self._reading = asyncio.create_task(self._read(self._process.stdout))

    async def _until_ready(self) -> str | None:
        """None once it can be used; how it ended if that came first."""
        ended, answers = asyncio.create_task(self._ended()), asyncio.create_task(self._answers())
        try:
            await asyncio.wait({ended, answers}, return_when=asyncio.FIRST_COMPLETED)
            return ended.result() if ended.done() else None
        finally:
            ended.cancel()
            answers.cancel()

    async def _answers(self) -> None:
        if isinstance(self.part.ready, str):
            await self._spoken.wait()
            return
        while True:
            with suppress(Exception):  # whatever fails here means: not yet
                async with asyncio.timeout(ANSWER_S):
                    await self.part.ready()
                return
            await asyncio.sleep(POLL_S)

    async def _ended(self) -> str:
        """How the process ended, once it has, with all that it printed read and its own children gone."""
        assert self._process
        assert self._reading
        code = await self._process.wait()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await asyncio.wait({self._reading}, timeout=1)
        return f"exit {code}" if code >= 0 else signal.Signals(-code).name

    async def _read(self, output: asyncio.StreamReader) -> None:
        rest = b""
        while chunk := await output.read(65_536):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > 65_536:
                lines, rest = [*lines, rest], b""
            self._take([line.decode(errors="replace").rstrip() for line in lines])
        if rest:
            self._take([rest.decode(errors="replace")])

    def _take(self, lines: list[str]) -> None:
        with self.log_file.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        for line in filter(None, lines):
            self._last_lines.append(line)
            if isinstance(self.part.ready, str) and self.part.ready in line:
                self._spoken.set()
            self._log(self.part.name, line)

    def _say(self, sentence: str) -> None:
        self._take([f"supervisor: {sentence}"])

    def _failed(self, reason: str) -> PartFailed:
        return PartFailed(self.part.name, reason, self.log_file, self._last_lines)
