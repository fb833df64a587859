"""The ways in which DIAN fails, switched on for the next calls."""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from aiohttp import web

from infra.dian_simulator import wire
from infra.dian_simulator.wire import Reply

SLOW_SECONDS = 2.0
_PIECES = 8
_PAGE = (
    b"<!DOCTYPE html><html><head><title>Mantenimiento</title></head>"
    b"<body><h1>Servicio no disponible</h1><br>Intente mas tarde.</body></html>"
)
_INSTEAD: dict[str, Callable[[Reply, datetime], Reply]] = {
    "http_500_fault": lambda reply, now: wire.internal_fault(),
    "invalid_security": lambda reply, now: wire.invalid_security(),
    "code_500": lambda reply, now: wire.answer(
        "500", "Ha ocurrido un error en el servicio solicitado, por favor intente mas tarde.", (), now
    ),
    "html_200": lambda reply, now: Reply(200, _PAGE, "html_200", "text/html"),
    "html_503": lambda reply, now: Reply(503, _PAGE, "html_503", "text/html"),
    "truncated": lambda reply, now: replace(reply, body=reply.body[: len(reply.body) // 2], code="truncated"),
    "empty": lambda reply, now: Reply(200, b"", "empty"),
    "timeout": lambda reply, now: replace(reply, code="timeout"),
    "reset": lambda reply, now: replace(reply, code="reset"),
    "cut": lambda reply, now: replace(reply, code="cut"),
    "slow": lambda reply, now: reply,
}


class Faults:
    """A queue of what shall go wrong: the next `count` calls each."""

    NAMES = tuple(_INSTEAD)

    def __init__(self) -> None:
        self._queue: deque[str] = deque()

    def add(self, name: str, count: int) -> None:
        """Nought calls off what is left of that fault."""
        if count == 0:
            self._queue = deque(each for each in self._queue if each != name)
        self._queue.extend([name] * count)

    def next(self) -> str:
        return self._queue.popleft() if self._queue else ""

    def left(self) -> dict[str, int]:
        return {name: self._queue.count(name) for name in dict.fromkeys(self._queue)}


def disturbed(name: str, reply: Reply, now: datetime) -> Reply:
    """What is said instead of the right reply."""
    return _INSTEAD[name](reply, now) if name else reply


async def deliver(name: str, request: web.Request, reply: Reply) -> web.StreamResponse:
    """Sends a reply in the way that the fault has it."""
    return await _DELIVERIES.get(name, _whole)(request, reply)


async def _whole(request: web.Request, reply: Reply) -> web.StreamResponse:
    kind = reply.content_type
    return web.Response(status=reply.status, body=reply.body, content_type=kind, charset="utf-8")


async def _never(request: web.Request, reply: Reply) -> web.StreamResponse:
    await asyncio.Event().wait()  # until the client hangs up, which cancels the handler
    return await _whole(request, reply)


async def _dribbled(request: web.Request, reply: Reply) -> web.StreamResponse:
    response = await _begun(request, reply)
    size = -(-len(reply.body) // _PIECES)
    for start in range(0, len(reply.body), size):
        await asyncio.sleep(SLOW_SECONDS / _PIECES)
        await response.write(reply.body[start : start + size])
    return response


async def _half(request: web.Request, reply: Reply) -> web.StreamResponse:
    response = await _begun(request, reply)
    await response.write(reply.body[: len(reply.body) // 2])
    return await _reset(request, reply)


async def _reset(request: web.Request, reply: Reply) -> web.StreamResponse:
    if (transport := request.transport) is not None:
        # Lingering for nought seconds makes the close a TCP reset.
        nought = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, nought)
        transport.abort()
    return web.Response()


async def _begun(request: web.Request, reply: Reply) -> web.StreamResponse:
    response = web.StreamResponse(status=reply.status)
    response.content_type, response.charset = reply.content_type, "utf-8"
    response.content_length = len(reply.body)
    await response.prepare(request)
    return response


_DELIVERIES: dict[str, Callable[[web.Request, Reply], Awaitable[web.StreamResponse]]] = {
    "timeout": _never,
    "slow": _dribbled,
    "reset": _reset,
    "cut": _half,
}
