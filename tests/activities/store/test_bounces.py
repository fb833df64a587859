"""Addresses that take no mail: tried once, and told until it was heard."""

import asyncio
import logging

import pytest

from activities.errors import AwayError
from activities.store import outbox as outbox_module
from activities.store.bounces import Bounce, tell_bounces
from tests.activities.store.desk import Desk, late, turn
from tests.activities.store.smtp import serving
from tests.activities.store.test_store_mail import until

FOR_GOOD = [
    ("550 no such user", "550"),
    ("550 5.1.1 user unknown", "550 5.1.1"),
    ("550-5.1.1 no such account.\r\n550 5.1.1 read about it at 5.9.9.9", "550 5.1.1"),
    ("550 5.4.1 recipient address rejected: access denied", "550 5.4.1"),
    ("551 5.1.6 moved", "551 5.1.6"),
    ("553 sorry, that mailbox doesn't exist (#5.1.1)", "553 5.1.1"),
    ("554 5.2.1 mailbox disabled", "554 5.2.1"),
    ("556 5.1.10 takes no mail", "556 5.1.10"),
]
MAY_PASS = [
    "552 5.2.2 mailbox full",
    "550 5.2.2 over quota",
    "554 5.7.1 spam",
    "554 no",
    "550 5.7.1 relaying denied",
    "553 not in my list of allowed hosts (#5.7.1)",
    "550 5.1.8 bad sender",
    "550 5.1.7 bad sender's syntax",
    "552 too much",
    "450 4.2.1 greylisted",
    "450 5.1.1 soon",
    "451 later",
    "452 4.5.3 too many",
]


class Ears:
    """Workflows as far as mails go: they hear, or are away."""

    def __init__(self) -> None:
        self.heard, self.fails = list[Bounce](), list[Exception]()

    async def __call__(self, bounce: Bounce) -> None:
        if self.fails:
            raise self.fails.pop()
        self.heard.append(bounce)

    def of(self, desk: Desk) -> list[Bounce]:
        """The stack is shared: other tests' bounces may be heard as well."""
        return [bounce for bounce in self.heard if bounce.nit == desk.company.nit]


@pytest.mark.parametrize(("said", "code"), FOR_GOOD)
async def test_an_address_that_takes_no_mail_is_tried_once_and_told(desk: Desk, said: str, code: str) -> None:
    desk.server.refuses["ana@x.example"] = said
    await desk.tell(desk.begun(), turn())
    (row,) = await desk.row()
    assert (await desk.ends(), row["bounce_code"], row["bounce_told_at"]) == (["bounced"], code, None)
    assert await desk.later() == 0
    assert desk.server.asked == 1
    ears = Ears()
    for _ in range(2):
        await tell_bounces(desk.pool, ears)
    whose = {"environment": "habilitacion", "nit": desk.company.nit}
    assert ears.of(desk) == [Bounce(**whose, message_id=row["message_id"], address="ana@x.example", code=code)]


@pytest.mark.parametrize("said", MAY_PASS)
async def test_what_may_pass_or_be_our_own_fault_is_tried_again(desk: Desk, said: str) -> None:
    desk.server.refuses["ana@x.example"] = said
    await desk.tell(desk.begun(), turn())
    assert await desk.ends() == ["waits"]
    desk.server.refuses.clear()
    assert await desk.later() == 1


async def test_a_bounce_is_told_until_it_was_heard(desk: Desk) -> None:
    """Temporal was away; then the sender was killed after it was heard: it is heard again, with the same id."""
    desk.server.refuses["ana@x.example"] = "550 no"
    await desk.tell(desk.begun(), turn())
    ears = Ears()
    await tell_bounces(desk.pool, ears)
    ears.heard.clear()
    await desk.pool.execute(
        "UPDATE dse.mail SET bounce_told_at = NULL WHERE onboarding_id = $1", desk.company.onboarding_id
    )
    ears.fails.append(AwayError("temporal", "UNAVAILABLE"))
    with pytest.raises(AwayError):
        await tell_bounces(desk.pool, ears)

    async def killed(bounce: Bounce) -> None:
        await ears(bounce)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await tell_bounces(desk.pool, killed)
    await tell_bounces(desk.pool, ears)
    first, second = ears.of(desk)
    assert first == second
    assert (await desk.row())[0]["bounce_told_at"] is not None


async def test_bounces_are_told_beside_the_worker_also_while_mail_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.server.refuses["ana@x.example"] = "550 no"
    await desk.tell(desk.begun(), turn())
    monkeypatch.setattr(outbox_module, "LONGEST_PAUSE_S", 0.01)
    ears = Ears()
    ears.fails.append(AwayError("temporal", "UNAVAILABLE"))
    async with serving() as gone:
        pass
    task = asyncio.create_task(desk._outbox(gone.port).keep_sending(ears))

    async def heard() -> bool:
        return bool(ears.of(desk))

    await until(heard)
    task.cancel()


async def test_an_address_of_ours_that_bounces_is_an_error_in_the_logs(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.server.refuses |= {"operators@x.example": "550 5.1.1 operators@x.example?", "ana@x.example": "550 ana?"}
    await desk.tell(desk.begun(), turn(), late())
    assert await desk.ends() == ["bounced", "bounced"]
    lines = [each for each in caplog.records if each.name == outbox_module.__name__]
    assert [(each.levelno, each.getMessage(), each.__dict__["code"]) for each in lines] == [
        (logging.WARNING, "a mail bounced", "550"),
        (logging.ERROR, "an address of ours takes no mail", "550 5.1.1"),
    ]
    ears = Ears()
    await tell_bounces(desk.pool, ears)
    assert [bounce.address for bounce in ears.of(desk)] == ["ana@x.example"]
