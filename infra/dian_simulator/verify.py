"""Is an envelope's WS-Security sound? As strict as DIAN's WCF service, and closed to signature wrapping.

Sources: OASIS WS-Security 1.0 and X.509 token profile; W3C XML Signature, Exclusive XML Canonicalization;
DIAN's rule that `wsa:To` is the part signed. Every shape is spelled out and what isn't expected is refused:
nothing can hide in an element that the checks don't look at.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from infra.dian_simulator.wire import PATH, SOAP, WCF, WSA, WSSE, WSU

DS = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256_DIGEST = "http://www.w3.org/2001/04/xmlenc#sha256"
X509V3 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"

SKEW = timedelta(minutes=5)
_WSU_ID = f"{{{WSU}}}Id"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z", re.ASCII)


class InvalidSecurityError(Exception):
    """The envelope is refused; the reason is for our own log, callers are never told."""


def verify(root: etree._Element, now: datetime, trust: Sequence[x509.Certificate] = ()) -> x509.Certificate:
    """The caller's certificate, if everything about the envelope holds; raises InvalidSecurityError."""
    _require(root.tag == f"{{{SOAP}}}Envelope", "the root is no SOAP 1.2 envelope")
    declared = {prefix: root.nsmap.get(prefix) for prefix in ("soap", "wcf")}
    _require(declared == {"soap": SOAP, "wcf": WCF}, "soap and wcf are not declared on the Envelope")
    header, _ = _only(root, f"{{{SOAP}}}Header", f"{{{SOAP}}}Body")
    security = _one(header, f"{{{WSSE}}}Security")
    to = _one(header, f"{{{WSA}}}To")
    _one(header, f"{{{WSA}}}Action")
    timestamp, token, signature = _only(
        security, f"{{{WSU}}}Timestamp", f"{{{WSSE}}}BinarySecurityToken", f"{{{DS}}}Signature"
    )
    _check_timestamp(timestamp, now)
    certificate = _certificate(token, now, trust)
    _check_signature(signature, certificate, token, to)
    address = urlsplit(_text(to))
    _require(address.scheme in ("http", "https") and address.path == PATH, "wsa:To is not this endpoint")
    return certificate


def _check_timestamp(timestamp: etree._Element, now: datetime) -> None:
    created, expires = map(_instant, _only(timestamp, f"{{{WSU}}}Created", f"{{{WSU}}}Expires"))
    _require(abs(now - created) <= SKEW, "created too far from this clock")
    _require(created < expires, "expires before it is created")
    _require(now < expires, "expired")


def _certificate(token: etree._Element, now: datetime, trust: Sequence[x509.Certificate]) -> x509.Certificate:
    _require(token.get("ValueType") == X509V3, "token is no X509v3")
    _require(token.get("EncodingType") == BASE64, "token is not declared base64")
    try:
        certificate = x509.load_der_x509_certificate(_binary(token))
    except ValueError as error:
        raise InvalidSecurityError("token is no certificate") from error
    in_date = certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
    _require(in_date, "certificate out of date")
    _require(not trust or any(_vouches(each, certificate) for each in trust), "certificate not trusted")
    return certificate


def _vouches(anchor: x509.Certificate, certificate: x509.Certificate) -> bool:
    if anchor == certificate:
        return True
    try:
        certificate.verify_directly_issued_by(anchor)
        return anchor.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False


