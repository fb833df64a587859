"""Judgements over simulated scans: signed are accepted, unsigned refused, others' letters told apart."""

import base64
import io
from itertools import product

import pypdf
import pytest
from PIL import Image

from activities.letter.geometry import BOX, QR
from activities.letter.render import render
from activities.letter.seal import LetterKeys
from activities.letter.sight import Sight
from activities.letter.verdict import ENGINE, Expected, conclude
from domain.verdict import Judgement
from infra.paper_simulator import pen, sign_and_scan, spoil
from infra.paper_simulator.scanner import printed, scan
from tests.activities.letter.paper import EXPECTED, KEYS, LETTER_ID, NIT, codes, judge, letter, marked, spread

SCANS = [
    {"dpi": 100, "angle": 2.0},
    {"dpi": 100, "gray": False, "turn": 1},
    {"dpi": 150, "angle": -2.0, "turn": 2, "jpeg_quality": 30},
    {"dpi": 200, "gray": False, "angle": -1.3, "turn": 3},
    {"dpi": 300, "angle": 0.7},
]


@pytest.mark.parametrize("settings", SCANS, ids=str)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_signed_scan_is_accepted_and_an_unsigned_one_refused(
    seed: int, settings: dict[str, int], issued: bytes
) -> None:
    good = judge(sign_and_scan(issued, BOX, seed=seed, **settings), EXPECTED, KEYS)  # type: ignore[arg-type]
    assert (good.judgement, codes(good)) == (Judgement.ACCEPTED, [])
    bare = judge(sign_and_scan(issued, BOX, seed=seed, signed=False, **settings), EXPECTED, KEYS)  # type: ignore[arg-type]
    assert (bare.judgement, codes(bare)) == (Judgement.REJECTED, ["unsigned"])


@pytest.mark.slow
@pytest.mark.parametrize("dpi", [100, 150, 200, 300])
def test_the_wide_matrix_has_no_error(dpi: int, issued: bytes) -> None:
    """Every combination of seed, ink, quarter turn, grey or fax; skew and JPEG quality vary with the seed."""
    wrong = []
    for seed, signed, turn, gray in product(range(6), (True, False), range(4), (True, False)):
        angle, quality = spread(seed * 4 + turn, -2, 2), round(spread(seed, 25, 75))
        file = sign_and_scan(
            issued,
            BOX,
            seed=seed,
            dpi=dpi,
            angle=angle,
            turn=turn,
            gray=gray,
            signed=signed,
            jpeg_quality=quality,
        )
        if codes(judge(file, EXPECTED, KEYS)) != ([] if signed else ["unsigned"]):
            wrong.append((seed, signed, turn, gray))
    assert wrong == []


def test_measures_tell_how_it_was_judged(signed: bytes) -> None:
    measures = judge(signed, EXPECTED, KEYS).measures
    assert measures["code_nit"] == NIT
    assert measures["code_letter_id"] == LETTER_ID
    assert measures["ink_frame_sides"] == 4
    assert (measures["pages"], measures["page"]) == (1, 1)
    assert measures["confidence"] == 1.0
    assert isinstance(measures["ink_area"], float)
    assert measures["ink_area"] > 500
    assert ENGINE


def test_the_issued_file_sent_back_is_unsigned(issued: bytes) -> None:
    assert codes(judge(issued, EXPECTED, KEYS)) == ["unsigned"]


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        (Expected("habilitacion", NIT, LETTER_ID, 1), "wrong_environment"),
        (Expected("produccion", "830048145-8", LETTER_ID, 1), "wrong_company"),
        (Expected("produccion", NIT, "0f8fad5b", 1), "wrong_letter"),
        (Expected("produccion", NIT, LETTER_ID, 2), "wrong_revision"),
        (Expected("habilitacion", "830048145-8", "0f8fad5b", 2), "wrong_environment"),
    ],
)
def test_another_letter_is_refused_by_its_widest_difference(expected: Expected, code: str, signed: bytes) -> None:
    judged = judge(signed, expected, KEYS)
    assert (judged.judgement, codes(judged)) == (Judgement.REJECTED, [code])


def test_what_is_not_asked_for_is_not_compared(signed: bytes) -> None:
    assert judge(signed, Expected(), KEYS).judgement == Judgement.ACCEPTED
    assert judge(signed, Expected("produccion", NIT, None, None), KEYS).judgement == Judgement.ACCEPTED


def test_a_seal_by_another_key_is_forged(signed: bytes) -> None:
    others = LetterKeys.parse("dev:" + base64.b64encode(b"x" * 32).decode())
    judged = judge(signed, EXPECTED, others)
    assert (judged.judgement, codes(judged)) == (Judgement.REJECTED, ["code_forged"])


def test_an_unreadable_code_is_for_a_person(issued: bytes) -> None:
    page = printed(issued, 150)
    page.paste("white", tuple(round(value * 150 / 72) for value in (QR.x, QR.y, QR.x + QR.w, QR.y + QR.h)))  # type: ignore[arg-type]
    for file in (scan(page, seed=1, dpi=150), spoil.other_document()):
        judged = judge(file, EXPECTED, KEYS)
        assert (judged.judgement, codes(judged)) == (Judgement.REVIEW, ["code_unreadable"])


