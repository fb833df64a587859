"""The NIT as DIAN reads it out of a certificate. Written anew: this package stands alone."""

import re

from cryptography import x509

_WEIGHTS = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)
_ATTRIBUTES = ("2.5.4.5", "1.3.6.1.4.1.23267.2.3", "1.3.6.1.4.1.31136.1.1.20.2", "2.5.4.97")
"""SERIALNUMBER, then the attributes by which Colombian certifiers name a company."""


def plain(text: str) -> str:
    """Digits without the check digit, from text with or without dots and `-d`. Raises ValueError."""
    match = re.fullmatch(r"([0-9]{6,10})(-[0-9])?", re.sub(r"[.\s]", "", text))
    if match is None:
        raise ValueError("a NIT is 6 to 10 digits, with or without its check digit")
    return match[1]


def dashed(nit: str) -> str:
    """As people write it: `900123456-8`."""
    return f"{nit}-{_check_digit(nit)}"


def of_certificate(certificate: x509.Certificate) -> str:
    """All digits of the first attribute with any, maybe with the check digit at their end; "" if none has."""
    for oid in _ATTRIBUTES:
        for attribute in certificate.subject.get_attributes_for_oid(x509.ObjectIdentifier(oid)):
            if digits := re.sub(r"[^0-9]", "", str(attribute.value)):
                return digits
    return ""


def belongs_to(digits: str, nit: str) -> bool:
    """Do a certificate's digits name this NIT, with or without its check digit?"""
    return digits == nit or (digits[:-1] == nit and digits[-1] == str(_check_digit(nit)))


def _check_digit(nit: str) -> int:
    rest = sum(int(digit) * weight for digit, weight in zip(reversed(nit), _WEIGHTS, strict=False)) % 11
    return rest if rest < 2 else 11 - rest
