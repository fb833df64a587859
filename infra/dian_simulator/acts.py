"""The three acts that a person performs at DIAN for a company, and what DIAN wants before each.

By default an act takes effect at once, whatever came before it and whatever the clock. A strict simulator
wants what DIAN wants: enabled before a resolution is requested; synchronised to production, and the range in
date and authorised for three hours, before it is offered for association.
"""

from datetime import datetime, timedelta

from infra.dian_simulator import given
from infra.dian_simulator.clock import BOGOTA, Clock
from infra.dian_simulator.errors import RefusedError
from infra.dian_simulator.given import Given
from infra.dian_simulator.numbering import NumberRange
from infra.dian_simulator.registry import Registry

OFFERED_AFTER = timedelta(hours=3)
_PRODUCTION_DIGITS = 14


class Acts:
    """Performs an act with what was said of it. Raises RefusedError, BadRequestError."""

    NAMES = ("enable", "request", "associate")

    def __init__(self, registry: Registry, clock: Clock, *, strict: bool) -> None:
        self._registry, self._clock, self.strict = registry, clock, strict

    def perform(self, company: str, act: str, said: Given) -> list[NumberRange]:
        """The ranges that it touched."""
        match act:
            case "enable":
                return self._enable(company, said)
            case "request":
                return self._request(company, said)
            case _:
                return self._associate(company, said)

    def _enable(self, company: str, said: Given) -> list[NumberRange]:
        given.wish(said, {"synchronise"})
        self._registry.enable(company, self._clock.now(), synchronise=given.flag(said, "synchronise", default=True))
        return self._registry.ranges(company)

    def _request(self, company: str, said: Given) -> list[NumberRange]:
        wish = given.wish(said)
        if self.strict:
            self._must_be_registered(company)
            if wish.resolution is not None and len(wish.resolution) != _PRODUCTION_DIGITS:
                raise RefusedError(
                    "DIAN's resolutions have 14 digits.", "Las resoluciones de la DIAN tienen 14 dígitos."
                )
        return [self._registry.request(company, wish, self._clock.now())]

    def _associate(self, company: str, said: Given) -> list[NumberRange]:
        undo, software = given.flag(said, "undo"), given.software(said)
        wish, now = given.wish(said, {"undo", "software"}), self._clock.now()
        if undo:
            return self._registry.dissociate(company, wish, now)
        bound_to = software or self._registry.software
        ranges = self._registry.to_associate(company, wish, bound_to)
        if self.strict:
            self._must_be_in_production(company)
            ranges = self._offered(company, ranges, bound_to, now)
        return self._registry.associate(company, ranges, bound_to, now)

    def _must_be_registered(self, company: str) -> None:
        if not self._registry.registered(company):
            raise RefusedError(
                f"NIT {company} is not enabled for documento soporte: enable it first.",
                "La empresa no está habilitada para documento soporte: primero habilítala.",
            )

    def _must_be_in_production(self, company: str) -> None:
        self._must_be_registered(company)
        if not self._registry.enabled(company):
            raise RefusedError(
                f"NIT {company} is not synchronised to production: DIAN offers no software.",
                "Falta «Sincronizar a Producción»: sin ese paso la DIAN no ofrece el software.",
            )

    def _offered(self, company: str, ranges: list[NumberRange], software: str, now: datetime) -> list[NumberRange]:
        """What DIAN's menu lists; what is bound already stays so. Raises RefusedError if nothing is left."""
        in_date = [each for each in ranges if each.in_date(now.date())]
        if not in_date:
            raise RefusedError(
                f"NIT {company} has no such range in date.", "La empresa no tiene un rango así que esté vigente."
            )
        since = {each: self._registry.definitive_since(company, each) or now - OFFERED_AFTER for each in in_date}
        offered = [each for each in in_date if each.software == software or now >= since[each] + OFFERED_AFTER]
        if not offered:
            first = min(since.values()) + OFFERED_AFTER
            local = f"{first.astimezone(BOGOTA):%Y-%m-%d %H:%M:%S}"
            raise RefusedError(
                f"DIAN offers a range for association 3 hours after its resolution: from {local} in Bogotá.",
                f"La DIAN ofrece un rango para asociarlo 3 horas después de su resolución: desde {local}.",
            )
        return offered
