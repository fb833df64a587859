"""The operators' handbook: each of its commands is run as it stands, and its tables say what the code says."""

import asyncio
import re
import shlex
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from domain.commands import MESSAGES, Card, Retry
from domain.desk import CORRECTABLE
from domain.fields import BOGOTA
from domain.findings import FindingCode
from domain.nit import without_check_digit
from domain.reasons import Code
from domain.reminders import POLICIES, Policy, Recipient
from domain.steps import OPEN_STEPS, TABLE, Allowed, Row, Step
from domain.texts_es import ROW_NEXT, ROW_TITLES, WAITS_ON
from infra.paper_simulator import sign_and_scan
from starters.cli.demo import BOX
from starters.cli.main import COMMANDS
from tests.starters.conftest import ROOT, Cli
from tests.starters.crowd import crowd
from tests.workflows.company import random_nit

FOLDER = ROOT / "docs" / "operations"
PAGES = {name: (FOLDER / name).read_text() for name in ("manual.md", "pasos.md", "ordenes.md")}
TEXT = "".join(PAGES.values())
NOT_OPERATORS = ("stack", "demo", "bench")
"""Modules whose verbs are no operator's."""
_BLOCK = re.compile(r"^```sh manual(?P<refused> refused)?(?: (?P<company>\w+))?\n(?P<script>.*?)^```", re.M | re.S)
_CELL = re.compile(r"\s*\|\s*")


@dataclass(frozen=True)
class Block:
    """Commands to one of the companies that are prepared; refused ones say the code in a comment."""

    company: str
    refused: bool
    script: str

    @property
    def commands(self) -> tuple[str, ...]:
        return tuple(line for line in self.script.splitlines() if line.strip())


BLOCKS = tuple(
    Block(each["company"] or "none", each["refused"] is not None, each["script"]) for each in _BLOCK.finditer(TEXT)
)


# each command


async def nobody(cli: Cli) -> dict[str, str]:
    await cli.ok("stuck", "--now")
    return {}


async def unknown(cli: Cli) -> dict[str, str]:
    return {"NIT": random_nit()}


async def at_signed_letter(cli: Cli) -> dict[str, str]:
    return {"NIT": await cli.at_signed_letter()}


async def at_mandated_wait(cli: Cli) -> dict[str, str]:
    return {"NIT": await cli.at_mandated_wait()}


async def at_review(cli: Cli) -> dict[str, str]:
    return {"NIT": await cli.at_letter_review()}


async def of_a_partner(cli: Cli) -> dict[str, str]:
    several = await crowd(cli, 3)
    Path("lote.txt").write_text("".join(f"{nit}\n" for nit in several.nits))
    return {"ALIADO": several.partner}


PREPARED: Mapping[str, Callable[[Cli], Awaitable[dict[str, str]]]] = {
    "none": nobody,
    "empresa": at_signed_letter,
    "camino": unknown,
    "revision": at_review,
    "rechazo": at_review,
    "dian": at_mandated_wait,
    "varias": of_a_partner,
}
PEN = {"firmada.pdf": True, "sin-firmar.pdf": False}
"""What the company sends back: signed or not."""


class Operator:
    """Types what the handbook says, while the company, DIAN and technical support do what is theirs."""

    def __init__(self, cli: Cli, values: Mapping[str, str]) -> None:
        day = datetime.now(UTC).astimezone(BOGOTA).date() + timedelta(days=7)
        number = without_check_digit(random_nit()).zfill(10)[:10]
        self.cli = cli
        self.values = {"DIA": day.isoformat(), "RESOLUCION": f"1876{number}", **values}

    async def types(self, command: str, refused: bool) -> None:
        line = re.sub(r"\$(\w+)", lambda name: self.values[name[1]], command)
        script, verb, *rest = shlex.split(line, comments=True)
        assert script == "./dse"
        await self._meanwhile(verb, rest)
        said = await self.cli(verb, *rest)
        assert said.code == int(refused), f"{command}\n{said.out}{said.err}"
        if refused:
            code = command.rpartition("# ")[2]
            assert f"[{code}]" in said.out + said.err, f"{command}\n{said.out}{said.err}"
        for name, sign in _TOLD.get(verb, {}).items():
            if found := re.search(sign, said.out):
                self.values[name] = found[1]

    async def _meanwhile(self, verb: str, rest: list[str]) -> None:
        for name in PEN.keys() & set(rest):
            await self._signs(name)
        match verb:
            case "extend":
                await self._until(lambda status: status["due_at"] is not None)  # the calendar answers a moment later
            case "act" if rest[1:] == ["associate"]:
                await self._acts_at_dian()
            case "cancel":
                await self._records("ADD CONSTRAINT handbook CHECK (effect_key NOT LIKE '{}%') NOT VALID")
            case "retry" if (await self._status())["step"] == Step.CANCELLED:
                await self._until(lambda status: status["blocked"] is not None)
                await self._records("DROP CONSTRAINT handbook")

    async def _signs(self, name: str) -> None:
        letter = Path("carta.pdf").read_bytes()
        Path(name).write_bytes(await asyncio.to_thread(sign_and_scan, letter, BOX, seed=1, signed=PEN[name]))

    async def _acts_at_dian(self) -> None:
        declared = {"resolution": self.values["RESOLUCION"], "prefix": "DSA"}
        await self.cli.at_dian(self.values["NIT"], "enable", "request", "associate", **declared)

    async def _status(self) -> dict[str, object]:
        found: dict[str, object] = await self.cli.ok("status", self.values["NIT"])
        return found

    async def _until(self, fits: Callable[[dict[str, object]], bool]) -> None:
        async with asyncio.timeout(60):
            while not fits(await self._status()):
                await asyncio.sleep(0.1)

    async def _records(self, change: str) -> None:
        """What keeps the records from taking back this company's grant, and what mends it."""
        onboarding = (await self._status())["onboarding_id"]
        connection = await asyncpg.connect(self.cli.addresses.postgres)
        await connection.execute(f"ALTER TABLE dse.tombstone {change.format(onboarding)}")
        await connection.close()


