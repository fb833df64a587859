"""What callers of the admin side say, read: each function takes the named value, or raises BadRequestError."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

from infra.dian_simulator import nit as nits
from infra.dian_simulator.clock import BOGOTA
from infra.dian_simulator.errors import BadRequestError
from infra.dian_simulator.numbering import OTHERS, Wish

Given = Mapping[str, Any]
_ALIASES = {"from": "from_number", "to": "to_number"}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST_SECONDS = 10**9


def known(said: Given, allowed: Collection[str]) -> None:
    if unknown := set(said) - set(allowed):
        raise BadRequestError(
            f"Unknown: {', '.join(sorted(unknown))}; known are {', '.join(sorted(allowed))}.",
            "El formulario trae un campo desconocido.",
        )


def wish(said: Given, also: Collection[str] = ()) -> Wish:
    """The fields of a range; others than these and `also` are unknown."""
    known(said, {*_RANGE_FIELDS, *also})
    read = {name: _RANGE_FIELDS[name](value, name) for name, value in said.items() if name in _RANGE_FIELDS}
    return Wish(**{_ALIASES.get(name, name): value for name, value in read.items()})


def nit(text: str) -> str:
    """Without check digit."""
    try:
        return nits.plain(text)
    except ValueError as error:
        es = "Eso no es un NIT: son de 6 a 10 dígitos, con o sin el de verificación."
        raise BadRequestError(f"Not a NIT: {error}.", es) from error


def software(said: Given) -> str:
    """OTHERS, or a code in lower case; "" if nothing was said."""
    value = said.get("software", "")
    code = value.lower() if isinstance(value, str) else None
    if code is None or not (code in ("", OTHERS) or _UUID.fullmatch(code)):
        raise BadRequestError(
            f"software must be {OTHERS} or the UUID of a software of the provider.",
            "El software debe ser el código (UUID) de uno del proveedor.",
        )
    return code


def flag(said: Given, name: str, *, default: bool = False) -> bool:
    value = said.get(name, default)
    if not isinstance(value, bool):
        raise BadRequestError(f"{name} must be true or false.", "El formulario trae un valor que no se entiende.")
    return value


def instant(value: Any) -> datetime:
    """A time without offset is Bogotá's."""
    try:
        read = datetime.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise BadRequestError(
            "now must be a time like 2026-11-24T15:30:00-05:00.",
            "La hora debe escribirse como 2026-11-24T15:30:00-05:00.",
        ) from error
    return read if read.tzinfo else read.replace(tzinfo=BOGOTA)


def number(value: Any, name: str, *, least: float = -_MOST_SECONDS, most: float = _MOST_SECONDS) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        bounds = "" if least == -_MOST_SECONDS else f" from {least:g} to {most:g}"
        raise BadRequestError(
            f"{name} must be a number of seconds{bounds}.", "Los segundos deben ser un número, y no tan grande."
        )
    return value


def whole(value: Any, name: str, *, least: int = 1, most: int = 10**15) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadRequestError(
            f"{name} must be a whole number from {least} to {most}.",
            f"{_NAMES_ES.get(name, name)} debe ser un número entero de {least} a {most}.",
        )
    return value


def _matching(pattern: str, meaning: str, es: str) -> Callable[[Any, str], str]:
    def read(value: Any, name: str) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise BadRequestError(f"{name} must be {meaning}.", f"{_NAMES_ES[name]} debe ser {es}.")
        return value

    return read


def _day(value: Any, name: str) -> date:
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise BadRequestError(
            f"{name} must be a date like 2026-11-24.", f"{_NAMES_ES[name]} debe ser una fecha como 2026-11-24."
        ) from error


_RANGE_FIELDS: dict[str, Callable[[Any, str], Any]] = {
    "resolution": _matching(r"[0-9]{11,14}", "11 to 14 digits", "de 11 a 14 dígitos"),
    "prefix": _matching(
        r"[A-Z0-9]{0,4}", "at most 4 capital letters or digits", "de máximo 4 letras mayúsculas o dígitos"
    ),
    "from": whole,
    "to": whole,
    "valid_from": _day,
    "valid_to": _day,
    "kind": _matching("dse|invoice", "dse or invoice", "documento soporte o factura"),
}
_NAMES_ES = {
    "resolution": "La resolución",
    "prefix": "El prefijo",
    "from": "El número desde",
    "to": "El número hasta",
    "valid_from": "La fecha desde",
    "valid_to": "La fecha hasta",
    "kind": "El tipo",
    "count": "La cantidad",
    "status": "El estado HTTP",
}
