"""Named conditions in which letters come back, each with the one judgement that is right for it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

from PIL import Image

from activities.letter.geometry import BOX, QR
from activities.letter.render import render
from activities.letter.verdict import Expected
from benchmarks.sample_letter import KEYS, LETTER, PERSON
from domain.verdict import Judgement
from infra.paper_simulator import container, pen, spoil, wear
from infra.paper_simulator.scanner import on_glass, printed, scan, wrapped

NIT, REVISION = LETTER.nit, 2
EXPECTED = Expected(LETTER.environment, NIT, LETTER.letter_id, REVISION)
NAMES = (
    ("Café del Sur S.A.S.", "Ana María", "Gómez Ruiz"),
    ("Asociación de Productores Agropecuarios y Cafeteros del Alto Magdalena E.S.P. S.A.S.", "María Fernanda", "Ñáñez"),
    ("D1 S.A.", "Li", "Wu"),
    ("O'Higgins & Cía. Ltda.", "José Ángel", "O'Higgins Peña"),
)
A, R, V = Judgement.ACCEPTED, Judgement.REJECTED, Judgement.REVIEW


@cache
def issued(which: int = 0, nit: str = NIT, revision: int = REVISION) -> bytes:
    company, first, last = NAMES[which % len(NAMES)]
    person = PERSON.model_copy(update={"first_names": first, "last_names": last})
    given = {"nit": nit, "company": company, "representative": person, "revision": revision}
    return render(LETTER.model_copy(update=given), KEYS)


@dataclass(frozen=True)
class Sheet:
    """A printed letter of one seed, before anything happened to it."""

    seed: int

    @property
    def dice(self) -> Random:
        return Random(self.seed)

    def paper(self, dpi: int = 150, letter: bytes = b"") -> Image.Image:
        return printed(letter or issued(self.seed), dpi)

    def signed(
        self, dpi: int = 150, *, within: tuple[float, ...] = BOX, inks: tuple[pen.Colour, ...] = pen.BLUE + pen.BLACK,
        letter: bytes = b"",
    ) -> Image.Image:  # fmt: skip
        page, rng = self.paper(dpi, letter), pen.hand(self.seed)
        x, y, w, h = within
        pen.draw(page, pen.signature(rng, (x, y, w, h)), dpi, rng, inks)
        return page

    def scan(self, page: Image.Image, dpi: int = 150, **how: float) -> bytes:
        skew = how.pop("angle", self.dice.uniform(-1.5, 1.5))
        return scan(page, seed=self.seed, dpi=dpi, angle=skew, **how)  # type: ignore[arg-type]

    def glass(self, dpi: int = 150, turn: int = 0) -> Image.Image:
        return on_glass(self.signed(dpi), seed=self.seed, dpi=dpi, angle=self.dice.uniform(-1, 1), turn=turn)


SMALL = (BOX.x + 80, BOX.y + 25, 110.0, 42.0)
LARGE = (BOX.x - 20, BOX.y - 18, BOX.w + 40, BOX.h + 36)
BESIDE = (BOX.x + 190, BOX.y - 40, 100.0, 70.0)
BELOW = (BOX.x, BOX.y + BOX.h + 4, BOX.w, BOX.h * 0.8)


@dataclass(frozen=True)
class Condition:
    name: str
    right: Judgement
    make: Callable[[Sheet], bytes]
    readable: bool = True
    """Whether a person could read the QR's place as a QR."""


