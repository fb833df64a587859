"""The printed letter: the same bytes everywhere, one page whatever the names, the box where we say it is."""

import hashlib
import io
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pypdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from activities.letter import geometry
from activities.letter.render import TEMPLATE, qr_text, render, signature_box
from activities.letter.seal import Seal, read_seal, short_code
from domain.letter import LetterData
from domain.people import MAX_LENGTH, MAX_NAME
from tests.activities.letter.paper import KEYS, LETTER, LETTER_ID, NIT, letter

FINE = 4
"""Pixels per point."""
NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=MAX_NAME)


def picture(pdf: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    image: Image.Image = document[0].render(scale=FINE, grayscale=True).to_pil()
    return image


def text(pdf: bytes) -> str:
    """The page's words, single-spaced, with broken words mended."""
    words = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    return " ".join(words.replace("\u200b", "").replace("-\n", "").split())


def assert_white(image: Image.Image, rect: geometry.Rect) -> None:
    corners = (rect.x, rect.y, rect.x + rect.w, rect.y + rect.h)
    darkest, _ = image.crop(tuple(round(FINE * corner) for corner in corners)).getextrema()  # type: ignore[arg-type]
    assert darkest == 255


def assert_nothing_overflows(image: Image.Image) -> None:
    """Between body, box, signer and footer the page is white, and so are its margins."""
    for above, below in ((geometry.BODY, 602.0), (geometry.SIGNER, 795.0)):
        bottom = above.y + above.h
        assert_white(image, geometry.Rect(0, bottom, geometry.PAGE[0], below - bottom))
    assert_white(image, geometry.Rect(geometry.BOX.x, geometry.BOX.y + geometry.BOX.h + 1, geometry.BOX.w, 4))
    assert_white(image, geometry.Rect(geometry.PAGE[0] - 60, 0, 60, geometry.PAGE[1]))


def test_another_process_without_fonts_or_home_prints_the_same_bytes() -> None:
    program = (
        "import hashlib; from activities.letter.render import render;"
        "from tests.activities.letter.paper import KEYS, LETTER;"
        "print(hashlib.sha256(render(LETTER, KEYS)).hexdigest())"
    )
    bare = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LANG": "C"}
    root = Path(__file__).parents[3]
    other = subprocess.run([sys.executable, "-c", program], cwd=root, env=bare, capture_output=True, check=True)
    assert "HOME" in os.environ
    assert other.stdout.decode().strip() == hashlib.sha256(render(LETTER, KEYS)).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"revision": 2},
        {"issued_on": date(2026, 11, 25)},
        {"company": "Café del Norte S.A.S."},
        {"period_days": 364},
    ],
)
def test_other_data_give_other_bytes(change: dict[str, object], issued: bytes) -> None:
    assert render(LETTER.model_copy(update=change), KEYS) != issued


def test_the_file_says_what_it_is(issued: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(issued))
    about = reader.metadata
    assert about is not None
    assert about.title == "Carta de exoneración · NIT 900.123.456-8 · versión 1"
    assert about.author == LETTER.provider_name
    assert about.creation_date is not None
    assert about.creation_date.date() == LETTER.issued_on
    assert str(reader.root_object["/Lang"]) == "es-CO"
    assert "/MarkInfo" in reader.root_object
    assert b"<pdfaid:part>2</pdfaid:part>" in issued


def test_only_bundled_fonts_are_embedded(issued: bytes) -> None:
    fonts = pypdf.PdfReader(io.BytesIO(issued)).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    names = {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in fonts.values()}
    assert names
    assert all(name.startswith(("LibertinusSerif", "DejaVuSansMono")) for name in names)


def test_the_letter_says_who_authorises_whom_for_what(issued: bytes) -> None:
    said = text(issued)
    for part in (
        "Bogotá, D. C., 24 de noviembre de 2026",
        "Yo, Ana María Gómez Ruiz, identificado(a) con cédula de ciudadanía n.º 52.123.456, expedida en",
        "en calidad de Gerente general y representante legal de Café del Sur S.A.S., con NIT 900.123.456-8",
        "Soluciones Contables del Norte S.A.S., con NIT 830.048.145-8",
        "con su propio certificado digital",
        "notas de ajuste",
        "365 días calendario",
        "responsabilidad exclusiva de la Empresa",
        "exonera al Proveedor de toda responsabilidad",
        "Ley 1581 de 2012",
        "Versión 1",
        short_code(qr_text(LETTER, KEYS)),
        TEMPLATE,
    ):
        assert part in said
    assert "en nombre propio" not in said.lower()
    assert "HABILITACIÓN" not in said


def test_a_natural_person_signs_in_their_own_name() -> None:
    said = text(render(letter(nit="52123456-2", company="Ana María Gómez Ruiz"), KEYS))
    assert "actuando en nombre propio con NIT 52.123.456-2 e inscrito(a) en el RUT como Ana María Gómez Ruiz" in said
    assert "En nombre propio" in said
    assert "Gerente general" not in said


def test_a_letter_of_the_test_environment_says_so() -> None:
    assert "AMBIENTE DE HABILITACIÓN: CARTA DE PRUEBA" in text(render(letter(environment="habilitacion"), KEYS))


def test_an_unlisted_city_leaves_a_line_to_write_it_on() -> None:
    said = text(render(letter({"municipality": "05664"}), KEYS))
    assert said.startswith(", 24 de noviembre de 2026")


LONG = "Cooperativa Multiactiva de Caficultores y Comercializadores Agropecuarios de los Municipios del Sur "
LONGEST = {name: length for name, length in MAX_LENGTH.items() if name not in ("email", "address")}


@pytest.mark.parametrize(
    "filling", [LONG * 2, "W" * MAX_NAME, "Ñ ." * 60], ids=["words", "one wide word", "tiny words"]
)
def test_the_longest_names_fit_on_the_page(filling: str) -> None:
    person = {name: filling[:length].strip() for name, length in LONGEST.items()} | {
        "document_type": "47",
        "document_number": "123456789012345",
    }
    name = filling[:MAX_NAME].strip()
    pdf = render(letter(person, company=name, provider_name=name, environment="habilitacion"), KEYS)
    assert_nothing_overflows(picture(pdf))
    assert "".join(name.split()) in "".join(text(pdf).split())


@settings(max_examples=12, deadline=None)
@given(NAMES, NAMES)
def test_any_names_fit_on_the_page(company: str, person: str) -> None:
    data = letter({"first_names": person[:60], "last_names": company[-60:], "position": person[-60:]}, company=company)
    assert_nothing_overflows(picture(render(data, KEYS)))


def test_the_box_is_drawn_where_it_is_said_to_be(issued: bytes) -> None:
    image = picture(issued)
    said = signature_box()
    assert said.page == 1
    box = geometry.Rect(said.x, said.y, said.w, said.h)
    assert_white(image, box.inset(1.0))
    for share in (0.1, 0.5, 0.9):
        x, y = box.x + share * box.w, box.y + share * box.h
        for point in ((x, box.y), (x, box.y + box.h), (box.x, y), (box.x + box.w, y)):
            assert image.getpixel((round(FINE * point[0]), round(FINE * point[1]))) == 0


def test_the_qr_is_the_seal() -> None:
    assert read_seal(qr_text(LETTER, KEYS), KEYS) == Seal("produccion", NIT, LETTER_ID, 1)


def test_data_that_the_seal_cannot_hold_are_refused() -> None:
    data: LetterData = letter(letter_id="carta n.º 1")
    with pytest.raises(ValueError, match="doesn't fit"):
        render(data, KEYS)
