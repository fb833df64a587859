"""One company's client: plays its story, says everything at least twice, and insists until it is answered."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeVar

from activities.errors import AwayError
from activities.store.documents import Documents
from benchmarks.chaos.story import Story
from benchmarks.chaos.told import Said, Told
from domain.commands import (
    Back,
    Cancel,
    ConfigureVoucherType,
    ContinueOnboarding,
    ElectronicInvoicingCompleted,
    Hold,
    Message,
    PrefixesAssociated,
    Resume,
    SignedLetterUploaded,
    Start,
    StartContact,
    SubmitRepresentative,
    TickAct,
)
from domain.reasons import Refusal
from domain.status import Document, Status
from domain.steps import Step
from infra.dian_simulator.person import Person
from infra.paper_simulator import sign_and_scan
from starters.cli.company import scan_fact
from starters.cli.demo import BOX
from starters.errors import StarterError
from starters.port import Port

T = TypeVar("T")
ENVIRONMENT = "habilitacion"
UNSEEN = 0.25
"""The share of commands that are repeated as if their answer had not been seen."""
LOOK_S = 1.0
DPI = 100
"""The coarsest scan that is surely read: pens and scanners share the cores with what is proven."""


class Client:
    def __init__(self, story: Story, port: Port, documents: Documents, person: Person, told: Told) -> None:
        self._story, self._port, self._documents, self._person, self._told = story, port, documents, person, told
        self._nit, self._dice = story.nit, Random(story.seed)
        self._represented = 0
        self._revision = 0
        self._scan = ""

    async def play(self) -> None:
        """Whoever is refused what should be legal is left behind."""
        for done, stage in enumerate(self._story.stages):
            try:
                await getattr(self, stage)()
            except Refusal as refusal:
                self._told.left_behind.append(f"{self._nit} ({self._story.name}) at {stage}: {refusal!r}")
                self._told.stages_done += len(self._story.stages) - done
                return
            self._told.stages_done += 1

    # stages

    async def start(self) -> None:
        self._revision = 0
        start = Start(nit=self._nit, name="Cafetales del Sur S.A.S.", contact=StartContact(email="ana@cafe.example"))
        said = self._new("started", is_signal=False)
        start = start.model_copy(update={"actor": said.message_id})
        for _ in range(2):
            await self._insist(said, lambda: self._port.start(start))

    async def invoicing(self) -> None:
        await self._signal(ElectronicInvoicingCompleted())

    async def representative(self) -> None:
        self._represented += 1
        names = {"last_names": f"Gómez {'Peña' * self._represented}"}  # printed on the letter: a new revision
        await self._command(SubmitRepresentative.model_validate({**SubmitRepresentative.card.example, **names}))
        self._revision += 1

    async def correct(self) -> None:
        await self.representative()

    async def upload(self) -> None:
        await self._signal(await self._stored(signed=True))

    async def upload_unsigned(self) -> None:
        await self._signal(await self._stored(signed=False))
        await self._until(lambda status: _verdict(status, self._scan) == "rejected")

    async def stored_but_not_said(self) -> None:
        """The client dies between the store and the signal; whoever comes after it uploads anew."""
        await self._stored(signed=True)
        self._told.scans[self._scan] = False

    async def accepted(self) -> None:
        await self._until(lambda status: status.step == Step.LETTER_ACCEPTED)

    async def go_on(self) -> None:
        await self._until(lambda status: status.step == Step.LETTER_ACCEPTED)
        await self._command(ContinueOnboarding())

    async def granted(self) -> None:
        await self._until(lambda status: Step(status.step) >= Step.MANDATED_WAIT)

    async def acts(self) -> None:
        await self.granted()
        for act in ("enable", "request"):
            await self._person.does(act)
            await self._command(TickAct(act=act))
        await self._until(lambda status: Step(status.step) >= Step.PREFIX_ASSOCIATION, ours=False)
        await self._person.does("associate")
        await self.associated()

    async def done_at_dian(self) -> None:
        for act in ("enable", "request", "associate"):
            await self._person.does(act)

    async def associated(self) -> None:
        await self._signal(PrefixesAssociated())

    async def listed(self) -> None:
        await self._until(lambda status: status.step == Step.VOUCHER_TYPE)

    async def voucher(self) -> None:
        await self.listed()
        await self._command(ConfigureVoucherType.model_validate(ConfigureVoucherType.card.example))

    async def ready(self) -> None:
        await self._until(lambda status: status.closed == "ready")

    async def hold(self) -> None:
        await self._command(Hold(reason="chaos"))

    async def resume(self) -> None:
        await self._command(Resume(reason="chaos"))

    async def back(self) -> None:
        await self._command(Back(to="letter_accepted", reason="chaos"))

    async def cancel(self) -> None:
        await self._command(Cancel(reason="chaos"))
        await self._until(lambda status: status.closed == "cancelled")

    # what they are made of

    async def _stored(self, *, signed: bool) -> SignedLetterUploaded:
        status = await self._until(lambda status: self._letter(status) is not None)
        letter = self._letter(status)
        assert letter is not None
        printed = await self._away(lambda: self._documents.get(letter.key, most=2_000_000, sha256=letter.sha256))
        seed = self._dice.randrange(10_000)
        scan = await asyncio.to_thread(sign_and_scan, printed, BOX, seed=seed, dpi=DPI, signed=signed)
        fact = scan_fact(self._nit, ENVIRONMENT, scan)
        self._scan = fact.key or ""
        await self._away(lambda: self._documents.put(self._scan, scan))
        self._told.scans[self._scan] = True
        return fact

    def _letter(self, status: Status) -> Document | None:
        return next(
            (d for d in status.documents if d.kind == "letter" and not d.void and d.revision == self._revision), None
        )

    async def _signal(self, message: Message) -> None:
        said = self._new(message.card.name, is_signal=True)
        named = message.model_copy(update={"message_id": said.message_id, "actor": said.message_id})
        for _ in range(2):
            await self._insist(said, lambda: self._port.signal(self._nit, named))

    async def _command(self, message: Message) -> None:
        said = self._new(message.card.name, is_signal=False)
        named = message.model_copy(update={"message_id": said.message_id, "actor": said.message_id})
        for _ in range(2 if self._dice.random() < UNSEEN else 1):
            await self._insist(said, lambda: self._port.command(self._nit, named))

    def _new(self, name: str, *, is_signal: bool) -> Said:
        said = Said(self._nit, name, f"{self._dice.getrandbits(64):016x}", is_signal)
        self._told.said.append(said)
        return said

    async def _insist(self, said: Said, sending: Callable[[], Awaitable[object]]) -> None:
        """Sends until it is answered. Raises Refusal."""

        async def once() -> None:
            said.times += 1
            said.unanswered += 1
            await sending()
            said.unanswered -= 1
            said.told = "done"

        await self._away(once)

    async def _until(self, condition: Callable[[Status], bool], *, ours: bool = True) -> Status:
        async def look() -> Status:
            while not condition(status := await self._away(lambda: self._port.status(self._nit), timed=False)):
                await asyncio.sleep(LOOK_S)
            return status

        if not ours:
            return await look()
        with self._told.waiting():
            return await look()

    async def _away(self, asking: Callable[[], Awaitable[T]], *, timed: bool = True) -> T:
        """The answer, however often a part is away before it comes."""

        async def insist() -> T:
            while True:
                try:
                    return await asking()
                except (StarterError, AwayError):
                    await asyncio.sleep(self._dice.uniform(0.1, 0.5))

        if not timed:
            return await insist()
        with self._told.waiting():
            return await insist()


def _verdict(status: Status, key: str) -> str | None:
    return next((each.verdict for each in status.documents if each.key == key), None)
