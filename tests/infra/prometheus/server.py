"""A real Prometheus of Debian's, on a free port, for as long as a test needs it."""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.infra.tools import tool

PATIENCE = 60.0


@contextmanager
def prometheus(folder: Path, config: str = "{}", *arguments: str) -> Iterator[str]:
    """Its address. What it scrapes and evaluates stands in `config`; the data that lies in `folder/data` is kept."""
    file = folder / "prometheus.yml"
    file.write_text(config)
    port = _free_port()
    command: Sequence[str] = [
        *(tool("prometheus", "as root, apt-get install prometheus"), f"--config.file={file}"),
        *(f"--web.listen-address=127.0.0.1:{port}", f"--storage.tsdb.path={folder / 'data'}"),
        *("--storage.tsdb.retention.time=30d", "--log.level=warn", *arguments),
    ]
    with (folder / "prometheus.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "TZ": "UTC"})
    try:
        _wait_ready(port, process, folder / "prometheus.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _wait_ready(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not _ready(port):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/-/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port
