"""A question signed by python-xmlsec, the referee: neither our client's code nor the simulator's."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

ACTION = "http://wcf.dian.colombia/IWcfDianCustomerServices/GetNumberingRange"
CONTENT_TYPE = "application/soap+xml; charset=utf-8"
_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
_WSU = f"{_OASIS}-wssecurity-utility-1.0.xsd"
_C14N, _DS = "http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2000/09/xmldsig#"
_X509V3 = f"{_OASIS}-x509-token-profile-1.0#X509v3"
_QUESTION = f"""
<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:wcf="http://wcf.dian.colombia">
<soap:Header xmlns:wsa="http://www.w3.org/2005/08/addressing">
<wsse:Security xmlns:wsse="{_OASIS}-wssecurity-secext-1.0.xsd" xmlns:wsu="{_WSU}">
<wsu:Timestamp wsu:Id="timestamp"><wsu:Created>%s</wsu:Created><wsu:Expires>%s</wsu:Expires></wsu:Timestamp>
<wsse:BinarySecurityToken wsu:Id="token" ValueType="{_X509V3}" EncodingType="{_OASIS}-soap-message-security-1.0#\
Base64Binary">%s</wsse:BinarySecurityToken>
<ds:Signature xmlns:ds="{_DS}"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="{_C14N}">
<ec:InclusiveNamespaces xmlns:ec="{_C14N}" PrefixList="wsa soap wcf"/></ds:CanonicalizationMethod>
<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
<ds:Reference URI="#to"><ds:Transforms><ds:Transform Algorithm="{_C14N}">
<ec:InclusiveNamespaces xmlns:ec="{_C14N}" PrefixList="soap wcf"/></ds:Transform></ds:Transforms>
<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference>
</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><wsse:SecurityTokenReference>
<wsse:Reference URI="#token" ValueType="{_X509V3}"/></wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature>
</wsse:Security>
<wsa:Action>{ACTION}</wsa:Action>
<wsa:To xmlns:wsu="{_WSU}" wsu:Id="to">%s</wsa:To>
</soap:Header>
<soap:Body><wcf:GetNumberingRange><wcf:accountCode>%s</wcf:accountCode><wcf:accountCodeT>%s</wcf:accountCodeT>\
<wcf:softwareCode>%s</wcf:softwareCode></wcf:GetNumberingRange></soap:Body>
</soap:Envelope>"""


@dataclass(frozen=True)
class Signer:
    """Who asks."""

    key: RSAPrivateKey
    certificate: x509.Certificate


def question(
    signer: Signer, endpoint: str, account_code: str, account_code_t: str, software_code: str, now: datetime
) -> bytes:
    """GetNumberingRange as DIAN wants it signed: `wsa:To` alone, by rsa-sha256."""
    created, expires = (f"{each.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z" for each in (now, now + timedelta(minutes=5)))
    token = base64.b64encode(signer.certificate.public_bytes(Encoding.DER)).decode()
    text = _QUESTION % (created, expires, token, endpoint, account_code, account_code_t, software_code)
    root = etree.fromstring(text.strip())
    (to,) = root.iter("{http://www.w3.org/2005/08/addressing}To")
    (signature,) = root.iter(f"{{{_DS}}}Signature")
    context = xmlsec.SignatureContext()
    context.register_id(to, "Id", id_ns=_WSU)
    private = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context.key = xmlsec.Key.from_memory(private, xmlsec.constants.KeyDataFormatPem)
    context.sign(signature)
    return etree.tostring(root)
