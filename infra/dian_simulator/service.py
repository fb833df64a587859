"""DIAN's side of the wire: one SOAP endpoint."""

import logging
import re
from collections.abc import Sequence

from aiohttp import web
from cryptography import x509

from infra.dian_simulator import faults, nit, wire
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

    def __init__(self, registry: Registry, clock: Clock, queue: Faults, trust: Sequence[x509.Certificate]) -> None:
        self._registry, self._clock, self._faults, self._trust = registry, clock, queue, trust

    def app(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_post(wire.PATH, self._called)
        return app

    async def _called(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        now = self._clock.now()
        fault = self._faults.next()
        reply = faults.disturbed(fault, self._reply(request, body), now)
        self._registry.remember(now, wire.asked(body), reply.code)
        return await faults.deliver(fault, request, reply)

    def _reply(self, request: web.Request, body: bytes) -> Reply:
        """Shape, then security, then action, then arguments, then what DIAN knows."""
        stated = request.headers.get("Content-Type", "")
        if request.content_type != wire.CONTENT_TYPE or (request.charset or "utf-8").lower() != "utf-8":
            log.warning("refused: content type %r", stated)
            return Reply(415, b"", "415", "text/plain")
        try:
            root = wire.read(body)
            certificate = verify(root, self._clock.now(), self._trust)
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
        now = self._clock.now()
        return wire.answer(*self._registry.answer(nit.of_certificate(certificate), asked, now.date()), now)
