"""Deploys while onboardings wait: they go on with the next build, and survive a bad one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.api.enums.v1 import VersioningBehavior, WorkflowTaskFailedCause

from domain.commands import (
    ConfigureVoucherType,
    ElectronicInvoicingCompleted,
    PrefixesAssociated,
    SubmitRepresentative,
)
from tests.workers.fleet import Fleet, fleet

pytestmark = [pytest.mark.slow]
ASSOCIATED_AT_DIAN = ("enable", "request", "associate")


@pytest_asyncio.fixture
async def ships(tmp_path: Path) -> AsyncIterator[Fleet]:
    async with fleet(tmp_path) as ready:
        yield ready


async def in_turn(*doing: Awaitable[str]) -> list[str]:
    return [await each for each in doing]


async def to_the_end(ships: Fleet, nit: str) -> None:
    """From wherever it waits, by whatever it waits for, until it is ready."""
    cli = ships.cli
    while (step := (await cli.ok("status", nit))["step"]) != "ready":
        match step:
            case "electronic_invoicing":
                await cli.ok("invoicing-done", nit)
            case "legal_representative":
                await cli.ok(
                    "representative", nit, str(cli.file("representative.json", SubmitRepresentative.card.example))
                )
            case "signed_letter":
                await cli.ok("upload", nit, str(await cli.scan_of(nit)))
            case "letter_accepted":
                await cli.ok("continue", nit)
            case "mandated_wait":
                await cli.at_dian(nit, *ASSOCIATED_AT_DIAN)
                await cli.ok("associated", nit)
            case "voucher_type":
                await cli.ok("voucher", nit, str(cli.file("voucher.json", ConfigureVoucherType.card.example)))
            case _:
                await asyncio.sleep(0.1)


async def test_onboardings_go_on_with_the_next_build(ships: Fleet) -> None:
    old = await ships.deploy("A", "--make-current")
    early = await ships.deploy("B")  # gets nothing until it is current
    companies = await in_turn(ships.cli.start(), ships.cli.at_signed_letter(), ships.cli.at_mandated_wait())
    for nit in companies:
        assert await ships.build_of(nit) == "A"
        described = (await ships.handle(nit).describe()).raw_description
        assert (
            described.workflow_execution_info.versioning_info.behavior
            == VersioningBehavior.VERSIONING_BEHAVIOR_AUTO_UPGRADE
        )
    await ships.until_counted('TemporalWorkflowVersioningBehavior = "AutoUpgrade"', len(companies))
    await ships.deploy("B", "--make-current")
    await old.stop()
    await early.stop()
    for nit in companies:
        await to_the_end(ships, nit)
        assert await ships.build_of(nit) == "B"
    await ships.until_counted('TemporalWorkerDeploymentVersion = "dse:B"', len(companies))


async def test_a_bad_build_is_noticed_and_going_back_mends_it(ships: Fleet) -> None:
    await ships.deploy("B", "--make-current")
    at_start, at_wait = await in_turn(ships.cli.start(), ships.cli.at_mandated_wait())
    bad = await ships.deploy_other("sleepy", "C")
    await ships.cli.at_dian(at_wait, *ASSOCIATED_AT_DIAN)
    await ships.port.signal(at_start, ElectronicInvoicingCompleted())
    await ships.port.signal(at_wait, PrefixesAssociated())
    await ships.until_counted('TemporalReportedProblems IN ("category=WorkflowTaskFailed")', 2, within=240)
    for nit in (at_start, at_wait):
        assert WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR in await failures(ships, nit)
        refused = (await ships.cli("status", nit, "--json")).error
        assert (refused["code"], "its workflow task fails" in refused["message"]) == ("unavailable", True)
    await ships.deploy("B", "--make-current")
    await bad.stop()
    for nit, step in ((at_start, "legal_representative"), (at_wait, "voucher_type")):
        await answers(ships, nit)
        await ships.cli.ok("wait", nit, "--step", step)  # by what was said meanwhile
        await to_the_end(ships, nit)
        assert await ships.build_of(nit) == "B"
    await ships.until_counted("TemporalReportedProblems IS NOT NULL", 0)


async def answers(ships: Fleet, nit: str) -> None:
    """A failed workflow task is tried again after a while: Temporal doubles the pause each time."""
    async with asyncio.timeout(240):
        while (await ships.cli("status", nit)).code != 0:
            await asyncio.sleep(0.2)


async def failures(ships: Fleet, nit: str) -> set[int]:
    return {
        event.workflow_task_failed_event_attributes.cause
        async for event in ships.handle(nit).fetch_history_events()
        if event.HasField("workflow_task_failed_event_attributes")
    }


async def test_what_workers_without_a_version_began_goes_on_with_a_version(ships: Fleet) -> None:
    old = await ships.deploy_other("unversioned")
    companies = await in_turn(ships.cli.start(), ships.cli.at_mandated_wait())
    assert [await ships.build_of(nit) for nit in companies] == ["", ""]
    await ships.deploy("A", "--make-current")
    await old.stop()
    for nit in companies:
        await to_the_end(ships, nit)
        assert await ships.build_of(nit) == "A"
