"""The letter's seal: the text of its QR, which says whose letter it is and proves that we issued it.

    DSE1/H/900123456-8/0F8FAD5B-…/3/DEV/QX7A2M4K5N6P3RST
    │    │ │           │          │ │   └ check: first 80 bits of HMAC-SHA256 over all before it, in base32
    │    │ │           │          │ └ id of the key
    │    │ │           │          └ revision
    │    │ │           └ letter id
    │    │ └ NIT
    │    └ environment: H(abilitación) or P(roducción)
    └ format

Only characters of QR's dense alphanumeric mode. A check is tried only by sending us a scan: 80 bits suffice.
"""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

FORMAT: Final = "DSE1"
DEVELOPMENT_KEYS: Final = "dev:ZGV2ZWxvcG1lbnQga2V5IG9mIHRoZSBsZXR0ZXIncyBzZWFsLCBub3Qgc2VjcmV0"
"""Published in this source, so worthless as a secret: settings refuse it in produccion."""
CHECK_LENGTH: Final = 16
_MIN_KEY_BYTES: Final = 32
_ENVIRONMENTS: Final = {"habilitacion": "H", "produccion": "P"}
_KEY_ID: Final = re.compile(r"[a-z0-9]{1,12}")
_SEAL: Final = re.compile(
    FORMAT + r"/(?P<environment>[HP])/(?P<nit>\d{6,10}-\d)/(?P<letter_id>[A-Z0-9-]{1,40})"
    r"/(?P<revision>[1-9]\d{0,5})/(?P<key_id>[A-Z0-9]{1,12})/(?P<check>[A-Z2-7]{16})",
    re.ASCII,
)


@dataclass(frozen=True)
class Seal:
    """Which issue of which company's letter."""

    environment: str
    nit: str
    letter_id: str
    """Lower-case letters, digits and dashes, at most 40: a UUID fits."""
    revision: int


class NoSeal(StrEnum):
    """Why a text is no seal of ours. foreign: some other code. forged: our format, but not our check."""

    FOREIGN = "foreign"
    FORGED = "forged"


@dataclass(frozen=True)
class LetterKeys:
    """The keys of the seals: the first makes them, all check them, so that keys can be rotated."""

    keys: dict[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "LetterKeys":
        """Keys given as `id:base64,…`; an id is 1–12 lower-case letters or digits, a key at least 32 bytes.

        Raises ValueError, without the keys in its text.
        """
        keys: dict[str, bytes] = {}
        for number, entry in enumerate(text.split(","), start=1):
            key_id, _, encoded = entry.strip().partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except binascii.Error:
                key = b""
            if not _KEY_ID.fullmatch(key_id) or key_id in keys or len(key) < _MIN_KEY_BYTES:
                raise ValueError(f"letter key no. {number}: want id:base64 of {_MIN_KEY_BYTES} bytes, each id once")
            keys[key_id] = key
        return cls(keys)

    @property
    def current(self) -> str:
        """Id of the key that makes seals."""
        return next(iter(self.keys))


def seal(what: Seal, keys: LetterKeys) -> str:
    """The QR's text. Raises ValueError for what doesn't fit the format."""
    fields = (_ENVIRONMENTS.get(what.environment, ""), what.nit, what.letter_id.upper(), str(what.revision))
    signed = "/".join((FORMAT, *fields, keys.current.upper()))
    text = f"{signed}/{_check(signed, keys.keys[keys.current])}"
    if not _SEAL.fullmatch(text) or what.letter_id != what.letter_id.lower():
        raise ValueError("environment, NIT, letter id or revision doesn't fit the seal's format")
    return text


def read_seal(text: str, keys: LetterKeys) -> Seal | NoSeal:
    """What a QR's text says, if the check in it is ours."""
    if not text.startswith(f"{FORMAT}/"):
        return NoSeal.FOREIGN
    match = _SEAL.fullmatch(text)
    key = keys.keys.get(match["key_id"].lower()) if match else None
    if match is None or key is None:
        return NoSeal.FORGED
    if not hmac.compare_digest(match["check"], _check(text[: match.end("key_id")], key)):
        return NoSeal.FORGED
    environment = next(name for name, letter in _ENVIRONMENTS.items() if letter == match["environment"])
    return Seal(environment, match["nit"], match["letter_id"].lower(), int(match["revision"]))


def short_code(text: str) -> str:
    """Eight characters of a seal's check for people to read aloud: `QX7A-2M4K`."""
    check = text.rpartition("/")[2]
    return f"{check[:4]}-{check[4:8]}"


def _check(signed: str, key: bytes) -> str:
    digest = hmac.new(key, signed.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest)[:CHECK_LENGTH].decode()
