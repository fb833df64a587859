"""The client against the simulator and against worse servers, over real HTTP."""

import asyncio
import gzip
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from activities.dian import client as client_module
from activities.dian.certificate import Credentials, development_pkcs12, load
from activities.dian.client import CALL_S, DianClient, modern_tls
from activities.dian.errors import CertificateError, EndpointError
from domain.effects import LOOK_UP_RANGES
from domain.numbering import Answer, AnswerClass
from infra.dian_simulator.faults import Faults
from infra.dian_simulator.server import Options, running
from workflows import policies

from .conftest import COMPANY, PATIENCE, PROVIDER, SOFTWARE, Dian

GOOD = (Path(__file__).parents[2] / "contract/dian/answers/100_one_range.xml").read_bytes()
DONE, PENDING, OURS, TRANSIENT = (
    AnswerClass.DONE,
    AnswerClass.PENDING,
    AnswerClass.OURS,
    AnswerClass.TRANSIENT,
)


async def ask(client: DianClient, nit: str = COMPANY) -> Answer:
    async with client:
        return await client.numbering_ranges(nit)


def meaning(answer: Answer) -> tuple[AnswerClass, str]:
    assert not answer.unknown
    return answer.answer_class, answer.code


async def test_the_story_of_a_company(dian: Dian) -> None:
    async with dian.client() as client:
        assert meaning(await client.numbering_ranges(COMPANY)) == (PENDING, "401")
        await dian.act("enable")
        await dian.act("request", prefix="DSA", resolution="18764012345678")
        assert meaning(await client.numbering_ranges(COMPANY)) == (PENDING, "401")
        await dian.act("associate")
        answer = await client.numbering_ranges(COMPANY)
        assert meaning(answer) == (DONE, "100")
        (listed,) = answer.ranges
        assert (listed.resolution, listed.prefix, listed.has_technical_key) == (
            "18764012345678",
            "DSA",
            False,
        )
        assert (listed.from_number, listed.to_number) == (1, 5_000_000)

        await dian.act("request", prefix="FEA", kind="invoice")
        await dian.act("associate")
        assert [each.has_technical_key for each in (await client.numbering_ranges(COMPANY)).ranges] == [
            False,
            True,
        ]


async def test_expired_is_301_and_unbound_302(dian: Dian) -> None:
    await dian.act("request", valid_from="2020-01-01", valid_to="2020-12-31")
    await dian.act("associate")
    assert meaning(await ask(dian.client())) == (PENDING, "301")
    await dian.act("request")
    assert meaning(await ask(dian.client())) == (PENDING, "302")


async def test_our_own_mistakes_are_ours(dian: Dian, credentials: Credentials) -> None:
    key, subject = credentials.key, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "no NIT")])
    nameless = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    stranger = load(development_pkcs12("800197268-4"))
    for client, code in (  # credentials that lie about their NIT, or the client would refuse them
        (dian.client(credentials=Credentials(key, nameless, PROVIDER)), "89"),
        (dian.client(credentials=replace(stranger, nit=PROVIDER)), "401"),
        (dian.client(credentials=replace(credentials, nit="800197268-4"), provider="800197268-4"), "401"),
        (dian.client(software="another"), "303"),
        (dian.client(credentials=replace(credentials, key=stranger.key)), "InvalidSecurity"),
    ):
        assert meaning(await ask(client)) == (OURS, code)
    await dian.advance(400)
    assert meaning(await ask(dian.client())) == (OURS, "InvalidSecurity")


