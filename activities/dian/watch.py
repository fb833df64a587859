"""The provider's certificate is looked at when a worker starts, and daily: it runs out while workers are up.

Nobody is parked by one that is out of date; operators are told until another is in place.
"""

import asyncio
import logging
from datetime import timedelta

from activities.clock import Clock, now_utc
from activities.counting import NOBODY, Counting
from activities.dian.certificate import Credentials, wrong_with

DAY = timedelta(days=1)
_log = logging.getLogger(__name__)


async def keep_watching(
    credentials: Credentials,
    provider_nit: str,
    clock: Clock = now_utc,
    every: timedelta = DAY,
    counting: Counting = NOBODY,
) -> None:
    """Runs beside the worker until cancelled."""
    while True:
        look(credentials, provider_nit, clock, counting)
        await asyncio.sleep(every.total_seconds())


def look(credentials: Credentials, provider_nit: str, clock: Clock = now_utc, counting: Counting = NOBODY) -> None:
    """Logs what is wrong with the certificate: an error if DIAN refuses it by now, a warning if it soon will."""
    wrong = wrong_with(credentials, provider_nit, clock())
    counting.provider_certificate(credentials.good_until, [found.code for found in wrong])
    for found in wrong:
        level = logging.ERROR if found.refused else logging.WARNING
        _log.log(level, "the provider's certificate", extra={"code": found.code, "sentence": found.sentence})