_TOLD: Mapping[str, Mapping[str, str]] = {
    "status": {"VERSION": r" · v(\d+)\n"},
    "review": {"VERSION": r"--expected-version (\d+)"},
    "timeline": {"CABEZA": r"head (\w{64})"},
}
"""What a later command of the handbook takes from what this one says."""


@pytest.mark.parametrize("company", PREPARED)
async def test_each_command_is_obeyed_or_refused_as_the_handbook_says(
    cli: Cli, company: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for ours, example in (("representante.json", "representative.json"), ("comprobante.json", "voucher.json")):
        Path(ours).write_bytes((ROOT / "docs" / "tour" / example).read_bytes())
    operator = Operator(cli, await PREPARED[company](cli))
    for block in BLOCKS:
        for command in block.commands if block.company == company else ():
            await operator.types(command, block.refused)


def test_no_command_stands_where_it_is_not_run() -> None:
    assert {block.company for block in BLOCKS} == PREPARED.keys()
    assert "./dse" not in _BLOCK.sub("", TEXT)


def test_every_verb_of_an_operator_is_run() -> None:
    run = {command.split()[1] for block in BLOCKS for command in block.commands}
    assert run == {verb for module, verbs in COMMANDS.items() if module not in NOT_OPERATORS for verb in verbs}


# what it tells


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the table whose first line this is."""
    _, found = PAGES[page].split(f"| {heading} |", 1)
    lines = found.split("\n\n", 1)[0].splitlines()[2:]
    return [_CELL.split(line.strip())[1:-1] for line in lines]


def test_each_row_has_its_place_whom_it_waits_on_its_time_and_its_reminders() -> None:
    told = rows("pasos.md", "# | Paso | Espera a | Plazo | Recordatorios | Vencido, se avisa a")
    assert told == [[str(number), *_told(row)] for number, row in enumerate(TABLE, start=1)]
    for number, row in enumerate(TABLE, start=1):
        assert f"\n### {number}. {ROW_TITLES[row.step]}\n" in PAGES["pasos.md"]


def _told(row: Row) -> Iterator[str]:
    policy = POLICIES[row.step]
    yield from (f"`{row.step}`", WAITS_ON[row.waits_on])
    yield f"{_time(row.allowed)}{' después de la espera' if row.step == Step.MANDATED_WAIT else ''}"
    yield _reminders(policy)
    yield {Recipient.OPERATORS: "nuestro equipo", Recipient.SUPERVISORS: "supervisión"}[policy.escalates_to]


def _time(allowed: Allowed) -> str:
    if allowed.business_days or allowed.business_hours:
        count, unit = (allowed.business_days, "día") if allowed.business_days else (allowed.business_hours, "hora")
        return f"{count} {unit} hábil" if count == 1 else f"{count} {unit}s hábiles"
    assert allowed.elapsed is not None
    minutes = round(allowed.elapsed / timedelta(minutes=1))
    if minutes % 60:
        return f"{minutes} minutos"
    return "1 hora" if minutes == 60 else f"{minutes // 60} horas"


def _reminders(policy: Policy) -> str:
    if policy.most == 0:
        return "ninguno"
    if policy.most == 1:
        return f"1: tras {_time(policy.first)}"
    return f"hasta {policy.most}: tras {_time(policy.first)} y cada {policy.every.business_days}"


def test_the_phone_is_answered_with_the_words_that_the_company_reads() -> None:
    told = rows("manual.md", "Paso | Decirle | Podemos")
    assert [cells[:2] for cells in told] == [[f"`{step}`", ROW_NEXT[step]] for step in Step]


def test_each_order_has_its_title_its_message_and_its_rows() -> None:
    told = rows("ordenes.md", "Orden | Qué hace | Mensaje en Temporal | Pasos | Además")
    cards = [kind.card for kind in MESSAGES]
    assert sorted(cells[1:4] for cells in told) == sorted(
        [each.title_es, _message(each), _rows(each)] for each in cards
    )


def _message(card: Card) -> str:
    return f"`{card.name}`{' (signal)' if card.is_signal else ''}"


def _rows(card: Card) -> str:
    if card is Retry.card:
        return "todos, y al final"
    if card.rows == OPEN_STEPS:
        return "todos"
    return f"`{card.rows[0]}`" if len(card.rows) == 1 else f"de `{card.rows[0]}` a `{card.rows[-1]}`"


def test_each_of_the_usual_troubles_is_told() -> None:
    told = {int(number) for number in re.findall(r"\*\*[Cc]aso (\d+)", PAGES["pasos.md"])}
    assert told == set(range(1, 20))


def test_every_name_in_the_handbook_is_one_that_exists() -> None:
    names = {*Code, *Step, *FindingCode, *CORRECTABLE, *(kind.card.name for kind in MESSAGES), "letter_unprintable"}
    assert set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", TEXT)) <= names


def test_every_link_leads_somewhere() -> None:
    pages = {**PAGES, "README.md": (FOLDER / "README.md").read_text()}
    for page, text in pages.items():
        for link in re.findall(r"\]\(([^)]+)\)", text):
            name, _, anchor = link.partition("#")
            target = FOLDER / (name or page)
            assert target.exists(), f"{page}: {link}"
            assert not anchor or anchor in _anchors(target.read_text()), f"{page}: {link}"


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
