"""DIAN's nouns: the question that is asked, an authorised range, and what an act's caller says of one."""

from dataclasses import dataclass, fields
from datetime import date

OTHERS = "other"
"""Stands for the software of another provider: what it is called there never matters here."""


@dataclass(frozen=True)
class Question:
    """The arguments of GetNumberingRange."""

    account_code: str
    account_code_t: str
    software_code: str


@dataclass(frozen=True)
class NumberRange:
    """An authorised range: without technical key for documentos soporte, without software not bound."""

    resolution: str
    prefix: str
    resolution_date: date
    from_number: int
    to_number: int
    valid_from: date
    valid_to: date
    technical_key: str = ""
    software: str = ""

    @property
    def kind(self) -> str:
        return "invoice" if self.technical_key else "dse"

    def in_date(self, today: date) -> bool:
        """On a UTC date: DIAN's."""
        return self.valid_from <= today <= self.valid_to

    def bound_elsewhere(self, software: str) -> bool:
        """Is it bound to a provider that this software is not of?"""
        return bool(self.software) and (self.software == OTHERS) != (software == OTHERS)


@dataclass(frozen=True)
class Wish:
    """What an act's caller said of a range; None where they said nothing."""

    resolution: str | None = None
    prefix: str | None = None
    from_number: int | None = None
    to_number: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    kind: str | None = None

    def fits(self, each: NumberRange) -> bool:
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return all(value is None or value == getattr(each, name) for name, value in given.items())

    def names(self, each: NumberRange) -> bool:
        return (self.resolution, self.prefix) == (each.resolution, each.prefix)
