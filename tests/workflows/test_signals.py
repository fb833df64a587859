"""Facts come at least once, in any order, readable or not: none is lost, none does harm."""

import hashlib
from typing import Any

import pytest
from temporalio.service import RPCError

from domain.commands import SIGNALS
from tests.workflows.company import Company, raw
from tests.workflows.conftest import Begin
from tests.workflows.effects import dse_range, sha
from tests.workflows.rows import reach

NAMES = [kind.card.name for kind in SIGNALS]


def told(company: Company, name: str) -> list[str]:
    """What the timeline says of each time something was said."""
    events = [event for record in company.effects.records for event in record.events]
    return [event.after for event in events if event.name == name]


async def test_everything_said_before_the_first_step_counts(begin: Begin) -> None:
    company = await begin()
    await company.signal("prefixes_associated", {})
    await company.upload()
    await company.signal("electronic_invoicing_completed", {})
    company.effects.lists(dse_range())
    await company.represent()
    await company.at("letter_accepted")
    await company.command("continue_onboarding")
    await company.at("voucher_type")
    await reach(company, "ready")
    assert company.scans == 1


async def test_a_signal_with_the_same_message_id_counts_once(begin: Begin) -> None:
    company = await begin()
    await reach(company, "electronic_invoicing")
    for _ in range(3):
        await company.signal("prefixes_associated", {"message_id": "m-1"})
    await company.command("tick_act", act="associate", undo=True)
    await company.signal("prefixes_associated", {"message_id": "m-1"})
    assert [act.done for act in (await company.status()).acts] == [False, False, False]


async def test_a_signal_without_message_id_said_twice_changes_nothing(begin: Begin) -> None:
    company = await begin()
    await reach(company, "signed_letter")
    key = await company.upload()
    version = (await company.at("letter_accepted")).version
    await company.signal("signed_letter_uploaded", {"key": key, "sha256": sha(key), "size": 1000})
    await company.signal("electronic_invoicing_completed", {})
    assert (await company.status()).version == version


async def test_a_later_scan_replaces_the_one_before(begin: Begin) -> None:
    company = await begin()
    await reach(company, "letter_accepted")
    await company.upload()
    status = await company.until(lambda it: it.step == "letter_accepted" and len(it.documents) == 3)
    assert [document.void for document in status.documents] == [False, True, False]


@pytest.mark.parametrize("row", ["mandated_wait", "voucher_type"])
async def test_a_scan_after_continuar_only_goes_into_the_timeline(begin: Begin, row: str) -> None:
    company = await begin()
    await reach(company, row)
    await company.upload()
    await company.once(lambda: "ignored: scan_too_late" in told(company, "signed_letter_uploaded"))
    status = await company.status()
    assert (status.step, len(status.documents)) == (row, 2)


async def test_a_key_once_rejected_or_deleted_is_never_taken_again(begin: Begin) -> None:
    company = await begin()
    await reach(company, "letter_accepted")
    await company.command("delete_signed_letter")
    company.scans -= 1
    await company.upload()
    await company.once(lambda: "ignored: key_used" in told(company, "signed_letter_uploaded"))
    assert (await company.status()).step == "signed_letter"


async def test_a_key_outside_the_companys_scans_is_not_taken(begin: Begin) -> None:
    company = await begin()
    await reach(company, "signed_letter")
    await company.signal("signed_letter_uploaded", {"key": "habilitacion/900123456-8/scans/x.pdf", "size": 1})
    await company.once(lambda: "ignored: key_outside_scans" in told(company, "signed_letter_uploaded"))


async def test_any_signal_after_the_end_is_refused_by_temporal_and_the_end_stands(begin: Begin) -> None:
    company = await begin()
    await reach(company, "ready")
    await company.result()
    for name in (*NAMES, "anything"):
        with pytest.raises(RPCError, match="already completed"):
            await company.signal(name, {})
    assert (await company.status()).closed == "ready"


BINARY = b"\xff\xfe{\x00\x01"
UNREADABLE: dict[str, tuple[list[Any], bytes | None]] = {
    "no argument": ([], b""),
    "two arguments": ([{"a": 1}, 2], None),
    "text": (["hola"], b'"hola"'),
    "a number": ([7], b"7"),
    "a list": ([["a"]], b'["a"]'),
    "null": ([None], b""),
    "JSON null": ([raw(b"null")], b"null"),
    "binary garbage": ([raw(BINARY)], BINARY),
    "an unknown encoding": ([raw(b"abc", b"weird/stuff")], b"abc"),
    "no encoding": ([raw(b"{}", b"")], b"{}"),
    "plain bytes": ([b"\x01\x02"], b"\x01\x02"),
}


@pytest.mark.parametrize("given", list(UNREADABLE))
async def test_a_signal_that_nobody_can_read_is_kept_and_harms_nothing(begin: Begin, given: str) -> None:
    args, data = UNREADABLE[given]
    company = await begin()
    await reach(company, "electronic_invoicing")
    for name in NAMES:
        await company.signal(name, *args)
    status = await company.until(lambda it: len(it.unreadable) == len(NAMES))
    assert [each.name for each in status.unreadable] == NAMES
    assert status.step == "electronic_invoicing"
    if data is not None:
        assert {each.size for each in status.unreadable} == {len(data)}
        assert {each.sha256 for each in status.unreadable} == {hashlib.sha256(data).hexdigest()}
    await reach(company, "legal_representative")


@pytest.mark.parametrize("name", ["no_such_signal", "run", "hear", "status", "case", "__class__", "x" * 400])
async def test_a_signal_by_an_unknown_name_is_kept_whatever_its_arguments(begin: Begin, name: str) -> None:
    company = await begin()
    await company.signal(name)
    await company.signal(name, {"a": 1})
    await company.signal(name, raw(BINARY), 2)
    status = await company.until(lambda it: len(it.unreadable) == 3)
    assert {each.name for each in status.unreadable} == {name[:100]}
    await reach(company, "legal_representative")


async def test_the_last_50_unreadable_signals_are_kept(begin: Begin) -> None:
    company = await begin()
    for number in range(55):
        await company.signal(f"nobody_{number}", {})
    status = await company.until(lambda it: bool(it.unreadable) and it.unreadable[-1].name == "nobody_54")
    assert [each.name for each in status.unreadable] == [f"nobody_{number}" for number in range(5, 55)]
