"""An alert has a runbook and a runbook an alert, or a finding; and every command in one exists."""

import subprocess
import sys
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

import asyncpg
import promql_parser
import pytest
import pytest_asyncio
import typer
from typer.main import get_command

from domain.findings import INVARIANTS
from infra.embedded.stack import running
from infra.migrations import migrate
from starters.cli.main import COMMANDS, app_with
from tests.infra.prometheus.emitted import unknown
from tests.infra.prometheus.rules import ROOT, alerts, kebab, load
from tests.infra.prometheus.runbooks import RUNBOOKS, SECTIONS, blocks, commands, languages, links, sections

FILES = sorted(RUNBOOKS.glob("*.md"))
GUIDE = ROOT / "docs" / "operations" / "sre.md"
TEMPORAL = Path(sys.executable).with_name("temporal")
OTHERS = {"psql", "curl", "openssl", "date", "docker"}
"""Programs that aren't ours, nor Temporal's."""


def test_every_alert_and_finding_has_its_runbook_and_every_runbook_its_alert_or_finding() -> None:
    told = {kebab(rule["alert"]) for rule in alerts(load())} | {each.runbook for each in INVARIANTS.values()}
    written = {file.stem for file in FILES}
    assert told - written == set(), "alerts or findings without a runbook"
    assert written - told == set(), "runbooks of no alert and no finding"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_runbook_says_the_same_five_things(file: Path) -> None:
    text = file.read_text()
    assert sections(text) == SECTIONS
    assert languages(text) <= {"sh", "sql", "promql"}
    assert commands(text) or blocks(text, "promql"), "nothing to type"


@pytest.mark.parametrize("file", [*FILES, GUIDE], ids=lambda file: file.stem)
def test_every_link_leads_somewhere(file: Path) -> None:
    assert [str(link) for link in links(file) if not link.exists()] == []


def test_the_guide_leads_to_every_runbook() -> None:
    assert set(FILES) - set(links(GUIDE)) == set()


@pytest.mark.parametrize("file", [*FILES, GUIDE], ids=lambda file: file.stem)
def test_every_command_in_a_runbook_exists(file: Path) -> None:
    for words in commands(file.read_text()):
        given = {word.split("=")[0] for word in words if word.startswith("--")}
        match words:
            case ["./dse", verb, *_]:
                assert verb in {each for verbs in COMMANDS.values() for each in verbs}, " ".join(words)
                assert given <= dse_options(verb), " ".join(words)
            case ["temporal", *rest]:
                assert given <= temporal_options(*(subcommand(rest))), " ".join(words)
            case [".venv/bin/python", "-m", module, *_]:
                assert (ROOT / f"{module.replace('.', '/')}.py").is_file() or (
                    ROOT / module.replace(".", "/") / "__main__.py"
                ).is_file(), " ".join(words)
            case [program, *_]:
                assert program in OTHERS, " ".join(words)


@pytest.mark.parametrize("file", [*FILES, GUIDE], ids=lambda file: file.stem)
def test_every_query_in_a_runbook_reads_what_is_emitted(file: Path) -> None:
    for body in blocks(file.read_text(), "promql"):
        for query in body.splitlines():
            promql_parser.parse(query)
            assert unknown(query) == set(), query


async def test_every_statement_in_a_runbook_fits_the_schema(records: asyncpg.Connection) -> None:
    for file in FILES:
        for statement in blocks(file.read_text(), "sql"):
            await records.fetch(f"EXPLAIN {statement}")


@pytest_asyncio.fixture(loop_scope="session")
async def records(tmp_path: Path) -> AsyncIterator[asyncpg.Connection]:
    async with running(tmp_path, durable=False, parts=["postgres"], migrate=migrate) as stack:
        connection = await asyncpg.connect(stack.addresses.postgres)
        yield connection
        await connection.close()


@cache
def dse_options(verb: str) -> set[str]:
    group = get_command(app_with(verb))
    assert isinstance(group, typer.core.TyperGroup)
    return {option for parameter in group.commands[verb].params for option in parameter.opts}


@cache
def helped(*words: str) -> str:
    """What Temporal's own program says of itself."""
    ended = subprocess.run([TEMPORAL, *words], capture_output=True, text=True, check=False, timeout=60)
    return ended.stdout if ended.returncode == 0 else ""


def subcommand(words: list[str]) -> list[str]:
    return words[: next((place for place, word in enumerate(words) if word.startswith("-")), len(words))]


@cache
def temporal_options(*names: str) -> set[str]:
    """Those of this subcommand, and those of all; it doesn't exist if its help is another one's."""
    text = helped(*names, "--help")
    assert f"temporal {' '.join(names)} [flags]" in text, f"temporal {' '.join(names)} doesn't exist"
    return {word.rstrip(",") for word in f"{text} {helped('options')}".split() if word.startswith("--")}
