"""Reading what came back. Hostile until parsed: no DTD, no entities, no network, bounded depth.

How much is read at all, the client decides. Names are matched by namespace and local name, never by prefix.
Sources: the data contracts in DIAN's WSDL; SOAP 1.2 part 1, 5.4 (faults).
"""

import re
from dataclasses import dataclass
from datetime import date

from lxml import etree

from activities.dian.errors import AnswerError
from domain.numbering import Range

MAX_DEPTH = 32
_SOAP = "{http://www.w3.org/2003/05/soap-envelope}"
_WCF = "{http://wcf.dian.colombia}"
_LIST = "{http://schemas.datacontract.org/2004/07/NumberRangeResponseList}"
_ROW = "{http://schemas.datacontract.org/2004/07/NumberRangeResponse}"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(T00:00:00)?", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,18}")
_HTML = re.compile(rb"\s*(<!doctype\s+html|<html)", re.IGNORECASE)


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
    content = _envelope(body).find(f"{_SOAP}Body/*")
    if content is None:
        raise AnswerError("not_an_answer", "The SOAP envelope has no content.")
    if content.tag == f"{_SOAP}Fault":
        return _fault(content)
    result = content.find(f"{_WCF}GetNumberingRangeResult")
    code = _text(result, f"{_LIST}OperationCode") if result is not None else ""
    if content.tag != f"{_WCF}GetNumberingRangeResponse" or result is None or not code:
        raise AnswerError("not_an_answer", "The SOAP body is no answer to GetNumberingRange.")
    rows = result.iterfind(f"{_LIST}ResponseList/{_ROW}NumberRangeResponse")
    ranges = tuple(found for row in rows if (found := _range(row)) is not None)
    return Listing(code, _text(result, f"{_LIST}OperationDescription"), ranges)


def _envelope(body: bytes) -> etree._Element:
    if not body.strip():
        raise AnswerError("empty", "The answer is empty.")
    if _HTML.match(body):
        raise AnswerError("html", "The answer is a web page.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError, LookupError):  # its words quote the body
        raise AnswerError("not_xml", "The answer is not well-formed XML, or breaks off.") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise AnswerError("forbidden_xml", "The answer has a document type declaration, which SOAP forbids.")
    _bound_depth(root)
    if root.tag != f"{_SOAP}Envelope":
        raise AnswerError("not_an_answer", "The answer is no SOAP 1.2 envelope.")
    return root


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
            prefix, _, name = (value.text or "").strip().rpartition(":")
            subcodes.append(f"{{{value.nsmap.get(prefix or None) or ''}}}{name}")
        level = level.find(f"{_SOAP}Subcode")
    return Fault(tuple(subcodes), _text(fault, f"{_SOAP}Reason/{_SOAP}Text"))


def _range(row: etree._Element) -> Range | None:
    first, last = _number(row, "FromNumber"), _number(row, "ToNumber")
    begins, ends = _day(row, "ValidDateFrom"), _day(row, "ValidDateTo")
    resolution = _text(row, f"{_ROW}ResolutionNumber")
    if not resolution or first is None or last is None or begins is None or ends is None:
        return None
    return Range.model_validate(
        {
            "resolution": resolution,
            "prefix": _text(row, f"{_ROW}Prefix"),
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
