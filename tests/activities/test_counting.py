"""What effects tell of what happens: each call, scan and mail, by how it ended."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.counting import Counting, MailEnd
from activities.dian.breaker import Breaker, Mode
from activities.dian.certificate import Credentials
from activities.dian.client import DianClient
from activities.dian.watch import look
from activities.letter.isolation import Decoders
from activities.letter.seal import DEVELOPMENT_KEYS, LetterKeys
from activities.letters import Letters
from activities.ranges import Ranges
from activities.store.documents import Documents
from activities.store.keyed import Keyed
from activities.store.mail import Mailer
from activities.store.outbox import Outbox
from activities.store.pool import Pool
from activities.store.reading import Reading
from activities.store.records import Records
from activities.store.unknown import Unknown
from domain.effects import CheckScan, LookUpRanges
from domain.letter import letter_key
from domain.numbering import Answer
from domain.verdict import Verdict
from infra.embedded.addresses import Dian
from tests.activities.company import PROVIDER, SENDER, Company
from tests.activities.store.desk import Desk, late, reminder, turn
from tests.activities.store.smtp import serving
from tests.activities.test_ranges import fail
from workflows.policies import RETRY_DIAN


class Heard(Counting):
    """Everything that was told, as words."""

    def __init__(self) -> None:
        self.words: list[tuple[str, ...]] = []
        self.wrong: list[str] = []
        self.seconds: list[float] = []

    def scan_checked(self, verdict: Verdict, seconds: float) -> None:
        self.words.append(("scan", verdict.judgement, verdict.reasons[0].code))
        self.seconds.append(seconds)

    def dian_called(self, answer: Answer, seconds: float) -> None:
        self.words.append(("dian", answer.answer_class, answer.code, str(answer.unknown)))
        self.seconds.append(seconds)

    def dian_mode(self, mode: Mode) -> None:
        self.words.append(("mode", mode))

    def mail(self, kind: str, end: MailEnd) -> None:
        self.words.append(("mail", kind, end))

    def away(self, part: str) -> None:
        self.words.append(("away", part))

    def provider_certificate(self, ends_at: datetime, wrong: Collection[str]) -> None:
        self.wrong = list(wrong)


@pytest.fixture
def heard() -> Heard:
    return Heard()


async def test_a_call_to_dian_counts_by_its_outcome_and_none_is_counted_that_was_not_made(
    heard: Heard,
    dian: DianClient,
    reading: Reading,
    unknown: Unknown,
    credentials: Credentials,
    dian_at: Dian,
) -> None:
    breaker = Breaker(tell=heard.dian_mode)
    ranges = Ranges(dian, reading, unknown, credentials, breaker, counting=heard)
    company = Company()
    env = ActivityEnvironment()
    env.info = replace(env.default_info(), retry_policy=RETRY_DIAN)
    await fail(dian_at, "unknown_code", 1)
    await ranges.look_up_ranges(LookUpRanges(**company.who))
    await fail(dian_at, "html_503", 3)
    for _ in range(4):
        with pytest.raises(ApplicationError):
            await env.run(ranges.look_up_ranges, LookUpRanges(**company.who))
    first, *failures = [words[1:] for words in heard.words if words[0] == "dian"]
    assert (first[0], first[2]) == ("pending", "True")
    assert failures == [("transient", "http_503", "False")] * 3
    assert [words[1] for words in heard.words if words[0] == "mode"] == [Mode.CLOSED, Mode.PROBING]
    assert all(0 < each < 60 for each in heard.seconds)


async def test_a_scan_counts_with_its_verdict(heard: Heard, documents: Documents, decoders: Decoders) -> None:
    who = {"provider_nit": PROVIDER, "provider_name": "Proveedor S.A.S."}
    keys = LetterKeys.parse(DEVELOPMENT_KEYS)
    counted = Letters(documents, keys, decoders, **who, period=timedelta(days=365), counting=heard)
    company = Company()
    elsewhere = letter_key(company.environment, company.nit, "x", 1)
    checked = CheckScan(**company.who, key=company.key("check"), scan_key=elsewhere, sha256="0", size=1, revision=1)
    await counted.check_scan(checked)
    assert heard.words == [("scan", "rejected", "key_outside_scans")]
    assert heard.seconds[0] >= 0


async def test_a_mail_counts_by_how_it_ended(heard: Heard, pool: Pool, reading: Reading, keyed: Keyed) -> None:
    async with serving(ana="550 5.1.1 no such mailbox", operators="451 later") as server:
        desk = Desk(pool, reading, keyed, server)
        counted(desk, heard)
        await desk.tell(desk.begun(), turn(), late())
        assert heard.words == [("mail", "turn", "bounced"), ("mail", "overdue", "refused")]
        server.refuses.clear()
        await desk.later()
        assert heard.words[2:] == [("mail", "overdue", "sent")]


async def test_a_reminder_that_became_pointless_counts_as_dropped_once(
    heard: Heard, pool: Pool, reading: Reading, keyed: Keyed
) -> None:
    async with serving(ana="451 later") as server:
        desk = Desk(pool, reading, keyed, server)
        counted(desk, heard)
        await desk.tell(desk.begun(), reminder())
        for _ in range(2):
            await desk.tell(desk.begun(), step="signed_letter", fence=9)
        assert heard.words == [("mail", "reminder", "refused"), ("mail", "reminder", "dropped")]


async def test_a_mail_server_that_is_away_counts(heard: Heard, pool: Pool) -> None:
    async with serving() as gone:
        pass
    outbox = Outbox(pool, Mailer(f"smtp://127.0.0.1:{gone.port}", SENDER), counting=heard)
    async with serving() as never:
        desk = Desk(pool, Reading(pool), Keyed(pool), never)
        desk.books = desk._books(outbox)
        await desk.tell(desk.begun(), turn())
    assert heard.words == [("away", "mail")]


def test_the_provider_s_certificate_is_told_with_what_is_wrong(heard: Heard, credentials: Credentials) -> None:
    look(credentials, PROVIDER, counting=heard)
    assert heard.wrong == []
    look(credentials, PROVIDER, lambda: credentials.good_until, counting=heard)
    assert heard.wrong == ["certificate_expires_soon"]
    look(credentials, "900123456-8", counting=heard)
    assert heard.wrong == ["certificate_nit_differs"]


def counted(desk: Desk, heard: Heard) -> None:
    """From now on the desk's mails are."""
    desk.outbox = Outbox(desk.pool, desk.outbox._mailer, lambda: desk.now, heard)
    desk._parts = Records(desk.pool, heard), *desk._parts[1:]
    desk.books = desk._books(desk.outbox)
