"""Issuing letters, and what their scans meet before anybody looks at them."""

import hashlib
import uuid
from datetime import date

import pytest

from activities.letters import Letters
from activities.store.documents import Documents
from domain.effects import CheckScan, IssueLetter
from domain.letter import MAX_SCAN_BYTES, is_scan_key, letter_id, scans_prefix
from domain.reasons import Code
from domain.verdict import Judgement
from tests.activities.company import PERSON, Company


def issue(company: Company, revision: int = 1) -> IssueLetter:
    return IssueLetter(
        **company.who,
        key=company.key("issue_letter", revision),
        company="Andina S.A.S.",
        representative=PERSON,
        revision=revision,
        issued_on=date(2026, 11, 24),
    )


def check(company: Company, data: bytes, **other: object) -> CheckScan:
    scan = {
        "scan_key": scans_prefix(company.environment, company.nit) + f"{uuid.uuid4()}.pdf",
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "revision": 1,
    }
    return CheckScan.model_validate({**company.who, "key": company.key("check_scan"), **scan, **other})


async def test_a_letter_is_issued_once(letters: Letters, documents: Documents) -> None:
    company = Company()
    letter = await letters.issue_letter(issue(company))
    assert await letters.issue_letter(issue(company)) == letter
    pdf = await documents.get(letter.key, most=MAX_SCAN_BYTES, sha256=letter.sha256)
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) == letter.size
    assert letter.key == f"habilitacion/{company.nit}/letters/{letter_id(company.onboarding_id)}-1.pdf"
    assert (await letters.issue_letter(issue(company, 2))).letter_id == letter.letter_id


async def test_an_unsigned_letter_is_known_and_rejected(letters: Letters, documents: Documents) -> None:
    """It is this onboarding's letter in every respect but the signature."""
    company = Company()
    letter = await letters.issue_letter(issue(company))
    pdf = await documents.get(letter.key, most=MAX_SCAN_BYTES)
    asked = check(company, pdf)
    await documents.put(asked.scan_key, pdf)
    verdict = await letters.check_scan(asked)
    assert [reason.code for reason in verdict.reasons] == [Code.UNSIGNED]
    assert (verdict.key, verdict.sha256) == (asked.scan_key, asked.sha256)
    assert verdict.judgement == Judgement.REJECTED
    assert verdict.engine
    verdict = await letters.check_scan(asked.model_copy(update={"revision": 2}))
    assert [reason.code for reason in verdict.reasons] == [Code.WRONG_REVISION]


@pytest.mark.parametrize(
    ("stored", "told", "code"),
    [
        (None, {}, Code.SCAN_MISSING),
        (b"%PDF-other", {}, Code.SCAN_ALTERED),
        (b"%PDF-", {"size": 7}, Code.SCAN_ALTERED),
        (b"%PDF-", {"sha256": ""}, Code.SCAN_ALTERED),
        (b"%PDF-" + b"0" * MAX_SCAN_BYTES, {}, Code.FILE_TOO_LARGE),
        (b"<html>", {"sha256": hashlib.sha256(b"<html>").hexdigest(), "size": 6}, Code.FILE_NOT_PDF),
    ],
)
async def test_nothing_told_of_a_scan_is_believed(
    letters: Letters, documents: Documents, stored: bytes | None, told: dict[str, object], code: Code
) -> None:
    asked = check(Company(), b"%PDF-", **told)
    if stored is not None:
        await documents.put(asked.scan_key, stored)
    verdict = await letters.check_scan(asked)
    assert (verdict.judgement, [reason.code for reason in verdict.reasons]) == (Judgement.REJECTED, [code])


async def test_other_peoples_objects_are_never_read(letters: Letters, documents: Documents) -> None:
    company, other = Company(), Company()
    foreign = check(other, b"%PDF-")
    await documents.put(foreign.scan_key, b"%PDF-")
    verdict = await letters.check_scan(check(company, b"%PDF-", scan_key=foreign.scan_key))
    assert [reason.code for reason in verdict.reasons] == [Code.KEY_OUTSIDE_SCANS]


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("a.pdf", True),
        ("2026/carta de María (1).pdf", True),
        ("", False),
        ("a//b", False),
        ("./a", False),
        ("../letters/a", False),
        ("a/", False),
        ("a\x00", False),
        ("a\ud800", False),
    ],
)
def test_a_scan_s_key_has_one_form(name: str, fits: bool) -> None:
    assert is_scan_key(f"e/n/scans/{name}", "e", "n") is fits
    assert not is_scan_key(f"e/other/scans/{name}", "e", "n")
