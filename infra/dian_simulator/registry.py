"""What DIAN knows: acts, authorised ranges, the software they are bound to, and every call. One SQLite file.

An association is what authorises a provider for a company: no range of the company bound to any software of
the provider means 401, whatever is bound to somebody else's.
"""

import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from infra.dian_simulator import nit as nits
from infra.dian_simulator import words
from infra.dian_simulator.errors import RefusedError
from infra.dian_simulator.numbering import OTHERS, NumberRange, Question, Wish
from infra.dian_simulator.words import Said

_SCHEMA = """
CREATE TABLE IF NOT EXISTS act (at TEXT NOT NULL, nit TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS range (
    id INTEGER PRIMARY KEY, nit TEXT NOT NULL, resolution TEXT NOT NULL, prefix TEXT NOT NULL,
    resolution_date TEXT NOT NULL, from_number INTEGER NOT NULL, to_number INTEGER NOT NULL,
    valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, technical_key TEXT NOT NULL, software TEXT NOT NULL,
    UNIQUE (nit, resolution, prefix));
CREATE TABLE IF NOT EXISTS definitive (
    nit TEXT NOT NULL, resolution TEXT NOT NULL, prefix TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (nit, resolution, prefix));
CREATE TABLE IF NOT EXISTS call (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, account_code TEXT NOT NULL, account_code_t TEXT NOT NULL,
    software_code TEXT NOT NULL, code TEXT NOT NULL);
"""
_YEAR = timedelta(days=365)
_COLUMNS = ", ".join(field.name for field in fields(NumberRange))
_CALL = "at, account_code, account_code_t, software_code, code"


