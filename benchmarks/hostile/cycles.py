"""Files in which something leads back to itself."""

from random import Random

from benchmarks.hostile.pdf import Document, packed, stream

_FORM = "/Type /XObject /Subtype /Form /BBox [0 0 600 900]"


def page_tree(rng: Random, pdf: bytes) -> bytes:
    """Its root is its own child, or its grandchild; or there is a branch for each of five thousand levels."""
    document = Document.of(pdf)
    _, root, page = document.numbers
    number, branch = document.reserve()
    match rng.randrange(3):
        case 0:
            document.tree |= {"Kids": f"[{page} 0 R {root} 0 R]", "Count": rng.choice(("1", "2", "99"))}
        case 1:
            document.objects[number] = (
                f"<< /Type /Pages /Count 2 /Kids [{root} 0 R {branch}] /Parent {branch} >>".encode()
            )
            document.tree |= {"Kids": f"[{branch} {page} 0 R]", "Count": "2"}
        case _:
            kid = f"{page} 0 R"
            for _ in range(rng.choice((50, 900, 5000))):
                kid = document.add(f"<< /Type /Pages /Count 1 /Kids [{kid}] >>")
            document.tree |= {"Kids": f"[{kid}]", "Count": "1"}
    return document.written()


def parents(rng: Random, pdf: bytes) -> bytes:
    """What a page inherits is looked for in circles."""
    document = Document.of(pdf)
    document.page.pop("Resources", None)
    document.page.pop("MediaBox", None)
    document.tree["Parent"] = f"{rng.choice(document.numbers[1:])} 0 R"
    document.page["Parent"] = f"{rng.choice(document.numbers[1:])} 0 R"
    return document.written()


def drawing(rng: Random, pdf: bytes) -> bytes:
    """A form, a pattern, a glyph or a mask that draws itself, or one that draws it."""
    document = Document.of(pdf)
    (one, first), (two, second), (number, font) = document.reserve(), document.reserve(), document.reserve()
    calls = (
        b"/X Do /X Do",
        b"/Pattern cs /P scn 0 0 600 900 re f",
        b"/G gs 0 0 600 900 re f",
        b"BT /F 9 Tf (aaa) Tj ET",
    )
    drawn = rng.choice(calls)
    kind = rng.choice((_FORM, "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9"))
    document.objects[one] = stream(drawn, f"{kind} /Resources {_resources(second, font)}")
    document.objects[two] = stream(drawn, f"{_FORM} /Resources {_resources(first, font)}")
    glyph = document.add(stream(b"9 0 d0 BT /F 9 Tf (aaa) Tj ET /X Do"))
    shape = "/Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97"
    glyphs = f"/Widths [9] /CharProcs << /a {glyph} >> /Encoding << /Differences [97 /a] >>"
    document.objects[number] = f"<< {shape} {glyphs} /Resources {_resources(first, font)} >>".encode()
    document.add_page(stream(drawn), _resources(first, font), first=rng.random() < 0.5)
    return document.written()


def _resources(drawn: str, font: str) -> str:
    mask = f"<< /G << /SMask << /S /Alpha /G {drawn} >> >> >>"
    return f"<< /XObject << /X {drawn} >> /Pattern << /P {drawn} >> /Font << /F {font} >> /ExtGState {mask} >>"


def references(rng: Random, pdf: bytes) -> bytes:
    """Objects that are nothing but a reference to another, in a circle or in a very long row."""
    document = Document.of(pdf)
    number, first = document.reserve()
    last = first
    for _ in range(rng.choice((0, 1, 20, 5000))):
        last = document.add(last)
    document.objects[number] = rng.choice((last, "null", "5")).encode()
    part = rng.choice((document.catalog, document.tree, document.page))
    part[rng.choice((*sorted(part), "OpenAction", "Names", "AcroForm"))] = last
    return document.written()


def length(rng: Random, pdf: bytes) -> bytes:
    """A stream is as long as itself says, or as another that is as long as it."""
    document = Document.of(pdf)
    (one, first), (two, second) = document.reserve(), document.reserve()
    document.objects[one] = stream(b"q Q", length=rng.choice((first, second)))
    document.objects[two] = stream(b"q Q", length=first)
    if rng.random() < 0.5:
        document.page["Contents"] = f"[{document.page['Contents'].strip('[]')} {first}]"
    return document.written()


def object_stream(rng: Random, pdf: bytes) -> bytes:
    """An object stream that extends itself, lies in itself, or is compressed by what lies in it."""
    document = Document.of(pdf)
    itself = max(document.all_objects()) + 1
    lies = (f"/Extends {itself} 0 R", f"/N {itself} 0 R", f"/Filter {itself} 0 R", f"/First {document.numbers[2]} 0 R")
    file = packed(document.all_objects(), f"/Root {document.numbers[0]} 0 R", pack=rng.choice(lies))
    if rng.random() < 0.3:  # its own row in the table says that it lies in itself
        row = file.rindex(b"stream\n", 0, file.rindex(b"endstream")) + 7 + 7 * itself
        file = file[:row] + b"\2" + itself.to_bytes(4, "big") + b"\0\0" + file[row + 7 :]
    return file


def revisions(rng: Random, pdf: bytes) -> bytes:
    """Each cross-reference table names a former one: itself, one another, or thousands."""
    file = Document.of(pdf).written()
    first = int(file[file.rindex(b"startxref") :].split()[1])
    root = file[file.rindex(b"/Root") : file.rindex(b">>")]
    added = bytearray()
    former = first if rng.random() < 0.7 else len(file)
    for _ in range(rng.choice((1, 2, 50, 5000))):
        start = len(file) + len(added)
        key = rng.choice((b"/Prev", b"/Prev", b"/XRefStm"))
        added += b"xref\n0 0\ntrailer\n<< %s %s %d >>\n" % (root, key, rng.choice((former, former, start)))
        former = start
    return file + bytes(added) + b"startxref\n%d\n%%%%EOF\n" % former


def outline(rng: Random, pdf: bytes) -> bytes:
    """Outlines, names, fields, threads: trees that a reader walks before it shows anything."""
    document = Document.of(pdf)
    number, node = document.reserve()
    links = f"/First {node} /Last {node} /Next {node} /Prev {node} /Parent {node} /Kids [{node} {node}] /Count 99"
    document.objects[number] = f"<< {links} /Title (x) /Names [(x) {node}] /Limits [(a) (z)] /K {node} >>".encode()
    for key in rng.sample(("Outlines", "Dests", "PageLabels", "StructTreeRoot", "Threads"), 2):
        document.catalog[key] = node
    document.catalog["Names"] = f"<< /Dests {node} >>"
    if rng.random() < 0.5:
        document.catalog["AcroForm"] = f"<< /Fields [{node}] >>"
    return document.written()
