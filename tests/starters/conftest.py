"""`./dse up` as a person runs it, and the command line spoken to in this process: the same code, without its start."""

import asyncio
import contextlib
import io
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from domain.commands import ConfigureVoucherType, SubmitRepresentative
from domain.nit import without_check_digit
from infra.dian_simulator.person import Person
from infra.embedded.addresses import Addresses, find
from infra.paper_simulator import scan, sign_and_scan
from infra.paper_simulator.scanner import printed
from infra.paper_simulator.wear import stamped
from starters.cli.demo import BOX
from starters.cli.main import main
from tests.workflows.company import random_nit

ROOT = Path(__file__).parents[2]
WAIT = "PT3S"


@dataclass(frozen=True)
class Said:
    """What one command printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        error: dict[str, Any] = self.json["error"]
        return error


def start_up(data: Path, **env: str) -> "subprocess.Popen[bytes]":
    data.parent.mkdir(parents=True, exist_ok=True)
    environment = {**clean_environment(), "DSE_DATA": str(data), "DSE_MANDATED_WAIT": WAIT, **env}
    with (data.parent / "up.log").open("ab") as log:
        return subprocess.Popen([ROOT / "dse", "up"], env=environment, stdout=log, stderr=log)


def clean_environment() -> dict[str, str]:
    """Without settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("DSE_", "TEMPORAL_"))}


async def until_up(data: Path, process: "subprocess.Popen[bytes]") -> Addresses:
    async with asyncio.timeout(90):
        while (found := find(data)) is None:
            assert process.poll() is None, (data.parent / "up.log").read_text()
            await asyncio.sleep(0.1)
        return found


def stop(process: "subprocess.Popen[bytes]") -> int:
    process.send_signal(signal.SIGINT)
    return process.wait(60)


class Cli:
    """The command line, on one stack."""

    def __init__(self, data: Path, addresses: Addresses, folder: Path) -> None:
        self.data, self.addresses, self.folder = data, addresses, folder

    def addresses_now(self) -> Addresses:
        """A killed part has another pid."""
        found = find(self.data)
        assert found is not None
        return found

    async def __call__(self, *arguments: str, **env: str) -> Said:
        return await dse(*arguments, **{"DSE_DATA": str(self.data), **env})

    async def spawn(self, *arguments: str) -> Said:
        """By the script, in a process of its own."""
        process = await asyncio.create_subprocess_exec(
            ROOT / "dse",
            *arguments,
            env={**clean_environment(), "DSE_DATA": str(self.data)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode is not None
        return Said(process.returncode, out.decode(), err.decode())

    async def ok(self, *arguments: str) -> Any:
        said = await self(*arguments, "--json")
        assert said.code == 0, said.out + said.err
        return said.json

    async def start(self, *options: str) -> str:
        nit = random_nit()
        await self.ok("start", nit, "--name", "Andina S.A.S.", "--email", "ana@andina.example", *options)
        return nit

    async def at_signed_letter(self) -> str:
        nit = await self.start("--invoicing-done")
        await self.ok("representative", nit, str(self.file("representative.json", SubmitRepresentative.card.example)))
        return nit

    async def scan_of(self, nit: str, *, signed: bool = True, seed: int = 1) -> Path:
        return await self._scanned(nit, f"{signed}-{seed}", partial(sign_and_scan, box=BOX, seed=seed, signed=signed))

    async def stamped_scan_of(self, nit: str, *, seed: int = 1) -> Path:
        """With a stamp alone, which leaves the machine in doubt."""

        def by_stamp(letter: bytes) -> bytes:
            return scan(stamped(printed(letter, 150), seed, BOX, 150), seed=seed, dpi=150)

        return await self._scanned(nit, f"stamped-{seed}", by_stamp)

    async def _scanned(self, nit: str, how: str, scanned: Callable[[bytes], bytes]) -> Path:
        letter, file = self.folder / f"{nit}.pdf", self.folder / f"{nit}-{how}.pdf"
        await self.ok("letter", nit, "--out", str(letter))
        file.write_bytes(await asyncio.to_thread(scanned, letter.read_bytes()))
        return file

    async def at_letter_review(self, *, seed: int = 1) -> str:
        nit = await self.at_signed_letter()
        said = await self.ok("upload", nit, str(await self.stamped_scan_of(nit, seed=seed)))
        assert said["verdict"] == "review"
        await self.ok("wait", nit, "--step", "letter_review")
        return nit

    async def at_mandated_wait(self) -> str:
        nit = await self.at_signed_letter()
        await self.ok("upload", nit, str(await self.scan_of(nit)))
        await self.ok("continue", nit)
        await self.ok("wait", nit, "--step", "mandated_wait")
        return nit

    async def ready(self) -> str:
        nit = await self.at_mandated_wait()
        await self.at_dian(nit, "enable", "request", "associate")
        await self.ok("associated", nit)
        await self.ok("wait", nit, "--step", "voucher_type")
        await self.ok("voucher", nit, str(self.file("voucher.json", ConfigureVoucherType.card.example)))
        await self.ok("wait", nit, "--step", "ready")
        return nit

    async def at_dian(self, nit: str, *acts: str, **details: object) -> None:
        assert self.addresses.dian is not None
        async with Person(self.addresses.dian.admin, without_check_digit(nit)) as person:
            for act in acts:
                await person.does(act, **details)

    def file(self, name: str, content: object) -> Path:
        path = self.folder / name
        path.write_text(json.dumps(content))
        return path


async def dse(*arguments: str, **env: str) -> Said:
    """One command in this process, with no settings but these."""
    out, err = io.StringIO(), io.StringIO()

    def run() -> int:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _environment(env):
            return main(list(arguments))

    code = await asyncio.to_thread(run)
    return Said(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _environment(env: dict[str, str]) -> Iterator[None]:
    before, inside = dict(os.environ), {**clean_environment(), **env}
    os.environ.clear()
    os.environ.update(inside)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cli(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cli]:
    folder = tmp_path_factory.mktemp("up")
    process = start_up(folder / "data")
    try:
        yield Cli(folder / "data", await until_up(folder / "data", process), folder)
    finally:
        assert stop(process) == 0
