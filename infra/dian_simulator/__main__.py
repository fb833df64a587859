"""`python -m infra.dian_simulator`: runs until SIGTERM or SIGINT."""

import argparse
import asyncio
import logging
import signal
import ssl
import sys
from pathlib import Path

from cryptography import x509

from infra.dian_simulator import nit
from infra.dian_simulator.server import Options, running


def options() -> Options:
    parser = argparse.ArgumentParser("python -m infra.dian_simulator", description="DIAN's numbering service")
    parser.add_argument("--port", type=int, required=True, help="SOAP endpoint")
    parser.add_argument("--admin-port", type=int, required=True, help="the page; acts, clock, faults, calls, healthz")
    parser.add_argument("--data", type=Path, required=True, help="SQLite file, made if it isn't there")
    parser.add_argument("--provider-nit", type=nit.plain, required=True, help="with or without check digit")
    parser.add_argument("--software-code", required=True, help="UUID of the provider's software")
    parser.add_argument("--trust", type=Path, help="PEM with the certificates or issuers to trust")
    parser.add_argument("--environment", choices=["habilitacion", "produccion"], default="habilitacion")
    parser.add_argument("--strict", action="store_true", help="want of each act what DIAN wants before it")
    parser.add_argument("--answers", type=Path, help="folder of answers that the fault `answer` replays")
    parser.add_argument("--tls", type=Path, help="PEM with certificate and key: speak HTTPS")
    given = parser.parse_args()
    if given.answers and not given.answers.is_dir():
        parser.error(f"--answers: {given.answers} is no folder")
    tls = None
    if given.tls:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.minimum_version = ssl.TLSVersion.TLSv1_2
        tls.load_cert_chain(given.tls)
    return Options(
        data=given.data,
        provider=given.provider_nit,
        software=given.software_code,
        port=given.port,
        admin_port=given.admin_port,
        sample=given.environment == "habilitacion",
        trust=x509.load_pem_x509_certificates(given.trust.read_bytes()) if given.trust else (),
        tls=tls,
        strict=given.strict,
        answers=given.answers,
    )


async def main(chosen: Options) -> None:
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with running(chosen) as addresses:
        logging.getLogger("dian_simulator").info("endpoint %s, admin %s", addresses.endpoint, addresses.admin)
        await stop.wait()


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    asyncio.run(main(options()))
