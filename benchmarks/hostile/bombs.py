"""Small files that ask for much memory or time."""

from random import Random

from benchmarks.hostile.inflating import flate, flate_in_flate, lzw, run_length
from benchmarks.hostile.pdf import Document, packed, stream

_STROKES = (b"0 0 m 600 800 l S\n", b"q ", b"0 0 600 800 re W n\n", b"[[[[", b"BT /F 9 Tf (x) Tj ET\n", b"/X Do\n")
_FORM = "/Type /XObject /Subtype /Form /BBox [0 0 600 900]"


def inflating_page(rng: Random, pdf: bytes) -> bytes:
    """What the page draws inflates to gigabytes of blanks, or of something to do."""
    text, rounds = rng.choice((b"\0", b" ", *_STROKES)), rng.choice((50, 200, 500))
    if rng.random() < 0.3:
        return _with_page(rng, pdf, stream(flate_in_flate(text, rounds * 8), "/Filter [/FlateDecode /FlateDecode]"))
    return _with_page(rng, pdf, stream(flate(text, rounds), "/Filter /FlateDecode"))


def nested_filters(rng: Random, pdf: bytes) -> bytes:
    """Hundreds of filters, one after the other, true or not."""
    content = flate(b" ", 1)
    filters = "/FlateDecode"
    for _ in range(rng.choice((3, 9))):
        content, filters = content.hex().encode() + b">", f"/ASCIIHexDecode {filters}"
        if len(content) > 200_000:
            break
    filters += rng.choice(("", " /FlateDecode" * 999, " /ASCII85Decode /LZWDecode /RunLengthDecode" * 300))
    return _with_page(rng, pdf, stream(content, f"/Filter [{filters}]"))


def lzw_page(rng: Random, pdf: bytes) -> bytes:
    return _with_page(rng, pdf, stream(lzw(rng.randint(1, 12)), "/Filter /LZWDecode"))


def run_length_page(rng: Random, pdf: bytes) -> bytes:
    return _with_page(rng, pdf, stream(run_length(rng.randrange(2, 500_000, 2)), "/Filter /RunLengthDecode"))


def inflating_objects(rng: Random, pdf: bytes) -> bytes:
    """An object stream inflates: who wants one object of it must inflate all."""
    document = Document.of(pdf)
    number, _ = document.reserve()
    del document.objects[number]
    head = b"%d 0 " % number
    content = flate(rng.choice((b" ", b"[", b"<< /A ", b"1 0 R ", b"(")), rng.choice((20, 70, 500)), head)
    document.objects[number + 1] = stream(content, f"/Type /ObjStm /N 1 /First {len(head)} /Filter /FlateDecode")
    return packed(document.all_objects(), f"/Root {document.numbers[0]} 0 R", pack=f"/Extends {number + 1} 0 R")


def inflating_table(rng: Random, pdf: bytes) -> bytes:
    """The cross-reference stream itself: billions of objects, each free or at the file's start."""
    document = Document.of(pdf)
    rows = stream(flate(rng.choice((b"\0", b"\1\0\0\0\1\0\0")), rng.choice((5, 50, 400))), "/Filter /FlateDecode")
    start = rows.index(b"<<") + 2
    table = f" /Type /XRef /W [1 4 2] /Size 2000000000 /Root {document.numbers[0]} 0 R"
    file = document.written()
    body = rows[:start] + table.encode() + rows[start:]
    end = f"\nendobj\nstartxref\n{len(file)}\n%%EOF\n".encode()
    return file + b"99 0 obj\n" + body + end


def predictor(rng: Random, pdf: bytes) -> bytes:
    """Rows of a picture that are longer than any memory."""
    columns, colors = rng.choice((1, 10**6, 10**9, 2**31 - 1, -1)), rng.choice((1, 32, 10**6))
    how = f"/Predictor {rng.choice((2, 12, 15))} /Columns {columns} /Colors {colors} /BitsPerComponent 16"
    content = stream(flate(b"\2", rng.choice((1, 50))), f"/Filter /FlateDecode /DecodeParms << {how} >>")
    return _with_page(rng, pdf, content)


def painting_for_ever(rng: Random, pdf: bytes) -> bytes:
    """Forms, patterns or masks that paint one another: a thousand bytes, 10²⁰ strokes."""
    document = Document.of(pdf)
    inner = document.add(stream(b"0 0 600 900 re f", _FORM))
    for _ in range(rng.randint(8, 24)):
        resources = f"/Resources << /XObject << /X {inner} >> >>"
        inner = document.add(stream(b"/X Do " * rng.choice((2, 10)), f"{_FORM} {resources}"))
    match rng.randrange(3):
        case 0:
            resources, content = f"<< /XObject << /X {inner} >> >>", b"/X Do"
        case 1:
            tile = "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.01 /YStep 0.01"
            drawn = f"{tile} /Resources << /XObject << /X {inner} >> >>"
            pattern = document.add(stream(b"/X Do", drawn))
            resources, content = f"<< /Pattern << /P {pattern} >> >>", b"/Pattern cs /P scn 0 0 600 900 re f"
        case _:
            mask = f"<< /Type /Mask /S /Luminosity /G {inner} >>"
            resources = f"<< /ExtGState << /G << /SMask {mask} >> >> >>"
            content = b"/G gs 0 0 600 900 re f\n" * rng.choice((1, 5000))
    document.add_page(stream(content), resources, first=rng.random() < 0.5)
    return document.written()


def shading(rng: Random, pdf: bytes) -> bytes:
    """Functions with samples beyond all memory, or that call one another again and again."""
    document = Document.of(pdf)
    sampled = "/FunctionType 0 /Domain [0 1 0 1] /Range [0 1 0 1 0 1] /BitsPerSample 32"
    match rng.randrange(3):
        case 0:
            function = document.add(stream(b"\0" * 99, f"{sampled} /Size [{rng.choice((2, 65535, 2**31 - 1))} 65535]"))
        case 1:
            program = b"{ " + b"dup mul " * rng.choice((10, 50_000)) + b"{" * rng.choice((0, 9000)) + b" }"
            function = document.add(stream(program, "/FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1]"))
        case _:
            function = document.add("<< /FunctionType 2 /Domain [0 1] /N 1e30 >>")
            for _ in range(rng.randint(5, 30)):
                stitched = f"[{' '.join([function] * 4)}] /Bounds [.2 .4 .6] /Encode [0 1 0 1 0 1 0 1]"
                function = document.add(f"<< /FunctionType 3 /Domain [0 1] /Functions {stitched} >>")
    drawn = f"/ShadingType {rng.randint(1, 3)} /ColorSpace /DeviceRGB /Coords [0 0 0 600 900 1e9]"
    how = f"<< {drawn} /Function {function} >>"
    content = b"/S sh " * rng.choice((1, 2000))
    document.add_page(stream(content), f"<< /Shading << /S {how} >> >>", first=rng.random() < 0.5)
    return document.written()


def _with_page(rng: Random, pdf: bytes, content: bytes) -> bytes:
    """`content` drawn on a page of its own, or on the letter's as well."""
    document = Document.of(pdf)
    if rng.random() < 0.5:
        document.page["Contents"] = f"[{document.page['Contents'].strip('[]')} {document.add(content)}]"
    else:
        document.add_page(content, first=rng.random() < 0.5)
    return document.written()
