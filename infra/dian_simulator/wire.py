"""What travels: the question read out of an envelope, and DIAN's answers and faults as WCF writes them.

Names: the WSDL of WcfDianCustomerServices and its data contracts; SOAP 1.2 part 1, 5.4 (faults).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from lxml import etree

from infra.dian_simulator.numbering import NumberRange, Question
from infra.dian_simulator.words import Said

SOAP = "http://www.w3.org/2003/05/soap-envelope"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
WSA = "http://www.w3.org/2005/08/addressing"
WCF = "http://wcf.dian.colombia"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DISPATCHER = "http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher"
LIST = "http://schemas.datacontract.org/2004/07/NumberRangeResponseList"
ROW = "http://schemas.datacontract.org/2004/07/NumberRangeResponse"

CONTENT_TYPE = "application/soap+xml"
ACTION = f"{WCF}/IWcfDianCustomerServices/GetNumberingRange"
PATH = "/WcfDianCustomerServices.svc"


class NotReadableError(Exception):
    """The body is not XML, or it is XML of a kind that SOAP forbids (SOAP 1.2 part 1, 5: no DTD)."""


class MisshapenError(Exception):
    """The envelope is sound, but its body is not the operation's message."""


@dataclass(frozen=True)
class Reply:
    """What goes back, and the code by which the call is remembered."""

    status: int
    body: bytes
    code: str
    content_type: str = CONTENT_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)
    """Beside the content type, whose charset is always said to be UTF-8."""


def read(body: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise NotReadableError from error
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise NotReadableError
    return root


def action(root: etree._Element) -> str:
    return root.findtext(f"{{{SOAP}}}Header/{{{WSA}}}Action") or ""


def question(root: etree._Element) -> Question:
    """The three arguments; WCF reads them in the contract's order and finds nothing in any other."""
    operations = root.findall(f"{{{SOAP}}}Body/*")
    expected = [f"{{{WCF}}}{name}" for name in ("accountCode", "accountCodeT", "softwareCode")]
    if [each.tag for each in operations] != [f"{{{WCF}}}GetNumberingRange"]:
        raise MisshapenError
    if [each.tag for each in operations[0]] != expected:
        raise MisshapenError
    return Question(*((each.text or "").strip() for each in operations[0]))


def asked(body: bytes) -> Question:
    """Whatever can be made out of a body, for the record: it may be of any quality."""
    try:
        return question(read(body))
    except (NotReadableError, MisshapenError):
        return Question("", "", "")


def answer(said: Said, ranges: Iterable[NumberRange], now: datetime) -> Reply:
    code, description = said
    rows = "".join(map(_row, ranges))
    listed = f" xmlns:c='{ROW}'>{rows}</b:ResponseList>" if rows else " i:nil='true'/>"
    created, expires = (f"{each:%Y-%m-%dT%H:%M:%S}.000Z" for each in (now, now + timedelta(minutes=5)))
    return _reply(
        200,
        f"{ACTION}Response",
        f"<o:Security s:mustUnderstand='1' xmlns:o='{WSSE}'><u:Timestamp xmlns:u='{WSU}' u:Id='_0'>"
        f"<u:Created>{created}</u:Created><u:Expires>{expires}</u:Expires></u:Timestamp></o:Security>",
        f"<GetNumberingRangeResponse xmlns='{WCF}'><GetNumberingRangeResult xmlns:b='{LIST}'"
        f" xmlns:i='http://www.w3.org/2001/XMLSchema-instance'><b:OperationCode>{escape(code)}</b:OperationCode>"
        f"<b:OperationDescription>{escape(description)}</b:OperationDescription><b:ResponseList{listed}"
        "</GetNumberingRangeResult></GetNumberingRangeResponse>",
        code,
    )


def invalid_security() -> Reply:
    """WCF says no more than this, whatever was wrong."""
    sentence = "An error occurred when verifying security for the message."
    return _fault("Sender", WSSE, "InvalidSecurity", sentence)


def action_not_supported() -> Reply:
    return _fault("Sender", WSA, "ActionNotSupported", "The message can not be processed at the receiver.")


def misshapen() -> Reply:
    return _fault("Sender", DISPATCHER, "DeserializationFailed", "The message could not be deserialized.")


def internal_fault() -> Reply:
    return _fault("Receiver", DISPATCHER, "InternalServiceFault", "The server could not process the request.")


def soap_11_fault() -> Reply:
    """A fault of the SOAP before: its names are in no namespace."""
    text = (
        f"<s:Envelope xmlns:s='{SOAP_11}'><s:Body><s:Fault><faultcode xmlns:f='{DISPATCHER}'>f:InternalServiceFault"
        "</faultcode><faultstring xml:lang='en-US'>The server could not process the request.</faultstring>"
        "</s:Fault></s:Body></s:Envelope>"
    )
    return Reply(500, text.encode(), "soap11_fault", "text/xml")


def _row(each: NumberRange) -> str:
    values = {
        "ResolutionNumber": each.resolution,
        "ResolutionDate": each.resolution_date,
        "Prefix": each.prefix,
        "FromNumber": each.from_number,
        "ToNumber": each.to_number,
        "ValidDateFrom": each.valid_from,
        "ValidDateTo": each.valid_to,
        "TechnicalKey": each.technical_key,
    }
    written = "".join(
        f"<c:{name} i:nil='true'/>" if value == "" else f"<c:{name}>{escape(str(value))}</c:{name}>"
        for name, value in values.items()
    )
    return f"<c:NumberRangeResponse>{written}</c:NumberRangeResponse>"


def _fault(value: str, namespace: str, subcode: str, sentence: str) -> Reply:
    return _reply(
        500,
        f"{WSA}/soap/fault",
        "",
        f"<s:Fault><s:Code><s:Value>s:{value}</s:Value><s:Subcode><s:Value xmlns:f='{namespace}'>f:{subcode}"
        "</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang='en-US'>"
        f"{sentence}</s:Text></s:Reason></s:Fault>",
        subcode,
    )


def _reply(status: int, action_uri: str, headers: str, body: str, code: str) -> Reply:
    text = (
        f"<s:Envelope xmlns:s='{SOAP}' xmlns:a='{WSA}'><s:Header>"
        f"<a:Action s:mustUnderstand='1'>{action_uri}</a:Action>{headers}</s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    )
    return Reply(status, text.encode(), code)
