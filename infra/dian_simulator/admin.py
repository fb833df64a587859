"""The side for people and tests: acts of a company at DIAN, the clock, faults, and who called."""

import json
import re
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

from aiohttp import web

from infra.dian_simulator import nit
from infra.dian_simulator.clock import Clock
from infra.dian_simulator.faults import Faults
from infra.dian_simulator.registry import NumberRange, RefusedError, Registry, Wish

BOGOTA = timezone(timedelta(hours=-5))
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_ALIASES = {"from": "from_number", "to": "to_number"}


class BadRequestError(Exception):
    """The request can't be understood; the message is a sentence for its sender."""


class Admin:
    """One handler a path of the contract."""

    def __init__(self, registry: Registry, clock: Clock, queue: Faults) -> None:
        self._registry, self._clock, self._faults = registry, clock, queue

    def app(self) -> web.Application:
        app = web.Application(middlewares=[_sentences])
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/calls", self._calls)
        app.router.add_get("/clock", self._time)
        app.router.add_post("/clock", self._set_clock)
        app.router.add_get("/faults", self._list_faults)
        app.router.add_post("/faults", self._add_fault)
        app.router.add_get("/companies/{nit}", self._company)
        app.router.add_post("/companies/{nit}/{act:enable|request|associate}", self._act)
        return app

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _calls(self, request: web.Request) -> web.Response:
        return web.json_response(self._registry.calls())

    async def _time(self, request: web.Request) -> web.Response:
        return web.json_response({"now": self._clock.now().isoformat()})

    async def _set_clock(self, request: web.Request) -> web.Response:
        given = await _object(request, {"now", "advance_s"})
        if "now" in given:
            self._clock.set(_instant(given["now"]))
        self._clock.advance(timedelta(seconds=_number(given.get("advance_s", 0), "advance_s")))
        return await self._time(request)

    async def _list_faults(self, request: web.Request) -> web.Response:
        return web.json_response(self._faults.left())

    async def _add_fault(self, request: web.Request) -> web.Response:
        given = await _object(request, {"name", "count"})
        name, count = given.get("name"), given.get("count", 1)
        if name not in Faults.NAMES:
            raise BadRequestError(f"There is no such fault; there are {', '.join(Faults.NAMES)}.")
        self._faults.add(name, _whole(count, "count", least=0, most=100_000))
        return await self._list_faults(request)

    async def _company(self, request: web.Request) -> web.Response:
        company = _nit(request)
        return self._state(company, self._registry.ranges(company))

    async def _act(self, request: web.Request) -> web.Response:
        company, now = _nit(request), self._clock.now()
        wish = _wish(await _object(request, {*_RANGE_FIELDS}))
        match request.match_info["act"]:
            case "enable":
                self._registry.enable(company, now)
                touched = self._registry.ranges(company)
            case "request":
                touched = [self._registry.request(company, wish, now)]
            case _:
                touched = self._registry.associate(company, wish, now)
        return self._state(company, touched)

    def _state(self, company: str, ranges: list[NumberRange]) -> web.Response:
        """A company as DIAN sees it, with the ranges that the act touched."""
        shown = [_shown(each) for each in ranges]
        return web.json_response({"nit": company, "enabled": self._registry.enabled(company), "ranges": shown})


@web.middleware
async def _sentences(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What is wrong is told in a sentence, as JSON."""
    try:
        return await handler(request)
    except BadRequestError as error:
        return web.json_response({"error": str(error)}, status=400)
    except RefusedError as error:
        return web.json_response({"error": str(error)}, status=409)


async def _object(request: web.Request, allowed: set[str]) -> dict[str, Any]:
    try:
        given = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise BadRequestError("The body is not JSON.") from error
    if not isinstance(given, dict):
        raise BadRequestError("The body must be a JSON object.")
    if unknown := set(given) - allowed:
        raise BadRequestError(f"Unknown: {', '.join(sorted(unknown))}; known are {', '.join(sorted(allowed))}.")
    return {name: value for name, value in given.items() if value is not None}


def _nit(request: web.Request) -> str:
    try:
        return nit.plain(request.match_info["nit"])
    except ValueError as error:
        raise BadRequestError(f"Not a NIT: {error}.") from error


def _wish(given: dict[str, Any]) -> Wish:
    said = {name: _RANGE_FIELDS[name](value, name) for name, value in given.items()}
    return Wish(**{_ALIASES.get(name, name): value for name, value in said.items()})


def _shown(each: NumberRange) -> dict[str, Any]:
    return {
        "resolution": each.resolution,
        "prefix": each.prefix,
        "from": each.from_number,
        "to": each.to_number,
        "valid_from": each.valid_from.isoformat(),
        "valid_to": each.valid_to.isoformat(),
        "kind": each.kind,
        "associated": bool(each.software),
    }


def _matching(pattern: str, meaning: str) -> Callable[[Any, str], str]:
    def read(value: Any, name: str) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise BadRequestError(f"{name} must be {meaning}.")
        return value

    return read


def _day(value: Any, name: str) -> date:
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise BadRequestError(f"{name} must be a date like 2026-11-24.") from error


def _instant(value: Any) -> datetime:
    """A time without offset is Bogotá's."""
    try:
        instant = datetime.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise BadRequestError("now must be a time like 2026-11-24T15:30:00-05:00.") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=BOGOTA)


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 10**9:
        raise BadRequestError(f"{name} must be a number of seconds.")
    return value


def _whole(value: Any, name: str, *, least: int = 1, most: int = 10**15) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadRequestError(f"{name} must be a whole number from {least} to {most}.")
    return value


_RANGE_FIELDS: dict[str, Callable[[Any, str], Any]] = {
    "resolution": _matching(r"[0-9]{11,14}", "11 to 14 digits"),
    "prefix": _matching(r"[A-Z0-9]{0,4}", "at most 4 capital letters or digits"),
    "from": _whole,
    "to": _whole,
    "valid_from": _day,
    "valid_to": _day,
    "kind": _matching("dse|invoice", "dse or invoice"),
}
