"""What a ready company holds ends one day: its grant, its range. Who is told, from when on, and in which words.

From the moment on at which a renewal would not take it any more (`begin.GOOD_FOR`, `Look.wanted`): who is told can act.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from domain.fields import BOGOTA
from domain.numbering import RENEWAL_MARGIN
from domain.texts_es import ACT_PATHS, ACTS, ENDINGS, ENDS, MONTHS, OPERATORS_TOLD
from domain.values import Value


class What(StrEnum):
    GRANT = "grant"
    RANGE = "range"


class Ending(Value):
    what: What
    ends_on: date
    """The last day: of a range as DIAN counts it (UTC), of a grant in Bogotá."""


class Expiry(Ending):
    """One company's."""

    nit: str
    name: str
    resolution: str = ""
    prefix: str = ""
    """Both of a range only."""


def soon(now: datetime) -> datetime:
    """What ends before this moment is to be told now."""
    return now + RENEWAL_MARGIN


def subject(each: Expiry, now: datetime) -> str:
    return ENDINGS[each.what][0].format(**_words(each, now))


def body(each: Expiry, now: datetime, provider: str, software: str) -> str:
    """The company's mail: what ends, and what to do; for a range with DIAN's menu paths."""
    lines = [f"Hola, {each.name} (NIT {each.nit}):", ""]
    lines += [sentence.format(**_words(each, now), provider=provider) for sentence in ENDINGS[each.what][1:]]
    if each.what == What.RANGE:
        paths = {act: ACT_PATHS[act].format(provider=provider, software=software) for act in ("request", "associate")}
        lines += ["", "En la página de la DIAN:", *(f"{ACTS[act]}: {path}" for act, path in paths.items())]
    return "\n".join([*lines, "", provider])


def operators_subject(told: Sequence[Expiry]) -> str:
    return OPERATORS_TOLD["subject"].format(count=len(told))


def operators_body(told: Sequence[Expiry], now: datetime) -> str:
    """One mail about all of them, a line each that begins with the NIT."""
    line = OPERATORS_TOLD["line"]
    lines = [line.format(nit=each.nit, name=each.name, **_words(each, now)) for each in told]
    return "\n".join([OPERATORS_TOLD["opening"], "", *lines, "", OPERATORS_TOLD["what_to_do"]])


def _words(each: Expiry, now: datetime) -> dict[str, str]:
    day, over = each.ends_on, each.ends_on < now.astimezone(BOGOTA).date()
    numbers = {"resolution": each.resolution, "prefix": each.prefix}
    return {
        **numbers,
        "what": ENDS[each.what].format(**numbers),
        "ends": "venció" if over else "vence",
        "day": f"{day.day} de {MONTHS[day.month - 1]} de {day.year}",
    }
