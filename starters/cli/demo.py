"""One company from start to ready on a throw-away stack: every part real, the company and DIAN's people played."""

import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from activities.letter.render import signature_box
from domain.commands import (
    ConfigureVoucherType,
    ContinueOnboarding,
    ElectronicInvoicingCompleted,
    Message,
    PrefixesAssociated,
    Start,
    StartContact,
    SubmitRepresentative,
    TickAct,
)
from domain.nit import without_check_digit
from domain.state import Event
from domain.status import Status
from domain.steps import ROWS, Step
from domain.texts_es import ROW_TITLES, WAITS_ON
from infra.dian_simulator.person import Person
from infra.paper_simulator import sign_and_scan
from starters.cli.common import Json, port_to, stop_signals, wait_for
from starters.cli.company import scan_fact
from starters.cli.stack import embedded
from starters.port import Port
from workers import adapters
from workers.settings import load

NIT = "900123456-8"
BOX = tuple(signature_box().model_dump(exclude={"page"}).values())
WAIT_S = 4
"""The mandated wait of 3 h, shortened."""


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Stay afterwards, and say where to look.")] = False,
    as_json: Json = False,
) -> None:
    """One company from start to ready, on a throw-away embedded stack."""
    for name in [each for each in os.environ if each.startswith(("DSE_", "TEMPORAL_")) and each != "DSE_PG_BIN"]:
        del os.environ[name]  # a throw-away run touches nothing that these point at
    folder = Path(tempfile.mkdtemp(prefix="dse-demo-"))
    os.environ["DSE_DATA"] = str(folder)
    try:
        wait_for(_play(folder, keep, as_json))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Played:
    """What the demo prints in the end."""

    nit: str
    workflow_id: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    rejected_uploads: list[dict[str, Any]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    range: dict[str, Any] | None = None
    voucher_types: list[dict[str, Any]] = field(default_factory=list)
    history_events: int = 0
    history_bytes: int = 0
    dian_calls: int = 0
    wall_s: float = 0.0


async def _play(folder: Path, keep: bool, as_json: bool) -> None:
    begun = time.monotonic()
    say = _Teller(begun)
    say.told(f"starting PostgreSQL, Temporal, S3, DIAN (simulated), mail and a worker in {folder} …")
    async with AsyncExitStack() as open_:
        stack = await open_.enter_async_context(
            embedded(folder, durable=False, quiet=True, worker_env={"DSE_MANDATED_WAIT": f"PT{WAIT_S}S"})
        )
        say.told(f"the stack is ready; the mandated wait of 3 h is shortened to {WAIT_S} s")
        settings, at = load(), stack.addresses
        port = await port_to(settings)
        reading = await open_.enter_async_context(adapters.reading(settings))
        timeline = await open_.enter_async_context(adapters.timeline(settings))
        documents = await open_.enter_async_context(adapters.documents(settings))
        assert at.dian is not None
        person = await open_.enter_async_context(Person(at.dian.admin, without_check_digit(NIT)))
        follower = asyncio.create_task(say.follow(lambda: _events(timeline, settings.environment)))
        played = await _Company(port, documents, person, say).goes_through()
        follower.cancel()
        events = await _events(timeline, settings.environment)
        say.tell_events(events)
        for scan in (each for each in played.documents if each["kind"] == "scan"):
            scan["measures"] = await reading.measures(settings.environment, NIT, scan["key"])
        played.steps = _steps(events)
        played.history_events, played.history_bytes = await port.history(NIT)
        played.dian_calls = await person.calls()
        played.wall_s = round(time.monotonic() - begun, 1)
        if as_json:
            print(json.dumps(played.__dict__, ensure_ascii=False), flush=True)
        else:
            _summary(played)
        if keep:
            stopped = stop_signals()
            print("\nCtrl-C ends it. Meanwhile look at")
            print(f"  Temporal UI  {at.temporal_ui}/namespaces/{at.namespace}/workflows/{played.workflow_id}")
            print(f"  mails        {at.mail.folder if at.mail else ''}")
            print(f"  status       DSE_DATA={folder} ./dse status {NIT}", flush=True)
            await stopped.wait()


async def _events(timeline: Any, environment: str) -> list[Event]:
    """What happened, without the life of each mail."""
    return [event for event in await timeline.entries(environment, NIT) if event.channel != "mail"]


class _Teller:
    """Says on the screen what happens while it happens."""

    def __init__(self, begun: float) -> None:
        self._begun, self._told = begun, 0

    def told(self, sentence: str) -> None:
        print(f"{time.monotonic() - self._begun:5.1f} s  {sentence}", file=sys.stderr, flush=True)

    def tell_events(self, events: list[Event]) -> None:
        for event in (each for each in events if each.seq > self._told):
            self._told = event.seq
            if event.name == "step":
                self._row(Step(event.after))
            else:
                self.told(f"   · {event.name} {event.after or event.before}".rstrip())
            if event.name == "started":
                self._row(Step.ELECTRONIC_INVOICING)

    def _row(self, step: Step) -> None:
        waits = f" — espera: {WAITS_ON[ROWS[step].waits_on]}" if step in ROWS else ""
        self.told(f"▶ {ROW_TITLES[step]}{waits}")

    async def follow(self, read: Any) -> None:
        while True:
            self.tell_events(await read())
            await asyncio.sleep(0.15)


class _Company:
    """Plays whoever is outside: the company, its representative with pen and scanner, the person at DIAN."""

    def __init__(self, port: Port, documents: Any, person: Person, say: _Teller) -> None:
        self._port, self._documents, self._person, self._say = port, documents, person, say

    async def goes_through(self) -> Played:
        started = await self._port.start(
            Start(
                nit=NIT,
                name="Cafetales del Sur S.A.S.",
                contact=StartContact(name="Ana Ruiz", email="ana@cafetales.example"),
            )
        )
        played = Played(nit=NIT, workflow_id=started.status.workflow_id)
        await self._until(Step.ELECTRONIC_INVOICING)
        await self._port.signal(NIT, ElectronicInvoicingCompleted())
        await self._until(Step.LEGAL_REPRESENTATIVE)
        letter = await self._signed_letter(played)
        self._say.told(f"   (the signed letter, {letter} bytes, is accepted: the company continues)")
        await self._command(ContinueOnboarding())
        await self._until(Step.MANDATED_WAIT)
        await self._acts_at_dian()
        await self._until(Step.VOUCHER_TYPE)
        await self._command(ConfigureVoucherType.model_validate(ConfigureVoucherType.card.example))
        final = await self._until(Step.READY)
        played.documents = [each.model_dump(mode="json") for each in final.documents]
        played.range = final.range.model_dump(mode="json") if final.range else None
        played.voucher_types = [each.model_dump(mode="json") for each in final.voucher_types]
        return played

    async def _signed_letter(self, played: Played) -> int:
        """First a scan that nobody signed, which is refused with reasons; then the right one."""
        answer = await self._port.command(NIT, SubmitRepresentative.model_validate(SubmitRepresentative.card.example))
        assert answer.letter is not None
        printed = await self._documents.get(answer.letter.key, most=2_000_000, sha256=answer.letter.sha256)
        unsigned = await asyncio.to_thread(sign_and_scan, printed, BOX, seed=1, signed=False)
        status = await self._upload(unsigned)
        refused = next(each for each in status.documents if each.kind == "scan")
        played.rejected_uploads = [each.model_dump(mode="json") for each in refused.reasons]
        signed = await asyncio.to_thread(sign_and_scan, printed, BOX, seed=2)
        await self._upload(signed)
        await self._until(Step.LETTER_ACCEPTED)
        return len(signed)

    async def _upload(self, scan: bytes) -> Status:
        fact = scan_fact(NIT, load().environment, scan)
        await self._documents.put(fact.key or "", scan)
        await self._port.signal(NIT, fact)
        async with asyncio.timeout(60):
            while True:
                status = await self._port.status(NIT)
                if any(each.key == fact.key and each.verdict for each in status.documents):
                    return status
                await asyncio.sleep(0.05)

    async def _acts_at_dian(self) -> None:
        for act in ("enable", "request"):
            await self._person.does(act)
        await asyncio.gather(*(self._command(TickAct(act=act)) for act in ("enable", "request")))
        await self._until(Step.PREFIX_ASSOCIATION)
        await self._person.does("associate")
        await self._port.signal(NIT, PrefixesAssociated())

    async def _command(self, message: Message) -> None:
        await self._port.command(NIT, message.model_copy(update={"actor": "demo"}))

    async def _until(self, step: Step) -> Status:
        async with asyncio.timeout(60):
            while True:
                status = await self._port.status(NIT)
                if Step(status.step) >= step and (step != Step.READY or status.closed):
                    return status
                await asyncio.sleep(0.1)


def _steps(events: list[Event]) -> list[dict[str, Any]]:
    """Every row in the order it was entered, and how long it lasted."""
    entered = [(Step.ELECTRONIC_INVOICING, events[0].at)]
    entered += [(Step(event.after), event.at) for event in events if event.name == "step"]
    ends = [at for _, at in entered[1:]] + [events[-1].at]
    return [
        {
            "step": step.value,
            "title": ROW_TITLES[step],
            "at": at.isoformat(),
            "waited_s": round((end - at).total_seconds(), 3),
        }
        for (step, at), end in zip(entered, ends, strict=True)
    ]


def _summary(played: Played) -> None:
    print(f"\n{played.nit} is ready to issue documento soporte electrónico")
    for each in played.documents:
        state = "void" if each["void"] else each["verdict"] or "current"
        print(f"  {each['kind']:<7} v{each['revision']} {state:<9} sha256 {each['sha256'][:16]}…  {each['key']}")
        if measures := each.get("measures"):
            print(f"          {_measured(measures)}")
    if played.range:
        span = f"{played.range['from']}–{played.range['to']}"
        print(
            f"  range   {played.range['resolution']} {played.range['prefix']} {span} until {played.range['valid_to']}"
        )
    for each in played.voucher_types:
        print(f"  voucher {each['document_type']} {each['code']} {each['name']}, next number {each['next_number']}")
    print(f"  history {played.history_events} events, {played.history_bytes} bytes · DIAN calls {played.dian_calls}")
    print(f"  {played.wall_s} s in all. Look around: `./dse demo --keep`, or `./dse up` and the README's tour.")


def _measured(of: Mapping[str, Any]) -> str:
    """By what a scan was judged."""
    ink = f"ink {of['ink_area']} pt², {of['ink_width']} × {of['ink_height']} pt, in {of['ink_frame_sides']} of 4 sides"
    return f"page {of['page']}, {of['dpi']} dpi, skew {of['skew']}°, {ink}, confidence {of['confidence']}"


def add_to(app: typer.Typer) -> None:
    app.command("demo")(demo)
