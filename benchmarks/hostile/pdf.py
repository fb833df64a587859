"""PDFs as numbered objects of plain bytes: what no decent writer would write is written like anything else."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pypdf
from pypdf.generic import DictionaryObject, PdfObject

Entries = dict[str, str]
"""A dictionary: names without their slash, and values as they stand in the file."""


@dataclass
class Document:
    """A file of one page, taken apart."""

    objects: dict[int, bytes]
    """All but the three that follow."""
    numbers: tuple[int, int, int]
    """Of the catalog, the page tree's root, the page."""
    catalog: Entries
    tree: Entries
    page: Entries
    highest: int
    """Number of an object."""

    @classmethod
    def of(cls, pdf: bytes) -> "Document":
        """A fresh one each time, for its owner to change."""
        parsed = _parsed(pdf)
        parts = (dict(parsed.catalog), dict(parsed.tree), dict(parsed.page))
        return cls(dict(parsed.objects), parsed.numbers, *parts, parsed.highest)

    def add(self, body: bytes | str) -> str:
        """A new object; its reference."""
        self.highest += 1
        self.objects[self.highest] = body if isinstance(body, bytes) else body.encode("latin-1")
        return f"{self.highest} 0 R"

    def reserve(self) -> tuple[int, str]:
        """The number of an object yet to be given, and its reference."""
        reference = self.add(b"null")
        return int(reference.split()[0]), reference

    def add_page(self, content: bytes, resources: str = "<< >>", entries: str = "", *, first: bool = False) -> None:
        """One more page before or after the letter's; `content` is a whole stream object."""
        body = f"<< /Type /Page /Parent {self.numbers[1]} 0 R /MediaBox [0 0 595 842] /Contents {self.add(content)}"
        added = self.add(f"{body} /Resources {resources} {entries} >>")
        pages = [added, f"{self.numbers[2]} 0 R"]
        self.tree |= {"Kids": f"[{' '.join(pages if first else reversed(pages))}]", "Count": "2"}

    def all_objects(self) -> dict[int, bytes]:
        parts = zip(self.numbers, (self.catalog, self.tree, self.page), strict=True)
        return self.objects | {number: dictionary(entries) for number, entries in parts}

    def written(self, trailer: str = "", *, unlisted: Iterable[int] = ()) -> bytes:
        """The file; `unlisted` objects are in it, but the cross-reference table doesn't know of them."""
        return written(self.all_objects(), f"/Root {self.numbers[0]} 0 R {trailer}", unlisted=unlisted)


def dictionary(entries: Mapping[str, str]) -> bytes:
    return f"<< {' '.join(f'/{key} {value}' for key, value in entries.items())} >>".encode("latin-1")


def stream(content: bytes, entries: str = "", *, length: str | None = None) -> bytes:
    """A stream object; its length is told rightly unless another is given."""
    head = f"<< {entries} /Length {len(content) if length is None else length} >>\nstream\n"
    return head.encode("latin-1") + content + b"\nendstream"


def written(objects: Mapping[int, bytes], trailer: str, *, unlisted: Iterable[int] = ()) -> bytes:
    """A file with a classic cross-reference table."""
    file, offsets = _bodies(objects)
    for number in unlisted:
        offsets.pop(number)
    start, size = len(file), max(objects) + 1
    rows = [f"{offsets[n]:010d} 00000 n \n" if n in offsets else "0000000000 65535 f \n" for n in range(size)]
    file += f"xref\n0 {size}\n{''.join(rows)}trailer\n<< {trailer} /Size {size} >>\n".encode("latin-1")
    return bytes(file) + f"startxref\n{start}\n%%EOF\n".encode()


def packed(objects: Mapping[int, bytes], trailer: str, *, pack: str = "", table: str = "") -> bytes:
    """A file with an object stream, in which all are that are no streams, and a cross-reference stream.

    pack, table: entries put before the true ones of either stream; readers take the first or the last of a kind.
    """
    loose = {number: body for number, body in objects.items() if b"stream" in body}
    inner = [number for number in objects if number not in loose]
    heads, bodies = "", b""
    for number in inner:
        heads += f"{number} {len(bodies)} "
        bodies += objects[number] + b"\n"
    carrier = max(objects) + 1
    told = f"{pack} /Type /ObjStm /N {len(inner)} /First {len(heads)}"
    file, offsets = _bodies(loose | {carrier: stream(heads.encode() + bodies, told)})
    start, size = len(file), carrier + 2
    rows = {number: b"\1" + offsets[number].to_bytes(4, "big") + b"\0\0" for number in offsets}
    rows |= {n: b"\2" + carrier.to_bytes(4, "big") + index.to_bytes(2, "big") for index, n in enumerate(inner)}
    rows[carrier + 1] = b"\1" + start.to_bytes(4, "big") + b"\0\0"
    body = b"".join(rows.get(number, bytes(7)) for number in range(size))
    file += f"{carrier + 1} 0 obj\n".encode()
    file += stream(body, f"{table} /Type /XRef /W [1 4 2] /Size {size} {trailer}")
    return bytes(file) + f"\nendobj\nstartxref\n{start}\n%%EOF\n".encode()


def _bodies(objects: Mapping[int, bytes]) -> tuple[bytearray, dict[int, int]]:
    file, offsets = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, body in objects.items():
        offsets[number] = len(file)
        file += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    return file, offsets


@lru_cache(maxsize=8)
def _parsed(pdf: bytes) -> Document:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    page = reader.pages[0]
    references = (reader.root_object.indirect_reference, page["/Parent"].indirect_reference, page.indirect_reference)
    numbers = [reference.idnum for reference in references if reference is not None]
    objects = {number: reader.get_object(number) for number in reader.xref[0]}
    catalog, tree, leaf = (_entries(objects[number]) for number in numbers)
    others = {number: _bytes(item) for number, item in objects.items() if number not in numbers and item is not None}
    return Document(others, (numbers[0], numbers[1], numbers[2]), catalog, tree, leaf, max(objects))


def _entries(item: PdfObject | None) -> Entries:
    assert isinstance(item, DictionaryObject)
    return {key[1:]: _bytes(item.raw_get(key)).decode("latin-1") for key in item}


def _bytes(item: PdfObject) -> bytes:
    file = io.BytesIO()
    item.write_to_stream(file)
    return file.getvalue()
