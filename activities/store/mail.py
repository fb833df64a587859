"""Mail over SMTP. A mail that a server has taken is never changed: sent again it has the same Message-ID."""

import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import parseaddr
from hashlib import sha256
from urllib.parse import quote, unquote, urlsplit

import aiosmtplib

from activities.errors import AwayError, MailRefusedError
from activities.hosts import is_loopback
from domain.reminders import Recipient
from domain.values import Value

CONNECT_S = 3
ANSWER_S = 10
CLOSING = " 421"
"""The server shuts down: that says nothing of the mail."""
_ENHANCED = re.compile(r"(?<![\d.])5\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")
_GONE = re.compile(r"5\.1\.(?![78]$)\d+|5\.2\.1")
"""No such mailbox, or it is disabled (RFC 3463); 5.1.7 and 5.1.8 speak of the sender's address."""
_VAGUE = ("", "5.0.0", "5.4.1")
"""The reply's own code decides; 5.4.1 is what a large provider says of mailboxes that it doesn't have."""
_GONE_REPLIES = (550, 551, 553)


class OutgoingMail(Value):
    message_id: str
    kind: str
    audience: Recipient = Recipient.COMPANY
    step: str = ""
    """The row that it speaks of."""
    recipient: str
    subject: str
    body: str
    html: str = ""
    """The same words; none in mails of before."""
    not_before: datetime | None = None


def message_id(onboarding_id: str, key: str, domain: str) -> str:
    """One per onboarding and mail. Whatever an onboarding is called, the id is one token."""
    return f"<{quote(onboarding_id, safe='')}.{key}@{domain}>"


class Mailer:
    """Sends by `smtp://user:password@host:port` (or `smtps://`) in the name of `Name <address>`."""

    def __init__(self, url: str, sender: str, *, answers: str = "", tls: ssl.SSLContext | None = None) -> None:
        """`answers`: who reads what is answered, if not the sender. Raises ValueError: not such an address."""
        address = urlsplit(url)
        if address.scheme not in ("smtp", "smtps") or not address.hostname:
            raise ValueError("A mail server is given as smtp://host:port or smtps://host:port.")
        name, mailbox = parseaddr(sender)
        self._from = Address(name, addr_spec=mailbox)
        self._answers = Address(addr_spec=answers) if answers else None
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
                yield Session(client, self._from, self._answers)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise AwayError("mail", _sign(error)) from None


class Session:
    def __init__(self, client: aiosmtplib.SMTP, sender: Address, answers: Address | None) -> None:
        self._client, self._from, self._answers = client, sender, answers

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
            raise (AwayError("mail", sign) if sign.endswith(CLOSING) else _refused(sign, error)) from None

    def _message(self, mail: OutgoingMail, made_at: datetime) -> EmailMessage:
        """Raises ValueError on a line break in a header: nobody adds headers of their own."""
        message = EmailMessage(policy=SMTP_POLICY)
        message["From"] = self._from
        message["To"] = mail.recipient
        if self._answers is not None:
            message["Reply-To"] = self._answers
        message["Subject"] = mail.subject
        message["Date"] = made_at
        message["Message-ID"] = mail.message_id
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.body, charset="utf-8", cte="quoted-printable")
        if mail.html:
            message.add_alternative(mail.html, subtype="html", charset="utf-8", cte="quoted-printable")
            # not by chance, so that it is the same mail again; `=_` stands in no quoted-printable text
            message.set_boundary(f"=_{sha256(mail.message_id.encode()).hexdigest()[:32]}")
        return message


def _refused(sign: str, error: Exception) -> MailRefusedError:
    """For good, if it was the recipient that the server refused, and not for a reason that may pass or be our own."""
    error = _first(error)
    if not isinstance(error, aiosmtplib.SMTPRecipientRefused):
        return MailRefusedError(sign)
    found = _ENHANCED.search(error.message)
    enhanced = found.group() if found else ""
    vague = enhanced in _VAGUE and error.code in _GONE_REPLIES
    code = f"{error.code} {enhanced}".rstrip()
    return MailRefusedError(sign, code=code, for_good=vague or (error.code >= 500 and bool(_GONE.fullmatch(enhanced))))


def _first(error: Exception) -> Exception:
    """What was said of the one recipient."""
    return error.recipients[0] if isinstance(error, aiosmtplib.SMTPRecipientsRefused) and error.recipients else error


def _sign(error: Exception) -> str:
    """How a failure shows; a server's words may hold addresses."""
    error = _first(error)
    return f"{type(error).__name__} {getattr(error, 'code', '')}".rstrip()