def test_a_photo_of_something_is_refused() -> None:
    landscape = Image.new("L", (1600, 1200), 200)
    landscape.paste(30, (0, 700, 1600, 1200))
    judged = judge(scan(landscape, seed=1, dpi=150), EXPECTED, KEYS)
    assert (judged.judgement, codes(judged)) == (Judgement.REJECTED, ["code_unreadable"])


def test_what_shows_no_page_is_never_accepted() -> None:
    judged = conclude(Sight((), 1, ()), EXPECTED, KEYS)
    assert (judged.judgement, codes(judged)) == (Judgement.REJECTED, ["pdf_damaged"])


def test_a_blank_page_is_refused() -> None:
    judged = judge(spoil.blank_sheet(), EXPECTED, KEYS)
    assert (judged.judgement, codes(judged)) == (Judgement.REJECTED, ["page_blank"])


def test_a_negative_is_read(issued: bytes) -> None:
    page = printed(issued, 150)
    pen.draw(page, pen.signature(pen.hand(1), BOX), 150, pen.hand(1))
    assert codes(judge(scan(page.point(lambda level: 255 - level), seed=1, dpi=150), EXPECTED, KEYS)) == []


def test_a_print_on_letter_paper_is_accepted(issued: bytes) -> None:
    """Printers fit A4 to the Letter paper that Colombia uses: everything is smaller and elsewhere."""
    page = printed(issued, 150)
    pen.draw(page, pen.signature(pen.hand(2), BOX), 150, pen.hand(2))
    sheet = Image.new("RGB", (1275, 1650), "white")
    sheet.paste(page.resize((1166, 1650), Image.Resampling.LANCZOS), (54, 0))
    assert codes(judge(scan(sheet, seed=2, dpi=150), EXPECTED, KEYS)) == []


def test_the_expected_letter_is_found_among_other_pages(signed: bytes) -> None:
    """A duplex scan of the former revision and the current one, with a blank side between."""
    former = sign_and_scan(render(letter(revision=2), KEYS), BOX, seed=3)
    writer = pypdf.PdfWriter()
    for file in (former, spoil.blank_sheet(), signed):
        writer.append(io.BytesIO(file))
    both = io.BytesIO()
    writer.write(both)
    assert codes(judge(both.getvalue(), EXPECTED, KEYS)) == []
    assert codes(judge(both.getvalue(), Expected("produccion", NIT, LETTER_ID, 3), KEYS)) == ["wrong_revision"]


def test_digital_signatures_are_for_a_person_even_without_ink(signed: bytes, unsigned: bytes) -> None:
    for file in (signed, unsigned):
        judged = judge(spoil.with_digital_signature(file), EXPECTED, KEYS)
        assert (judged.judgement, codes(judged)) == (Judgement.REVIEW, ["digitally_signed"])


def test_all_reasons_are_told_rejecting_ones_first(unsigned: bytes) -> None:
    file = spoil.with_attachment(spoil.with_javascript(spoil.with_digital_signature(unsigned)))
    judged = judge(file, Expected("produccion", "830048145-8"), KEYS)
    assert judged.judgement == Judgement.REJECTED
    assert codes(judged) == ["pdf_active_content", "pdf_attachments", "wrong_company", "digitally_signed"]


ZIGZAG = [(20.0 + 3 * step, 30.0 + 30 * (step % 2)) for step in range(40)]
MARKS = {
    "pencil": (lambda brush, at: brush.line([at(*p) for p in ZIGZAG], fill=(165, 165, 165), width=2), []),
    "hair line": (lambda brush, at: brush.line([at(*p) for p in ZIGZAG], fill=(0, 0, 128), width=1), []),
    "below the box": (
        lambda brush, at: brush.line([at(x, y + 75) for x, y in ZIGZAG], fill=0, width=3),
        ["signature_doubtful"],
    ),
    "ruled line": (lambda brush, at: brush.line([at(-5, 60), at(300, 60)], fill=0, width=3), ["unsigned"]),
    "scanner's streak": (
        lambda brush, at: brush.line([at(60, -600), at(60, 200)], fill=90, width=2),
        ["unsigned"],
    ),
    "dust": (
        lambda brush, at: [brush.ellipse([*at(x, 40), *at(x + 1, 41)], fill=0) for x in (20, 90)],
        ["unsigned"],
    ),
    "tick": (
        lambda brush, at: brush.line([at(100, 40), at(106, 50), at(118, 30)], fill=0, width=3),
        ["signature_doubtful"],
    ),
    "stamp": (
        lambda brush, at: brush.ellipse([*at(100, 10), *at(170, 80)], fill=(80, 80, 200)),
        ["signature_doubtful"],
    ),
    "blacked out": (
        lambda brush, at: brush.rectangle([*at(0, 0), *at(296, 93)], fill=0),
        ["signature_doubtful"],
    ),
    "frame erased": (
        lambda brush, at: (
            brush.rectangle([*at(-9, -9), *at(305, 100)], fill="white"),
            brush.line([at(*p) for p in ZIGZAG], fill=0, width=3),
        ),
        ["signature_doubtful"],
    ),
}


@pytest.mark.parametrize("name", MARKS)
def test_marks_in_and_around_the_box(name: str, issued: bytes) -> None:
    draw, wanted = MARKS[name]
    assert codes(judge(marked(issued, draw), EXPECTED, KEYS)) == wanted
