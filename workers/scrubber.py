"""What must never be logged is taken out of every line, whoever wrote it: by the name of a value, and by its shape.

The last line of defence: our own code logs no personal data. What looks like some is lost too, for a line may be
poorer, but not a leak. Takes time linear in what it is given.
"""

import re
from collections.abc import Mapping
from typing import Any

from domain.nit import check_digit

MARK = "[…]"
MOST = 20_000
"""Signs of one value; the rest is cut off. A traceback has some thousand."""
_DEEP = 6
"""How deep values within values are looked into."""
_OURS = frozenset({"timestamp", "level", "build_id", "current"})
"""Fields that we write ourselves, which may look like a number of somebody's."""

_PERSON = (
    *("full_name", "first_names", "last_names", "email", "recipient", "mobile", "phone", "document_number"),
    *("place_of_issue", "position", "contact", "representative", "actor", "assignee", "subject"),
)
_SECRET = (
    *("password", "passwd", "pwd", "secret", "secret_key", "access_key", "private_key", "api_key", "token", "cookie"),
    *("key_material", "technical_key", "letter_keys", "authorization", "dsn", "smtp_url"),
)
_ALONE = ("name", "names", "address", "body", "html", "pin")
"""Names that say so as a field's, but are everyday words in a sentence."""
_IN_TEXT = ("input_value",)
"""What pydantic quotes."""
_ENDINGS = tuple(each.replace("_", "") for each in (*_PERSON, *_SECRET, *_IN_TEXT))
_NAMES = frozenset(_ALONE)

_NAME = re.compile(r"""\b(?P<name>[A-Za-z]\w*+(?:-\w++){0,2})\\*+["']?\s{0,3}[=:]\s{0,3}""")
_VALUE = re.compile(
    r"""(?:SecretStr\()?(?:\\*"(?:[^"\\]|\\+[^"\\]){0,4000}\\*"?"""
    r"""|\\*'(?:[^'\\]|\\+[^'\\]){0,4000}\\*'?|[^\s,;)}\]]+)"""
)
"""`first_names='Ana María'`, `"password": "x"`, as exceptions and reprs show them; quotes may be escaped."""
_HEADER = re.compile(
    r"(?P<name>\bauthorization\\*[\"']?\s{0,3}[=:]).*|(?P<scheme>\b(?:bearer|basic)\s)\s{0,3}\S{8,}", re.I
)
_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]{1,40}-----.*?(?:-----END [A-Z0-9 ]{1,40}-----|\Z)", re.DOTALL)
_TOKEN = re.compile(r"\S+")
_WORD = re.compile(r"[^\s<>\"'(),;{}\[\]]+")
_AT = re.compile(r"@|%40")
LONG = 42
"""Signs of 32 bytes in base64, at least."""
_LONG = re.compile(rf"[A-Za-z0-9+/_-]{{{LONG},}}={{0,2}}")
_PUBLIC = re.compile(r"[0-9a-fA-F]+|[a-z0-9/_-]+|/(?:[A-Za-z_-]*[0-9]*/)*[A-Za-z_-]*[0-9]*")
"""A hash; words; a path."""
_DIGITS = re.compile(r"[0-9]{6}|[0-9]{3}[ .-][0-9]{3}")
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NUMBER = re.compile(
    rf"(?P<ours>{_UUID}|\b0x[0-9a-f]+|\b(?=[0-9]*[a-f])[0-9a-f]{{12,}}\b)"
    r"|(?<![0-9])(?<![0-9]\.)(?P<number>"
    r"[0-9]{1,3}(?:\.[0-9]{3}){2,3}(?:-[0-9])?"  # 1.098.765.432, 900.123.456-8
    r"|3[0-9]{2}[ .-][0-9]{3}[ .-]?[0-9]{2}[ .-]?[0-9]{2}"  # a mobile number, as people write it
    r"|[0-9]{6,}(?:-[0-9])?"
    r")(?![0-9])"
)


def scrub(logger: object, method: str, event: Any) -> Any:
    """A processor of structlog: the last before the line is rendered."""
    return {key: value if key in _OURS else scrubbed(value, key) for key, value in event.items()}


def scrubbed(value: Any, key: str = "", depth: int = 0) -> Any:
    """The value, without what must not be logged."""
    if _is_secret(key):
        return MARK if value not in (None, "") else value
    match value:
        case None | bool() | float():
            return value
        case int():
            return MARK if abs(value) >= 10**8 else value  # sizes and counts are smaller
        case str():
            return clean(value)
        case _ if depth >= _DEEP:
            return MARK
        case Mapping():
            return {clean(str(name)): scrubbed(each, str(name), depth + 1) for name, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [scrubbed(each, "", depth + 1) for each in value]
        case bytes() | bytearray():
            return f"{len(value)} bytes"
        case _:
            return clean(_shown(value))


def clean(text: str) -> str:
    """A text without e-mail addresses, numbers of persons, keys, and values that their names give away."""
    if len(text) > MOST:
        text = text[:MOST].rpartition(" ")[0] + MARK  # the last word may be the half of an address
    if "-----BEGIN" in text:
        text = _PEM.sub(MARK, text)
    text = _HEADER.sub(_without_rest, text)
    text = _without_named(text)
    if _AT.search(text):
        text = _TOKEN.sub(_without_address, text)
    if len(text) >= LONG:
        text = _LONG.sub(_unless_known, text)
    return _NUMBER.sub(_unless_public, text) if _DIGITS.search(text) else text


def _is_secret(name: str) -> bool:
    """Written as in Python or as in XML, with a prefix (`contact_email`) or without."""
    plain = name.lower().replace("-", "").replace("_", "")
    return plain.endswith(_ENDINGS) or plain in _NAMES


def _without_named(text: str) -> str:
    """Without values whose names give them away."""
    kept, end = [], 0
    for found in _NAME.finditer(text):
        if found.start() < end or found["name"].lower() in _NAMES or not _is_secret(found["name"]):
            continue
        value = _VALUE.match(text, found.end())
        if value is not None and value[0] != MARK[:-1]:  # else it has gone already
            kept += [text[end : found.end()], MARK]
            end = value.end()
    return "".join((*kept, text[end:])) if kept else text


def _shown(value: object) -> str:
    try:
        return str(value)
    except Exception:  # a line is written whatever stands in it
        return type(value).__name__


def _without_address(token: re.Match[str]) -> str:
    """Of a URL what stands before its host is dropped, of anything else with an @ the whole word."""
    if not _AT.search(token[0]):
        return token[0]
    head, scheme, rest = token[0].partition("://")
    if scheme and "@" in rest:
        return f"{_WORD.sub(_unless_address, head)}{scheme}{MARK}{rest.rpartition('@')[2]}"
    return _WORD.sub(_unless_address, token[0])


def _unless_address(word: re.Match[str]) -> str:
    return MARK if _AT.search(word[0]) else word[0]


def _without_rest(found: re.Match[str]) -> str:
    return f"{found['name'] or found['scheme']} {MARK}".replace("  ", " ")


def _unless_known(found: re.Match[str]) -> str:
    return found[0] if _PUBLIC.fullmatch(found[0]) else MARK


def _unless_public(found: re.Match[str]) -> str:
    """What has a form of ours is, and a NIT with its right check digit."""
    number, dash, digit = found[0].replace(".", "").partition("-")
    is_nit = dash and number.isdigit() and 6 <= len(number) <= 10 and digit == str(check_digit(number))
    return found[0] if found["ours"] or is_nit else MARK
