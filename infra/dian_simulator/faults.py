"""The ways in which DIAN fails: one table of them, and those that are switched on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from infra.dian_simulator import delivery, given, instead
from infra.dian_simulator.delivery import Delivery
from infra.dian_simulator.errors import BadRequestError
from infra.dian_simulator.given import Given
from infra.dian_simulator.instead import Instead
from infra.dian_simulator.numbering import Question
from infra.dian_simulator.wire import CONTENT_TYPE, Reply

SLOW_SECONDS = 2.0
"""How long what takes time takes, unless `seconds` says it."""
FOREVER = "forever"
_MOST_SECONDS = 3600
_CONTENT_TYPES = {".html": "text/html", ".json": "application/json"}


@dataclass(frozen=True)
class Kind:
    """A row of the table: what is said, how it is sent, and what the page calls it."""

    es: str
    instead: Instead = instead.right
    deliver: Delivery = delivery.whole
    takes_time: bool = False


_remembered = instead.right_but_remembered_as
KINDS = {
    "timeout": Kind("No contesta nada", _remembered("timeout"), delivery.never),
    "http_500_fault": Kind("HTTP 500 con un error SOAP interno", instead.internal_fault),
    "html_200": Kind("Página de mantenimiento con HTTP 200", instead.html(200)),
    "html_503": Kind("Página de mantenimiento con HTTP 503", instead.html(503)),
    "truncated": Kind("La respuesta, cortada por la mitad", instead.truncated),
    "slow": Kind("La respuesta, en pedazos", deliver=delivery.in_pieces, takes_time=True),
    "reset": Kind("Corta la conexión sin contestar", _remembered("reset"), delivery.reset),
    "cut": Kind("Corta la conexión en medio de la respuesta", _remembered("cut"), delivery.half_then_reset),
    "code_500": Kind("Código 500 en la respuesta", instead.code_500),
    "invalid_security": Kind("InvalidSecurity: sobre, reloj o certificado", instead.invalid_security),
    "empty": Kind("HTTP 200 sin contenido", instead.empty),
    "latency": Kind("La respuesta, tarde", deliver=delivery.late, takes_time=True),
    "hang": Kind("Empieza a contestar y se queda callada", _remembered("hang"), delivery.only_headers),
    "drip": Kind("La respuesta, byte por byte", deliver=delivery.byte_by_byte, takes_time=True),
    "commit_then_timeout": Kind("Atiende la consulta, pero no contesta", deliver=delivery.never),
    "wrong_charset": Kind("Latin-1 que dice ser UTF-8", instead.wrong_charset),
    "bom": Kind("La respuesta, con BOM", instead.with_bom),
    "gzip": Kind("La respuesta, comprimida", instead.gzipped),
    "huge": Kind("La respuesta, con 11 MB de espacios", instead.huge),
    "entity_bomb": Kind("XML con entidades que se multiplican", instead.entity_bomb),
    "json": Kind("JSON en vez de XML", instead.as_json),
    "redirect": Kind("HTTP 302 hacia otra página", instead.redirect),
    "soap11_fault": Kind("HTTP 500 con un error de SOAP 1.1", instead.soap_11_fault),
    "code_89": Kind("Código 89: certificado sin NIT", instead.code_89),
    "code_303": Kind("Código 303: el software no es del proveedor", instead.code_303),
    "code_401_certificate": Kind("Código 401: el certificado es de otro NIT", instead.code_401_certificate),
    "unknown_code": Kind("Código 999, que nadie conoce", instead.unknown_code),
    "certificate_expired": Kind("Certificado vencido (InvalidSecurity)", instead.invalid_security),
    "certificate_revoked": Kind("Certificado revocado (InvalidSecurity)", instead.invalid_security),
    "certificate_untrusted": Kind("Certificado sin confianza (InvalidSecurity)", instead.invalid_security),
    "answer": Kind("Un archivo de la carpeta de respuestas"),
}


@dataclass(frozen=True)
class Fault:
    """One that is switched on, with what was said of it."""

    name: str
    nit: str = ""
    """Only for calls about this company; "" for all."""
    seconds: float | None = None
    replayed: Reply | None = None

    def disturb(self, reply: Reply, asked: Question, now: datetime) -> Reply:
        """What is said instead of the right reply."""
        return self.replayed or KINDS[self.name].instead(reply, asked, now)

    async def deliver(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        seconds = SLOW_SECONDS if self.seconds is None else self.seconds
        return await KINDS[self.name].deliver(request, reply, seconds)


class Faults:
    """What shall go wrong. Counted ones come first, in the order in which they were switched on; when none
    of them is left for a call, the latest that is on forever comes."""

    NAMES = tuple(KINDS)

    def __init__(self, answers: Path | None = None) -> None:
        self._answers = answers
        self._on: list[tuple[Fault, int | None]] = []  # None: forever

    def switch(self, said: Given) -> None:
        """`{name, count?, nit?, seconds?, file?, status?}`: on for the next `count` calls or forever; nought
        calls off what is left of that name (and company, if one is named). Raises BadRequestError."""
        given.known(said, ("name", "count", "nit", "seconds", "file", "status"))
        name, count = said.get("name"), said.get("count", 1)
        if not isinstance(name, str) or name not in KINDS:
            sentence = f"There is no such fault; there are {', '.join(self.NAMES)}."
            raise BadRequestError(sentence, "Esa falla no existe.")
        times = None if count == FOREVER else given.whole(count, "count", least=0, most=100_000)
        nit = given.nit(str(said["nit"])) if "nit" in said else ""
        if times == 0:
            self._on = [(each, left) for each, left in self._on if each.name != name or nit not in ("", each.nit)]
        else:
            self._on.append((Fault(name, nit, _seconds(name, said), self._replayed(name, said)), times))

    def next(self, nit: str) -> Fault | None:
        """The one for a call about this company, which it uses up once."""
        fitting = [place for place, (each, _) in enumerate(self._on) if each.nit in ("", nit)]
        counted = [place for place in fitting if self._on[place][1] is not None]
        if not fitting:
            return None
        fault, left = self._on[place := counted[0] if counted else fitting[-1]]
        if left is not None:
            self._on[place : place + 1] = [(fault, left - 1)] if left > 1 else []
        return fault

    def left(self) -> dict[str, Any]:
        """How often each name is still to come, or FOREVER."""
        counts: dict[str, Any] = {}
        for each, left in self._on:
            before = counts.get(each.name, 0)
            counts[each.name] = FOREVER if left is None or before == FOREVER else before + left
        return counts

    def on(self) -> list[tuple[Fault, int | None]]:
        """Each that is on, with how often it is still to come; None for ever."""
        return list(self._on)

    def files(self) -> list[str]:
        """The names that the fault `answer` takes."""
        return sorted(each.name for each in self._found())

    def _found(self) -> Iterator[Path]:
        return (each for each in self._answers.iterdir() if each.is_file()) if self._answers else iter(())

    def _replayed(self, name: str, said: Given) -> Reply | None:
        if name != "answer":
            if "file" in said or "status" in said:
                sentence = "file and status are for the fault answer."
                raise BadRequestError(sentence, "El archivo y el estado HTTP son de la falla «answer».")
            return None
        found = next((each for each in self._found() if each.name == said.get("file")), None)
        if found is None:
            raise BadRequestError(
                "file must name one of the folder that --answers names.",
                "Elige un archivo de la carpeta de respuestas.",
            )
        status = given.whole(said.get("status", 200), "status", least=200, most=599)
        return Reply(status, found.read_bytes(), found.name, _CONTENT_TYPES.get(found.suffix, CONTENT_TYPE))


def _seconds(name: str, said: Given) -> float | None:
    if "seconds" not in said:
        return None
    if not KINDS[name].takes_time:
        timed = ", ".join(each for each, kind in KINDS.items() if kind.takes_time)
        raise BadRequestError(f"seconds is for the faults {timed}.", f"Los segundos son de las fallas {timed}.")
    return given.number(said["seconds"], "seconds", least=0, most=_MOST_SECONDS)
