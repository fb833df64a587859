"""Files whose structure says what isn't so."""

import re
from random import Random

from benchmarks.hostile.pdf import Document, packed

_VALUES = ("null", "[]", "<< >>", "-1", "1e99", "(x)", "/Foo", "true", "1 0 R", "999999 0 R", "<FEFF>", "[[[]]]")


def _again(pdf: bytes) -> bytes:
    """The base, rewritten plainly: its structure is in clear text at known places."""
    return Document.of(pdf).written()


def _each(rng: Random, pdf: bytes, pattern: bytes, share: float, new: list[bytes]) -> bytes:
    """`share` of the finds replaced, one of them at least; `new` may speak of the find's first group as \\1."""
    finds = list(re.finditer(pattern, pdf))
    chosen = {rng.choice(finds).start()} | {find.start() for find in finds if rng.random() < share}
    return re.sub(pattern, lambda find: find.expand(rng.choice(new)) if find.start() in chosen else find[0], pdf)


def offsets(rng: Random, pdf: bytes) -> bytes:
    """The cross-reference table points beside, beyond, or at one thing only."""
    wrong = [b"%010d 00000 n" % rng.choice((0, 9, 2**31, 9_999_999_999, rng.randrange(len(pdf)))) for _ in range(4)]
    return _each(rng, _again(pdf), rb"\d{10} 00000 n", rng.choice((0.1, 1.0)), wrong)


def start(rng: Random, pdf: bytes) -> bytes:
    """The table isn't where the file's end says."""
    where = (b"0", b"-1", b"1", b"99999999999", b"x", b"", b"%d" % rng.randrange(len(pdf)))
    return _each(rng, _again(pdf), rb"(startxref\s+)\d+", 1, [rb"\g<1>" + rng.choice(where)])


def lengths(rng: Random, pdf: bytes) -> bytes:
    """A stream is said to be shorter, longer, endless, or as long as itself."""
    wrong = [b"0", b"-1", b"999999999999", b"1 0 R", b"77777 0 R", b"1.5", b"[9]", b"%d" % rng.randrange(len(pdf))]
    return _each(rng, _again(pdf), rb"/Length \d+", 0.3, [b"/Length " + each for each in wrong])


def size(rng: Random, pdf: bytes) -> bytes:
    return _each(rng, _again(pdf), rb"/Size \d+", 1, [b"/Size 0", b"/Size -5", b"/Size 2", b"/Size 4294967295"])


def count(rng: Random, pdf: bytes) -> bytes:
    """The page tree's number of pages; some make it so that one reader sees a page and another none."""
    document = Document.of(pdf)
    leaf = f"[{document.numbers[2]} 0 R]"
    told = ("0", "-1", "2147483647", "4294967296", "1.5", "null", "[1]", "1 0 R", "2", f"1 /Kids {leaf} /Count 0")
    document.tree |= {"Count": rng.choice(told), "Kids": rng.choice((leaf, f"[null {leaf[1:-1]}]", f"[{leaf}]"))}
    return document.written()


def without_ends(rng: Random, pdf: bytes) -> bytes:
    """`endobj`, `endstream` or `stream` is missing."""
    return _each(rng, _again(pdf), rng.choice((rb"endobj", rb"endstream", rb"\bstream", rb"obj\n")), 0.4, [b""])


def generations(rng: Random, pdf: bytes) -> bytes:
    where = rng.choice((rb"(\n\d+ )0 obj", rb"( \d+ )0 R", rb"(\d{10} )00000 n"))
    end = {b"j": b" obj", b"R": b" R", b"n": b" n"}[where[-1:]]
    return _each(rng, _again(pdf), where, 0.3, [rb"\g<1>" + each + end for each in (b"00007", b"65535", b"70000")])


def without_trailer(rng: Random, pdf: bytes) -> bytes:
    """Readers must find the objects themselves."""
    file = _again(pdf)
    end = file.rindex(b"xref\n0 ") if rng.random() < 0.5 else file.rindex(b"trailer")
    return file[:end] + b"%%EOF\n"


def types(rng: Random, pdf: bytes) -> bytes:
    """Values of another type than they should have."""
    document = Document.of(pdf)
    for _ in range(rng.randint(1, 3)):
        part = rng.choice((document.catalog, document.tree, document.page))
        part[rng.choice(sorted(part))] = rng.choice(_VALUES)
    return document.written()


def object_stream(rng: Random, pdf: bytes) -> bytes:
    document = Document.of(pdf)
    lie = rng.choice(("/N 0", "/N -1", "/N 2147483647", "/First 0", "/First 99999999", "/First -7", "/Extends 1 0 R"))
    return packed(document.all_objects(), f"/Root {document.numbers[0]} 0 R", pack=lie)


def cross_reference_stream(rng: Random, pdf: bytes) -> bytes:
    """Columns of no, or of absurd width; sections of billions of objects."""
    widths = ("/W [0 0 0]", "/W [1 8 8]", "/W [1 -4 2]", "/W [99999999 4 2]", "/W [1 4]", "/W []")
    sections = ("/Index [0 2147483647]", "/Index [0 -1]", "/Index [2147483647 9]", "/Index [0 1 0 1 0 1]", "/Index [0]")
    document = Document.of(pdf)
    lie = f"{rng.choice(widths)} " * rng.randint(0, 1) + rng.choice(sections)
    if rng.random() < 0.3:
        lie = "/W [0 0 0] /Index [0 2147483647]"
    return packed(document.all_objects(), f"/Root {document.numbers[0]} 0 R", table=lie)
