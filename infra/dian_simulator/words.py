"""DIAN's codes with DIAN's words: the parts of an answer that aren't the list."""

from typing import NamedTuple


class Said(NamedTuple):
    code: str
    description: str


DONE = Said("100", "Acción completada OK.")
NO_NIT_IN_CERTIFICATE = Said("89", "NIT de la empresa no informado en el certificado.")
INTERNAL = Said("500", "Ha ocurrido un error en el servicio solicitado, por favor intente mas tarde.")
UNHEARD_OF = Said("999", "Operación no disponible para el solicitante.")
"""No code of DIAN's that anyone has published."""


def foreign_certificate(caller: str, provider: str) -> Said:
    sentence = "del certificado no autorizado para consultar rangos de numeración asociados del NIT"
    return Said("401", f"NIT: {caller} {sentence}: {provider}")


def foreign_software(provider: str) -> Said:
    return Said("303", f"El código del software no corresponde al NIT: {provider}.")


def unauthorised(caller: str, company: str) -> Said:
    return Said("401", f"NIT: {caller} no autorizado para consultar rangos de numeración del NIT: {company}")


def no_range(company: str) -> Said:
    return Said("301", f"No fue encontrado ningún rango de numeración para el NIT: {company}.")


def none_bound(software: str) -> Said:
    return Said("302", f"No registra prefijos asociados al código de software: {software}.")
