"""The legal representative and the company's contact; what is wrong with their data is told field by field."""

import re
from collections.abc import Mapping

from domain.fields import one_line, unprintable
from domain.reasons import Code, FieldError
from domain.values import Value

DOCUMENT_TYPES = {
    "13": "Cédula de ciudadanía",
    "22": "Cédula de extranjería",
    "41": "Pasaporte",
    "47": "PEP",
    "48": "PPT",
}
_DOCUMENT_NUMBER = {
    "13": r"[0-9]{6,8}|[0-9]{10}",
    "22": r"[0-9]{6,7}",
    "41": r"[A-Z0-9]{5,16}",
    "47": r"[0-9]{15}",
    "48": r"[0-9]{6,8}",
}
_EMAIL = re.compile(r"[^@\s,;<>\"()\[\]\\]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")
_MOBILE = re.compile(r"3[0-9]{9}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
MAX_LENGTH = {"first_names": 60, "last_names": 60, "place_of_issue": 60, "address": 120, "position": 60, "email": 120}
MAX_NAME = 160
_PRINTED = ("first_names", "last_names", "place_of_issue", "position")


class Contact(Value):
    """Who is written to about the onboarding."""

    name: str = ""
    email: str = ""
    mobile: str = ""


class Representative(Value):
    """The legal representative, complete and valid; every field is required (wizard step 2 a)."""

    first_names: str
    last_names: str
    document_type: str
    document_number: str
    place_of_issue: str
    email: str
    mobile: str
    address: str
    municipality: str
    """DANE code, 5 digits."""
    position: str

    @property
    def full_name(self) -> str:
        return f"{self.first_names} {self.last_names}"

    @property
    def printed(self) -> tuple[str, ...]:
        """What the letter prints of them: only a change here voids a letter."""
        return (
            *(self.full_name, self.document_type, self.document_number),
            *(self.place_of_issue, self.position, self.municipality),
        )


FIELDS = tuple(Representative.model_fields)


def email_error(field: str, email: str) -> FieldError | None:
    return None if _EMAIL.fullmatch(email) and len(email) <= 120 else FieldError.of(field, Code.EMAIL_FORMAT)


def mobile_error(field: str, mobile: str) -> FieldError | None:
    return None if _MOBILE.fullmatch(plain_number(mobile)) else FieldError.of(field, Code.MOBILE_FORMAT)


def plain_number(text: str) -> str:
    """A number as people type it, without dots, dashes, blanks, and without Colombia's +57."""
    return re.sub(r"[.\s-]", "", text).removeprefix("+57").upper()


def representative(given: Mapping[str, str | None]) -> Representative | tuple[FieldError, ...]:
    """The representative, or every bad field at once."""
    values = {name: one_line(given.get(name)) for name in FIELDS}
    values["document_number"] = plain_number(values["document_number"])
    values["mobile"] = plain_number(values["mobile"])
    errors = [error for name in FIELDS if (error := _field_error(name, values)) is not None]
    return tuple(errors) or Representative(**values)


def _field_error(name: str, values: Mapping[str, str]) -> FieldError | None:
    value = values[name]
    if not value:
        return FieldError.of(name, Code.REQUIRED)
    if len(value) > MAX_LENGTH.get(name, 40) or _CONTROL.search(value):
        return FieldError.of(name, Code.TOO_LONG, right=MAX_LENGTH.get(name, 40))
    if name in _PRINTED and (sign := unprintable(value)):
        return FieldError.of(name, Code.UNPRINTABLE, given=sign)
    match name:
        case "email":
            return email_error(name, value)
        case "mobile":
            return mobile_error(name, value)
        case "document_type" if value not in DOCUMENT_TYPES:
            return FieldError.of(name, Code.DOCUMENT_TYPE, right=", ".join(DOCUMENT_TYPES))
        case "document_number" if (shape := _DOCUMENT_NUMBER.get(values["document_type"])) is not None:
            return None if re.fullmatch(shape, value) else FieldError.of(name, Code.DOCUMENT_NUMBER)
        case "municipality" if not re.fullmatch(r"[0-9]{5}", value):
            return FieldError.of(name, Code.MUNICIPALITY_CODE)
        case _:
            return None
