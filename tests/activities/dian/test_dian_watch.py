"""The provider's certificate is looked at when a worker starts, and again."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

import pytest

from activities.dian.certificate import Credentials
from activities.dian.watch import keep_watching, look

PROVIDER = "900999888-5"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=31), []),
        (timedelta(days=29), [(logging.WARNING, "certificate_expires_soon")]),
        (timedelta(days=-1), [(logging.ERROR, "certificate_expired")]),
        (timedelta(days=900), [(logging.ERROR, "certificate_not_yet")]),
    ],
    ids=str,
)
def test_what_dian_refuses_is_an_error_and_what_it_will_soon_refuse_a_warning(
    credentials: Credentials, caplog: pytest.LogCaptureFixture, left: timedelta, said: list[tuple[int, str]]
) -> None:
    look(credentials, PROVIDER, lambda: credentials.good_until - left)
    assert [(each.levelno, each.__dict__["code"]) for each in caplog.records] == said
    assert all(each.getMessage() == "the provider's certificate" for each in caplog.records)


async def test_it_is_looked_at_again_and_again_until_cancelled(
    credentials: Credentials, caplog: pytest.LogCaptureFixture
) -> None:
    days = iter(range(1_000))
    watch = asyncio.create_task(
        keep_watching(
            credentials,
            PROVIDER,
            lambda: credentials.good_until - timedelta(days=31 - next(days)),
            every=timedelta(milliseconds=1),
        )
    )
    async with asyncio.timeout(20):
        while not any(each.levelno == logging.ERROR for each in caplog.records):
            await asyncio.sleep(0.01)
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch
    levels = [each.levelno for each in caplog.records]
    assert levels[:30] == [logging.WARNING] * 30
    assert levels == sorted(levels)