def _check_signature(
    signature: etree._Element, certificate: x509.Certificate, token: etree._Element, to: etree._Element
) -> None:
    signed_info, value, key_info = _only(signature, *_ds("SignedInfo", "SignatureValue", "KeyInfo"))
    (token_reference,) = _only(key_info, f"{{{WSSE}}}SecurityTokenReference")
    (pointer,) = _only(token_reference, f"{{{WSSE}}}Reference")
    _require(_referenced(pointer) is token, "KeyInfo does not name the token")
    _require(pointer.get("ValueType") in (None, X509V3), "KeyInfo names another kind of token")

    canonicalization, method, reference = _only(
        signed_info, *_ds("CanonicalizationMethod", "SignatureMethod", "Reference")
    )
    _require(method.get("Algorithm") == RSA_SHA256, "not rsa-sha256")
    transforms, digest_method, digest = _only(reference, *_ds("Transforms", "DigestMethod", "DigestValue"))
    _require(digest_method.get("Algorithm") == SHA256_DIGEST, "digest is not sha256")
    (transform,) = _only(transforms, *_ds("Transform"))
    _require(_referenced(reference) is to, "what is signed is not the wsa:To of the header")

    signed = _canonical(to, _prefixes(transform, {"soap", "wcf"}))
    _require(hashlib.sha256(signed).digest() == _binary(digest), "wsa:To was altered")
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey) or key.key_size < 2048:
        raise InvalidSecurityError("no RSA key of 2048 bits or more")
    try:
        text = _canonical(signed_info, _prefixes(canonicalization, {"wsa", "soap", "wcf"}))
        key.verify(_binary(value), text, PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise InvalidSecurityError("signature does not match") from error


def _prefixes(method: etree._Element, required: set[str]) -> list[str]:
    """The InclusiveNamespaces of an exclusive canonicalization, which must be those required."""
    _require(method.get("Algorithm") == EXCLUSIVE_C14N, "not exclusive canonicalization")
    (inclusive,) = _only(method, f"{{{EXCLUSIVE_C14N}}}InclusiveNamespaces")
    prefixes = (inclusive.get("PrefixList") or "").split()
    _require(set(prefixes) == required, "other InclusiveNamespaces than DIAN's")
    return prefixes


def _canonical(element: etree._Element, prefixes: list[str]) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes)


def _referenced(pointer: etree._Element) -> etree._Element:
    """What `URI="#id"` points to; an id borne twice, under whatever name, is an attempt at wrapping."""
    uri = pointer.get("URI") or ""
    _require(len(uri) > 1 and uri.startswith("#"), "reference without a local URI")
    bearers = [
        element
        for element in pointer.getroottree().getroot().iter("*")
        for name, value in element.attrib.items()
        if etree.QName(name).localname.lower() == "id" and value == uri[1:]
    ]
    _require(len(bearers) == 1, "reference resolves to no element, or to several")
    _require(bearers[0].get(_WSU_ID) == uri[1:], "reference is no wsu:Id")
    return bearers[0]


def _only(parent: etree._Element, *tags: str) -> list[etree._Element]:
    """The children, which must be exactly these, in this order."""
    children = [child for child in parent if isinstance(child.tag, str)]
    expected = [child.tag for child in children] == list(tags)
    _require(expected, f"unexpected content of {etree.QName(parent).localname}")
    return children


def _ds(*names: str) -> list[str]:
    return [f"{{{DS}}}{name}" for name in names]


def _one(parent: etree._Element, tag: str) -> etree._Element:
    found = parent.findall(tag)
    _require(len(found) == 1, f"{len(found)} of {etree.QName(tag).localname}")
    return found[0]


def _text(element: etree._Element) -> str:
    """A leaf's text. Comments are refused: they split what is read, but not what is signed."""
    _require(len(element) == 0, f"{etree.QName(element).localname} is no plain text")
    return element.text or ""


def _binary(element: etree._Element) -> bytes:
    try:
        return base64.b64decode("".join(_text(element).split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidSecurityError(f"{etree.QName(element).localname} is not base64") from error


def _instant(element: etree._Element) -> datetime:
    text = _text(element)
    _require(_INSTANT.fullmatch(text) is not None, "a time is not UTC with Z")
    try:
        return datetime.fromisoformat(text[:19]).replace(tzinfo=UTC)
    except ValueError as error:
        raise InvalidSecurityError("a time that doesn't exist") from error


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise InvalidSecurityError(reason)
