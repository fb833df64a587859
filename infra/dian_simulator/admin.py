"""The side for people and tests: acts of a company at DIAN, the clock, faults, and who called."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from infra.dian_simulator import given
from infra.dian_simulator.acts import Acts
from infra.dian_simulator.clock import Clock
from infra.dian_simulator.errors import BadRequestError, RefusedError
from infra.dian_simulator.faults import Faults
from infra.dian_simulator.numbering import NumberRange
from infra.dian_simulator.registry import Registry

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Admin:
    """One handler a path of the contract."""

    def __init__(self, registry: Registry, acts: Acts, clock: Clock, faults: Faults) -> None:
        self._registry, self._acts, self._clock, self._faults = registry, acts, clock, faults

    def app(self) -> web.Application:
        app = web.Application(middlewares=[_sentences])
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/calls", self._calls)
        app.router.add_get("/clock", self._time)
        app.router.add_post("/clock", self._set_clock)
        app.router.add_get("/faults", self._list_faults)
        app.router.add_post("/faults", self._switch_fault)
        app.router.add_get("/companies/{nit}", self._company)
        app.router.add_post(f"/companies/{{nit}}/{{act:{'|'.join(Acts.NAMES)}}}", self._act)
        return app

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _calls(self, request: web.Request) -> web.Response:
        return web.json_response(self._registry.calls())

    async def _time(self, request: web.Request) -> web.Response:
        return web.json_response({"now": self._clock.now().isoformat()})

    async def _set_clock(self, request: web.Request) -> web.Response:
        said = await _object(request)
        given.known(said, ("now", "advance_s"))
        by = timedelta(seconds=given.number(said.get("advance_s", 0), "advance_s"))
        if "now" in said:
            self._clock.set(given.instant(said["now"]))
        self._clock.advance(by)
        return await self._time(request)

    async def _list_faults(self, request: web.Request) -> web.Response:
        return web.json_response(self._faults.left())

    async def _switch_fault(self, request: web.Request) -> web.Response:
        self._faults.switch(await _object(request))
        return await self._list_faults(request)

    async def _company(self, request: web.Request) -> web.Response:
        company = given.nit(request.match_info["nit"])
        return self._state(company, self._registry.ranges(company))

    async def _act(self, request: web.Request) -> web.Response:
        company, said = given.nit(request.match_info["nit"]), await _object(request)
        return self._state(company, self._acts.perform(company, request.match_info["act"], said))

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


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        said = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise BadRequestError("The body is not JSON.", "El cuerpo no es JSON.") from error
    if not isinstance(said, dict):
        raise BadRequestError("The body must be a JSON object.", "El cuerpo debe ser un objeto JSON.")
    return {name: value for name, value in said.items() if value is not None}


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
        "software": each.software or None,
    }
