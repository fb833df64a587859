"""The whole path, from start to ready."""

from domain.reasons import Code
from tests.workflows.conftest import Begin
from tests.workflows.effects import dse_range, rejected


async def test_from_start_to_ready(begin: Begin) -> None:
    company = await begin()
    await company.at("electronic_invoicing")
    await company.signal("electronic_invoicing_completed", {})
    await company.at("legal_representative")
    answer = await company.represent()
    assert answer["letter"]["revision"] == 1
    company.effects.verdicts[f"habilitacion/{company.nit}/scans/bad.pdf"] = rejected(Code.UNSIGNED)
    await company.upload("bad")
    await company.until(lambda s: s.step == "signed_letter" and s.requirements)
    await company.upload()
    await company.at("letter_accepted")
    await company.command("continue_onboarding")
    await company.at("mandated_wait")
    await company.command("tick_act", act="enable")
    await company.command("tick_act", act="request")
    await company.forward(hours=3)
    await company.at("prefix_association")
    company.effects.lists(dse_range())
    await company.signal("prefixes_associated", {})
    await company.at("voucher_type")
    await company.configure()
    status = await company.result()
    assert status.closed == "ready"
