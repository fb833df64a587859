"""What of an exchange with DIAN is nobody else's business: keys, signatures, certificates, e-mail addresses.

Everything here takes time linear in what it is given: an answer may be made to be slow to read.
"""

import re

MARK = "[…]"
MOST_BYTES = 20_000
"""Of a sanitised body, in UTF-8."""
_READ = 4 * MOST_BYTES
_PRIVATE = "TechnicalKey|BinarySecurityToken|SignatureValue|DigestValue|X509Certificate|Password"
_ELEMENT = re.compile(
    rf"(<(?:[\w.-]{{1,40}}:)?({_PRIVATE})(?:\s[^<>]{{0,400}})?(?<!/)>).*?(</(?:[\w.-]{{1,40}}:)?\2\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_MEMBER = re.compile(
    rf'(?P<name>"(?:{_PRIVATE})"\s{{0,9}}:\s{{0,9}})"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL | re.IGNORECASE
)
_WORD = re.compile(r"[^\s<>\"]+")
_AT = re.compile("@|%40|&#(?:64|x40);?", re.IGNORECASE)
_NAMES = (
    "http://schemas.datacontract.org/2004/07/NumberRangeResponseList",
    "http://schemas.datacontract.org/2004/07/NumberRangeResponse",
    "http://www.w3.org/2005/08/addressing/soap/fault",
    "http://wcf.dian.colombia/IWcfDianCustomerServices/GetNumberingRangeResponse",
    "http://wcf.dian.colombia/IWcfDianCustomerServices/GetNumberingRange",
    "http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher",
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0",
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0",
)
"""Long names of the protocol, which are no keys."""
_KEY = re.compile(rf"(?P<name>{'|'.join(map(re.escape, _NAMES))})|[0-9A-Za-z+/_=-]{{32,}}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PASSING = re.compile(
    r"(<(?:[\w.-]{1,40}:)?(?:Created|Expires|RelatesTo|MessageID|ActivityId)(?:\s[^<>]{0,400})?>)[^<]{8,100}(?=</)"
)
"""What is of one answer alone: when it was signed, and the call that it belongs to."""
_LAST_WORD = re.compile(r"[^\s<>\"']{1,400}\Z")


def masked(text: str) -> str:
    """The text without e-mail addresses and whatever looks like a key: 32 signs or more that aren't a UUID."""
    return _KEY.sub(_unless_known, _WORD.sub(_unless_address, text))


def sanitised(body: bytes) -> str:
    """A question or an answer, XML or not, fit to be kept and shown to others; never raises.

    Secret elements keep their tags. What is cut off at the end ends in the mark too.
    """
    text = _decoded(body[:_READ]).replace("\0", "")  # UTF-16 that doesn't say so
    text = masked(_MEMBER.sub(rf'\g<name>"{MARK}"', _ELEMENT.sub(rf"\1{MARK}\3", text)))
    shown = text.encode()
    if len(body) <= _READ and len(shown) <= MOST_BYTES:
        return text
    # The last word may be the half of a key or of an address.
    kept = shown[: MOST_BYTES - len(MARK.encode())].decode(errors="ignore")
    return _LAST_WORD.sub("", kept) + MARK


def lasting(text: str) -> str:
    """A sanitised answer without its moment, so that the same one is told to be the same next time."""
    return _PASSING.sub(rf"\1{MARK}", text)


def _decoded(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", errors="replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start > len(body) - 4:  # only the last letter is cut
            return body[: error.start].decode("utf-8-sig")
        return body.decode("cp1252", errors="replace")


def _unless_address(word: re.Match[str]) -> str:
    return MARK if _AT.search(word[0]) else word[0]


def _unless_known(found: re.Match[str]) -> str:
    return found[0] if found["name"] or _UUID.fullmatch(found[0]) else MARK
