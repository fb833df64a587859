"""Client and simulator know nothing of each other's code, and agree with the referee: python-xmlsec.

That neither imports the other, the layers' check of every change holds.
"""

from datetime import timedelta

import xmlsec
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from activities.dian.certificate import Credentials
from activities.dian.envelope import envelope
from infra.dian_simulator import wire
from infra.dian_simulator.verify import DS, verify
from infra.dian_simulator.wire import WSA, WSU

from .conftest import NOW, Issue
from .signing import Signer, question
from .site import COMPANY, SOFTWARE

ENDPOINT = "https://vpfe-hab.dian.gov.co/WcfDianCustomerServices.svc"
ASKED = (ENDPOINT, COMPANY, "900999888", SOFTWARE, NOW)


def xmlsec_agrees(body: bytes, signer: Signer) -> bool:
    root = etree.fromstring(body)
    context = xmlsec.SignatureContext()
    context.register_id(next(root.iter(f"{{{WSA}}}To")), "Id", id_ns=WSU)
    pem = signer.certificate.public_bytes(Encoding.PEM)
    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatCertPem)
    try:
        context.verify(next(root.iter(f"{{{DS}}}Signature")))
    except xmlsec.Error:
        return False
    return True


def test_the_referees_envelope_and_the_clients_are_good_for_the_simulator_and_the_referee(issue: Issue) -> None:
    signer = issue({"2.5.4.5": "900999888"})
    ours = Credentials(signer.key, signer.certificate, "900999888-5")
    for body in (question(signer, *ASKED), envelope(ours, *ASKED)):
        assert xmlsec_agrees(body, signer)
        assert verify(wire.read(body), NOW + timedelta(seconds=1)) == signer.certificate


def test_what_either_signs_is_the_same_question(issue: Issue) -> None:
    signer = issue({"2.5.4.5": "900999888"})
    ours = Credentials(signer.key, signer.certificate, "900999888-5")
    one, other = (wire.read(body) for body in (question(signer, *ASKED), envelope(ours, *ASKED)))
    assert wire.question(one) == wire.question(other)
    assert wire.action(one) == wire.action(other) == wire.ACTION
    values = [
        ["".join((each.text or "").split()) for each in root.iter(f"{{{DS}}}DigestValue")] for root in (one, other)
    ]
    assert values[0] == values[1], "wsa:To is the same bytes for both"