CONDITIONS = (
    Condition("100 dpi", A, lambda s: s.scan(s.signed(100), 100)),
    Condition("150 dpi", A, lambda s: s.scan(s.signed())),
    Condition("200 dpi", A, lambda s: s.scan(s.signed(200), 200)),
    Condition("300 dpi", A, lambda s: s.scan(s.signed(300), 300)),
    Condition("skewed 5°", A, lambda s: s.scan(s.signed(), angle=5.0 * s.dice.choice((-1, 1)))),
    Condition("quarter turn", A, lambda s: s.scan(s.signed(), turn=s.dice.randint(1, 3))),
    Condition("fax 200 dpi", A, lambda s: s.scan(s.signed(200), 200, gray=False)),
    Condition("fax 100 dpi", A, lambda s: s.scan(s.signed(100), 100, gray=False)),
    Condition("JPEG q25", A, lambda s: s.scan(s.signed(), jpeg_quality=25)),
    Condition("noise", A, lambda s: s.scan(wear.noisy(s.signed(), s.seed))),
    Condition("blur", A, lambda s: s.scan(wear.blurred(s.signed(), 150))),
    Condition("folded", A, lambda s: s.scan(wear.folded(s.signed(), s.seed))),
    Condition("shadow", A, lambda s: s.scan(wear.shadowed(s.signed(), s.seed))),
    Condition("photo", A, lambda s: s.scan(wear.photographed(s.signed(200), s.seed), 200, angle=0.0)),
    Condition("photocopied, then signed", A, lambda s: s.scan(photocopied_then_signed(s))),
    Condition("photocopied 3 times", A, lambda s: s.scan(wear.photocopied(s.signed(), s.seed, 150))),
    Condition("blue pen", A, lambda s: s.scan(s.signed(inks=pen.BLUE))),
    Condition("black pen", A, lambda s: s.scan(s.signed(inks=pen.BLACK))),
    Condition("pencil", A, lambda s: s.scan(s.signed(inks=pen.PENCIL))),
    Condition("small signature", A, lambda s: s.scan(s.signed(within=SMALL))),
    Condition("large signature", A, lambda s: s.scan(s.signed(within=LARGE))),
    Condition("signed and stamped", A, lambda s: s.scan(wear.stamped(s.signed(), s.seed, BESIDE, 150))),
    Condition("JPEG 2000", A, lambda s: container.jpx(s.glass(), 150)),
    Condition("strips", A, lambda s: container.strips(s.glass(), 150)),
    Condition("text layer", A, lambda s: container.with_text_layer(s.scan(s.signed()))),
    Condition("turned by page", A, lambda s: container.turned_by_page(wrapped(s.glass(turn=1), 150, quality=60), 90)),
    Condition("cédula behind", A, lambda s: container.with_second_page(s.scan(s.signed()), cedula(s), 150)),
    Condition("unsigned", R, lambda s: s.scan(s.paper())),
    Condition("unsigned fax", R, lambda s: s.scan(s.paper(200), 200, gray=False)),
    Condition("unsigned, photocopied", R, lambda s: s.scan(wear.photocopied(s.paper(), s.seed, 150))),
    Condition("other company", R, lambda s: s.scan(s.signed(letter=issued(s.seed, nit="830048145-8")))),
    Condition("older revision", R, lambda s: s.scan(s.signed(letter=issued(s.seed, revision=1)))),
    Condition("issued file sent back", R, lambda s: issued(s.seed)),
    Condition("blank sheet", R, lambda s: spoil.blank_sheet(seed=s.seed), readable=False),
    Condition("QR cut", V, lambda s: s.scan(wear.torn(s.signed(), s.seed, QR, 150)), readable=False),
    Condition("stamp only", V, lambda s: s.scan(wear.stamped(s.paper(), s.seed, BOX, 150))),
    Condition("signed below the box", V, lambda s: s.scan(s.signed(within=BELOW))),
    Condition("dirt in the box", V, lambda s: s.scan(wear.dirty(s.paper(), s.seed, BOX, 150))),
    Condition("digitally signed", V, lambda s: spoil.with_digital_signature(s.scan(s.signed()))),
)  # fmt: skip


def photocopied_then_signed(sheet: Sheet) -> Image.Image:
    page, rng = wear.photocopied(sheet.paper(), sheet.seed, 150), pen.hand(sheet.seed)
    pen.draw(page, pen.signature(rng, BOX), 150, rng)
    return page


def cedula(sheet: Sheet) -> Image.Image:
    """A card in the middle of a sheet."""
    page = Image.new("RGB", (1240, 1754), "white")
    card = wear.noisy(Image.new("RGB", (506, 320), (196, 206, 180)), sheet.seed, 90)
    page.paste(card, (367, 500))
    return on_glass(page, seed=sheet.seed, dpi=150)
