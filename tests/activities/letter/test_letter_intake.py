"""Each kind of bad file has its own reason; harmless habits of scanners have none."""

from collections.abc import Callable

import pytest

from activities.letter.intake import MAX_PAGES, examine_structure
from activities.letter.sight import Finding
from domain.letter import MAX_SCAN_BYTES
from domain.reasons import Code
from domain.verdict import Judgement
from infra.paper_simulator import spoil
from tests.activities.letter.paper import EXPECTED, KEYS, codes, judge

Spoil = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    ("spoiled", "code"),
    [
        (lambda _: b"", "file_empty"),
        (lambda _: b"hola", "file_not_pdf"),
        (lambda _: spoil.photo(), "file_not_pdf"),
        (lambda pdf: spoil.padded(pdf, MAX_SCAN_BYTES + 1), "file_too_large"),
        (lambda _: b"%PDF-1.7\n%%EOF\n", "pdf_damaged"),
        (lambda _: b"%PDF-1.7\n" + b"[" * 50_000 + b"\n%%EOF\n", "pdf_damaged"),
        (spoil.truncated, "pdf_damaged"),
        (lambda pdf: spoil.truncated(pdf, 0.99), "pdf_damaged"),
        (spoil.without_page, "pdf_damaged"),
        (spoil.encrypted, "pdf_encrypted"),
        (lambda pdf: spoil.encrypted(pdf, ""), "pdf_encrypted"),
        (spoil.with_attachment, "pdf_attachments"),
        (lambda pdf: spoil.with_pages(pdf, MAX_PAGES + 1), "pdf_too_many_pages"),
        *((spoiled, "pdf_active_content") for spoiled in spoil.ACTIVE.values()),
    ],
)
def test_a_bad_file_is_refused_with_its_own_reason(spoiled: Spoil, code: str, signed: bytes) -> None:
    judged = judge(spoiled(signed), EXPECTED, KEYS)
    assert (judged.judgement, codes(judged)) == (Judgement.REJECTED, [code])


@pytest.mark.parametrize(
    "harmless",
    [
        spoil.with_harmless_opening,
        lambda pdf: spoil.padded(pdf, MAX_SCAN_BYTES),
        lambda pdf: spoil.with_pages(pdf, MAX_PAGES),
        lambda pdf: b"\xef\xbb\xbf" + pdf,
        lambda pdf: pdf + b"\0" * 512,
    ],
    ids=["opens at its page", "exactly 1 MB", "five pages", "byte order mark", "padding"],
)
def test_a_harmless_habit_is_no_reason(harmless: Spoil, signed: bytes) -> None:
    assert codes(judge(harmless(signed), EXPECTED, KEYS)) == []


def test_the_largest_file_is_exactly_as_large_as_allowed(signed: bytes) -> None:
    assert len(spoil.padded(signed, MAX_SCAN_BYTES)) == MAX_SCAN_BYTES == 1_048_576


def test_our_own_letter_carries_nothing_to_object_to(issued: bytes) -> None:
    assert examine_structure(issued) == ((), 1)


def test_every_finding_is_a_reason() -> None:
    assert {Code(finding.value) for finding in Finding} <= set(Code)
