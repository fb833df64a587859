"""What a ready company holds ends one day: its grant, its range. Who is told, from when on, and in which words.

From the moment on at which a renewal would not take it any more (`begin.GOOD_FOR`, `Look.wanted`): who is told can act.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from domain.fields import BOGOTA
from domain.mail_words import About, Words, act_paths, acts, date_in_words
from domain.mails_es import ALSO, EXPIRING_COMMANDS, GREETING
from domain.numbering import RENEWAL_MARGIN
from domain.texts_es import ENDINGS, ENDS, OPERATORS_TOLD
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


def words(each: Expiry, now: datetime, provider: str, software: str) -> Words:
    """To the company: what ends, and what to do; for a range with DIAN's menu paths."""
    about = About(nit=each.nit, company=each.name, provider=provider, software=software)
    subject, told, todo = (sentence.format(**_said(each, now), provider=provider) for sentence in ENDINGS[each.what])
    return Words(
        subject=subject,
        greeting=GREETING.format_map(about.model_dump()),
        told=(told,),
        todo=todo,
        ways=tuple(acts(("request", "associate"), act_paths(about))) if each.what == What.RANGE else (),
        also=(ALSO["expiring"],),
        signed=provider,
    )


def operators_words(told: Sequence[Expiry], now: datetime) -> Words:
    """One mail about all of them, a line each that begins with the NIT."""
    line = OPERATORS_TOLD["line"]
    return Words(
        subject=OPERATORS_TOLD["subject"].format(count=len(told)),
        told=(OPERATORS_TOLD["opening"],),
        lines=tuple(line.format(nit=each.nit, name=each.name, **_said(each, now)) for each in told),
        todo=OPERATORS_TOLD["what_to_do"],
        commands=EXPIRING_COMMANDS,
    )


def _said(each: Expiry, now: datetime) -> dict[str, str]:
    over = each.ends_on < now.astimezone(BOGOTA).date()
    numbers = {"resolution": each.resolution, "prefix": each.prefix}
    return {
        **numbers,
        "what": ENDS[each.what].format(**numbers),
        "ends": "venció" if over else "vence",
        "day": date_in_words(each.ends_on),
    }
