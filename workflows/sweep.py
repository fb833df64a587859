"""The sweep as a short workflow: started by a Schedule, it ends within a minute, whatever is away."""

import asyncio
from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.effects import END_SWEEP, SWEEP, EndSweep, LookedThrough, LookThrough, SweepOf, Swept
from domain.findings import Source
from workflows import policies


@workflow.defn(name="Sweep")
class SweepWorkflow:
    """Looks through all sources at once. Findings stay in the records; a source that is away is named as missing."""

    @workflow.run
    async def run(self, given: SweepOf) -> Swept:
        began = workflow.now()
        answers = await asyncio.gather(*(self._look(given.environment, source, began) for source in Source))
        looked = {source: answer for source, answer in zip(Source, answers, strict=True) if answer is not None}
        found = {source: answer.found for source, answer in looked.items() if not answer.clocks_apart}
        ending = EndSweep(
            environment=given.environment,
            at=began,
            ended_at=workflow.now(),
            found=found,
            clocks_apart=any(answer.clocks_apart for answer in looked.values()),
        )
        try:
            swept: Swept = await workflow.execute_activity(
                END_SWEEP.name, ending, result_type=Swept, summary=END_SWEEP.summary_es, **policies.WITHIN_A_MINUTE
            )
        except ActivityError as error:
            _raise_if_cancelled(error)
            return Swept(found=sum(found.values()), missing=tuple(Source))
        return swept

    async def _look(self, environment: str, source: Source, at: datetime) -> LookedThrough | None:
        """None: it was away for as long as a sweep may take."""
        given = LookThrough(environment=environment, source=source, at=at)
        options, summary = policies.WITHIN_A_MINUTE, f"{SWEEP.summary_es}: {source}"
        try:
            looked: LookedThrough = await workflow.execute_activity(
                SWEEP.name, given, result_type=LookedThrough, summary=summary, **options
            )
        except ActivityError as error:
            _raise_if_cancelled(error)
            return None
        return looked


def _raise_if_cancelled(error: ActivityError) -> None:
    if is_cancelled_exception(error):
        raise error
