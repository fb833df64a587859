"""What ready companies hold is watched over the records: no workflow lives on for each of them."""

from temporalio import workflow

from domain.effects import TELL_EXPIRING, TellExpiring, Told
from workflows import policies


@workflow.defn(name="Watch")
class WatchWorkflow:
    """One sweep, started by a Schedule: tells whose grant or range ends soon, page by page."""

    @workflow.run
    async def run(self, given: TellExpiring) -> int:
        """How many ends were told; each is told once, however often this runs."""
        page, count = Told(more=True), 0
        while page.more:
            page = await workflow.execute_activity(
                TELL_EXPIRING.name, given, result_type=Told, **policies.options(TELL_EXPIRING, policies.RETRIES)
            )
            count += page.told
        return count
