"""What DIAN knows: acts, authorised ranges, the software they are bound to, and every call. One SQLite file.

An association is what authorises a provider for a company: no range of the company ever bound means 401.
"""

import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from infra.dian_simulator import nit as nits

_SCHEMA = """
CREATE TABLE IF NOT EXISTS act (at TEXT NOT NULL, nit TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS range (
    id INTEGER PRIMARY KEY, nit TEXT NOT NULL, resolution TEXT NOT NULL, prefix TEXT NOT NULL,
    resolution_date TEXT NOT NULL, from_number INTEGER NOT NULL, to_number INTEGER NOT NULL,
    valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, technical_key TEXT NOT NULL, software TEXT NOT NULL,
    UNIQUE (nit, resolution, prefix));
CREATE TABLE IF NOT EXISTS call (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, account_code TEXT NOT NULL, account_code_t TEXT NOT NULL,
    software_code TEXT NOT NULL, code TEXT NOT NULL);
"""
_YEAR = timedelta(days=365)


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
        return self.valid_from <= today <= self.valid_to


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


_COLUMNS = ", ".join(field.name for field in fields(NumberRange))
_CALL = "at, account_code, account_code_t, software_code, code"


class RefusedError(Exception):
    """An act that DIAN would not allow; the message is a sentence for whoever asked."""


class Registry:
    """One provider with one software, and the companies that choose it."""

    def __init__(self, file: Path, provider: str, software: str, *, sample: bool) -> None:
        self._provider, self._software, self._sample = provider, software.lower(), sample
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    def enable(self, company: str, now: datetime) -> None:
        self._acted(company, "enable", now)

    def enabled(self, company: str) -> bool:
        found = self._db.execute("SELECT 1 FROM act WHERE nit = ? AND name = 'enable'", [company])
        return found.fetchone() is not None

    def request(self, company: str, wish: Wish, now: datetime) -> NumberRange:
        """An authorised range. Naming a known resolution and prefix changes that range (so a test can let one
        expire under a running company); asking again for what is there in date gives it back."""
        today, known = now.date(), self.ranges(company)
        wanted = replace(wish, kind=wish.kind or "dse")
        named = next((each for each in known if wish.names(each)), None)
        there = next((each for each in known if wanted.fits(each) and each.in_date(today)), None)
        if named is None and there is not None:
            return there
        made = _changed(named, wish) if named else self._new(wanted, today, len(known))
        if made.from_number > made.to_number or made.valid_from > made.valid_to:
            raise RefusedError("The range ends before it begins.")
        self._save(company, made)
        self._acted(company, "request", now)
        return made

    def associate(self, company: str, wish: Wish, now: datetime) -> list[NumberRange]:
        """Binds the authorised ranges that fit, all unless named, to the provider's software."""
        fitting = [each for each in self.ranges(company) if wish.fits(each)]
        if not fitting:
            raise RefusedError(f"NIT {company} has no such authorised range to associate: request it first.")
        bound = [replace(each, software=self._software) for each in fitting]
        for each in bound:
            self._save(company, each)
        self._acted(company, "associate", now)
        return bound

    def ranges(self, company: str) -> list[NumberRange]:
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM range WHERE nit = ? ORDER BY id", [company])  # noqa: S608
        return [_read(row) for row in rows]

    def answer(self, caller: str, asked: Question, today: date) -> tuple[str, str, list[NumberRange]]:
        """DIAN's code, words and list for a caller known by the digits in its certificate."""
        company, provider, software = asked.account_code, asked.account_code_t, asked.software_code
        if not caller:
            return "89", "NIT de la empresa no informado en el certificado.", []
        if not nits.belongs_to(caller, provider):
            sentence = "del certificado no autorizado para consultar rangos de numeración asociados del NIT"
            return "401", f"NIT: {caller} {sentence}: {provider}", []
        if provider != self._provider or software.lower() != self._software:
            return "303", f"El código del software no corresponde al NIT: {provider}.", []
        ranges = self.ranges(company)
        if not any(each.software for each in ranges):
            sentence = "no autorizado para consultar rangos de numeración del NIT"
            return "401", f"NIT: {caller} {sentence}: {company}", []
        ranges = [each for each in ranges if each.in_date(today)]
        if not ranges:
            return "301", f"No fue encontrado ningún rango de numeración para el NIT: {company}.", []
        ranges = [each for each in ranges if each.software == self._software]
        if not ranges:
            return "302", f"No registra prefijos asociados al código de software: {software}.", []
        return "100", "Acción completada OK.", [*self._samples(today), *ranges]

    def remember(self, now: datetime, asked: Question, code: str) -> None:
        row = (now.isoformat(), asked.account_code, asked.account_code_t, asked.software_code, code)
        self._db.execute(f"INSERT INTO call ({_CALL}) VALUES (?, ?, ?, ?, ?)", row)  # noqa: S608

    def calls(self) -> list[dict[str, str]]:
        rows = self._db.execute(f"SELECT {_CALL} FROM call ORDER BY id")  # noqa: S608
        keys = ("at", "accountCode", "accountCodeT", "softwareCode", "code")
        return [dict(zip(keys, row, strict=True)) for row in rows]

    def _samples(self, today: date) -> Iterable[NumberRange]:
        if self._sample:
            first, last = date(today.year, 1, 1), date(today.year, 12, 31)
            yield NumberRange("18760000001", "SEDS", first, 984_000_000, 985_000_000, first, last)

    def _new(self, wish: Wish, today: date, ordinal: int) -> NumberRange:
        """A plausible range: a 14-digit resolution that nobody has, a prefix of letters, valid for a year."""
        (serial,) = self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM range").fetchone()
        prefix = "DS" + chr(ord("A") + ordinal // 26 % 26) * (ordinal >= 26) + chr(ord("A") + ordinal % 26)
        first = wish.valid_from or min(today, wish.valid_to or today)
        last = first + min(_YEAR, date.max - first)
        return _changed(NumberRange(f"18764{serial:09d}", prefix, today, 1, 5_000_000, first, last), wish)

    def _save(self, company: str, each: NumberRange) -> None:
        names = [field.name for field in fields(each)]
        marks, changed = ", ".join("?" * len(names)), ", ".join(f"{name} = excluded.{name}" for name in names)
        values = [str(value) if isinstance(value, date) else value for value in astuple(each)]
        self._db.execute(
            f"INSERT INTO range (nit, {_COLUMNS}) VALUES (?, {marks})"  # noqa: S608
            f" ON CONFLICT (nit, resolution, prefix) DO UPDATE SET {changed}",
            [company, *values],
        )

    def _acted(self, company: str, name: str, now: datetime) -> None:
        self._db.execute("INSERT INTO act (at, nit, name) VALUES (?, ?, ?)", [now.isoformat(), company, name])


def _read(row: Iterable[Any]) -> NumberRange:
    resolution, prefix, resolved, first, last, valid_from, valid_to, key, software = row
    day = date.fromisoformat
    return NumberRange(resolution, prefix, day(resolved), first, last, day(valid_from), day(valid_to), key, software)


def _changed(each: NumberRange, wish: Wish) -> NumberRange:
    said = {name: value for name, value in vars(wish).items() if value is not None and name != "kind"}
    if wish.kind is not None and wish.kind != each.kind:
        said["technical_key"] = secrets.token_hex(20) if wish.kind == "invoice" else ""
    return replace(each, **said)
