"""Well-formed files with measures, depths and amounts that no letter has."""

import io
import zipfile
from random import Random

from activities.letter.intake import MAX_PAGES
from benchmarks.hostile.pdf import Document, stream
from domain.letter import MAX_SCAN_BYTES
from infra.paper_simulator.spoil import padded

_MEASURES = ("0", "-1", "1", "1e30", "1e-30", "NaN", "Infinity", "99999999999", "--5", "3.4e38", "null", "(9)", "0.001")


def media_box(rng: Random, pdf: bytes) -> bytes:
    """Nothing, less than nothing, more than everything."""
    document = Document.of(pdf)
    box = [rng.choice(_MEASURES) for _ in range(rng.choice((4, 4, 4, 2, 9)))]
    whole = (
        "[0 0 0 0]",
        "[0 0 -595 -842]",
        "[0 0 1e30 1e30]",
        "[0 0 14400 1]",
        "[0 0 0.0001 99999]",
        f"[{' '.join(box)}]",
    )
    for key in rng.sample(("MediaBox", "CropBox", "TrimBox"), rng.randint(1, 3)):
        document.page[key] = rng.choice(whole)
    return document.written()


def rotation(rng: Random, pdf: bytes) -> bytes:
    document = Document.of(pdf)
    document.page["Rotate"] = rng.choice((*_MEASURES, "45", "2147483647", "-2147483648", "90.5"))
    document.page["UserUnit"] = rng.choice(_MEASURES)
    return document.written()


def many_pages(rng: Random, pdf: bytes) -> bytes:
    """Thousands of them, or one and the same thousands of times."""
    document = Document.of(pdf)
    count = rng.choice((MAX_PAGES + 1, 2000, 40_000))
    kids = [f"{document.numbers[2]} 0 R"] * count
    if count <= 2000 and rng.random() < 0.5:
        kids = [document.add(f"<< /Type /Page /Parent {document.numbers[1]} 0 R /MediaBox [0 0 9 9] >>") for _ in kids]
    document.tree |= {"Kids": f"[{' '.join(kids)}]", "Count": str(count)}
    return document.written()


def nesting(rng: Random, pdf: bytes) -> bytes:
    """Arrays in arrays, dictionaries in dictionaries."""
    document, depth = Document.of(pdf), rng.choice((90, 900, 20_000, 90_000))
    opening, closing = rng.choice((("[", "]"), ("<< /A ", ">>"), ("[<< /A ", ">>]"), ("(", ")"), ("{", "}")))
    body = opening * depth + closing * (depth if rng.random() < 0.7 else 0)
    if rng.random() < 0.5:
        document.add(body)
    elif rng.random() < 0.5:
        document.page["Annots"] = body
    else:
        document.add_page(stream(body.encode()), first=rng.random() < 0.5)
    return document.written()


def long_words(rng: Random, pdf: bytes) -> bytes:
    """Names, strings, numbers and comments of half a megabyte."""
    document, size = Document.of(pdf), rng.choice((10_000, 500_000))
    words = (
        "/" + "A" * size,
        "(" + "\\(" * (size // 2) + ")",
        "<" + "4" * size + ">",
        "9" * size,
        "%" + "x" * size + "\n0",
    )
    part = rng.choice((document.catalog, document.page))
    part[rng.choice(("Lang", "PieceInfo", "B" * size))] = rng.choice(words)
    return document.written()


def many_objects(rng: Random, pdf: bytes) -> bytes:
    """Tens of thousands of tiny ones; each listed as often as you like."""
    document = Document.of(pdf)
    body = rng.choice((b"null", b"<< /A 1 >>", b"[1 0 R 1 0 R]", b"<< /Length 9 >>\nstream\n\nendstream"))
    start = max(document.all_objects()) + 1
    room = MAX_SCAN_BYTES - len(pdf) - 20_000
    count = min(rng.choice((2000, 30_000)), room // (len(body) + 45))
    document.objects |= dict.fromkeys(range(start, start + count), body)
    return document.written()


def floods(rng: Random, pdf: bytes) -> bytes:
    """What a reader looks for is there ten thousand times, and never right."""
    file = Document.of(pdf).written()
    what = rng.choice(
        (
            b"1 0 obj\n",
            b"1 0 obj << /Length 99999999 >> stream\n",
            b"xref\n0 1\n",
            b"trailer << /Root 1 0 R /Prev 9 >>\n",
            b"startxref\n9\n%%EOF\n",
            b"9 0 obj << /Type /ObjStm /N 9 /First 9 /Length 9 >> stream\n",
            b"<< /A (",
            b"endobj\n",
            b"%\n",
            b"\n",
        )
    )
    flood = what * ((MAX_SCAN_BYTES - len(file) - 99) // len(what) // rng.choice((1, 10)))
    broken = file[: file.rindex(b"startxref")] + rng.choice(
        (b"startxref\n0\n%%EOF\n", b"startxref\n7\n%%EOF\n", b"%%EOF\n")
    )
    where = rng.choice((9, file.rindex(b"xref\n0 ")))
    return broken[:where] + flood + broken[where:]


def polyglot(rng: Random, pdf: bytes) -> bytes:
    """Another program takes it for something else."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr(zipfile.ZipInfo("x.html"), "<script>alert(1)</script>")
    page = b"<!doctype html><html><script>alert(1)</script></html>\n"
    return rng.choice(
        (pdf + archive.getvalue(), page + pdf, pdf + b"\n" + page, archive.getvalue() + pdf, b"GIF89a" + pdf)
    )


def over_size(rng: Random, pdf: bytes) -> bytes:
    """A little larger than may be uploaded; nothing else is wrong with it."""
    return padded(pdf, MAX_SCAN_BYTES + rng.choice((1, 2, 1000)))