FAULTS = {
    "timeout": (TRANSIENT, "timeout"),
    "http_500_fault": (TRANSIENT, "InternalServiceFault"),
    "html_200": (TRANSIENT, "html"),
    "html_503": (TRANSIENT, "http_503"),
    "truncated": (TRANSIENT, "not_xml"),
    "slow": (PENDING, "401"),
    "reset": (TRANSIENT, "connection"),
    "cut": (TRANSIENT, "connection"),
    "code_500": (TRANSIENT, "500"),
    "invalid_security": (OURS, "InvalidSecurity"),
    "empty": (TRANSIENT, "empty"),
    "latency": (PENDING, "401"),
    "hang": (TRANSIENT, "timeout"),
    "drip": (PENDING, "401"),
    "commit_then_timeout": (TRANSIENT, "timeout"),
    "wrong_charset": (TRANSIENT, "not_xml"),
    "bom": (PENDING, "401"),
    "gzip": (PENDING, "401"),
    "huge": (TRANSIENT, "too_large"),
    "entity_bomb": (TRANSIENT, "forbidden_xml"),
    "json": (TRANSIENT, "not_xml"),
    "redirect": (TRANSIENT, "http_302"),
    "soap11_fault": (TRANSIENT, "InternalServiceFault"),
    "code_89": (OURS, "89"),
    "code_303": (OURS, "303"),
    "code_401_certificate": (OURS, "401"),
    "certificate_expired": (OURS, "InvalidSecurity"),
    "certificate_revoked": (OURS, "InvalidSecurity"),
    "certificate_untrusted": (OURS, "InvalidSecurity"),
}
SILENT = ("timeout", "hang", "commit_then_timeout")
ELSEWHERE = {"unknown_code", "answer"}
"""Not known to have a class, and whatever its file says (`tests/contract/dian`)."""


def test_every_fault_of_the_simulator_is_in_the_table() -> None:
    assert FAULTS.keys() | ELSEWHERE == set(Faults.NAMES)


@pytest.mark.parametrize("name", FAULTS)
async def test_every_fault_has_its_class_and_passes(dian: Dian, name: str) -> None:
    async with dian.client(seconds=0.4 if name in SILENT else 20) as client:
        await dian.fail(name)
        assert meaning(await client.numbering_ranges(COMPANY)) == FAULTS[name]
        assert meaning(await client.numbering_ranges(COMPANY)) == (PENDING, "401")


async def test_cancelling_a_call_cancels_it(credentials: Credentials) -> None:
    arrived = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        arrived.set()
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    async with serving(answer) as endpoint, client_of(endpoint, credentials) as client:
        call = asyncio.create_task(client.numbering_ranges(COMPANY))
        await arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call


def test_dian_gets_more_time_than_it_gives_itself_and_the_effect_more_than_the_call() -> None:
    allowed = policies.options(LOOK_UP_RANGES, policies.RETRIES)["start_to_close_timeout"]
    assert 59 < CALL_S < allowed.total_seconds()


# Servers that DIAN's simulator is not


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/WcfDianCustomerServices.svc"
    finally:
        await runner.cleanup()


def client_of(endpoint: str, credentials: Credentials, tls: ssl.SSLContext | None = None) -> DianClient:
    return DianClient(credentials, endpoint, PROVIDER, SOFTWARE, environment="habilitacion", seconds=PATIENCE, tls=tls)


async def test_one_connection_serves_many_calls(credentials: Credentials) -> None:
    ports = set()

    async def answer(request: web.Request) -> web.Response:
        assert request.transport is not None
        ports.add(request.transport.get_extra_info("peername")[1])
        assert request.headers["Content-Type"] == "application/soap+xml; charset=utf-8"
        return web.Response(body=GOOD)

    async with serving(answer) as endpoint, client_of(endpoint, credentials) as client:
        for _ in range(3):
            assert (await client.numbering_ranges(COMPANY)).answer_class is DONE
    assert len(ports) == 1


async def test_redirects_are_not_followed(credentials: Credentials) -> None:
    paths = []

    async def answer(request: web.Request) -> web.Response:
        paths.append(request.path)
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async with serving(answer) as endpoint:
        assert meaning(await ask(client_of(endpoint, credentials))) == (TRANSIENT, "http_307")
    assert paths == ["/WcfDianCustomerServices.svc"]


@pytest.mark.parametrize(("encoding", "body"), [("gzip", gzip.compress(GOOD)), ("deflate", zlib.compress(GOOD))])
async def test_compressed_answers_are_read(credentials: Credentials, encoding: str, body: bytes) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body, headers={"Content-Encoding": encoding})

    async with serving(answer) as endpoint:
        assert meaning(await ask(client_of(endpoint, credentials))) == (DONE, "100")


