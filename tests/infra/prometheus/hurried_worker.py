"""A worker whose breaker pauses a sixtieth of the time: alerts in a hurry need a fleet that asks DIAN as hurriedly.

python -m tests.infra.prometheus.hurried_worker
"""

import asyncio
import os
from functools import partial

from activities.dian.breaker import PAUSES, Pauses
from workers.compose import effects
from workers.settings import load
from workers.worker import work

HURRY = 60
HURRIED = Pauses(
    probe=PAUSES.probe / HURRY,
    longest_probe=PAUSES.longest_probe / HURRY,
    rest=PAUSES.rest / HURRY,
    longest_rest=PAUSES.longest_rest / HURRY,
)

if __name__ == "__main__":
    asyncio.run(work(load(), make_current=True, composing=partial(effects, pauses=HURRIED)))
    os._exit(0)  # as workers leave
