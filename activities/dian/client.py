"""The call itself: one signed question over one kept-alive session. Every outcome is a value."""

import ipaddress
import logging
import ssl
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import aiohttp

from activities.clock import Clock, now_utc
from activities.dian.certificate import Credentials
from activities.dian.classify import INVALID_SECURITY, classify, outcome
from activities.dian.envelope import CONTENT_TYPE, envelope
from activities.dian.errors import CertificateError, EndpointError
from activities.dian.exchange import Exchange, Reply
from activities.dian.skew import Skew, measured
from domain.nit import without_check_digit
from domain.numbering import Answer, AnswerClass

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

CALL_S = 65.0
"""DIAN's own time-out is 59 s: its word about it should still arrive."""
CONNECT_S = 10.0
MAX_ANSWER = 10_000_000
"""After decompression. A range takes about 600 bytes."""
_log = logging.getLogger(__name__)


class DianClient:
    """Asks DIAN, as one provider with one software. To be entered before use: `async with DianClient(…)`."""

    _session: aiohttp.ClientSession
    skew: Skew | None = None
    """Between DIAN's clock and ours, as last measured."""

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
        clock: Clock = now_utc,
        tracer: "Tracer | None" = None,
    ) -> None:
        """Raises EndpointError, or CertificateError if the certificate is another's. One out of date is taken: DIAN
        refuses it, and that may be mended while we run. Without `tls` the system's authorities are trusted.
        """
        check_endpoint(endpoint, environment)
        if not credentials.names(provider_nit):
            sentence = f"The certificate names the NIT {credentials.nit}, but the provider is {provider_nit}."
            raise CertificateError("certificate_nit_differs", sentence)
        self._credentials, self._endpoint = credentials, endpoint
        self._provider, self._software = without_check_digit(provider_nit), software_code
        self._seconds, self._tls, self._clock, self._tracer = seconds, tls or modern_tls(), clock, tracer

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
        return (await self.exchange(nit)).answer

    async def exchange(self, nit: str) -> Exchange:
        """The same, with everything that went over the wire."""
        asked_at = self._clock()
        question = envelope(
            self._credentials, self._endpoint, without_check_digit(nit), self._provider, self._software, asked_at
        )
        reply = Reply()
        if self._tracer is None:
            answer = await self._answer(question, reply)
        else:
            answer = await self._traced(self._tracer, nit, question, reply)
        return Exchange(self._endpoint, asked_at, question, reply, self._clock(), answer)

    async def _traced(self, tracer: "Tracer", nit: str, question: bytes, reply: Reply) -> Answer:
        """The answer, with a span that tells how it went and, of the company, its NIT alone."""
        with tracer.start_as_current_span("GetNumberingRange", attributes={"dse.nit": nit}) as span:
            answer = await self._answer(question, reply)
            span.set_attribute("dian.class", answer.answer_class.value)
            span.set_attribute("dian.code", answer.code)
            if reply.status is not None:
                span.set_attribute("http.response.status_code", reply.status)
            return answer

    async def _answer(self, question: bytes, reply: Reply) -> Answer:
        try:
            whole = await self._post(question, reply)
        except TimeoutError:
            return outcome(AnswerClass.TRANSIENT, "timeout", "DIAN did not answer in time.")
        except aiohttp.ClientConnectorCertificateError:
            return outcome(AnswerClass.OURS, "tls", "DIAN's TLS certificate could not be verified.")
        except (aiohttp.ClientError, OSError):  # its words may hold addresses: not kept
            return outcome(AnswerClass.TRANSIENT, "connection", "The connection to DIAN failed.")
        if not whole or reply.status is None:
            return outcome(AnswerClass.TRANSIENT, "too_large", "The answer is too large to be DIAN's.")
        answer = classify(reply.status, bytes(reply.body))
        if answer.code == INVALID_SECURITY and reply.skew is not None and reply.skew.sentence:
            return outcome(answer.answer_class, answer.code, f"{reply.skew.sentence} {answer.description}")
        return answer

    async def _post(self, question: bytes, reply: Reply) -> bool:
        """Fills the reply, an HTTP 500's too; False if its body is longer than what we read."""
        asked = self._clock()
        async with self._session.post(self._endpoint, data=question, allow_redirects=False) as response:
            reply.status, reply.headers = response.status, response.headers
            reply.skew = measured(response.headers.get("Date", ""), asked, self._clock())
            self._compare(reply.skew)
            async for piece in response.content.iter_any():
                reply.body += piece[: MAX_ANSWER + 1 - len(reply.body)]
                if len(reply.body) > MAX_ANSWER:
                    return False
            return True

    def _compare(self, skew: Skew | None) -> None:
        """Says that our clock goes wrong, or right again, before DIAN does: once each time that changes."""
        if skew is None:
            return
        before, self.skew = self.skew.clock if self.skew is not None else "right", skew
        if skew.clock == before:
            return
        if skew.clock == "right":
            _log.info("our clock agrees with DIAN's again")
        else:
            told = {"sentence": skew.sentence, "skew_s": round(skew.seconds)}
            _log.warning("DIAN will refuse what we sign", extra=told)


def check_endpoint(endpoint: str, environment: str) -> None:
    """HTTPS, except to this very machine while nothing is real. Raises EndpointError."""
    try:
        address = urlsplit(endpoint)
        host, _ = address.hostname, address.port
    except ValueError:
        host = None
    plain = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
    if not plain or not host or address.scheme not in ("http", "https") or address.username or address.fragment:
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
