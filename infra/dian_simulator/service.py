"""DIAN's side of the wire: one SOAP endpoint."""

import logging
import re
from collections.abc import Sequence
from email.utils import format_datetime

from aiohttp import web
from cryptography import x509

from infra.dian_simulator import delivery, nit, wire
from infra.dian_simulator.clock import Clock
from infra.dian_simulator.faults import Faults
from infra.dian_simulator.registry import Registry
from infra.dian_simulator.verify import InvalidSecurityError, verify
from infra.dian_simulator.wire import Reply

MAX_BODY = 1_000_000
_ACTION = re.compile(r'action="?([^";]*)')
log = logging.getLogger("dian_simulator")


class Service:
    """GetNumberingRange: looks at the envelope as DIAN does, then asks the registry."""

    def __init__(self, registry: Registry, clock: Clock, faults: Faults, trust: Sequence[x509.Certificate]) -> None:
        self._registry, self._clock, self._faults, self._trust = registry, clock, faults, trust

    def app(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_post(wire.PATH, self._called)
        app.on_response_prepare.append(self._dated)
        return app

    async def _called(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        now, asked = self._clock.now(), wire.asked(body)
        reply, fault = self._reply(request, body), self._faults.next(asked.account_code)
        if fault is not None:
            log.info("fault: %s", fault.name)
            reply = fault.disturb(reply, asked, now)
        self._registry.remember(now, asked, reply.code)
        return await (fault.deliver(request, reply) if fault else delivery.whole(request, reply))

    async def _dated(self, request: web.Request, response: web.StreamResponse) -> None:
        """The header tells this clock's time, so that a client can see how far they are apart."""
        response.headers["Date"] = format_datetime(self._clock.now(), usegmt=True)

    def _reply(self, request: web.Request, body: bytes) -> Reply:
        """Shape, then security, then action, then arguments, then what DIAN knows."""
        stated = request.headers.get("Content-Type", "")
        if request.content_type != wire.CONTENT_TYPE or (request.charset or "utf-8").lower() != "utf-8":
            log.warning("refused: content type %r", stated)
            return Reply(415, b"", "415", "text/plain")
        now = self._clock.now()
        try:
            root = wire.read(body)
            certificate = verify(root, now, self._trust)
            if {wire.action(root), *_ACTION.findall(stated)} != {wire.ACTION}:
                return wire.action_not_supported()
            asked = wire.question(root)
        except wire.NotReadableError:
            log.warning("refused: no readable XML")
            return Reply(400, b"", "400", "text/plain")
        except InvalidSecurityError as error:
            log.warning("refused: InvalidSecurity: %s", error)
            return wire.invalid_security()
        except wire.MisshapenError:
            return wire.misshapen()
        return wire.answer(*self._registry.answer(nit.of_certificate(certificate), asked, now.date()), now)
