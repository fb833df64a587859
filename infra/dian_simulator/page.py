"""The page where a person performs the acts by hand: forms that post, then redirect. No script is needed."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NoReturn
from urllib.parse import urlencode

from aiohttp import web

from infra.dian_simulator import given, markup
from infra.dian_simulator.acts import Acts
from infra.dian_simulator.clock import Clock
from infra.dian_simulator.errors import BadRequestError, RefusedError, SaidError
from infra.dian_simulator.faults import Faults
from infra.dian_simulator.registry import Registry
from infra.dian_simulator.view import Company, View

_CALLS_SHOWN = 5
_NUMBERS = ("from", "to", "count", "seconds", "status")
_NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{1,6})?")


class Page:
    """One handler a form. What is wrong is told on the page, which then keeps what was typed."""

    def __init__(self, registry: Registry, acts: Acts, clock: Clock, faults: Faults) -> None:
        self._registry, self._acts, self._clock, self._faults = registry, acts, clock, faults

    def join(self, app: web.Application) -> None:
        app.router.add_get("/", self._show)
        app.router.add_post("/page/act", self._act)
        app.router.add_post("/page/clock", self._move)
        app.router.add_post("/page/fault", self._fault)

    async def _show(self, request: web.Request) -> web.Response:
        return self._rendered(request.query)

    async def _act(self, request: web.Request) -> web.Response:
        typed = await _form(request)
        try:
            act = typed.get("act", "")
            company = given.nit(typed.get("nit", ""))
            if act not in Acts.NAMES:
                raise BadRequestError("There is no such act.", "Ese trámite no existe.")
            said = _said(typed, but=("act", "nit", "range", "undo", "forget"))
            if "range" in typed:
                said |= dict(zip(("resolution", "prefix"), typed["range"].split(" ", 1), strict=False))
            if "undo" in typed:
                said["undo"] = True
            if "forget" in typed:
                said["synchronise"] = False
            self._acts.perform(company, act, said)
        except SaidError as error:
            return self._rendered(typed, error)
        _back(typed)

    async def _move(self, request: web.Request) -> web.Response:
        typed = await _form(request)
        hours = {"3h": 3, "1d": 24}.get(typed.get("by", ""))
        if hours is None:
            self._clock.right()
        else:
            self._clock.advance(timedelta(hours=hours))
        _back(typed)

    async def _fault(self, request: web.Request) -> web.Response:
        typed = await _form(request)
        try:
            said = _said(typed, but=("nit", "only"))
            if typed.get("only"):
                said["nit"] = typed["only"]
            self._faults.switch(said)
        except SaidError as error:
            return self._rendered(typed, error)
        _back(typed)

    def _rendered(self, typed: Mapping[str, str], error: SaidError | None = None) -> web.Response:
        company = None
        if typed.get("nit"):
            try:
                company = self._company(given.nit(typed["nit"]))
            except SaidError as wrong:
                error = error or wrong
        view = View(
            now=self._clock.now(),
            moved=self._clock.ahead(),
            strict=self._acts.strict,
            faults=self._faults.on(),
            files=self._faults.files(),
            typed=typed,
            error=error.es if error else "",
            company=company,
            software=self._registry.software,
        )
        status = 409 if isinstance(error, RefusedError) else 400 if error else 200
        return web.Response(text=markup.page(view), content_type="text/html", charset="utf-8", status=status)

    def _company(self, company: str) -> Company:
        today, registry = self._clock.today(), self._registry
        return Company(
            nit=company,
            registered=registry.registered(company),
            enabled=registry.enabled(company),
            ranges=registry.ranges(company),
            answer=registry.answer_to_provider(company, today),
            calls=registry.last_calls(company, _CALLS_SHOWN),
        )


async def _form(request: web.Request) -> dict[str, str]:
    """What was typed; a field left empty was not."""
    posted = await request.post()
    return {name: value.strip() for name, value in posted.items() if isinstance(value, str) and value.strip()}


def _said(typed: Mapping[str, str], but: tuple[str, ...]) -> dict[str, Any]:
    """As a program would say it: numbers are numbers, where they can be read."""
    said: dict[str, Any] = {name: value for name, value in typed.items() if name not in but}
    for name in _NUMBERS:
        if _NUMBER.fullmatch(said.get(name, "")):
            said[name] = float(said[name]) if "." in said[name] else int(said[name])
    return said


def _back(typed: Mapping[str, str]) -> NoReturn:
    """To the page of the company; "see other", so that a reload does nothing twice."""
    nit = typed.get("nit", "")
    raise web.HTTPSeeOther("/?" + urlencode({"nit": nit}) if nit else "/")
