"""An SMTP server whose answers a test chooses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.parser import BytesHeaderParser

from aiosmtpd.smtp import SMTP, Envelope, Session


class Server:
    """Keeps what it got, and for whom; refuses some recipients, in the words given."""

    def __init__(self, refuses: dict[str, str]) -> None:
        self.refuses, self.got, self.port = refuses, list[str](), 0
        self.asked, self.ids = 0, list[str]()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]
    ) -> str:
        self.asked += 1
        envelope.rcpt_tos.append(to)
        return self.refuses.get(to, "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.got += envelope.rcpt_tos
        self.ids.append(str(BytesHeaderParser().parsebytes(envelope.original_content or b"")["Message-ID"]).strip())
        return "250 OK"


@asynccontextmanager
async def serving(**refuses: str) -> AsyncIterator[Server]:
    """`serving(ana="550 no")` refuses ana@x.example."""
    loop = asyncio.get_running_loop()
    kept = Server({f"{name}@x.example": said for name, said in refuses.items()})
    server = await loop.create_server(lambda: SMTP(kept, hostname="localhost", loop=loop), "127.0.0.1", 0)
    kept.port = server.sockets[0].getsockname()[1]
    async with server:
        yield kept
