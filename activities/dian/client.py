"""The call itself: one signed question over one kept-alive session. Every outcome is a value."""

import ipaddress
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import aiohttp

from activities.dian.certificate import Credentials
from activities.dian.classify import classify, outcome
from activities.dian.envelope import CONTENT_TYPE, envelope
from activities.dian.errors import EndpointError
from domain.nit import without_check_digit
from domain.numbering import Answer, AnswerClass

CALL_S = 65.0
"""DIAN's own time-out is 59 s: its word about it should still arrive."""
CONNECT_S = 10.0
MAX_ANSWER = 10_000_000
"""After decompression. A range takes about 600 bytes."""


def now_utc() -> datetime:
    return datetime.now(UTC)


class DianClient:
    """Asks DIAN, as one provider with one software. To be entered before use: `async with DianClient(…)`."""

    _session: aiohttp.ClientSession

    def __init__(
        self,
        credentials: Credentials,
        endpoint: str,
        provider_nit: str,
        software_code: str,
        *,
        environment: str,
        seconds: float = CALL_S,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        """Raises EndpointError. Without `tls` the system's authorities are trusted."""
        check_endpoint(endpoint, environment)
        self._credentials, self._endpoint = credentials, endpoint
        self._provider, self._software = without_check_digit(provider_nit), software_code
        self._seconds, self._tls, self._clock = seconds, tls or modern_tls(), clock

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._tls),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._seconds, sock_connect=CONNECT_S),
            headers={"Content-Type": CONTENT_TYPE},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def numbering_ranges(self, nit: str) -> Answer:
        """GetNumberingRange for a company. Whatever DIAN or the network do comes back as an Answer."""
        question = envelope(
            self._credentials,
            self._endpoint,
            without_check_digit(nit),
            self._provider,
            self._software,
            self._clock(),
        )
        try:
            status, body = await self._post(question)
        except TimeoutError:
            return outcome(AnswerClass.TRANSIENT, "timeout", "DIAN did not answer in time.")
        except aiohttp.ClientConnectorCertificateError:
            return outcome(AnswerClass.OURS, "tls", "DIAN's TLS certificate could not be verified.")
        except (aiohttp.ClientError, OSError):  # its words may hold addresses: not kept
            return outcome(AnswerClass.TRANSIENT, "connection", "The connection to DIAN failed.")
        if body is None:
            return outcome(AnswerClass.TRANSIENT, "too_large", "The answer is too large to be DIAN's.")
        return classify(status, body)

    async def _post(self, question: bytes) -> tuple[int, bytes | None]:
        """Status and body, an HTTP 500's too; no body if it is longer than what we read."""
        read = bytearray()
        async with self._session.post(self._endpoint, data=question, allow_redirects=False) as response:
            async for piece in response.content.iter_any():
                read += piece
                if len(read) > MAX_ANSWER:
                    return response.status, None
            return response.status, bytes(read)


def check_endpoint(endpoint: str, environment: str) -> None:
    """HTTPS, except to this very machine while nothing is real. Raises EndpointError."""
    try:
        address = urlsplit(endpoint)
        host, _ = address.hostname, address.port
    except ValueError:
        host = None
    if not host or address.scheme not in ("http", "https") or address.username or address.fragment:
        raise EndpointError("endpoint_format", "DIAN's endpoint must be an address like https://host/path.")
    if address.scheme == "http" and (environment == "produccion" or not _is_loopback(host)):
        raise EndpointError("endpoint_insecure", "DIAN's endpoint must be https; http serves loopback alone.")


def modern_tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
