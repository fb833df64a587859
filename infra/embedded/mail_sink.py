"""An SMTP server that keeps what it gets: one RFC 5322 file per Message-ID in a folder.

python -m infra.embedded.mail_sink --port PORT --folder FOLDER
"""

import argparse
import asyncio
import re
import signal
from email.parser import BytesHeaderParser
from hashlib import sha256
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Folder:
    """Takes every mail; the same Message-ID again replaces the earlier one (a sender may repeat itself)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        content = envelope.original_content or b""
        new = self.folder / f".{id(envelope)}.new"
        new.write_bytes(content)
        new.replace(self.folder / file_name(content))
        return "250 OK"


def file_name(content: bytes) -> str:
    """Derived from the Message-ID: readable, safe in any file system, and different for different ones."""
    message_id = str(BytesHeaderParser().parsebytes(content).get("Message-ID", "")).strip().strip("<>")
    readable = re.sub(r"[^A-Za-z0-9@.-]+", "_", message_id).strip(".")[:80] or "no-message-id"
    return f"{readable}-{sha256(message_id.encode(errors='replace') or content).hexdigest()[:12]}.eml"


async def serve(port: int, folder: Path) -> None:
    mails = Folder(folder)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    server = await loop.create_server(
        lambda: SMTP(mails, hostname="localhost", enable_SMTPUTF8=True, loop=loop), "127.0.0.1", port
    )
    async with server:
        await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    asyncio.run(serve(given.port, given.folder))


if __name__ == "__main__":
    main()
