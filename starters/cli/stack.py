"""The embedded stack, one worker, the test suite."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer

from infra.embedded.addresses import Addresses
from infra.embedded.part import PARTS, PartName
from infra.embedded.stack import Stack, running, to_stderr
from infra.migrations import migrate
from starters.cli.common import stop_signals, wait_for
from workers import adapters
from workers.settings import load
from workers.worker import work

ROOT = Path(__file__).parents[2]


def up(
    data: Annotated[Path | None, typer.Option(help="Data folder (default: DSE_DATA, else .dse).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Only the addresses, as one line.")] = False,
) -> None:
    """The embedded stack, until Ctrl-C; the other commands find it by its data folder."""
    if data is not None:
        os.environ["DSE_DATA"] = str(data)

    async def until_stopped() -> None:
        stopped = stop_signals()
        async with embedded(load().data, durable=True, quiet=as_json) as stack:
            print(stack.addresses.to_json() if as_json else _where(stack.addresses), flush=True)
            await stopped.wait()
            print("stopping …", file=sys.stderr)

    wait_for(until_stopped())


@asynccontextmanager
async def embedded(
    data: Path,
    *,
    durable: bool,
    quiet: bool,
    worker_env: Mapping[str, str] | None = None,
    parts: Collection[PartName] = PARTS,
) -> AsyncIterator[Stack]:
    """The whole stack, or these parts, on this folder; its simulated DIAN trusts our development certificate."""
    settings = load().model_copy(update={"data": data})
    certificate = adapters.development_certificate(settings)
    dian_args = ["--provider-nit", settings.provider_nit, "--software-code", settings.software_code]
    dian_args += ["--environment", settings.environment, "--trust", str(certificate)]
    log = _silent if quiet else to_stderr
    async with running(
        data, durable=durable, parts=parts, dian_args=dian_args, worker_env=worker_env, migrate=migrate, log=log
    ) as stack:
        yield stack


def _silent(part: str, line: str) -> None:
    """The parts' logs lie in the data folder all the same."""


def _where(at: Addresses) -> str:
    lines = [
        "ready. Ctrl-C stops it; the data stays.",
        f"  Temporal UI   {at.temporal_ui}",
        f"  Temporal      {at.temporal} (namespace {at.namespace})",
        f"  PostgreSQL    {at.postgres}",
    ]
    if at.s3 is not None:
        lines.append(f"  S3            {at.s3.endpoint} (bucket {at.s3.bucket})")
    if at.dian is not None:
        lines.append(f"  DIAN          {at.dian.endpoint} (simulated; admin side {at.dian.admin})")
    if at.mail is not None:
        lines.append(f"  mail          {at.mail.smtp} → {at.mail.folder}")
    lines.append(f"  metrics       {at.metrics} (worker), {at.exporter} (fleet)")
    return "\n".join(lines)


def worker(
    make_current: Annotated[bool, typer.Option("--make-current", help="Set this version current, then work.")] = False,
) -> None:
    """One worker of a deployment."""
    wait_for(work(load(), make_current=make_current))


def test(
    context: typer.Context,
    slow: Annotated[bool, typer.Option("--slow", help="The long tests too.")] = False,
) -> None:
    """The test suite; what follows is handed to pytest."""
    chosen = [] if slow else ["-m", "not slow"]
    by_folder = ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]  # `tests/conftest.py`
    given = context.args or [*by_folder, "--cov", "--cov-report=term:skip-covered"]
    ended = subprocess.run([sys.executable, "-m", "pytest", *chosen, *given], cwd=ROOT, check=False)
    raise typer.Exit(ended.returncode)


def add_to(app: typer.Typer) -> None:
    app.command("up")(up)
    app.command("worker")(worker)
    app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(test)
