"""A scan's own picture is read only where a viewer shows nothing else."""

import io
from collections.abc import Callable

import pypdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
from pypdf.generic import ArrayObject, FloatObject, NameObject, RectangleObject, StreamObject

from activities.letter import picture
from activities.letter.geometry import BOX, PAGE
from domain.verdict import Judgement
from infra.paper_simulator import container, sign_and_scan, spoil
from infra.paper_simulator.pen import draw, hand, signature
from infra.paper_simulator.scanner import on_glass, printed, wrapped
from tests.activities.letter.paper import EXPECTED, KEYS, codes, judge


def scanned(pdf: bytes) -> picture.Picture | None:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return picture.scanned(document[0])
    finally:
        document.close()


def changed(pdf: bytes, change: Callable[[pypdf.PdfWriter, pypdf.PageObject], None]) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    change(writer, writer.pages[0])
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def drawn(pdf: bytes, before: bytes, after: bytes) -> bytes:
    """With other content around the page's own."""

    def change(writer: pypdf.PdfWriter, page: pypdf.PageObject) -> None:
        contents, own = StreamObject(), page.get_contents()
        assert own is not None
        contents._data = before + own.get_data() + after
        page[NameObject("/Contents")] = writer._add_object(contents)

    return changed(pdf, change)


def over_the_signature(pdf: bytes) -> bytes:
    """A white sheet of paper, as a viewer shows it, lies on what was signed."""
    low = PAGE[1] - BOX.y - BOX.h
    return drawn(pdf, b"q ", f" Q 1 g {BOX.x + 2} {low + 2} {BOX.w - 4} {BOX.h - 4} re f".encode())


def cropped(pdf: bytes) -> bytes:
    """The page ends above the box: what lies below is in the file, but nobody sees it."""

    def change(writer: pypdf.PdfWriter, page: pypdf.PageObject) -> None:
        page.cropbox = page.mediabox = RectangleObject((0, PAGE[1] - BOX.y, PAGE[0], PAGE[1]))

    return changed(pdf, change)


def annotated(pdf: bytes) -> bytes:
    def change(writer: pypdf.PdfWriter, page: pypdf.PageObject) -> None:
        square = {"/Type": "/Annot", "/Subtype": "/Square"}
        note = pypdf.generic.DictionaryObject({NameObject(k): NameObject(v) for k, v in square.items()})
        note[NameObject("/Rect")] = ArrayObject([FloatObject(value) for value in (9, 9, 99, 99)])
        page[NameObject("/Annots")] = ArrayObject([writer._add_object(note)])

    return changed(pdf, change)


MIRRORED = f"-1 0 0 1 {PAGE[0]:.2f} 0 cm ".encode()


def signed_sheet(issued: bytes, turn: int = 0) -> bytes:
    page, rng = printed(issued, 150), hand(5)
    draw(page, signature(rng, BOX), 150, rng)
    return wrapped(on_glass(page, seed=5, dpi=150, turn=turn), 150, quality=60)


@pytest.mark.parametrize(
    "make",
    [
        lambda issued: sign_and_scan(issued, BOX, seed=1),
        lambda issued: sign_and_scan(issued, BOX, seed=1, dpi=200, gray=False),
        lambda issued: container.with_text_layer(sign_and_scan(issued, BOX, seed=1)),
        lambda issued: container.turned_by_page(signed_sheet(issued, turn=1), 90),
        lambda issued: container.jpx(on_glass(printed(issued, 150), seed=1, dpi=150), 150),
    ],
    ids=["jpeg", "fax", "text layer", "turned by page", "jpeg 2000"],
)
def test_a_page_that_is_one_image_is_read_directly(make: Callable[[bytes], bytes], issued: bytes) -> None:
    assert scanned(make(issued)) is not None


@pytest.mark.parametrize(
    "spoiled",
    [over_the_signature, cropped, annotated, lambda pdf: drawn(pdf, b"q " + MIRRORED, b" Q"), spoil.with_form_over],
    ids=["covered", "cropped", "annotated", "mirrored", "form over"],
)
def test_a_page_that_shows_anything_else_is_rendered(spoiled: Callable[[bytes], bytes], signed: bytes) -> None:
    assert scanned(signed) is not None
    assert scanned(spoiled(signed)) is None


def test_several_images_or_none_are_rendered(issued: bytes) -> None:
    assert scanned(issued) is None
    assert scanned(container.strips(on_glass(printed(issued, 150), seed=1, dpi=150), 150)) is None


def test_what_a_viewer_covers_is_not_there(signed: bytes) -> None:
    assert codes(judge(signed, EXPECTED, KEYS)) == []
    assert codes(judge(over_the_signature(signed), EXPECTED, KEYS)) == ["unsigned"]
    assert judge(cropped(signed), EXPECTED, KEYS).judgement != Judgement.ACCEPTED


@pytest.mark.parametrize("dpi", [100, 150, 200, 300, 400])
def test_the_scans_own_resolution_is_told(dpi: int, issued: bytes) -> None:
    told = judge(sign_and_scan(issued, BOX, seed=2, dpi=dpi, jpeg_quality=30), EXPECTED, KEYS).measures["dpi"]
    assert isinstance(told, float)
    assert abs(told - dpi) < dpi / 50
