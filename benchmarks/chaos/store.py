"""Test doubles of the effects' store: one that is unlucky after it has committed, and one without keys."""

import os
import signal
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from activities.errors import AwayError
from activities.store.keyed import Keyed
from activities.store.pool import Pool, transaction
from domain.effects import ClaimVoucherType, GrantCertificate
from domain.numbering import VoucherType
from domain.state import Grant

LOST, KILLED = 0.2, 0.05
"""The shares of effects whose answer is lost once, and whose worker dies once, right after the commit."""
_DONE_BEFORE = "SELECT count(*) FROM dse.certificate_grant WHERE split_part(effect_key, '#', 1) = $1"


class Unlucky(Keyed):
    """Commits, and then the answer is lost or the worker dies: the moment at which a repetition does harm."""

    def __init__(self, pool: Pool, seed: int, struck: Path) -> None:
        super().__init__(pool)
        self._seed, self._struck = seed, struck

    async def grant(self, given: GrantCertificate, starts_at: datetime, ends_at: datetime) -> Grant:
        granted = await super().grant(given, starts_at, ends_at)
        self._strike(given)
        return granted

    async def claim(self, given: ClaimVoucherType, types: Collection[VoucherType]) -> tuple[VoucherType, ...]:
        claimed = await super().claim(given, types)
        self._strike(given)
        return claimed

    def _strike(self, given: GrantCertificate | ClaimVoucherType) -> None:
        """Each effect is struck once: what was struck is kept in files, which outlive this worker."""
        name = f"{self._seed}/{given.nit}/{given.key.partition('/')[2]}"
        fate = int.from_bytes(sha256(name.encode()).digest()[:8]) / 2**64
        if fate > LOST + KILLED:
            return
        kind = "lost" if fate < LOST else "killed"
        try:
            (self._struck / f"{kind}-{sha256(name.encode()).hexdigest()[:16]}").touch(exist_ok=False)
        except FileExistsError:
            return
        if kind == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        raise AwayError("records", "answer lost")


class Unkeyed(Unlucky):
    """The control arm: asked again for a grant it grants again. (A second claim is kept out by the range itself.)"""

    async def grant(self, given: GrantCertificate, starts_at: datetime, ends_at: datetime) -> Grant:
        async with transaction(self._pool) as connection:
            before = await connection.fetchval(_DONE_BEFORE, given.key)
        anew = given.model_copy(update={"key": f"{given.key}#{before}"}) if before else given
        granted = await super().grant(anew, starts_at, ends_at)
        return granted.model_copy(update={"key": given.key})
