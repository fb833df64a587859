"""Which range is taken, and what the last read-back finds amiss, is mended at the row where it belongs."""

from datetime import timedelta

import pytest

from domain.reasons import Code
from tests.workflows.conftest import Begin
from tests.workflows.effects import dse_range, pending
from tests.workflows.rows import reach

SECOND = dse_range("18764000000002", "DSB", until=2029)


async def test_a_range_that_is_already_listed_ends_the_mandated_wait(begin: Begin) -> None:
    company = await begin()
    company.effects.lists(dse_range())
    await reach(company, "letter_accepted")
    await company.command("continue_onboarding")
    await company.at("voucher_type")
    assert company.effects.calls["look_up_ranges"] == 1


async def test_our_own_slow_look_finds_the_range_so_that_nobody_has_to_click(begin: Begin) -> None:
    company = await begin()
    await reach(company, "prefix_association")
    company.effects.lists(dse_range())
    await company.forward(hours=6)
    await company.at("voucher_type")


async def test_of_several_ranges_one_must_be_chosen_the_longest_valid_is_offered_first(begin: Begin) -> None:
    company = await begin()
    company.effects.lists(SECOND, dse_range())
    await reach(company, "letter_accepted")
    await company.command("continue_onboarding")
    await company.at("voucher_type")
    code, details = await company.refused(company.configure())
    assert code == "choose_range"
    assert "18764000000001 DSA, 18764000000002 DSB" in details["message_es"]
    await company.configure(resolution="18764000000002", prefix="dsb")
    status = await company.result()
    assert status.range is not None
    assert (status.range.prefix, [each.prefix for each in status.voucher_types]) == ("DSB", ["DSB", "DSB"])


async def test_a_declared_resolution_is_the_only_one_wanted(begin: Begin) -> None:
    company = await begin()
    await reach(company, "prefix_sync")
    await company.command("declare_resolution", resolution="18764000000002", prefix="DSB")
    company.effects.lists(dse_range())
    await company.forward(minutes=6)
    assert (await company.status()).step == "prefix_sync"
    company.effects.lists(dse_range(), SECOND)
    await company.forward(minutes=6)
    status = await company.at("voucher_type")
    assert status.range is not None
    assert status.range.prefix == "DSB"
    await company.configure()
    await company.result()


async def test_a_declared_range_for_invoices_is_told(begin: Begin) -> None:
    company = await begin()
    await reach(company, "prefix_sync")
    await company.command("declare_resolution", resolution="18764000000002", prefix="DSB")
    company.effects.lists(SECOND.model_copy(update={"has_technical_key": True}))
    await company.forward(minutes=6)
    status = await company.until(lambda status: bool(status.requirements))
    assert [each.code for each in status.requirements] == [Code.RANGE_IS_FOR_INVOICES]


@pytest.mark.parametrize(
    ("failure", "row"),
    [(Code.GRANT_EXPIRED, "legal_representative"), (Code.VOUCHER_MISSING, "voucher_type")],
)
async def test_what_the_read_back_finds_amiss_opens_the_row_that_mends_it(
    begin: Begin, failure: Code, row: str
) -> None:
    company = await begin()
    company.effects.failures = (failure,)
    await reach(company, "voucher_type")
    await company.configure()
    status = await company.at(row)
    if failure == Code.GRANT_EXPIRED:
        assert status.requirements[0].code == Code.CERTIFICATE_MUST_BE_UPDATED
        await company.once(lambda: len(company.effects.undone) == 1)
    company.effects.failures = ()
    await reach(company, "readiness_check")
    company.effects.open("read_back")
    await company.forward(minutes=30)
    assert (await company.result()).closed == "ready"


async def test_the_providers_certificate_is_ours_nothing_is_forgotten_and_it_is_looked_at_again(begin: Begin) -> None:
    company = await begin()
    company.effects.failures = (Code.PROVIDER_CERTIFICATE,)
    await reach(company, "voucher_type")
    await company.configure()
    await company.once(lambda: company.effects.calls["read_back"] == 1)
    await company.forward(minutes=11)
    status = await company.status()
    assert (status.step, len(status.voucher_types)) == ("readiness_check", 2)
    assert company.effects.calls["read_back"] == 5
    company.effects.failures = ()
    await company.operate("retry")
    await company.forward(minutes=2)
    assert (await company.result()).closed == "ready"


async def test_a_range_that_vanishes_before_the_read_back_is_waited_for_without_a_hot_loop(begin: Begin) -> None:
    company = await begin()
    await reach(company, "voucher_type")
    company.effects.lists()
    await company.begun("configure_voucher_type", **company.voucher())
    await company.at("prefix_sync")
    await company.forward(minutes=4)
    assert company.effects.calls["read_back"] == 1
    assert len(company.effects.looks) < 8
    company.effects.lists(dse_range())
    await company.forward(hours=2)
    assert (await company.result()).closed == "ready"


async def test_a_word_that_dian_denies_for_too_long_is_forgotten_and_asked_for_again(begin: Begin) -> None:
    company = await begin()
    company.effects.patience = timedelta(minutes=22)
    company.effects.answer = pending("301", "no se encontró información")
    await reach(company, "prefix_sync")
    await company.forward(minutes=20)
    assert (await company.status()).step == "prefix_sync"
    await company.forward(minutes=3)
    status = await company.at("prefix_association")
    assert [each.code for each in status.requirements] == [Code.ASSOCIATION_DENIED]
    await reach(company, "voucher_type")
