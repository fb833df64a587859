"""Each way of getting WS-Security wrong is refused, and for its own reason; what is right is let through."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from lxml import etree

from infra.dian_simulator import wire
from infra.dian_simulator.verify import DS, EXCLUSIVE_C14N, InvalidSecurityError, verify
from infra.dian_simulator.wire import SOAP, WSA, WSSE, WSU

from .conftest import NOW, Issue
from .signing import Signer
from .signing import question as signed

ENDPOINT = "https://vpfe-hab.dian.gov.co/WcfDianCustomerServices.svc"
SOFTWARE = "56f2ae4e-9812-4fad-9255-08fcfcd5ccb0"
Element = etree._Element


@pytest.fixture(scope="module")
def credentials(issue: Issue) -> Signer:
    """In date at NOW, on whatever day the tests are run."""
    return issue({"2.5.4.5": "900999888"})


@pytest.fixture(scope="module")
def stranger(issue: Issue) -> Signer:
    return issue({"2.5.4.5": "900123456"})


def question(credentials: Signer, endpoint: str = ENDPOINT) -> Element:
    return wire.read(signed(credentials, endpoint, "900123456", "900999888", SOFTWARE, NOW))


def at(root: Element, namespace: str, name: str) -> Element:
    return next(root.iter(f"{{{namespace}}}{name}"))


def remove(element: Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


def say(namespace: str, name: str, text: str) -> Callable[[Element], None]:
    def change(root: Element) -> None:
        at(root, namespace, name).text = text

    return change


def declare(namespace: str, name: str, attribute: str, value: str) -> Callable[[Element], None]:
    def change(root: Element) -> None:
        at(root, namespace, name).set(attribute, value)

    return change


def drop(namespace: str, name: str) -> Callable[[Element], None]:
    return lambda root: remove(at(root, namespace, name))


def double(namespace: str, name: str) -> Callable[[Element], None]:
    def change(root: Element) -> None:
        element = at(root, namespace, name)
        parent = element.getparent()
        assert parent is not None
        parent.append(etree.fromstring(etree.tostring(element)))

    return change


def wrap_to(root: Element) -> None:
    """The signed To moves into the body; a forged one takes its place."""
    signed = at(root, WSA, "To")
    header = at(root, SOAP, "Header")
    at(root, SOAP, "Body").append(signed)
    etree.SubElement(header, f"{{{WSA}}}To").text = ENDPOINT


def wrap_to_with_the_same_id(root: Element) -> None:
    wrap_to(root)
    root.findall(f"{{{SOAP}}}Header/{{{WSA}}}To")[0].set(f"{{{WSU}}}Id", "to")


def split_to_by_a_comment(root: Element) -> None:
    """Signed without comments, the text is unchanged; read carelessly, it ends at the comment."""
    to = at(root, WSA, "To")
    text = to.text or ""
    to.text = text[:8]
    comment = etree.Comment("x")
    comment.tail = text[8:]
    to.append(comment)


def rename_id(root: Element) -> None:
    to = at(root, WSA, "To")
    to.attrib.clear()
    to.set("Id", "to")


def alter_signature(root: Element) -> None:
    value = at(root, DS, "SignatureValue")
    text = value.text or ""
    value.text = ("A" if text[0] != "A" else "B") + text[1:]


ANOTHER_ALGORITHM = "http://www.w3.org/2000/09/xmldsig#sha1"

MUTATIONS = {
    "To altered": (say(WSA, "To", ENDPOINT + "?"), "wsa:To was altered"),
    "To moved into the body": (wrap_to, "not the wsa:To of the header"),
    "To wrapped under its own id": (wrap_to_with_the_same_id, "to several"),
    "To split by a comment": (split_to_by_a_comment, "no plain text"),
    "To without id": (lambda root: at(root, WSA, "To").attrib.clear(), "resolves to no element"),
    "To with another kind of id": (rename_id, "no wsu:Id"),
    "a second To": (lambda root: etree.SubElement(at(root, SOAP, "Header"), f"{{{WSA}}}To"), "2 of To"),
    "signature value altered": (alter_signature, "signature does not match"),
    "signature value no base64": (say(DS, "SignatureValue", "***"), "not base64"),
    "digest value altered": (say(DS, "DigestValue", "AAAA"), "wsa:To was altered"),
    "digest sha1": (declare(DS, "DigestMethod", "Algorithm", ANOTHER_ALGORITHM), "digest is not sha256"),
    "signature rsa-sha1": (declare(DS, "SignatureMethod", "Algorithm", f"{DS}rsa-sha1"), "not rsa-sha256"),
    "inclusive C14N": (
        declare(DS, "CanonicalizationMethod", "Algorithm", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
        "not exclusive",
    ),
    "other prefixes": (
        declare(EXCLUSIVE_C14N, "InclusiveNamespaces", "PrefixList", "soap"),
        "other Inclusive",
    ),
    "no prefixes": (drop(EXCLUSIVE_C14N, "InclusiveNamespaces"), "content of CanonicalizationMethod"),
    "no transform": (drop(DS, "Transform"), "content of Transforms"),
    "two references": (double(DS, "Reference"), "content of SignedInfo"),
    "no signature": (drop(DS, "Signature"), "content of Security"),
    "two signatures": (double(DS, "Signature"), "content of Security"),
    "the body referenced": (declare(DS, "Reference", "URI", ""), "without a local URI"),
    "key info elsewhere": (declare(WSSE, "Reference", "URI", "#to"), "does not name the token"),
    "no timestamp": (drop(WSU, "Timestamp"), "content of Security"),
    "two timestamps": (double(WSU, "Timestamp"), "content of Security"),
    "created long ago": (say(WSU, "Created", "2026-11-24T15:24:59.000Z"), "too far from this clock"),
    "created in future": (say(WSU, "Created", "2026-11-24T15:35:01.000Z"), "too far from this clock"),
    "created without Z": (say(WSU, "Created", "2026-11-24T15:30:00.000"), "not UTC"),
    "created in Bogotá": (say(WSU, "Created", "2026-11-24T10:30:00.000-05:00"), "not UTC"),
    "created on no day": (say(WSU, "Created", "2026-02-30T15:30:00.000Z"), "doesn't exist"),
    "expired": (say(WSU, "Expires", "2026-11-24T15:30:00Z"), "expires before"),
    "no expiry": (drop(WSU, "Expires"), "content of Timestamp"),
    "no token": (drop(WSSE, "BinarySecurityToken"), "content of Security"),
    "token no certificate": (say(WSSE, "BinarySecurityToken", "AAAA"), "no certificate"),
    "token of another type": (
        declare(WSSE, "BinarySecurityToken", "ValueType", "http://example.org#PKCS7"),
        "no X509v3",
    ),
    "token not base64": (declare(WSSE, "BinarySecurityToken", "EncodingType", "hex"), "not declared base64"),
    "no Security": (drop(WSSE, "Security"), "0 of Security"),
    "two Security headers": (double(WSSE, "Security"), "2 of Security"),
    "no Action": (drop(WSA, "Action"), "0 of Action"),
    "two bodies": (lambda root: etree.SubElement(root, f"{{{SOAP}}}Body"), "content of Envelope"),
}


def test_a_good_envelope_gives_its_certificate(credentials: Signer) -> None:
    assert verify(question(credentials), NOW) == credentials.certificate


@pytest.mark.parametrize("name", MUTATIONS)
def test_refuses(name: str, credentials: Signer) -> None:
    root = question(credentials)
    change, reason = MUTATIONS[name]
    change(root)
    with pytest.raises(InvalidSecurityError, match=reason):
        verify(wire.read(etree.tostring(root)), NOW)


@pytest.mark.parametrize("minutes", [-5, 5])
def test_clocks_may_differ_by_five_minutes(minutes: int, credentials: Signer) -> None:
    root = question(credentials)
    at(root, WSU, "Expires").text = "2026-11-24T16:00:00Z"
    verify(root, NOW + timedelta(minutes=minutes))
    with pytest.raises(InvalidSecurityError, match="too far"):
        verify(root, NOW + timedelta(minutes=minutes * 1.01))


def test_an_expired_one_is_refused_though_created_close_by(credentials: Signer) -> None:
    root = question(credentials)
    at(root, WSU, "Expires").text = "2026-11-24T15:31:00Z"
    with pytest.raises(InvalidSecurityError, match=r"^expired$"):
        verify(root, NOW + timedelta(minutes=1))


def test_the_token_must_be_the_signers(credentials: Signer, stranger: Signer) -> None:
    root = question(credentials)
    at(root, WSSE, "BinarySecurityToken").text = at(question(stranger), WSSE, "BinarySecurityToken").text
    with pytest.raises(InvalidSecurityError, match="signature does not match"):
        verify(root, NOW)


def test_a_well_signed_address_must_be_this_endpoint(credentials: Signer) -> None:
    with pytest.raises(InvalidSecurityError, match="not this endpoint"):
        verify(question(credentials, "https://vpfe.dian.gov.co/Other.svc"), NOW)


def test_another_soap_is_refused(credentials: Signer) -> None:
    text = etree.tostring(question(credentials)).replace(SOAP.encode(), b"http://schemas.xmlsoap.org/soap/envelope/")
    with pytest.raises(InvalidSecurityError, match=r"no SOAP 1\.2"):
        verify(wire.read(text), NOW)


def test_prefixes_must_be_declared_on_the_envelope(credentials: Signer) -> None:
    text = etree.tostring(question(credentials)).replace(b"wcf:", b"w:").replace(b"xmlns:wcf", b"xmlns:w")
    with pytest.raises(InvalidSecurityError, match="not declared on the Envelope"):
        verify(wire.read(text), NOW)


def test_trust_is_given_by_identity_or_by_an_authority(credentials: Signer, stranger: Signer, issue: Issue) -> None:
    authority, impostor = issue({"2.5.4.3": "Authority"}, ca=True), issue({"2.5.4.3": "Authority"}, ca=True)
    leaf = issue({"2.5.4.5": "900999888"}, issuer=authority)
    issued_by_a_leaf = issue({"2.5.4.5": "900999888"}, issuer=leaf)

    verify(question(credentials), NOW, [stranger.certificate, credentials.certificate])
    verify(question(leaf), NOW, [authority.certificate])
    for caller, anchor in (
        (credentials, stranger),
        (credentials, authority),
        (leaf, impostor),
        (issued_by_a_leaf, leaf),
    ):
        with pytest.raises(InvalidSecurityError, match="not trusted"):
            verify(question(caller), NOW, [anchor.certificate])


def test_a_certificate_must_be_in_date_and_strong(issue: Issue) -> None:
    with pytest.raises(InvalidSecurityError, match="out of date"):
        verify(question(issue({"2.5.4.5": "900999888"}, days=-1)), NOW)
    with pytest.raises(InvalidSecurityError, match="2048 bits"):
        verify(question(issue({"2.5.4.5": "900999888"}, bits=1024)), NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<a>",
        b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>',
        b"<!DOCTYPE a><a/>",
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
    ],
)
def test_what_soap_forbids_is_not_even_read(body: bytes) -> None:
    with pytest.raises(wire.NotReadableError):
        wire.read(body)
