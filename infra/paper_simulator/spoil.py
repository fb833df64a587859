"""Files that companies, or people with worse intentions, send instead of a clean scan."""

import io
from collections.abc import Callable
from typing import Final

import pypdf
from PIL import Image, ImageDraw
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from infra.paper_simulator.pen import hand
from infra.paper_simulator.scanner import scan

_A4: Final = (8.27, 11.69)
"""Inches."""


def encrypted(pdf: bytes, opened_by: str = "clave") -> bytes:
    """Protected by a password; an empty one opens without asking, and is encryption all the same."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.encrypt(opened_by, f"{opened_by}2", algorithm="AES-256")
    return _bytes(writer)


def truncated(pdf: bytes, share: float = 0.6) -> bytes:
    """An upload that broke off after `share` of the file."""
    return pdf[: int(len(pdf) * share)]


def padded(pdf: bytes, size: int) -> bytes:
    """The same valid PDF, exactly `size` bytes long: a long comment, then the old `startxref` once more."""
    start = pdf[pdf.rindex(b"startxref") :].rstrip() + b"\n"
    room = size - len(pdf) - len(start) - 3
    if room < 0:
        raise ValueError("too small a size for this file")
    return pdf + b"\n%" + b"x" * room + b"\n" + start


def with_javascript(pdf: bytes) -> bytes:
    """A program that runs on opening."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.root_object[NameObject("/OpenAction")] = _dictionary({"/S": "/JavaScript", "/JS": "app.alert('hola');"})
    return _bytes(writer)


def with_launch(pdf: bytes) -> bytes:
    """An action that starts a program, hung on the page's annotation, not on the catalog."""
    return _with_annotation(pdf, {"/Subtype": "/Link", "/A": {"/S": "/Launch", "/F": "calc.exe"}})


def with_hidden_javascript(pdf: bytes) -> bytes:
    """A program in an object that nothing refers to."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer._add_object(_dictionary({"/S": "/JavaScript", "/JS": "app.alert('hola');"}))
    return _bytes(writer)


def with_opening_script(pdf: bytes) -> bytes:
    """Additional actions on the page."""
    return _on_page(pdf, "/AA", {"/O": {"/S": "/URI", "/URI": "https://example.com"}})


def with_harmless_opening(pdf: bytes) -> bytes:
    """Opens at its first page, as office programs write it: nothing is wrong with it."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    target = ArrayObject([writer.pages[0].indirect_reference, NameObject("/Fit")])
    writer.root_object[NameObject("/OpenAction")] = target
    return _bytes(writer)


def with_form(pdf: bytes) -> bytes:
    """An XFA form, whose scripts Acrobat would run."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.root_object[NameObject("/AcroForm")] = _dictionary({"/XFA": "<xdp/>"})
    return _bytes(writer)


def with_form_over(pdf: bytes) -> bytes:
    """A form XObject, empty here, is drawn over the page: it may show anything."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    form = StreamObject()
    form.update(_dictionary({"/Type": "/XObject", "/Subtype": "/Form", "/BBox": [0, 0, 99, 99]}))
    form._data = b"1 g 0 0 9 9 re f"
    page, over = writer.pages[0], StreamObject()
    resources, drawn = page["/Resources"].get_object(), page.get_contents()
    assert isinstance(resources, DictionaryObject)
    assert drawn is not None
    names = resources["/XObject"].get_object()
    assert isinstance(names, DictionaryObject)
    names[NameObject("/Over")] = writer._add_object(form)
    over._data = b"q " + drawn.get_data() + b" Q /Over Do"
    page[NameObject("/Contents")] = writer._add_object(over)
    return _bytes(writer)


def with_attachment(pdf: bytes) -> bytes:
    """A file inside the file."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.add_attachment("datos.xml", b"<datos/>")
    return _bytes(writer)


def with_digital_signature(pdf: bytes) -> bytes:
    """A signature field with a (meaningless) digital signature in it."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    signature = _dictionary({"/Type": "/Sig", "/Filter": "/Adobe.PPKLite", "/SubFilter": "/adbe.pkcs7.detached"})
    signature[NameObject("/ByteRange")] = ArrayObject([NumberObject(value) for value in (0, 10, 20, 10)])
    signature[NameObject("/Contents")] = ByteStringObject(bytes(64))
    field = _dictionary({"/FT": "/Sig", "/Subtype": "/Widget"})
    field[NameObject("/T")] = TextStringObject("Firma")
    field[NameObject("/V")] = writer._add_object(signature)
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([writer._add_object(field)])})
    writer.root_object[NameObject("/AcroForm")] = form
    return _bytes(writer)


def with_pages(pdf: bytes, count: int) -> bytes:
    """The first page, and empty ones up to `count`."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    while len(writer.pages) < count:
        writer.add_blank_page()
    return _bytes(writer)


def without_page(_pdf: bytes = b"") -> bytes:
    """A PDF of no pages."""
    return _bytes(pypdf.PdfWriter())


def blank_sheet(*, seed: int = 0, dpi: int = 150) -> bytes:
    """The wrong side of the sheet, on the glass of a scanner with some dust."""
    rng = hand(seed)
    sheet = Image.new("RGB", (int(_A4[0] * dpi), int(_A4[1] * dpi)), "white")
    brush = ImageDraw.Draw(sheet)
    for _ in range(20):
        x, y = rng.random() * sheet.width, rng.random() * sheet.height
        brush.ellipse([x, y, x + dpi / 60, y + dpi / 60], fill="gray")
    return scan(sheet, seed=seed, dpi=dpi)


def other_document(*, seed: int = 0, dpi: int = 150) -> bytes:
    """A page of grey lines, without any code of ours: some other paper."""
    rng = hand(seed)
    sheet = Image.new("RGB", (int(_A4[0] * dpi), int(_A4[1] * dpi)), "white")
    brush = ImageDraw.Draw(sheet)
    for line in range(40):
        y = dpi * (1 + line * 0.24)
        brush.line([dpi, y, dpi * rng.uniform(4, 7.2), y], fill="black", width=dpi // 15)
    return scan(sheet, seed=seed, dpi=dpi)


def photo(*, seed: int = 0) -> bytes:
    """A JPEG: renamed .pdf it is still none."""
    picture = io.BytesIO()
    noise = Image.frombytes("RGB", (64, 48), hand(seed).randbytes(64 * 48 * 3))
    noise.resize((640, 480), Image.Resampling.BICUBIC).save(picture, "JPEG")
    return picture.getvalue()


ACTIVE: Final[dict[str, Callable[[bytes], bytes]]] = {
    "javascript": with_javascript,
    "launch": with_launch,
    "hidden javascript": with_hidden_javascript,
    "opening script": with_opening_script,
    "form": with_form,
}
"""Every way to make a scan carry active content."""


def _with_annotation(pdf: bytes, annotation: dict[str, object]) -> bytes:
    return _on_page(pdf, "/Annots", [{"/Type": "/Annot", "/Rect": [0, 0, 9, 9], **annotation}])


def _on_page(pdf: bytes, key: str, value: object) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.pages[0][NameObject(key)] = _object(value)
    return _bytes(writer)


def _dictionary(value: dict[str, object]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): _object(item) for key, item in value.items()})


def _object(value: object) -> pypdf.generic.PdfObject:
    """A Python value as a PDF object; a text that starts with a slash is a name."""
    match value:
        case dict():
            return _dictionary(value)
        case list():
            return ArrayObject(_object(item) for item in value)
        case int():
            return NumberObject(value)
        case str() if value.startswith("/"):
            return NameObject(value)
        case _:
            return TextStringObject(value)


def _bytes(writer: pypdf.PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
