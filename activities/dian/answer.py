"""Reading what came back. Hostile until parsed: no DTD, no entities, no network, bounded depth and number of elements.

How much is read at all, the client decides. Names are matched by namespace and local name, never by prefix.
Sources: the data contracts in DIAN's WSDL; SOAP 1.2 part 1, 5.4 (faults); SOAP 1.1, 4.4, which what stands before
DIAN may speak.
"""

import re
from dataclasses import dataclass
from datetime import date

from lxml import etree

from activities.dian.errors import AnswerError
from domain.numbering import Range

MAX_DEPTH = 32
MAX_MARKUP = 100_000
"""Signs that begin a tag or a value: a range has about 20. What they become takes less than 30 MB."""
MAX_RANGES = 1_000
"""A company has some tens. An answer goes into a workflow's history, whose payloads are bounded."""
_SOAP = "{http://www.w3.org/2003/05/soap-envelope}"
_SOAP_1_1 = "{http://schemas.xmlsoap.org/soap/envelope/}"
_WCF = "{http://wcf.dian.colombia}"
_LIST = "{http://schemas.datacontract.org/2004/07/NumberRangeResponseList}"
_ROW = "{http://schemas.datacontract.org/2004/07/NumberRangeResponse}"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(T00:00:00)?", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,18}")
_LONGEST_NAME = 40
"""Of a resolution or a prefix; DIAN's have 14 and 4 signs."""
_HTML = re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]{0,200}>\s*)?(<!doctype\s+html|<html)", re.IGNORECASE)
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)")
_ENCODINGS = (b"utf-8", b"utf-16", b"utf-16le", b"utf-16be", b"us-ascii", b"iso-8859-1", b"windows-1252")
"""Those in which a tag begins with the byte `<`, so that tags can be counted before they are parsed."""


@dataclass(frozen=True)
class Listing:
    """DIAN's answer proper. A row without which a range can't be told (number, dates) is left out."""

    code: str
    description: str
    ranges: tuple[Range, ...]


@dataclass(frozen=True)
class Fault:
    """A SOAP fault; subcodes as `{namespace}name`, outermost first."""

    subcodes: tuple[str, ...]
    reason: str


def parse(body: bytes) -> Listing | Fault:
    """Raises AnswerError, and nothing else, whatever the bytes."""
    root = _envelope(body)
    if (old := root.find(f"{_SOAP_1_1}Body/{_SOAP_1_1}Fault")) is not None:
        return _old_fault(old)
    content = root.find(f"{_SOAP}Body/*")
    if content is None:
        raise AnswerError("not_an_answer", "The SOAP envelope has no content.")
    if content.tag == f"{_SOAP}Fault":
        return _fault(content)
    result = content.find(f"{_WCF}GetNumberingRangeResult")
    code = _text(result, f"{_LIST}OperationCode") if result is not None else ""
    if content.tag != f"{_WCF}GetNumberingRangeResponse" or result is None or not code:
        raise AnswerError("not_an_answer", "The SOAP body is no answer to GetNumberingRange.")
    rows = result.findall(f"{_LIST}ResponseList/{_ROW}NumberRangeResponse")
    if len(rows) > MAX_RANGES:
        raise AnswerError("too_many_ranges", f"The answer lists more than {MAX_RANGES} ranges.")
    ranges = tuple(found for row in rows if (found := _range(row)) is not None)
    return Listing(code, _text(result, f"{_LIST}OperationDescription"), ranges)


def _envelope(body: bytes) -> etree._Element:
    if not body.strip():
        raise AnswerError("empty", "The answer is empty.")
    if _HTML.match(body):
        raise AnswerError("html", "The answer is a web page.")
    _bound_markup(body)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError, LookupError):  # its words quote the body
        raise AnswerError("not_xml", "The answer is not well-formed XML, or breaks off.") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise AnswerError("forbidden_xml", "The answer has a document type declaration, which SOAP forbids.")
    _bound_depth(root)
    if root.tag not in (f"{_SOAP}Envelope", f"{_SOAP_1_1}Envelope"):
        raise AnswerError("not_an_answer", "The answer is no SOAP envelope.")
    return root


def _bound_markup(body: bytes) -> None:
    """Before any of it is parsed: ten megabytes of tiny elements would become hundreds in memory."""
    head = body.lstrip()[:600].replace(b"\0", b"")
    declaration, end, _ = head.partition(b"?>") if b"<?xml" in head[:8] else (b"", b"?>", b"")
    encoding = _ENCODING.search(declaration)
    if b"<" not in head[:4] or not end or (encoding is not None and encoding[1].lower() not in _ENCODINGS):
        raise AnswerError(
            "not_xml", "The answer does not begin as XML does, or is in an encoding that DIAN never uses."
        )
    if b"<!DOCTYPE" in (body.replace(b"\0", b"") if b"\0" in body[:4] else body):
        raise AnswerError("forbidden_xml", "The answer has a document type declaration, which SOAP forbids.")
    if body.count(b"<") + body.count(b"=") > MAX_MARKUP:
        raise AnswerError("too_wide", "The answer has more elements than DIAN's ever have.")


def _bound_depth(root: etree._Element) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise AnswerError("too_deep", f"The answer is nested deeper than {MAX_DEPTH} elements.")


def _fault(fault: etree._Element) -> Fault:
    subcodes = []
    level = fault.find(f"{_SOAP}Code/{_SOAP}Subcode")
    while level is not None:
        if (value := level.find(f"{_SOAP}Value")) is not None:
            subcodes.append(_qualified(value))
        level = level.find(f"{_SOAP}Subcode")
    return Fault(tuple(subcodes), _text(fault, f"{_SOAP}Reason/{_SOAP}Text"))


def _old_fault(fault: etree._Element) -> Fault:
    """SOAP 1.1 has one code, and no namespace inside a fault."""
    code = fault.find("faultcode")
    return Fault(() if code is None else (_qualified(code),), _text(fault, "faultstring"))


def _qualified(value: etree._Element) -> str:
    """The `{namespace}name` that a value's `prefix:name` stands for."""
    prefix, _, name = (value.text or "").strip().rpartition(":")
    return f"{{{value.nsmap.get(prefix or None) or ''}}}{name}"


def _range(row: etree._Element) -> Range | None:
    first, last = _number(row, "FromNumber"), _number(row, "ToNumber")
    begins, ends = _day(row, "ValidDateFrom"), _day(row, "ValidDateTo")
    resolution, prefix = _text(row, f"{_ROW}ResolutionNumber"), _text(row, f"{_ROW}Prefix")
    if not resolution or max(len(resolution), len(prefix)) > _LONGEST_NAME:
        return None
    if first is None or last is None or begins is None or ends is None:
        return None
    return Range.model_validate(
        {
            "resolution": resolution,
            "prefix": prefix,
            "from": first,
            "to": last,
            "valid_from": begins,
            "valid_to": ends,
            "has_technical_key": bool(_text(row, f"{_ROW}TechnicalKey")),  # a secret: only whether there is one
        }
    )


def _text(parent: etree._Element, path: str) -> str:
    """What an element says; nothing if it is missing or nil."""
    found = parent.find(path)
    if found is None or found.get(_NIL) in ("true", "1"):
        return ""
    return (found.text or "").strip()


def _number(row: etree._Element, name: str) -> int | None:
    text = _text(row, f"{_ROW}{name}")
    return int(text) if _NUMBER.fullmatch(text) else None


def _day(row: etree._Element, name: str) -> date | None:
    match = _DAY.fullmatch(_text(row, f"{_ROW}{name}"))
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
