"""The signed question. Pure: the same arguments give the same bytes.

Sources: DIAN's web service guide (only `wsa:To` is signed, with InclusiveNamespaces of its own); OASIS
WS-Security 1.0 with X.509 token profile 1.0; W3C XML Signature; Exclusive XML Canonicalization 1.0.
"""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from activities.dian.certificate import Credentials

ACTION = "http://wcf.dian.colombia/IWcfDianCustomerServices/GetNumberingRange"
CONTENT_TYPE = "application/soap+xml; charset=utf-8"
LIFETIME = timedelta(minutes=5)
"""WCF lets clocks differ by as much."""

_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
_DS = "http://www.w3.org/2000/09/xmldsig#"
_WCF = "http://wcf.dian.colombia"
_WSA = "http://www.w3.org/2005/08/addressing"
_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
_WSSE, _WSU = f"{_OASIS}-wssecurity-secext-1.0.xsd", f"{_OASIS}-wssecurity-utility-1.0.xsd"
_X509V3 = f"{_OASIS}-x509-token-profile-1.0#X509v3"
_IN_SIGNED_INFO = "wsa soap wcf"
_IN_TO = "soap wcf"

_BLANK = f"""
<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:wcf="{_WCF}">
  <soap:Header xmlns:wsa="{_WSA}">
    <wsse:Security xmlns:wsse="{_WSSE}" xmlns:wsu="{_WSU}">
      <wsu:Timestamp wsu:Id="timestamp">
        <wsu:Created/>
        <wsu:Expires/>
      </wsu:Timestamp>
      <wsse:BinarySecurityToken wsu:Id="token" ValueType="{_X509V3}"
        EncodingType="{_OASIS}-soap-message-security-1.0#Base64Binary"/>
      <ds:Signature xmlns:ds="{_DS}">
        <ds:SignedInfo>
          <ds:CanonicalizationMethod Algorithm="{_C14N}">
            <ec:InclusiveNamespaces xmlns:ec="{_C14N}" PrefixList="{_IN_SIGNED_INFO}"/>
          </ds:CanonicalizationMethod>
          <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
          <ds:Reference URI="#to">
            <ds:Transforms>
              <ds:Transform Algorithm="{_C14N}">
                <ec:InclusiveNamespaces xmlns:ec="{_C14N}" PrefixList="{_IN_TO}"/>
              </ds:Transform>
            </ds:Transforms>
            <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
            <ds:DigestValue/>
          </ds:Reference>
        </ds:SignedInfo>
        <ds:SignatureValue/>
        <ds:KeyInfo>
          <wsse:SecurityTokenReference>
            <wsse:Reference URI="#token" ValueType="{_X509V3}"/>
          </wsse:SecurityTokenReference>
        </ds:KeyInfo>
      </ds:Signature>
    </wsse:Security>
    <wsa:Action>{ACTION}</wsa:Action>
    <wsa:To wsu:Id="to" xmlns:wsu="{_WSU}"/>
  </soap:Header>
  <soap:Body>
    <wcf:GetNumberingRange>
      <wcf:accountCode/>
      <wcf:accountCodeT/>
      <wcf:softwareCode/>
    </wcf:GetNumberingRange>
  </soap:Body>
</soap:Envelope>"""


def envelope(
    credentials: Credentials,
    endpoint: str,
    account_code: str,
    account_code_t: str,
    software_code: str,
    now: datetime,
) -> bytes:
    """GetNumberingRange for a client (`account_code`) of a provider (`account_code_t`), without check digits.

    The bytes are final: any formatting would break the signature.
    """
    root = etree.fromstring(_BLANK, etree.XMLParser(remove_blank_text=True))
    _fill(root, _WSU, Created=_instant(now), Expires=_instant(now + LIFETIME))
    _fill(root, _WSSE, BinarySecurityToken=_base64(credentials.certificate.public_bytes(Encoding.DER)))
    _fill(root, _WSA, To=endpoint)
    _fill(root, _WCF, accountCode=account_code, accountCodeT=account_code_t, softwareCode=software_code)
    _fill(root, _DS, DigestValue=_base64(hashlib.sha256(_canonical(root, f"{{{_WSA}}}To", _IN_TO)).digest()))
    text = _canonical(root, f"{{{_DS}}}SignedInfo", _IN_SIGNED_INFO)
    _fill(root, _DS, SignatureValue=_base64(credentials.key.sign(text, PKCS1v15(), SHA256())))
    return etree.tostring(root, encoding="utf-8")


def _fill(root: etree._Element, namespace: str, **texts: str) -> None:
    for name, text in texts.items():
        next(root.iter(f"{{{namespace}}}{name}")).text = text


def _canonical(root: etree._Element, tag: str, prefixes: str) -> bytes:
    """The bytes of one element that are digested or signed."""
    element = next(root.iter(tag))
    return etree.tostring(
        element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes.split()
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _instant(at: datetime) -> str:
    """UTC with milliseconds and `Z`, as WCF writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
