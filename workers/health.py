"""Health of one worker over HTTP: `/healthz` says that the process lives, `/readyz` that what it needs is there.

`/readyz` answers 200 or 503 with `{part: "ok" | "away: SIGN"}`. DIAN never makes a worker unready: all workers would be
taken out of rotation at once, and everything but calls to it goes on; its breaker's mode is told as it is.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TypeAlias

from aiohttp import web

from activities.errors import AwayError
from workers.settings import SettingsError

PATIENCE = 2.0
"""Seconds for each part; all are asked at once."""
REMEMBERED = 3.0
"""Seconds for which an answer is given again: whoever asks often costs the parts nothing."""
OK = "ok"
AWAY = "away: "
Check: TypeAlias = Callable[[], Awaitable[str]]
"""What is said of a part; raises if it can't be used."""


class Health:
    """What a worker needs, by name, and how each is asked."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = {"temporal": _nobody, **checks}
        self._asking = asyncio.Lock()
        self._late: dict[str, asyncio.Task[str]] = {}
        """Questions that go on: a part that hangs is not asked again until it has answered."""
        self._told: tuple[float, dict[str, str]] = (0.0, {})
        self._stopping = False

    def watch(self, part: str, check: Check) -> None:
        """From now on the part is asked so."""
        self._checks[part] = check
        self._told = (0.0, {})

    def stop(self) -> None:
        """The worker takes nothing more; what is under way may still take a while."""
        self._stopping = True

    async def parts(self) -> dict[str, str]:
        async with self._asking:
            at, told = self._told
            if not told or time.monotonic() - at > REMEMBERED:
                answers = await asyncio.gather(*(self._asked(part) for part in self._checks))
                told = dict(zip(self._checks, answers, strict=True))
                self._told = (time.monotonic(), told)
        return {**told, "worker": f"{AWAY}stopping"} if self._stopping else told

    async def _asked(self, part: str) -> str:
        asked = self._late.pop(part, None) or asyncio.create_task(_answer(self._checks[part]))
        done, _ = await asyncio.wait({asked}, timeout=PATIENCE)
        if done:
            return asked.result()
        self._late[part] = asked
        return f"{AWAY}no answer"

    async def _alive(self, request: web.Request) -> web.Response:
        return web.json_response({"process": OK})

    async def _ready(self, request: web.Request) -> web.Response:
        parts = await self.parts()
        away = any(each.startswith(AWAY) for each in parts.values())
        return web.json_response(parts, status=503 if away else 200)

    @asynccontextmanager
    async def served(self, address: str) -> AsyncIterator[None]:
        """At host:port; nowhere if that is empty. Raises SettingsError if nothing can listen there."""
        if not address:
            yield
            return
        app = web.Application()
        app.add_routes([web.get("/healthz", self._alive), web.get("/readyz", self._ready)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=PATIENCE)
        await runner.setup()
        try:
            await listen(runner, address, "DSE_HEALTH_ADDRESS")
            yield
        finally:
            await runner.cleanup()
            for asked in self._late.values():
                asked.cancel()


async def listen(runner: web.AppRunner, address: str, setting: str) -> None:
    """At host:port. Raises SettingsError, naming this setting, if nothing can."""
    host, _, port = address.rpartition(":")
    try:
        await web.TCPSite(runner, host.strip("[]"), int(port), reuse_address=True).start()
    except (OSError, ValueError, OverflowError):
        raise SettingsError(f"{setting}: nothing can listen at {address} (example: 127.0.0.1:8080)") from None


async def _answer(check: Check) -> str:
    try:
        return await check()
    except AwayError as error:
        return f"{AWAY}{error.sign}"
    except Exception as error:  # its words may hold anything
        return f"{AWAY}{type(error).__name__}"


async def _nobody() -> str:
    raise AwayError("temporal", "not connected yet")
