"""What the page shows, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from infra.dian_simulator.faults import Fault
from infra.dian_simulator.numbering import NumberRange
from infra.dian_simulator.words import Said


@dataclass(frozen=True)
class Company:
    """One company as DIAN sees it; its NIT without check digit."""

    nit: str
    registered: bool
    enabled: bool
    """Registered, and synchronised to production."""
    ranges: list[NumberRange]
    answer: Said
    """What the provider would be told now."""
    calls: list[tuple[datetime, str]]
    """The last calls about it: when, and the code."""


@dataclass(frozen=True)
class View:
    """All that the page shows."""

    now: datetime
    moved: timedelta
    """How far the clock is from the real one."""
    strict: bool
    faults: list[tuple[Fault, int | None]]
    files: list[str]
    typed: Mapping[str, str]
    """What the person typed last: kept in its fields."""
    error: str
    company: Company | None
    software: str
    """The provider's, in lower case."""
