"""How a reply goes out: whole, late, in pieces, in part, or never."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

from infra.dian_simulator.wire import Reply

Delivery = Callable[[web.Request, Reply, float], Awaitable[web.StreamResponse]]
"""The number is how many seconds it takes, for those that take any."""

_PIECES = 8


async def whole(request: web.Request, reply: Reply, seconds: float = 0) -> web.StreamResponse:
    kind = reply.content_type
    return web.Response(status=reply.status, body=reply.body, content_type=kind, charset="utf-8", headers=reply.headers)


async def late(request: web.Request, reply: Reply, seconds: float) -> web.StreamResponse:
    await asyncio.sleep(seconds)
    return await whole(request, reply)


async def never(request: web.Request, reply: Reply, seconds: float) -> web.StreamResponse:
    await asyncio.Event().wait()  # until the client hangs up, which cancels the handler
    return await whole(request, reply)


async def only_headers(request: web.Request, reply: Reply, seconds: float) -> web.StreamResponse:
    await _begun(request, reply)
    return await never(request, reply, seconds)


async def in_pieces(request: web.Request, reply: Reply, seconds: float) -> web.StreamResponse:
    return await _dribbled(request, reply, seconds, -(-len(reply.body) // _PIECES))


async def byte_by_byte(request: web.Request, reply: Reply, seconds: float) -> web.StreamResponse:
    return await _dribbled(request, reply, seconds, 1)


async def reset(request: web.Request, reply: Reply, seconds: float) -> web.StreamResponse:
    if (transport := request.transport) is not None:
        # Lingering for nought seconds makes the close a TCP reset.
        nought = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, nought)
        transport.abort()
    return web.Response()


async def half_then_reset(request: web.Request, reply: Reply, seconds: float) -> web.StreamResponse:
    response = await _begun(request, reply)
    await response.write(reply.body[: len(reply.body) // 2])
    return await reset(request, reply, seconds)


async def _dribbled(request: web.Request, reply: Reply, seconds: float, size: int) -> web.StreamResponse:
    """By the clock, not by the pause: many short sleeps would add up to more than was asked for."""
    response = await _begun(request, reply)
    loop = asyncio.get_running_loop()
    began, total = loop.time(), len(reply.body)
    for start in range(0, total, size):
        due = began + seconds * min(start + size, total) / total
        await asyncio.sleep(max(0.0, due - loop.time()))
        await response.write(reply.body[start : start + size])
    return response


async def _begun(request: web.Request, reply: Reply) -> web.StreamResponse:
    response = web.StreamResponse(status=reply.status, headers=reply.headers)
    response.content_type, response.charset = reply.content_type, "utf-8"
    response.content_length = len(reply.body)
    await response.prepare(request)
    return response
