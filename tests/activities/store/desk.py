"""The effects' end of one onboarding, and the mails that tests have it send."""

from datetime import timedelta
from typing import Any

from activities.records import Bookkeeping
from activities.store.keyed import Keyed
from activities.store.mail import Mailer
from activities.store.outbox import Outbox
from activities.store.pool import Pool
from activities.store.reading import Reading
from activities.store.records import Records
from domain.effects import Record
from domain.mails import LATE, REMINDER, TURN, Mail
from domain.reminders import Recipient
from domain.state import State
from tests.activities.company import MONDAY, OPERATORS, SENDER, Company, record
from tests.activities.store.smtp import Server
from tests.activities.store.test_store_mail import outgoing

STEP = "electronic_invoicing"


class Desk:
    """The effects' end of one onboarding, whose mails go to a server that a test chooses."""

    def __init__(self, pool: Pool, reading: Reading, keyed: Keyed, server: Server) -> None:
        self.pool, self.server, self.now = pool, server, MONDAY
        self.company = Company()
        self.outbox = self._outbox(server.port)
        self._parts = Records(pool), reading, keyed
        self.books = self._books(self.outbox)
        self.mails = 0

    def _outbox(self, port: int) -> Outbox:
        return Outbox(self.pool, Mailer(f"smtp://127.0.0.1:{port}", SENDER, answers=OPERATORS), lambda: self.now)

    def _books(self, outbox: Outbox) -> Bookkeeping:
        return Bookkeeping(
            *self._parts,
            outbox,
            mandated_wait=timedelta(hours=3),
            provider_name="Proveedor S.A.S.",
            software_name="Factura Fácil",
            operators_mail="operators@x.example",
            supervisors_mail="supervisors@x.example",
            clock=lambda: self.now,
        )

    def begun(self) -> State:
        return self.company.begun(contact={"email": "ana@x.example"})

    async def tell(self, state: State, *mails: Mail, fence: int | None = None, **other: Any) -> Record:
        """A record that causes these mails, and no others."""
        placed = tuple(mail.model_copy(update={"place": self.mails + n}) for n, mail in enumerate(mails))
        self.mails += len(mails)
        given = record(state).model_copy(update={"mails": placed, **({"fence": fence} if fence else {}), **other})
        await self.books.record(given)
        return given

    async def row(self) -> list[dict[str, Any]]:
        rows = await outgoing(self.pool, self.company.onboarding_id)
        return sorted(rows, key=lambda row: str(row["message_id"]))

    async def ends(self) -> list[str]:
        """How each mail ended, in their order."""
        return [_end(row) for row in await self.row()]

    async def later(self) -> int:
        """Time has come to try all again; how many were sent."""
        sql = "UPDATE dse.mail SET try_at = now() WHERE onboarding_id = $1 AND sent_at IS NULL"
        await self.pool.execute(sql, self.company.onboarding_id)
        return await self.outbox.send_outstanding(self.company.onboarding_id)


def _end(row: dict[str, Any]) -> str:
    ends = [end for end in ("sent", "dropped", "bounced") if row[f"{end}_at"] is not None]
    assert len(ends) < 2
    return ends[0] if ends else "waits"


def reminder(nth: int = 1, step: str = STEP, **other: Any) -> Mail:
    fields = {"number": 1, "kind": REMINDER, "step": step, "nth": nth, "waits_on": "company", "since": MONDAY}
    return Mail.model_validate({**fields, **other})


def late(to: Recipient = Recipient.OPERATORS) -> Mail:
    return Mail(number=1, kind=LATE, step=STEP, to=to, waits_on="company", since=MONDAY, due_at=MONDAY)


def turn() -> Mail:
    return Mail(number=1, kind=TURN, step=STEP)
