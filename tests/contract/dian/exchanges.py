"""Ways of answering that no file can hold, each as what a server does with a question that it has read.

A server here is a few lines over a socket: what is to be tested is hardly HTTP.
"""

import asyncio
import gzip
import socket
import ssl
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

ANSWERS = Path(__file__).parent / "answers"
HOST = "127.0.0.1"
Exchange = Callable[[asyncio.StreamWriter], Awaitable[None]]
KIND = "application/soap+xml; charset=utf-8"
GOOD = (ANSWERS / "100_one_range.xml").read_bytes()
PAGE = (ANSWERS / "maintenance.html").read_bytes()
MEGABYTE = 1_000_000
PAUSE_S = 0.02


def head(status: int | str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} {'' if isinstance(status, str) else 'x'}", *headers, "", ""]).encode()


def whole(body: bytes, status: int = 200, kind: str = KIND, *headers: str) -> bytes:
    lines = [f"Content-Type: {kind}"] if kind else []
    return head(status, *lines, f"Content-Length: {len(body)}", *headers) + body


def says(reply: bytes) -> Exchange:
    """These bytes, and no more."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(reply)
        await writer.drain()

    return answer


def large(reply: Callable[[], bytes]) -> Exchange:
    """What is only made when it is asked for."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        await says(reply())(writer)

    return answer


def file(name: str, status: int = 200, kind: str = KIND) -> Exchange:
    return says(whole((ANSWERS / name).read_bytes(), status, kind))


def page(status: int) -> Exchange:
    return says(whole(PAGE, status, "text/html"))


def encoded(encoding: str, body: bytes) -> Exchange:
    return says(whole(body, 200, KIND, f"Content-Encoding: {encoding}"))


def redirect(status: int) -> Exchange:
    return says(whole(b"", status, "", "Location: http://127.0.0.1:9/elsewhere"))


def endless(beginning: bytes, piece: bytes) -> Exchange:
    """Goes on until the client hangs up."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(beginning)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()

    return answer


def dripping(reply: bytes) -> Exchange:
    """A byte at a time, for longer than anybody waits."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        for place in range(len(reply)):
            writer.write(reply[place : place + 1])
            await writer.drain()
            await asyncio.sleep(PAUSE_S)

    return answer


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> Exchange:
    framed = b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in chunks)
    return says(head(200, f"Content-Type: {KIND}", "Transfer-Encoding: chunked") + framed + end)


async def silent(writer: asyncio.StreamWriter) -> None:
    """Nothing, on an open line."""
    await asyncio.Event().wait()


def reset(after: bytes) -> Exchange:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(after)
        await writer.drain()
        await asyncio.sleep(PAUSE_S)  # else the reset overtakes what was written
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return answer


def members(count: int) -> bytes:
    return gzip.compress(b" ") * count


def bomb(encoding: str, megabytes: int) -> Exchange:
    """Zeros: packed, they take a thousandth of their size."""
    packer = zlib.compressobj(9, wbits={"gzip": 31, "deflate": 15}[encoding])
    begins, again = (packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return large(lambda: whole(begins + again * megabytes, 200, KIND, f"Content-Encoding: {encoding}"))


def deep(levels: int) -> bytes:
    return b"<a>" * levels + b"</a>" * levels


def padded(size: int) -> bytes:
    return GOOD + b" " * (size - len(GOOD))


@asynccontextmanager
async def serving(exchange: Exchange, tls: ssl.SSLContext | None = None, *, listens: bool = True) -> AsyncIterator[int]:
    """The port of a server that reads a whole question, answers so, and hangs up; or doesn't care what it reads."""
    calls: set[asyncio.Task[None]] = set()

    async def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        calls.add(task)
        # Cancelled, it ends as if done: the streams would log it.
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            await (_question(reader) if listens else reader.read(1))
            await exchange(writer)
        writer.close()

    server = await asyncio.start_server(called, HOST, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)


async def _question(reader: asyncio.StreamReader) -> bytes:
    begins = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in begins.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    question = await reader.readexactly(int(length.partition(b":")[2]))
    assert begins.startswith(b"POST ")
    assert b"GetNumberingRange" in question
    return question
