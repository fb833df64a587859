"""The envelope's form, and its signature as another implementation (libxmlsec) sees it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import xmlsec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from activities.dian.certificate import Credentials
from activities.dian.envelope import envelope

NOW = datetime(2026, 11, 24, 10, 30, 0, 123456, timezone(timedelta(hours=-5)))
ENDPOINT = "https://vpfe.dian.gov.co/WcfDianCustomerServices.svc"
SOFTWARE = "56f2ae4e-9812-4fad-9255-08fcfcd5ccb0"
NAMES = {
    "soap": "http://www.w3.org/2003/05/soap-envelope",
    "wsa": "http://www.w3.org/2005/08/addressing",
    "wcf": "http://wcf.dian.colombia",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "wsse": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "wsu": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
}


def made(credentials: Credentials, endpoint: str = ENDPOINT) -> bytes:
    return envelope(credentials, endpoint, "900123456", "900999888", SOFTWARE, NOW)


def children(root: etree._Element, path: str) -> list[str]:
    (parent,) = root.findall(path, NAMES)
    prefixes = {uri: prefix for prefix, uri in NAMES.items()}
    return [f"{prefixes[etree.QName(each).namespace or '']}:{etree.QName(each).localname}" for each in parent]


def verify_with_xmlsec(root: etree._Element, credentials: Credentials) -> None:
    """Raises xmlsec.Error unless the signature holds under the certificate."""
    (to,) = root.findall("soap:Header/wsa:To", NAMES)
    (signature,) = root.findall(".//ds:Signature", NAMES)
    context = xmlsec.SignatureContext()
    context.register_id(to, "Id", id_ns=NAMES["wsu"])
    pem = credentials.certificate.public_bytes(Encoding.PEM)
    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatCertPem)
    context.verify(signature)


def test_xmlsec_finds_the_signature_good(credentials: Credentials) -> None:
    verify_with_xmlsec(etree.fromstring(made(credentials)), credentials)


def test_xmlsec_would_have_signed_it_the_same(credentials: Credentials) -> None:
    ours = etree.fromstring(made(credentials))
    theirs = etree.fromstring(made(credentials))
    for name in ("DigestValue", "SignatureValue"):
        theirs.findall(f".//ds:{name}", NAMES)[0].text = None
    context = xmlsec.SignatureContext()
    context.register_id(theirs.findall("soap:Header/wsa:To", NAMES)[0], "Id", id_ns=NAMES["wsu"])
    pem = credentials.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem)
    context.sign(theirs.findall(".//ds:Signature", NAMES)[0])
    for name in ("DigestValue", "SignatureValue"):
        mine, other = (root.findtext(f".//ds:{name}", "", NAMES) for root in (ours, theirs))
        assert mine == "".join(other.split())


@pytest.mark.parametrize("path", ["soap:Header/wsa:To", ".//ds:DigestValue", ".//ds:SignatureValue"])
def test_xmlsec_finds_what_was_altered(credentials: Credentials, path: str) -> None:
    root = etree.fromstring(made(credentials))
    (altered,) = root.findall(path, NAMES)
    altered.text = "A" * 3 + (altered.text or "")[3:-1] + "="
    with pytest.raises(xmlsec.Error):
        verify_with_xmlsec(root, credentials)


@settings(deadline=None, max_examples=30)
@given(address=st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=40))
def test_any_address_is_signed_as_it_arrives(credentials: Credentials, address: str) -> None:
    root = etree.fromstring(made(credentials, f"https://dian.test/{address}"))
    assert root.findtext("soap:Header/wsa:To", namespaces=NAMES) == f"https://dian.test/{address}"
    verify_with_xmlsec(root, credentials)


def test_headers_and_arguments_come_in_dians_order(credentials: Credentials) -> None:
    root = etree.fromstring(made(credentials))
    assert children(root, "soap:Header") == ["wsse:Security", "wsa:Action", "wsa:To"]
    assert children(root, "soap:Header/wsse:Security") == [
        "wsu:Timestamp",
        "wsse:BinarySecurityToken",
        "ds:Signature",
    ]
    arguments = ["wcf:accountCode", "wcf:accountCodeT", "wcf:softwareCode"]
    assert children(root, "soap:Body/wcf:GetNumberingRange") == arguments
    assert [each.text for each in root.findall("soap:Body/wcf:GetNumberingRange/*", NAMES)] == [
        "900123456",
        "900999888",
        SOFTWARE,
    ]


def test_the_time_is_utc_and_lives_five_minutes(credentials: Credentials) -> None:
    root = etree.fromstring(made(credentials))
    assert root.findtext(".//wsu:Created", namespaces=NAMES) == "2026-11-24T15:30:00.123Z"
    assert root.findtext(".//wsu:Expires", namespaces=NAMES) == "2026-11-24T15:35:00.123Z"


def test_only_to_is_signed_and_prefixes_are_on_the_envelope(credentials: Credentials) -> None:
    root = etree.fromstring(made(credentials))
    assert [each.get("URI") for each in root.findall(".//ds:Reference", NAMES)] == ["#to"]
    assert [each.get("PrefixList") for each in root.iter("{http://www.w3.org/2001/10/xml-exc-c14n#}*")] == [
        "wsa soap wcf",
        "soap wcf",
    ]
    assert {prefix: root.nsmap[prefix] for prefix in ("soap", "wcf")} == {
        "soap": NAMES["soap"],
        "wcf": NAMES["wcf"],
    }


def test_it_is_pure_and_carries_no_formatting(credentials: Credentials) -> None:
    text = made(credentials)
    assert text == made(credentials)
    assert b"\n" not in text
    assert b">  " not in text
    assert text != envelope(credentials, ENDPOINT, "900123456", "900999888", SOFTWARE, datetime.now(UTC))
