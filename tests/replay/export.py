"""Writes golden histories and their fingerprints anew: `.venv/bin/python -m tests.replay.export [NAME…]`.

Only for a change made on purpose.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

from temporalio.client import WorkflowHistory

from domain.reasons import Code
from tests.replay.fingerprint import fingerprint, kept
from tests.replay.golden import HISTORIES, golden, written
from tests.replay.unhurried import Unhurried
from tests.workflows.company import Company
from tests.workflows.effects import Effects, doubtful, dse_range, rejected
from tests.workflows.forty_days import InMarch, forty_days
from tests.workflows.rows import reach, say
from tests.workflows.server import Stage, server, stage


async def demo(company: Company) -> None:
    """The path of `./dse demo`: a scan that nobody signed, then the right one, the acts during the wait."""
    company.effects.verdicts[company.key("unsigned")] = rejected(Code.UNSIGNED)
    await reach(company, "signed_letter")
    await company.upload("unsigned")
    await company.until(lambda status: bool(status.requirements))
    await company.upload()
    await company.at("letter_accepted")
    await company.command("continue_onboarding")
    await company.rests("mandated_wait")
    for act in ("enable", "request"):
        await company.command("tick_act", act=act)
    await company.forward(hours=3)
    await company.rests("prefix_association")
    company.effects.lists(dse_range())
    await company.signal("prefixes_associated", {})
    await company.rests("voucher_type")
    await company.configure()


async def refused_scans(company: Company) -> None:
    """Rejected by the check, accepted and deleted, rejected by a person in doubt; the next is accepted by one."""
    company.effects.verdicts[company.key("stained")] = rejected(Code.CODE_UNREADABLE)
    company.effects.verdicts[company.key("doubtful")] = company.effects.verdicts[company.key("better")] = doubtful()
    await reach(company, "signed_letter")
    await company.upload("stained")
    await company.until(lambda status: bool(status.requirements))
    await company.upload("deleted")
    await company.at("letter_accepted")
    await company.command("delete_signed_letter")
    await company.upload("doubtful")
    await company.at("letter_review")
    await company.operate("review_signed_letter", decision="reject", code=Code.UNSIGNED)
    await company.at("signed_letter")
    await company.upload("better")
    await company.at("letter_review")
    await company.operate("review_signed_letter", decision="accept")
    await reach(company, "ready")


async def several_ranges(company: Company) -> None:
    """Found at the first look; the one that is chosen first is taken already."""
    company.effects.lists(dse_range(), dse_range("18764000000002", "DSB"))
    await reach(company, "voucher_type")
    company.effects.refuse_claim = Code.RANGE_TAKEN
    await company.refused(company.configure(resolution="18764000000001"))
    company.effects.refuse_claim = None
    await company.configure(resolution="18764000000002")


async def sent_back(company: Company) -> None:
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


async def a_story_of_forty_days(company: Company) -> None:
    """Three replaced letters, DIAN away for two days, a word too early, a hold, a corrected representative."""
    await forty_days(company)


async def left_behind(company: Company) -> None:
    """So many events that Temporal suggests to begin a new history, in the middle of the mandated wait."""
    await company.signal("nobody", {})
    await reach(company, "mandated_wait")
    await company.command("tick_act", act="enable", message_id="m-1")
    await reach(company, "ready")


PATHS: dict[str, tuple[str, Callable[[Company], Awaitable[None]]]] = {
    "demo": ("900100001-1", demo),
    "sent_back": ("900100002-9", sent_back),
    "away_and_blocked": ("900100003-6", away_and_blocked),
    "cancelled": ("900100004-3", cancelled),
    "cancelled_by_temporal": ("900100005-0", cancelled_by_temporal),
    "refused_scans": ("900100006-8", refused_scans),
    "several_ranges": ("900100007-5", several_ranges),
    "forty_days": ("900100008-2", a_story_of_forty_days),
    "continued_as_new": ("900100009-1", left_behind),
    "carried_on": ("900100010-8", left_behind),
}
OUTSIDE: dict[str, type[Effects]] = {"forty_days": InMarch}
FIRST_RUN, LAST_RUN = "continued_as_new", "carried_on"
"""The run that ends by continue-as-new, and one that begins with what such a run carried on."""
MANY = "limit.historyCount.suggestContinueAsNew=90"


async def played(ready: Stage, name: str) -> WorkflowHistory:
    """The path gone by today's code; one that is left behind, on a server to which its events are many."""
    if name not in (FIRST_RUN, LAST_RUN):
        return await _gone(ready, name)
    async with server(MANY) as env, stage(env) as few:
        return await _gone(few, name)


async def _gone(ready: Stage, name: str) -> WorkflowHistory:
    nit, go = PATHS[name]
    known = f"golden-{name}"  # when it looks at DIAN depends on it
    started = await ready.start(nit=nit, effects=OUTSIDE.get(name, Effects)(), onboarding_id=known)
    company = Unhurried(started.env, started.handle, nit, started.effects)
    run = (await company.handle.describe()).run_id if name == FIRST_RUN else None
    await go(company)
    await company.result()
    return await ready.env.client.get_workflow_handle(company.handle.id, run_id=run).fetch_history()


async def export(names: list[str]) -> None:
    async with server() as env, stage(env) as ready:
        for name in names:
            history = await played(ready, name)
            text = written(history)
            golden(name, text)
            (HISTORIES / f"{name}.json").write_text(text)
            kept(name).write_text(fingerprint(history.events))
            print(f"{name}: {len(history.events)} events", file=sys.stderr)


if __name__ == "__main__":
    chosen = sys.argv[1:] or list(PATHS)
    if unknown := set(chosen) - set(PATHS):
        sys.exit(f"no path {', '.join(unknown)}: there are {', '.join(PATHS)}")
    asyncio.run(export(chosen))
    os._exit(0)  # a process that ran a worker can die at interpreter exit
