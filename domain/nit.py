"""The NIT, a Colombian taxpayer's number, and its check digit (DIAN, Orden Administrativa 4 of 1989)."""

import re

from domain.reasons import Code, Refusal

WEIGHTS = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)
_SHAPE = re.compile(r"(?P<number>[0-9]{6,10})-(?P<digit>[0-9])")


def check_digit(number: str) -> int:
    """The check digit of a NIT given without it, as digits only."""
    total = sum(int(digit) * weight for digit, weight in zip(reversed(number), WEIGHTS, strict=False)) % 11
    return total if total < 2 else 11 - total


def parse_nit(text: str) -> str:
    """The NIT as `900123456-8`, from text with or without thousands dots.

    Raises Refusal: `nit_format`, `nit_check_digit_missing` or `nit_check_digit` (the right digit is named).
    """
    compact = re.sub(r"(?<=\d)\.(?=\d{3}(\D|$))|\s", "", text)
    if re.fullmatch(r"[0-9]{6,10}", compact):
        raise Refusal(Code.NIT_CHECK_DIGIT_MISSING, given=compact, right=f"{compact}-{check_digit(compact)}")
    match = _SHAPE.fullmatch(compact)
    if match is None:
        raise Refusal(Code.NIT_FORMAT)
    number, digit = match["number"], int(match["digit"])
    if digit != check_digit(number):
        raise Refusal(Code.NIT_CHECK_DIGIT, given=compact, right=f"{number}-{check_digit(number)}")
    return compact


def without_check_digit(nit: str) -> str:
    """The NIT as DIAN's web service wants it: no check digit."""
    return nit.partition("-")[0]
