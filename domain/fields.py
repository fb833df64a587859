"""Reading lenient fields: each reader gives the value, or notes what is wrong with its field."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

from domain.reasons import Code, FieldError, Refusal

BOGOTA = timezone(timedelta(hours=-5), "America/Bogota")
"""UTC−5 all year (a fixed offset, so that no time zone database can change a replay)."""
_TRUE, _FALSE = frozenset({"true", "1", "yes", "si", "sí"}), frozenset({"false", "0", "no"})
_DURATION = re.compile(r"P(?:(?P<days>[0-9]{1,3})D)?(?:T(?P<hours>[0-9]{1,4})H)?")
_SKEW = timedelta(minutes=5)
_UNPRINTABLE = re.compile(r"[^ -~\u00a1-\u00ac\u00ae-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20ac\u2116\u2122]")
"""What isn't Latin writing: RUT and every Colombian identity document are in it, and a letter with an empty box for an
emoji, or with numbers moved about by right-to-left text, must not be signed."""


def one_line(given: str | None) -> str:
    """As it is compared and printed: single blanks, and one form for what can be typed in two (`ñ`)."""
    return " ".join(unicodedata.normalize("NFC", given or "").split())


def unprintable(text: str) -> str:
    """The first sign that the letter can't print, or none."""
    found = _UNPRINTABLE.search(text)
    return found.group() if found else ""


class Fields:
    """Collects every field error, so that all are told at once."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def wrong(self, field: str, code: Code, **values: object) -> None:
        self.errors.append(FieldError.of(field, code, **values))

    def text(self, field: str, given: str | None, longest: int, *, required: bool = True, printed: bool = False) -> str:
        value = one_line(given)
        if required and not value:
            self.wrong(field, Code.REQUIRED)
        elif len(value) > longest or not value.isprintable():
            self.wrong(field, Code.TOO_LONG, right=longest)
        elif printed and (sign := unprintable(value)):
            self.wrong(field, Code.UNPRINTABLE, given=sign)
        return value

    def choice(self, field: str, given: str | None, choices: tuple[str, ...]) -> str:
        value = (given or "").strip()
        if value not in choices:
            self.wrong(field, Code.CHOICE, right=", ".join(choices))
        return value

    def flag(self, field: str, given: str | None, *, default: bool | None = None) -> bool:
        value = (given or "").lower()
        if not value and default is not None:
            return default
        if not value:
            self.wrong(field, Code.REQUIRED)
        elif value not in _TRUE | _FALSE:
            self.wrong(field, Code.BOOLEAN_FORMAT)
        return value in _TRUE

    def whole_number(self, field: str, given: str | None) -> int:
        value = (given or "").strip().removesuffix(".0")
        if not value:
            self.wrong(field, Code.REQUIRED)
        elif not (value.isascii() and value.isdigit() and len(value) <= 12 and int(value) > 0):
            self.wrong(field, Code.NUMBER_FORMAT)
        else:
            return int(value)
        return 0

    def past(self, field: str, given: str | None, now: datetime) -> datetime:
        """A moment not after `now` (a little clock skew apart); `now` where none is given."""
        if not given:
            return now
        moment = parse_time(given)
        if moment is None:
            self.wrong(field, Code.TIME_FORMAT)
            return now
        if moment > now + _SKEW:
            self.wrong(field, Code.TIME_IN_FUTURE)
        return moment

    def future(self, field: str, given: str | None, now: datetime, begin: datetime, longest: timedelta) -> datetime:
        """A moment after `now`, given as such or as the time from `begin` until then; at most so far ahead."""
        if not given:
            self.wrong(field, Code.REQUIRED)
            return now
        ahead = parse_duration(given)
        moment = begin + ahead if ahead is not None else parse_time(given)
        if moment is None:
            self.wrong(field, Code.TIME_FORMAT)
            return now
        if moment <= now:
            self.wrong(field, Code.TIME_IN_PAST)
        elif moment > now + longest:
            self.wrong(field, Code.TIME_TOO_FAR, right=longest.days)
        return moment

    def refuse_if_wrong(self) -> None:
        """Raises Refusal `invalid_fields` with every error collected."""
        if self.errors:
            raise Refusal(Code.INVALID_FIELDS, fields=self.errors)


def bogota(moment: datetime) -> str:
    """As people read it: Bogotá's date and time, to the minute."""
    return moment.astimezone(BOGOTA).isoformat(" ", "minutes")[:16]  # strftime imports at each call


def parse_duration(text: str) -> timedelta | None:
    """An ISO 8601 duration of days and hours, like P5D or PT36H."""
    found = _DURATION.fullmatch(text.strip().upper())
    if found is None or text.strip().upper() in ("P", "PT"):
        return None
    return timedelta(days=int(found["days"] or 0), hours=int(found["hours"] or 0))


def parse_time(text: str) -> datetime | None:
    """An ISO 8601 moment in UTC; without offset it is Bogotá time."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=BOGOTA)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
