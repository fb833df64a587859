"""Writes the golden histories anew: `.venv/bin/python -m tests.replay.export`. Only for a change made on purpose."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from domain.reasons import Code
from tests.workflows.company import Company
from tests.workflows.effects import doubtful, dse_range, rejected
from tests.workflows.rows import reach, say
from tests.workflows.server import server, stage

HISTORIES = Path(__file__).with_name("histories")


async def whole_path(company: Company) -> None:
    """Every row, a rejected scan, a doubtful one, the acts, several ranges, a refused claim."""
    company.effects.verdicts[company.key("bad")] = rejected(Code.UNSIGNED)
    company.effects.verdicts[company.key("doubtful")] = doubtful()
    await reach(company, "signed_letter")
    await company.upload("bad")
    await company.until(lambda status: bool(status.requirements))
    await company.upload("doubtful")
    await company.at("letter_review")
    await company.operate("review_signed_letter", decision="accept")
    await company.command("continue_onboarding")
    await company.rests("mandated_wait")
    for act in ("enable", "request"):
        await company.command("tick_act", act=act)
    await reach(company, "prefix_sync")
    company.effects.lists(dse_range(), dse_range("18764000000002", "DSB"))
    await company.forward(minutes=20)
    await company.rests("voucher_type")
    company.effects.refuse_claim = Code.RANGE_TAKEN
    await company.refused(company.configure(resolution="18764000000001"))
    company.effects.refuse_claim = None
    await company.configure(resolution="18764000000002")


async def back_and_forth(company: Company) -> None:
    """Hold and resume, a corrected representative, ways back across grant and claim, an unreadable signal."""
    await reach(company, "letter_accepted")
    await company.operate("hold")
    await company.represent(last_names="Rojas")
    await company.operate("resume")
    await reach(company, "readiness_check")
    await company.signal("nobody", {})
    await company.operate("back", to="letter_accepted")
    company.effects.open("read_back")
    await reach(company, "voucher_type")
    await company.operate("back", to="signed_letter")
    await reach(company, "ready")


async def away_and_blocked(company: Company) -> None:
    """Effects and records that are away for a while; one that blocks until it is retried."""
    await reach(company, "legal_representative")
    company.effects.flaky.update({"issue_letter": 2, "record": 2})
    await say(company, "legal_representative")
    await company.rests("signed_letter")
    company.effects.broken["check_scan"] = "mend_me"
    await company.upload()
    await company.until(lambda status: status.blocked is not None)
    company.effects.broken.clear()
    await company.operate("retry")
    await reach(company, "ready")


async def cancelled(company: Company) -> None:
    """Our own command, with a grant and a claim to undo, while an effect is under way."""
    await reach(company, "readiness_check")
    await company.operate("cancel")


async def cancelled_by_temporal(company: Company) -> None:
    await reach(company, "prefix_association")
    await company.handle.cancel()


PATHS: dict[str, tuple[str, Callable[[Company], Awaitable[None]]]] = {
    "whole_path": ("900100001-1", whole_path),
    "back_and_forth": ("900100002-9", back_and_forth),
    "away_and_blocked": ("900100003-6", away_and_blocked),
    "cancelled": ("900100004-3", cancelled),
    "cancelled_by_temporal": ("900100005-0", cancelled_by_temporal),
}


def without_place(told: Any) -> Any:
    """Neither machine nor folders belong in a history that is kept."""
    if isinstance(told, dict):
        return {key: without_place(each) for key, each in told.items() if key not in ("identity", "stackTrace")}
    return [without_place(each) for each in told] if isinstance(told, list) else told


async def export() -> None:
    async with server() as env, stage(env) as ready:
        for name, (nit, go) in PATHS.items():
            company = await ready.start(nit=nit)
            await go(company)
            await company.result()
            history = await company.handle.fetch_history()
            told = json.dumps(without_place(history.to_json_dict()), indent=1, ensure_ascii=False)
            (HISTORIES / f"{name}.json").write_text(told + "\n")
            print(f"{name}: {len(history.events)} events", file=sys.stderr)


if __name__ == "__main__":
    asyncio.run(export())
    os._exit(0)  # a process that ran a worker can die at interpreter exit
