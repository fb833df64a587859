"""The ways in which scanners and their programs put a sheet into a PDF."""

import io
from typing import Final

import pypdf
from PIL import Image
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

from infra.paper_simulator.scanner import wrapped

_POINTS: Final = 72


def jpx(sheet: Image.Image, dpi: int) -> bytes:
    """JPEG 2000."""
    data = io.BytesIO()
    sheet.convert("L").save(data, "JPEG2000", quality_mode="rates", quality_layers=[24], irreversible=True)
    return _pages(sheet.size, dpi, [_image(sheet.size, data.getvalue(), "/JPXDecode")], [(0.0, 0.0, 1.0, 1.0)])


def strips(sheet: Image.Image, dpi: int, count: int = 6) -> bytes:
    """As scanners with little memory do it: one picture below the other."""
    images, places = [], []
    for number in range(count):
        top, bottom = sheet.height * number // count, sheet.height * (number + 1) // count
        strip = sheet.convert("L").crop((0, top, sheet.width, bottom))
        data = io.BytesIO()
        strip.save(data, "JPEG", quality=60)
        images.append(_image(strip.size, data.getvalue(), "/DCTDecode"))
        places.append((0.0, 1 - bottom / sheet.height, 1.0, (bottom - top) / sheet.height))
    return _pages(sheet.size, dpi, images, places)


def with_text_layer(pdf: bytes) -> bytes:
    """An OCR program has laid invisible words over the picture."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")})
    font[NameObject("/BaseFont")] = NameObject("/Helvetica")
    page = writer.pages[0]
    resources, drawn = page["/Resources"].get_object(), page.get_contents()
    assert isinstance(resources, DictionaryObject)
    assert drawn is not None
    resources[NameObject("/Font")] = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    words = b" BT 3 Tr /F1 10 Tf 72 700 Td (CARTA DE EXONERACION) Tj ET "
    layered = StreamObject()
    layered._data = b"q " + drawn.get_data() + b" Q" + words
    page[NameObject("/Contents")] = writer._add_object(layered)
    return _bytes(writer)


def turned_by_page(pdf: bytes, degrees: int) -> bytes:
    """The picture lies on its side, and the page says so."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.pages[0][NameObject("/Rotate")] = NumberObject(degrees)
    return _bytes(writer)


def with_second_page(pdf: bytes, sheet: Image.Image, dpi: int) -> bytes:
    """Another sheet behind the letter, such as the cédula."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.append(io.BytesIO(wrapped(sheet, dpi, quality=40)))
    return _bytes(writer)


def _image(size: tuple[int, int], data: bytes, coding: str) -> StreamObject:
    image = StreamObject()
    image._data = data
    entries = {"/Type": "/XObject", "/Subtype": "/Image", "/ColorSpace": "/DeviceGray", "/Filter": coding}
    image.update({NameObject(key): NameObject(value) for key, value in entries.items()})
    for key, value in (("/Width", size[0]), ("/Height", size[1]), ("/BitsPerComponent", 8)):
        image[NameObject(key)] = NumberObject(value)
    return image


def _pages(
    size: tuple[int, int], dpi: int, images: list[StreamObject], places: list[tuple[float, float, float, float]]
) -> bytes:
    """One page; each image at its place: left, bottom, width and height as shares of the page."""
    width, height = (pixels * _POINTS / dpi for pixels in size)
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(width, height)
    names, drawing = DictionaryObject(), b""
    for number, (image, (x, y, w, h)) in enumerate(zip(images, places, strict=True)):
        names[NameObject(f"/I{number}")] = writer._add_object(image)
        at = f"{w * width:.4f} 0 0 {h * height:.4f} {x * width:.4f} {y * height:.4f}"
        drawing += f"q {at} cm /I{number} Do Q\n".encode()
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): names})
    contents = StreamObject()
    contents._data = drawing
    page[NameObject("/Contents")] = writer._add_object(contents)
    return _bytes(writer)


def _bytes(writer: pypdf.PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
