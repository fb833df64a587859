"""A structural look at a hostile PDF: is it whole, and does it carry anything but pages?

All objects that the file's cross-reference tables name are walked, not only those that hang on the catalog: a
viewer may reach any of them. Names that betray active content are also searched in the bytes themselves: readers
differ in which of two values they take for a key, and in what they find once they mistrust the tables.
"""

import io
import re
from collections.abc import Iterator
from typing import Final

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject, StreamObject

from activities.letter.sight import Finding

MAX_PAGES: Final = 5
"""The letter has one page; a duplex scanner adds its back, some people add their cédula."""
_TAIL: Final = 2048
"""Bytes at the end in which `%%EOF` must stand: readers search 1024, some scanners pad."""
_ACTIONS: Final = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToE",
        "/Rendition",
        "/RichMediaExecute",
        "/Movie",
        "/Sound",
    }
)
_ACTIVE_KEYS: Final = frozenset({"/JS", "/JavaScript", "/AA", "/XFA", "/RichMediaContent"})
_ACTIVE_SUBTYPES: Final = frozenset({"/RichMedia", "/Movie", "/Screen", "/3D"})
_ATTACHMENT_KEYS: Final = frozenset({"/EmbeddedFiles", "/EF", "/AF"})
_TELLING: Final = {
    Finding.ACTIVE_CONTENT: _ACTIONS | {"/XFA", "/RichMedia", "/RichMediaContent"},
    Finding.ATTACHMENTS: frozenset({"/EmbeddedFile", "/EmbeddedFiles", "/FileAttachment"}),
}
"""Names long enough that no compressed picture has them by chance: in one of 100,000 full files at most."""
_TOLD: Final = {
    finding: re.compile("(?:{})(?![^\\0\\s()<>\\[\\]{{}}/%])".format("|".join(sorted(names))).encode())
    for finding, names in _TELLING.items()
}
_SPELT_IN_NUMBERS: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_HARMLESS_OPENING: Final = "/GoTo"
"""Office programs and scanners open a file at its first page, by a destination or by this action."""


def examine_structure(data: bytes) -> tuple[tuple[Finding, ...], int]:
    """What is wrong or remarkable, all at once where that is safe, and the number of pages (0 if unknown)."""
    if b"%%EOF" not in data[-_TAIL:]:
        return (Finding.DAMAGED,), 0
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            return (Finding.ENCRYPTED,), 0
        page_count = len(reader.pages)
        found = {finding for item in _all_objects(reader) for finding in _findings(item)} | set(_told(data))
    except Exception:  # a parser of hostile bytes fails in any way it likes: all mean the same
        return (Finding.DAMAGED,), 0
    if page_count == 0:
        found.add(Finding.DAMAGED)
    if page_count > MAX_PAGES:
        found.add(Finding.TOO_MANY_PAGES)
    return tuple(finding for finding in Finding if finding in found), page_count


def _all_objects(reader: pypdf.PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, nested ones too; references are not followed, so that each comes once."""
    numbers = {(number, generation) for generation, entries in reader.xref.items() for number in entries}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    waiting: list[PdfObject | None] = [reader.trailer]
    waiting += [reader.get_object(IndirectObject(*identity, reader)) for identity in sorted(numbers)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, DictionaryObject):
            yield item
            waiting += [item.raw_get(key) for key in item]
        elif isinstance(item, ArrayObject):
            waiting += list(item)


def _findings(item: DictionaryObject) -> Iterator[Finding]:
    """What one dictionary, without those nested in it, gives away."""
    keys = set(item)
    action, subtype, kind, field = (_name(item, key) for key in ("/S", "/Subtype", "/Type", "/FT"))
    if keys & _ACTIVE_KEYS or action in _ACTIONS or subtype in _ACTIVE_SUBTYPES or _opens_actively(item):
        yield Finding.ACTIVE_CONTENT
    if keys & _ATTACHMENT_KEYS or kind == "/EmbeddedFile" or subtype == "/FileAttachment":
        yield Finding.ATTACHMENTS
    if kind == "/ObjStm" and isinstance(item, StreamObject):
        yield from _told(item.get_data())
    if field == "/Sig" or kind in ("/Sig", "/DocTimeStamp") or {"/ByteRange", "/Contents"} <= keys:
        yield Finding.DIGITALLY_SIGNED


def _told(data: bytes) -> Iterator[Finding]:
    """What names in the bytes tell, wherever they stand and however they are spelt."""
    plain = _SPELT_IN_NUMBERS.sub(lambda spelt: bytes([int(spelt[1], 16)]), data)
    return (finding for finding, names in _TOLD.items() if names.search(plain))


def _opens_actively(item: DictionaryObject) -> bool:
    opening = item.get("/OpenAction")
    opening = opening.get_object() if opening is not None else None
    return isinstance(opening, DictionaryObject) and _name(opening, "/S") != _HARMLESS_OPENING


def _name(item: DictionaryObject, key: str) -> str:
    """A name, also behind a reference; empty for anything else."""
    value = item.get(key)
    value = value.get_object() if isinstance(value, IndirectObject) else value
    return str(value) if isinstance(value, NameObject) else ""
