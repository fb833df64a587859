"""One company from start to ready, told in stages: what is said to the onboarding, and what happens outside between."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol, TypeVar

from activities.letter.render import signature_box
from activities.store.documents import Documents
from domain.commands import (
    ConfigureVoucherType,
    ContinueOnboarding,
    ElectronicInvoicingCompleted,
    Message,
    PrefixesAssociated,
    SignedLetterUploaded,
    Start,
    StartContact,
    SubmitRepresentative,
    TickAct,
)
from domain.letter import Letter
from domain.nit import without_check_digit
from domain.outcome import Outcome
from domain.steps import Step
from infra.dian_simulator.person import Person
from infra.paper_simulator import sign_and_scan
from starters.cli.company import scan_fact

BOX = tuple(signature_box().model_dump(exclude={"page"}).values())
DPI = 150
AT_ONCE = 8
T = TypeVar("T")


class Onboarding(Protocol):
    """Whom the company speaks to: the workflow, or the same rules without it. The first three are the port's."""

    async def start(self, start: Start) -> object: ...
    async def signal(self, nit: str, message: Message) -> None: ...
    async def command(self, nit: str, message: Message) -> Outcome: ...
    async def until(self, nit: str, step: Step) -> None:
        """Returns once the onboarding has come to this row."""


async def at_once(does: Callable[[T], Awaitable[None]], whom: Iterable[T]) -> None:
    """A few of them at a time."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(who: T) -> None:
        async with slots:
            await does(who)

    await asyncio.gather(*map(one, whom))


@dataclass
class Company:
    """As many activities (8), signals (3) and updates (4) as the bare workflow has."""

    nit: str
    onboarding: Onboarding
    documents: Documents
    environment: str
    admin: str
    """DIAN's admin side."""
    letter: Letter | None = None
    scan: SignedLetterUploaded | None = None

    async def begins(self) -> None:
        contact = StartContact(name="Ana Ruiz", email="ana@cafetales.example")
        await self.onboarding.start(Start(nit=self.nit, name="Cafetales del Sur S.A.S.", contact=contact))
        await self.onboarding.signal(self.nit, ElectronicInvoicingCompleted())
        person = SubmitRepresentative.model_validate(SubmitRepresentative.card.example)
        self.letter = (await self.onboarding.command(self.nit, person)).letter

    async def signs(self) -> None:
        assert self.letter is not None
        printed = await self.documents.get(self.letter.key, most=2_000_000, sha256=self.letter.sha256)
        scan = await asyncio.to_thread(sign_and_scan, printed, BOX, seed=int(self.nit[:9]), dpi=DPI)
        self.scan = scan_fact(self.nit, self.environment, scan)
        await self.documents.put(self.scan.key or "", scan)

    async def sends(self) -> None:
        assert self.scan is not None
        await self.onboarding.signal(self.nit, self.scan)
        await self.onboarding.until(self.nit, Step.LETTER_ACCEPTED)
        await self.onboarding.command(self.nit, ContinueOnboarding())
        await self.onboarding.until(self.nit, Step.PREFIX_ASSOCIATION)

    async def acts_at_dian(self) -> None:
        async with Person(self.admin, without_check_digit(self.nit)) as person:
            for act in ("enable", "request", "associate"):
                await person.does(act)

    async def ends(self) -> None:
        await self.onboarding.command(self.nit, TickAct(act="request"))
        await self.onboarding.signal(self.nit, PrefixesAssociated())
        await self.onboarding.until(self.nit, Step.VOUCHER_TYPE)
        voucher = ConfigureVoucherType.model_validate(ConfigureVoucherType.card.example)
        await self.onboarding.command(self.nit, voucher)
        await self.onboarding.until(self.nit, Step.READY)


@dataclass(frozen=True)
class Stage:
    does: Callable[[Company], Awaitable[None]]
    outside: bool = False
    """With pen and scanner, or at DIAN: nothing is asked of the onboarding."""


STAGES = (
    Stage(Company.begins),
    Stage(Company.signs, outside=True),
    Stage(Company.sends),
    Stage(Company.acts_at_dian, outside=True),
    Stage(Company.ends),
)


async def go_through(companies: Sequence[Company], ours: Callable[[], AbstractContextManager[None]]) -> None:
    """All of them, stage by stage: while something is asked of the onboardings (within `ours`), nobody signs or scans.

    Else pen and scanner, which take more of the cores than all the rest, would make it look dearer than it is.
    """
    for stage in STAGES:
        with nullcontext() if stage.outside else ours():
            await at_once(stage.does, companies)