@pytest.mark.parametrize("size", [0, 1])
async def test_size_is_capped_after_decompression(
    credentials: Credentials, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    padded = GOOD + b" " * (100_000 - len(GOOD) + size)
    monkeypatch.setattr(client_module, "MAX_ANSWER", 100_000)

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(padded), headers={"Content-Encoding": "gzip"})

    async with serving(answer) as endpoint:
        expected = (TRANSIENT, "too_large") if size else (DONE, "100")
        assert meaning(await ask(client_of(endpoint, credentials))) == expected


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"junk\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\njunk",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_hardly_http_is_transient(credentials: Credentials, reply: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert meaning(await ask(client_of(f"http://127.0.0.1:{port}/", credentials))) == (
            TRANSIENT,
            "connection",
        )


async def test_nobody_at_home_is_transient(credentials: Credentials) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening
        port = taken.getsockname()[1]
        answer = await ask(client_of(f"http://127.0.0.1:{port}/", credentials))
    assert meaning(answer) == (TRANSIENT, "connection")


async def test_https_is_spoken_with_whom_we_trust(tmp_path: Path, credentials: Credentials) -> None:
    key, name = credentials.key, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    trusting = modern_tls()
    assert trusting.minimum_version >= ssl.TLSVersion.TLSv1_2
    trusting.load_verify_locations(pem)

    options = Options(tmp_path / "dian.sqlite", "900999888", SOFTWARE, tls=server)
    async with running(options) as at:
        endpoint = at.endpoint.replace("127.0.0.1", "localhost")
        assert meaning(await ask(client_of(endpoint, credentials, trusting))) == (PENDING, "401")
        assert meaning(await ask(client_of(endpoint, credentials))) == (OURS, "tls")


def test_a_certificate_of_another_nit_is_refused_before_anything_is_asked(credentials: Credentials) -> None:
    with pytest.raises(CertificateError) as refused:
        DianClient(credentials, "https://dian.test/x", "800197268-4", SOFTWARE, environment="habilitacion")
    assert refused.value.code == "certificate_nit_differs"
    assert all(nit in str(refused.value) for nit in ("900999888-5", "800197268-4"))


@pytest.mark.parametrize(
    ("endpoint", "environment", "code"),
    [
        ("https://vpfe.dian.gov.co/WcfDianCustomerServices.svc", "produccion", ""),
        ("https://vpfe-hab.dian.gov.co/WcfDianCustomerServices.svc", "habilitacion", ""),
        ("http://127.0.0.1:8090/WcfDianCustomerServices.svc", "habilitacion", ""),
        ("http://localhost:8090/x", "habilitacion", ""),
        ("http://[::1]:8090/x", "habilitacion", ""),
        ("http://127.0.0.1:8090/x", "produccion", "endpoint_insecure"),
        ("http://vpfe.dian.gov.co/x", "habilitacion", "endpoint_insecure"),
        ("http://localhost.example.org/x", "habilitacion", "endpoint_insecure"),
        ("http://127.0.0.1.example.org/x", "habilitacion", "endpoint_insecure"),
        ("http://0.0.0.0/x", "habilitacion", "endpoint_insecure"),
        ("https://user:secret@vpfe.dian.gov.co/x", "produccion", "endpoint_format"),
        ("ftp://vpfe.dian.gov.co/x", "habilitacion", "endpoint_format"),
        ("https:///x", "habilitacion", "endpoint_format"),
        ("https://dian:port/x", "habilitacion", "endpoint_format"),
        ("vpfe.dian.gov.co", "habilitacion", "endpoint_format"),
        ("https://dian.test/a b", "habilitacion", "endpoint_format"),
        ("https://dian.test/\x01", "habilitacion", "endpoint_format"),
        ("https://dían.test/x", "habilitacion", "endpoint_format"),
        ("https://[::1/x", "habilitacion", "endpoint_format"),
        ("https://dian.test:99999/x", "habilitacion", "endpoint_format"),
        ("", "habilitacion", "endpoint_format"),
    ],
)
def test_where_may_be_called(credentials: Credentials, endpoint: str, environment: str, code: str) -> None:
    def made() -> DianClient:
        return DianClient(credentials, endpoint, PROVIDER, SOFTWARE, environment=environment)

    if not code:
        made()
        return
    with pytest.raises(EndpointError) as refused:
        made()
    assert refused.value.code == code
    assert "secret" not in str(refused.value)
