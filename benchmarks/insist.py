"""Questions that get their answer on a machine with much else to do."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from starters.errors import StarterError

TRIES = 40
T = TypeVar("T")


async def insist(ask: Callable[[], Awaitable[T]]) -> T:
    """Asked again where nobody answered within the port's patience; what is asked here may be repeated."""
    for _ in range(TRIES - 1):
        with suppress(StarterError):
            return await ask()
    return await ask()