class Registry:
    """One provider with one software, and the companies that choose it."""

    def __init__(self, file: Path, provider: str, software: str, *, sample: bool) -> None:
        self.provider, self.software, self._sample = provider, software.lower(), sample
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    def enable(self, company: str, now: datetime, *, synchronise: bool = True) -> None:
        """Without its last click, the company is registered but not enabled."""
        if not self.registered(company):
            self._acted(company, "register", now)
        if synchronise:
            self._acted(company, "enable", now)

    def registered(self, company: str) -> bool:
        return self._has_acted(company, "register") or self.enabled(company)

    def enabled(self, company: str) -> bool:
        return self._has_acted(company, "enable")

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
            raise RefusedError("The range ends before it begins.", "El rango termina antes de empezar.")
        self._save(company, made)
        row = (company, made.resolution, made.prefix, now.isoformat())
        self._db.execute("INSERT OR IGNORE INTO definitive VALUES (?, ?, ?, ?)", row)
        self._acted(company, "request", now)
        return made

    def definitive_since(self, company: str, each: NumberRange) -> datetime | None:
        """When the range was first authorised; None for one older than this knowledge."""
        where = "nit = ? AND resolution = ? AND prefix = ?"
        found = self._db.execute(
            f"SELECT at FROM definitive WHERE {where}",  # noqa: S608
            [company, each.resolution, each.prefix],
        ).fetchone()
        return datetime.fromisoformat(found[0]) if found else None

    def to_associate(self, company: str, wish: Wish, software: str) -> list[NumberRange]:
        """The ranges that an association would bind: all that fit, but none of another provider's."""
        fitting = self._fitting(company, wish)
        ours = [each for each in fitting if not each.bound_elsewhere(software)]
        if not ours:
            raise RefusedError(
                f"NIT {company} has associated it with another provider: undo that association first.",
                "El rango está asociado con otro proveedor: primero quita esa asociación.",
            )
        return ours

    def associate(self, company: str, ranges: Sequence[NumberRange], software: str, now: datetime) -> list[NumberRange]:
        """Binds the ranges to a software: the provider's own, another of the provider's, or OTHERS."""
        return self._bind(company, ranges, software, "associate", now)

    def dissociate(self, company: str, wish: Wish, now: datetime) -> list[NumberRange]:
        """Unbinds the ranges that fit, all unless named, whoever's software they are bound to."""
        return self._bind(company, self._fitting(company, wish), "", "dissociate", now)

    def ranges(self, company: str) -> list[NumberRange]:
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM range WHERE nit = ? ORDER BY id", [company])  # noqa: S608
        return [_read(row) for row in rows]

    def answer(self, caller: str, asked: Question, today: date) -> tuple[Said, list[NumberRange]]:
        """DIAN's code with its words, and the list, for a caller known by the digits in its certificate."""
        company, provider, software = asked.account_code, asked.account_code_t, asked.software_code
        if not caller:
            return words.NO_NIT_IN_CERTIFICATE, []
        if not nits.belongs_to(caller, provider):
            return words.foreign_certificate(caller, provider), []
        if provider != self.provider or software.lower() != self.software:
            return words.foreign_software(provider), []
        ranges = self.ranges(company)
        if not any(each.software not in ("", OTHERS) for each in ranges):
            return words.unauthorised(caller, company), []
        ranges = [each for each in ranges if each.in_date(today)]
        if not ranges:
            return words.no_range(company), []
        ranges = [each for each in ranges if each.software == self.software]
        if not ranges:
            return words.none_bound(software), []
        return words.DONE, [*self._samples(today), *ranges]

    def answer_to_provider(self, company: str, today: date) -> Said:
        """What the provider would be told of a company now, its envelope being in order."""
        return self.answer(self.provider, Question(company, self.provider, self.software), today)[0]

    def remember(self, now: datetime, asked: Question, code: str) -> None:
        row = (now.isoformat(), asked.account_code, asked.account_code_t, asked.software_code, code)
        self._db.execute(f"INSERT INTO call ({_CALL}) VALUES (?, ?, ?, ?, ?)", row)  # noqa: S608

    def calls(self) -> list[dict[str, str]]:
        rows = self._db.execute(f"SELECT {_CALL} FROM call ORDER BY id")  # noqa: S608
        keys = ("at", "accountCode", "accountCodeT", "softwareCode", "code")
        return [dict(zip(keys, row, strict=True)) for row in rows]

    def last_calls(self, company: str, most: int) -> list[tuple[datetime, str]]:
        """When a company was asked about and what was answered, the latest first."""
        chosen = "SELECT at, code FROM call WHERE account_code = ? ORDER BY id DESC LIMIT ?"
        return [(datetime.fromisoformat(at), code) for at, code in self._db.execute(chosen, [company, most])]

    def _samples(self, today: date) -> Iterable[NumberRange]:
        if self._sample:
            first, last = date(today.year, 1, 1), date(today.year, 12, 31)
            yield NumberRange("18760000001", "SEDS", first, 984_000_000, 985_000_000, first, last)

    def _fitting(self, company: str, wish: Wish) -> list[NumberRange]:
        fitting = [each for each in self.ranges(company) if wish.fits(each)]
        if not fitting:
            raise RefusedError(
                f"NIT {company} has no such authorised range to associate: request it first.",
                "La empresa no tiene un rango así: primero solicita la resolución.",
            )
        return fitting

    def _new(self, wish: Wish, today: date, ordinal: int) -> NumberRange:
        """A plausible range: a 14-digit resolution that nobody has, a prefix of letters, valid for a year."""
        (serial,) = self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM range").fetchone()
        prefix = "DS" + chr(ord("A") + ordinal // 26 % 26) * (ordinal >= 26) + chr(ord("A") + ordinal % 26)
        first = wish.valid_from or min(today, wish.valid_to or today)
        last = first + min(_YEAR, date.max - first)
        return _changed(NumberRange(f"18764{serial:09d}", prefix, today, 1, 5_000_000, first, last), wish)

    def _bind(
        self, company: str, ranges: Sequence[NumberRange], software: str, act: str, now: datetime
    ) -> list[NumberRange]:
        bound = [replace(each, software=software) for each in ranges]
        for each in bound:
            self._save(company, each)
        self._acted(company, act, now)
        return bound

    def _save(self, company: str, each: NumberRange) -> None:
        names = [field.name for field in fields(each)]
        marks, changed = ", ".join("?" * len(names)), ", ".join(f"{name} = excluded.{name}" for name in names)
        values = [str(value) if isinstance(value, date) else value for value in astuple(each)]
        self._db.execute(
            f"INSERT INTO range (nit, {_COLUMNS}) VALUES (?, {marks})"  # noqa: S608
            f" ON CONFLICT (nit, resolution, prefix) DO UPDATE SET {changed}",
            [company, *values],
        )

    def _has_acted(self, company: str, name: str) -> bool:
        return self._db.execute("SELECT 1 FROM act WHERE nit = ? AND name = ?", [company, name]).fetchone() is not None

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
