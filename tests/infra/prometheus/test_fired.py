"""Four alerts fired for real: their condition is caused on an embedded stack that a real Prometheus scrapes.

`for`, intervals and windows of the rules are a sixtieth of what they are, and so are the breaker's pauses; a minute of
the fleet is a second here. The exporter's 5 s for which it shows one look are not shortened.
"""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.infra.prometheus.hurried_worker import HURRY
from tests.infra.prometheus.watched import Watched, until, watched

pytestmark = pytest.mark.slow

MINUTE = 60 / HURRY
LATE = 15 * MINUTE
"""By then whoever is on call knows that a company waits on us too long."""
DIAN_KNOWN = 30 * MINUTE
"""The window and the `for` of either rule are 20 minutes, and companies come to DIAN one after the other."""
PATIENCE = 60.0
"""For what has no bound of its own: an alert that goes again, a worker that starts."""
COMPANIES = 3
"""As many as failures in a row open the breaker."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def fleet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    async with watched(tmp_path_factory.mktemp("fired")) as fleet:
        for name in ("OverdueOnUs", "DianDown", "FleetRefused", "NoPollers"):
            await falls_silent(fleet, name)  # before a worker was first scraped there was none
        yield fleet


async def falls_silent(fleet: Watched, name: str) -> None:
    await until(lambda: not fleet.alerts(name), PATIENCE, lambda: fleet.alerts(name))


async def fires(fleet: Watched, name: str, within: float) -> float:
    """After how many seconds."""
    begun = time.monotonic()
    await until(lambda: fleet.is_firing(name), within, lambda: fleet.alerts(name))
    return time.monotonic() - begun


async def test_a_company_that_waits_on_us_too_long_is_told_within_15_minutes(fleet: Watched) -> None:
    """Caused: its certificate cannot be granted. Shortened: the 15 minutes allowed, by moving the due date on record;
    the onboarding itself still has them, and knows of no lateness. It is late from that move on. The sweep that tells
    `./dse stuck` of it is asked for, instead of waited for."""
    nit = await fleet.at_letter_accepted()
    assert not fleet.is_firing("OverdueOnUs")
    assert fleet.value('dse_onboardings_overdue{waiting_on="us"}') == 0
    async with fleet.late_on_us(nit):
        firing, found = await asyncio.gather(
            fires(fleet, "OverdueOnUs", LATE), fleet.cli.ok("stuck", "--now", "--code", "overdue_on_us")
        )
        assert [each["nit"] for each in found] == [nit]
        assert found[0]["runbook"] == "overdue-on-us"
        assert fleet.value('dse_onboardings_overdue{waiting_on="us"}') == 1
        assert firing >= 5 * MINUTE, "it has a `for`"
    await fleet.cli.ok("wait", nit, "--step", "mandated_wait")
    await falls_silent(fleet, "OverdueOnUs")


@pytest.mark.parametrize(
    ("fault", "alert", "other"),
    [("html_503", "DianDown", "FleetRefused"), ("certificate_revoked", "FleetRefused", "DianDown")],
)
async def test_dian_that_is_down_or_refuses_us_all_is_told_until_it_answers(
    fleet: Watched, fault: str, alert: str, other: str
) -> None:
    """Caused: every call of the companies that have come to DIAN fails so, over and over."""
    nits = [await fleet.at_letter_accepted() for _ in range(COMPANIES)]
    assert not fleet.is_firing(alert)
    await fleet.dian(fault, "forever")
    try:
        for nit in nits:
            await fleet.cli.ok("continue", nit)
        await fires(fleet, alert, DIAN_KNOWN)
        assert not fleet.is_firing(other), "one is not taken for the other"
    finally:
        await fleet.dian(fault, 0)
    await falls_silent(fleet, alert)


async def test_a_fleet_without_workers_is_told_until_one_works(fleet: Watched) -> None:
    """Caused: the only worker is killed, and nobody starts another."""
    assert not fleet.is_firing("NoPollers")
    fleet.kill()
    await fires(fleet, "NoPollers", 5 * MINUTE)
    await fleet.work()
    await falls_silent(fleet, "NoPollers")
