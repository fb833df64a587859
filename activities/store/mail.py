"""Mail over SMTP. A mail that a server has taken is never changed: sent again it has the same Message-ID."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import parseaddr
from urllib.parse import quote, unquote, urlsplit

import aiosmtplib

from activities.errors import AwayError, MailRefusedError
from activities.hosts import is_loopback
from domain.values import Value

CONNECT_S = 3
ANSWER_S = 10
CLOSING = " 421"
"""The server shuts down: that says nothing of the mail."""


class OutgoingMail(Value):
    message_id: str
    kind: str
    recipient: str
    subject: str
    body: str


def message_id(onboarding_id: str, key: str, domain: str) -> str:
    """One per onboarding and mail. Whatever an onboarding is called, the id is one token."""
    return f"<{quote(onboarding_id, safe='')}.{key}@{domain}>"


class Mailer:
    """Sends by `smtp://user:password@host:port` (or `smtps://`) in the name of `Name <address>`."""

    def __init__(self, url: str, sender: str, *, tls: ssl.SSLContext | None = None) -> None:
        """Raises ValueError: not such an address."""
        address = urlsplit(url)
        if address.scheme not in ("smtp", "smtps") or not address.hostname:
            raise ValueError("A mail server is given as smtp://host:port or smtps://host:port.")
        name, mailbox = parseaddr(sender)
        self._from = Address(name, addr_spec=mailbox)
        self._url, self._secure, self._tls = address, address.scheme == "smtps", tls

    @property
    def domain(self) -> str:
        """The sender's: Message-IDs end in it."""
        return self._from.domain

    @asynccontextmanager
    async def session(self) -> AsyncIterator["Session"]:
        """One connection. Raises AwayError, also when it breaks within."""
        url = self._url
        exposed = url.username is not None and not is_loopback(url.hostname)
        encrypt = True if exposed and not self._secure else None  # None: if the server offers it
        client = aiosmtplib.SMTP(
            hostname=url.hostname,
            port=url.port,
            username=unquote(url.username) if url.username is not None else None,
            password=unquote(url.password) if url.password is not None else None,
            use_tls=self._secure,
            start_tls=encrypt,
            tls_context=self._tls,
            timeout=CONNECT_S,
        )
        try:
            async with client:
                yield Session(client, self._from)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise AwayError("mail", _sign(error)) from None


class Session:
    def __init__(self, client: aiosmtplib.SMTP, sender: Address) -> None:
        self._client, self._from = client, sender

    async def send(self, mail: OutgoingMail, made_at: datetime) -> None:
        """Returns once the server has taken it. Raises MailRefusedError; AwayError if the session ended."""
        try:
            await self._client.send_message(
                self._message(mail, made_at),
                sender=self._from.addr_spec,
                recipients=[mail.recipient],
                timeout=ANSWER_S,
            )
        except OSError as error:
            raise AwayError("mail", _sign(error)) from None
        except (aiosmtplib.SMTPException, ValueError) as error:
            sign = _sign(error)
            raise (AwayError("mail", sign) if sign.endswith(CLOSING) else MailRefusedError(sign)) from None

    def _message(self, mail: OutgoingMail, made_at: datetime) -> EmailMessage:
        """Raises ValueError on a line break in a header: nobody adds headers of their own."""
        message = EmailMessage(policy=SMTP_POLICY)
        message["From"] = self._from
        message["To"] = mail.recipient
        message["Subject"] = mail.subject
        message["Date"] = made_at
        message["Message-ID"] = mail.message_id
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.body, charset="utf-8", cte="quoted-printable")
        return message


def _sign(error: Exception) -> str:
    """How a failure shows; a server's words may hold addresses."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused) and error.recipients:
        error = error.recipients[0]
    return f"{type(error).__name__} {getattr(error, 'code', '')}".rstrip()
